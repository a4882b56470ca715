package qapage

import (
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/stamp"
	"qulaq/parsers/weburl"
	"qulaq/parsers/when"
)

// thread is the question that stands at an address.
func thread(u *url.URL) parsers.Thread {
	own := *u
	query := own.Query()
	for name := range query {
		if weburl.IsSecret(name) || strings.HasPrefix(name, "utm_") || name == "fbclid" || name == "yclid" || name == "gclid" {
			query.Del(name)
		}
	}
	own.RawQuery, own.Fragment, own.RawFragment, own.User = query.Encode(), "", "", nil
	return parsers.Thread{
		ID:       own.Host + own.RequestURI(),
		Kind:     parsers.Question,
		Address:  parsers.Address{URL: own.String()},
		Declared: parsers.Unknown,
	}
}

// reader turns a question into items.
type reader struct {
	result  *parsers.Result
	clock   stamp.Clock
	seen    map[string]string // text by id
	missing string            // what some answer lacked, so that it could not be read
}

func newReader(page parsers.Page, r *parsers.Result) *reader {
	clock := stamp.Clock{Grammar: when.Grammar{Shapes: when.ISO, Zone: page.Zone}, Seen: page.Seen}
	return &reader{result: r, clock: clock, seen: map[string]string{}}
}

// question reads a question with its answers and what was said below them.
func (in *reader) question(q *thing, cut bool) *parsers.Refusal {
	r := in.result
	item := in.item(q, parsers.KindQuestion)
	item.ID = r.Thread.ID
	title, _ := htmlpage.Fragment(q.text("name", "headline"))
	if !strings.HasPrefix(item.Text, strings.TrimSuffix(title, "…")) {
		item.Text = strings.TrimSpace(title + "\n" + item.Text)
	}
	if item.Text == "" {
		return parsers.Refuse(parsers.Drift, "the Question is without a text or name")
	}
	if item.Role == parsers.RoleUnknown {
		item.Role = parsers.RoleCitizen
	}
	in.seen[item.ID] = item.Text
	r.Thread.Published = item.Published
	r.Items = append(r.Items, item)
	for _, comment := range q.things("comment") {
		in.reply(comment, item.ID, parsers.KindComment, "")
	}
	for _, answer := range q.things("acceptedAnswer") {
		in.answer(answer, item.ID, "accepted")
	}
	for _, answer := range q.things("suggestedAnswer") {
		in.answer(answer, item.ID, "")
	}
	if n := q.count("answerCount"); n >= 0 {
		r.Declared = n
		r.Thread.Declared = n
	}
	r.State = parsers.OK
	switch {
	case cut:
		r.State, r.Reason = parsers.Partial, "the page ends before it is over"
	case in.missing != "":
		r.State, r.Reason = parsers.Partial, "an Answer is without "+in.missing
	}
	return nil
}

// answer reads an answer and the comments below it. One that is both accepted and
// suggested is one.
func (in *reader) answer(a *thing, question, outcome string) {
	if id, ok := in.reply(a, question, parsers.KindAnswer, outcome); ok {
		in.result.Counted++
		for _, comment := range a.things("comment") {
			in.reply(comment, id, parsers.KindComment, "")
		}
	}
}

// reply adds an answer or comment; false when it is there already or cannot be
// read.
func (in *reader) reply(a *thing, parent string, kind parsers.Kind, outcome string) (id string, ok bool) {
	item := in.item(a, kind)
	if item.Text == "" {
		in.missing = "a text"
		return "", false
	}
	if kind == parsers.KindAnswer && item.Role != parsers.RoleOfficial {
		item.Kind = parsers.KindComment // the page does not present it as an official one
	}
	item.ID, item.Parent, item.Nested, item.Outcome = in.id(a, item.Text), parent, true, outcome
	if _, repeated := in.seen[item.ID]; repeated {
		return "", false
	}
	in.seen[item.ID] = item.Text
	in.result.Items = append(in.result.Items, item)
	return item.ID, true
}

// id tells an answer from others, whatever its place on the page: by its own
// address, or else by when it was given, or else by what it says.
func (in *reader) id(a *thing, text string) string {
	thread := in.result.Thread.ID
	own := a.text("url", "@id")
	if own == "" {
		own = a.id
	}
	if own != "" {
		if _, fragment, ok := strings.Cut(own, "#"); ok && fragment != "" {
			return thread + "#" + fragment
		}
		return own
	}
	mark := a.text("dateCreated", "datePublished")
	if mark == "" {
		sum := fnv.New64a()
		_, _ = sum.Write([]byte(text)) // never fails
		mark = strconv.FormatUint(sum.Sum64(), 36)
	}
	id := thread + "#" + mark
	for n := 2; ; n++ {
		if other, taken := in.seen[id]; !taken || other == text {
			return id
		}
		id = thread + "#" + mark + "~" + strconv.Itoa(n) // two at one moment
	}
}

// item is what questions, answers and comments have in common.
func (in *reader) item(t *thing, kind parsers.Kind) parsers.Item {
	item := parsers.Item{Thread: in.result.Thread.ID, Kind: kind, Precision: parsers.PrecisionVisit}
	item.Text, item.Quoted = htmlpage.Fragment(t.text("text", "articleBody", "description"))
	if span, precision, ok := in.clock.Read(t.text("dateCreated", "datePublished")); ok {
		item.Published, item.Precision = span, precision
	}
	if span, _, ok := in.clock.Read(t.text("dateModified")); ok && span.Lo.After(item.Published.Hi) && !item.Published.IsZero() {
		item.Edited, item.EditedAt = true, span
	}
	item.Author.Name, _ = htmlpage.Fragment(t.text("author", "creator"))
	for _, author := range append(t.things("author"), t.things("creator")...) {
		if item.Author.ID == "" {
			item.Author.ID = author.text("url", "@id", "sameAs")
			if strings.HasPrefix(item.Author.ID, "/") { // of the page's own site
				host, _, _ := strings.Cut(item.Thread, "/")
				item.Author.ID = host + item.Author.ID
			}
		}
		if author.is("GovernmentOrganization") || author.is("GovernmentOffice") {
			item.Role = parsers.RoleOfficial
		}
	}
	return item
}
