// Package discourse reads forums made with Discourse: lists of topics
// (/latest.json, /c/CATEGORY/N.json) and topics (/t/N.json), twenty posts to a
// page.
//
// A topic is t/2108, its first post has the same id, and the others have their
// place in it: t/2108/5. A reply names the place of what it answers. Author ids
// name the forum too: forum.example.org/u/12.
//
// What Discourse makes difficult, and how it is met:
//
//   - A deleted post leaves nothing but a gap in the places. A gap between posts
//     of one page is an item without text, marked as deleted.
//   - "updated_at" changes when anybody touches a post. Only a version above 1
//     tells an edit, and nothing tells when.
//   - That a topic was closed, moved or renamed stands in it as a post. It is none:
//     it keeps its place, which the counts need, and has no text.
//   - The page of a topic lists the ids of all its posts, which is what is declared.
//   - Flags tell who is of the forum's staff, which speaks officially. Others may
//     be officials or not.
package discourse

import (
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/jsonpage"
	"qulaq/parsers/stamp"
	"qulaq/parsers/weburl"
	"qulaq/parsers/when"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of Discourse.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "discourse",
		Version:      version,
		Zone:         time.UTC,
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsEdits:   true,
		ShowsCounts:  true,
	}
}

// Start implements [parsers.Parser]. It takes the address of a forum, a category
// or a topic, as a browser shows it or of its JSON.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("discourse: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser]. Addresses in the result have the origin of
// the page's own.
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("discourse: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	var answer answer
	refused := jsonpage.Decode(page, &answer)
	in := reader{at: a, answer: &answer, clock: stamp.Clock{Grammar: when.Grammar{Shapes: when.ISO}, Seen: page.Seen}}
	switch {
	case refused != nil:
	case len(answer.Errors) > 0:
		refused = answer.refusal()
	case a.topic != 0:
		refused = in.topic(&r)
	default:
		refused = in.list(&r)
	}
	if refused != nil {
		refused.Apply(&r)
	}
	return r, nil
}
