package simulate

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
)

// TestTraps finds on the pages of the default republic, read by the project's
// parsers, every difficulty that it is there to pose.
func TestTraps(t *testing.T) {
	t.Parallel()
	r := republic(t, Config{})
	r.SetNow(r.End())
	c := crawlAll(t, r, http.Header{"Cookie": {"egovLang=ru"}})
	all := &strings.Builder{}
	for _, page := range c.pages {
		all.WriteString(page)
	}
	pages := all.String()
	truth := r.Truth()

	matches := func(pattern string) int { return len(regexp.MustCompile(pattern).FindAllStringIndex(pages, -1)) }
	items := func(holds func(parsers.Item) bool) int {
		n := 0
		for _, it := range c.items {
			if holds(it) {
				n++
			}
		}
		return n
	}
	exchanges := func(holds func(Exchange) bool) int {
		n := 0
		for _, e := range truth {
			if holds(e) {
				n++
			}
		}
		return n
	}
	replies := func(holds func(Exchange, Reply) bool) int {
		return exchanges(func(e Exchange) bool {
			for _, reply := range e.Replies {
				if holds(e, reply) {
					return true
				}
			}
			return false
		})
	}
	link := func(name string) int { return replies(func(_ Exchange, a Reply) bool { return a.Link == name }) }
	kind := func(name string) int { return replies(func(_ Exchange, a Reply) bool { return a.Kind == name }) }
	class := func(name string) int {
		n := 0
		for _, it := range r.Items() {
			if it.Class == name {
				n++
			}
		}
		return n
	}
	language := func(name string) int {
		return exchanges(func(e Exchange) bool { return e.Language == name })
	}

	for name, found := range map[string]int{
		"album":                      items(func(it parsers.Item) bool { return len(it.Parts) > 0 }),
		"forwarded post":             matches(`tgme_widget_message_forwarded_from_name`),
		"service message":            matches(`class="tgme_widget_message service_message`),
		"post that answers a post":   items(func(it parsers.Item) bool { return it.Kind == parsers.KindPost && it.Parent != "" }),
		"edited":                     items(func(it parsers.Item) bool { return it.Edited }),
		"hidden copy of a comment":   matches(`js-reply_tpl`),
		"more comments than a page":  matches(`"comments_html":`),
		"page without older link":    matches(`js-message_history">\s*<div class="tgme_widget_message_wrap`),
		"markup of 2021":             matches(`>members<`),
		"markup of 2026":             matches(`js-messages_more_wrap`),
		"comments not available":     count(c.states, parsers.DiscussionUnavailable),
		"comments closed":            count(c.states, parsers.CommentsClosed),
		"post without comments":      count(c.states, parsers.Empty),
		"deleted, place kept":        items(func(it parsers.Item) bool { return it.Deleted }),
		"citizen's post on a wall":   items(func(it parsers.Item) bool { return it.Kind == parsers.KindPost && it.Role != parsers.RoleOfficial }),
		"thread cut to ten":          matches(`"count":1[1-9],"items":\[\{`),
		"verdict":                    items(func(it parsers.Item) bool { return it.Outcome != "" }),
		"nested official reply":      items(func(it parsers.Item) bool { return it.Nested }),
		"body under another name":    countBodies(c.bodies, "Ведомство"),
		"deleted before a reply":     exchanges(func(e Exchange) bool { return !e.Deleted.IsZero() && len(e.Replies) == 0 }),
		"deleted after a reply":      exchanges(func(e Exchange) bool { return !e.Deleted.IsZero() && len(e.Replies) > 0 }),
		"never shown":                exchanges(func(e Exchange) bool { return e.Hidden }),
		"petition drive":             exchanges(func(e Exchange) bool { return e.Cluster != "" && e.Cluster != e.Item }),
		"asked twice":                exchanges(func(e Exchange) bool { return e.Repeats != "" }),
		"unanswered":                 exchanges(func(e Exchange) bool { return len(e.Replies) == 0 }),
		"answered after the end":     replies(func(_ Exchange, a Reply) bool { return a.At.After(r.End()) }),
		"reply deleted":              replies(func(_ Exchange, a Reply) bool { return !a.Deleted.IsZero() }),
		"reply edited":               replies(func(_ Exchange, a Reply) bool { return !a.Edited.IsZero() }),
		"reply by another body":      replies(func(e Exchange, a Reply) bool { return a.Body != e.Body }),
		"reply by the press service": replies(func(_ Exchange, a Reply) bool { return strings.Contains(a.Account, "press") }),
		"promise, then an answer": replies(func(e Exchange, a Reply) bool {
			return a.Kind == "substantive" && e.Replies[0].Kind == "acknowledgement"
		}),
		"only a promise": exchanges(func(e Exchange) bool { return len(e.Replies) == 1 && e.Replies[0].Kind == "acknowledgement" }),
		"template":       replies(func(_ Exchange, a Reply) bool { return a.Template }),
		"lookalike":      matches(`>Народный `),
		"linked by page": link("page"), "linked by parent": link("parent"), "linked by mention": link("mention"),
		"linked by quote": link("quote"), "not linked": link(""),
		"acknowledgement": kind("acknowledgement"), "redirect": kind("redirect"), "refusal": kind("refusal"),
		"closing": kind("closing"), "substantive": kind("substantive"),
		"question": class("question"), "request": class("request"), "complaint": class("complaint"), "praise": class("praise"),
		"chatter": class("chatter"), "rhetorical": class("rhetorical"), "ad": class("ad"), "thanks": class("thanks"), "quarrel": class("quarrel"),
		"Kazakh": language("kk"), "Russian": language("ru"), "mixed": language("mixed"),
	} {
		if found == 0 {
			t.Errorf("the default republic does not pose: %s", name)
		}
	}
}

func count(states map[string]parsers.State, state parsers.State) int {
	n := 0
	for _, s := range states {
		if s == state {
			n++
		}
	}
	return n
}

func countBodies(bodies map[string]string, prefix string) int {
	n := 0
	for _, name := range bodies {
		if strings.HasPrefix(name, prefix) {
			n++
		}
	}
	return n
}

// TestTenSameAnswersToOnePerson: somebody asks again and again on one document
// and gets the same words each time.
func TestTenSameAnswersToOnePerson(t *testing.T) {
	type pair struct{ thread, asker string }
	most := map[pair]int{}
	for _, e := range republic(t, Config{}).Truth() {
		if e.Source == "xq-legalacts" && len(e.Replies) == 1 && e.Replies[0].Kind == "substantive" {
			most[pair{e.Thread, e.Asker}]++
		}
	}
	best := 0
	for _, n := range most {
		best = max(best, n)
	}
	if best < 4 {
		t.Errorf("nobody asked more than %d times on one document, want at least 4", best)
	}
}

// TestNewYearInsideDocuments: some discussions begin in December and end in
// January, and the portal prints no year.
func TestNewYearInsideDocuments(t *testing.T) {
	r := republic(t, Config{})
	across := 0
	for _, th := range r.portal.threads {
		for _, it := range th.items {
			if r.moment(th.at).Year() != r.moment(it.at).Year() {
				across++
			}
		}
	}
	if across == 0 {
		t.Error("no document has comments on both sides of the new year")
	}
}

// TestPlanted: every string that is said to be on the pages is there.
func TestPlanted(t *testing.T) {
	t.Parallel()
	r := republic(t, Config{Seed: 9, Days: 3})
	missing := r.Planted()
	var hours []int
	for hour := 2; hour < 24*5; hour += 8 {
		hours = append(hours, hour)
	}
	for _, hour := range append(hours, 24*9, 24*14, 24*30, 24*90, 24*400) {
		r.SetNow(r.Start().Add(time.Duration(hour) * time.Hour))
		all := &strings.Builder{}
		for _, page := range crawlAll(t, r, nil).pages {
			all.WriteString(page)
		}
		for group, s := range r.byGroup { // whoever asks for names gets them
			for _, th := range s.threads {
				all.WriteString(get(t, r, fmt.Sprintf("/method/wall.getComments?owner_id=-%d&post_id=%d&count=100&thread_items_count=10&extended=1", group, th.number)).Body.String())
			}
		}
		pages := strings.ReplaceAll(all.String(), `","last_name":"`, " ")
		missing = slices.DeleteFunc(missing, func(s string) bool { return strings.Contains(pages, s) })
	}
	if len(missing) > 5 { // what was deleted within hours
		t.Errorf("%d planted strings are on no page: %q", len(missing), missing)
	}
}

// TestIdentifiers: what is planted is of every sort, valid, and nobody's.
func TestIdentifiers(t *testing.T) {
	planted := republic(t, Config{Seed: 9}).Planted()
	shapes := map[string]*regexp.Regexp{
		"phone":   regexp.MustCompile(`^(\+7|8).*700.*000`),
		"iin":     regexp.MustCompile(`^[7-9]\d(0[1-9]|1[0-2])([01]\d|2[0-8])[56]\d{5}$`),
		"card":    regexp.MustCompile(`^[45][\d -]{15,}$`),
		"e-mail":  regexp.MustCompile(`^[a-z]+\d+@example\.com$`),
		"handle":  regexp.MustCompile(`^@?xq_citizen_\d{6}$`),
		"profile": regexp.MustCompile(`^https://(t\.me/xq_citizen_|vk\.com/id21|www\.instagram\.com/xq_citizen_)`),
		"account": regexp.MustCompile(`^21\d{8}$`),
		"name":    regexp.MustCompile(`^\p{L}+ \p{L}+$`),
	}
	found := map[string]int{}
	for _, s := range planted {
		for name, shape := range shapes {
			if shape.MatchString(s) {
				found[name]++
				if name == "iin" && int(s[11]-'0') != iinCheck(s) {
					t.Errorf("%s has the check digit %c, want %d", s, s[11], iinCheck(s))
				}
				if name == "card" && !luhn(s) {
					t.Errorf("%s is no card number", s)
				}
			}
		}
	}
	for name := range shapes {
		if found[name] == 0 {
			t.Errorf("no %s is planted", name)
		}
	}
}

// TestIINCheck holds the check digit against values worked out apart from this
// program.
func TestIINCheck(t *testing.T) {
	for _, test := range []struct {
		name, digits string
		want         int
	}{
		{"first weights", "74102854179", 2},
		{"second weights", "89012364363", 1},
		{"unusable", "79091369362", 10},
	} {
		if got := iinCheck(test.digits); got != test.want {
			t.Errorf("%s: iinCheck(%s) = %d, want %d", test.name, test.digits, got, test.want)
		}
	}
}

// luhn tells whether the digits of s pass the check of ISO/IEC 7812-1.
func luhn(s string) bool {
	sum, double := 0, false
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		d := int(s[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum, double = sum+d, !double
	}
	return sum%10 == 0
}
