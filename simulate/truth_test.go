package simulate

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/legalacts"
)

// TestPagesEqualTruth reads all pages with the parsers and compares every item
// with the truth, both ways: at moments early and late, at and one second before
// the very moments at which something appears, changes or vanishes.
func TestPagesEqualTruth(t *testing.T) {
	t.Parallel()
	r := republic(t, Config{Seed: 3, Days: 16})
	var moments []time.Time
	for _, days := range []int{1, 9, 16, 90} {
		moments = append(moments, r.Start().AddDate(0, 0, days))
	}
	seen := map[string]bool{}
	for _, e := range r.Truth() {
		what := e.Class
		at := e.Asked
		switch {
		case !e.Deleted.IsZero() && !e.Hidden:
			what, at = "deleted", e.Deleted
		case !e.Edited.IsZero():
			what, at = "edited", e.Edited
		}
		if what += e.Source[len(e.Source)-3:]; !seen[what] {
			seen[what] = true
			moments = append(moments, at.Add(-time.Second), at)
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	for _, now := range moments {
		r.SetNow(now)
		got, want := crawlAll(t, r, nil), visible(r, now, "")
		compare(t, now, got, want)
	}
}

func compare(t *testing.T, now time.Time, got *crawl, want map[string]Item) {
	t.Helper()
	for id, it := range want {
		item, ok := got.items[id]
		if !ok {
			t.Fatalf("at %v: no page shows %s %s of %v (thread %s: %s %s)", now, it.Class, id, it.At, it.Thread, got.states[it.Thread], got.reasons[it.Thread])
		}
		text := it.Text
		edited := !it.Edited.IsZero() && !now.Before(it.Edited)
		if edited {
			text = it.Revised
		}
		span := parsers.At(it.At)
		if item.Precision == parsers.PrecisionMinute {
			span = parsers.Within(it.At.Truncate(time.Minute), time.Minute)
		}
		parent := it.Parent
		if strings.Contains(it.Source, "telegram") { // VK still names what is deleted
			if _, there := want[parent]; !there {
				parent = ""
			}
			if parent == "" && item.Kind == parsers.KindComment {
				parent, _, _ = strings.Cut(id, "?") // what answers nobody answers the post
			}
		}
		check := func(what string, got, want any) {
			if got != want {
				t.Errorf("at %v: %s of %s = %v, want %v", now, what, id, got, want)
			}
		}
		check("thread", item.Thread, it.Thread)
		check("text", item.Text, text)
		check("span", item.Published, span)
		check("author", item.Author.ID, it.Account)
		check("parent", item.Parent, parent)
		if strings.Contains(it.Source, "telegram") {
			check("edit mark", item.Edited, edited)
		}
		if strings.Contains(it.Source, "legalacts") {
			check("official", item.Role == parsers.RoleOfficial, it.Official)
		}
	}
	for id, item := range got.items {
		if _, ok := want[id]; !ok && !item.Deleted {
			t.Fatalf("at %v: a page shows %s, which is not there (published %v)", now, id, item.Published.Lo)
		}
	}
}

// TestCoverageIsHonest: a page declares what it shows, but for the portal, which
// also counts what it holds back.
func TestCoverageIsHonest(t *testing.T) {
	t.Parallel()
	r := republic(t, Config{Seed: 5})
	r.SetNow(r.End())
	c := crawlAll(t, r, nil)
	short := 0
	for id, declared := range c.declared {
		switch counted := c.counted[id]; {
		case declared <= 0 || declared == counted:
		case strings.HasPrefix(id, "159") && declared > counted:
			short++
		default:
			t.Errorf("thread %s declares %d and shows %d (%s %s)", id, declared, counted, c.states[id], c.reasons[id])
		}
	}
	if short == 0 {
		t.Error("no document declares more than it shows")
	}
	for id, state := range c.states {
		switch state {
		case parsers.OK, parsers.Empty, parsers.DiscussionUnavailable, parsers.CommentsClosed:
		default:
			t.Errorf("thread %s: state %s (%s)", id, state, c.reasons[id])
		}
	}
}

// TestBothLanguagesAreOneDocument: the portal's Russian and Kazakh pages have the
// same items; only what it prints around them differs.
func TestBothLanguagesAreOneDocument(t *testing.T) {
	r := republic(t, Config{Seed: 5})
	r.SetNow(r.End())
	for _, th := range r.portal.threads[:20] {
		var items [2][]parsers.Item
		var names [2]string
		for i, lang := range []string{"ru", "kk"} {
			a := parsers.Address{URL: fmt.Sprintf("%s/npa/view?id=%d", base, th.number)}
			w := fetch(t, r, a, http.Header{"Cookie": {"egovLang=" + lang}})
			result, err := legalacts.New().Parse(parsers.Page{URL: a.URL, Body: w.Body.Bytes(), Seen: r.Now()})
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range result.Items {
				it.Author.Name = ""
				items[i] = append(items[i], it)
			}
			names[i] = result.Addressee
		}
		if fmt.Sprint(items[0]) != fmt.Sprint(items[1]) {
			t.Errorf("document %d: in Russian %v, in Kazakh %v", th.number, items[0], items[1])
		}
		if names[0] == names[1] {
			t.Errorf("document %d: both languages name the body %q", th.number, names[0])
		}
	}
}

// TestLanguageOfThePortal: Kazakh, until somebody asks for Russian.
func TestLanguageOfThePortal(t *testing.T) {
	r := republic(t, Config{Days: 2})
	r.SetNow(r.End())
	w := get(t, r, "/application/changelang?lang=ru")
	cookie := w.Result().Cookies()
	if w.Code != http.StatusFound || len(cookie) != 1 {
		t.Fatalf("changelang = %d, cookies %v", w.Code, cookie)
	}
	russian := fetch(t, r, parsers.Address{URL: base + "/list"}, http.Header{"Cookie": {cookie[0].String()}}).Body.String()
	kazakh := get(t, r, "/list").Body.String()
	if !strings.Contains(russian, inRussian.created) || !strings.Contains(kazakh, inKazakh.created) {
		t.Error("the list does not come in the language that was asked for")
	}
}

// TestConclusion: what nobody can comment on has no comments.
func TestConclusion(t *testing.T) {
	r := republic(t, Config{Days: 9})
	r.SetNow(r.End())
	url := fmt.Sprintf("%s/npa/viewArvConclusion?id=%d", base, r.portal.threads[0].number)
	w := fetch(t, r, parsers.Address{URL: url}, nil)
	result, err := legalacts.New().Parse(parsers.Page{URL: url, Body: w.Body.Bytes(), Seen: r.Now()})
	if err != nil || result.State != parsers.Empty {
		t.Errorf("a conclusion reads as %s (%s), %v, want empty", result.State, result.Reason, err)
	}
}
