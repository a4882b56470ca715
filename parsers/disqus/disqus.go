// Package disqus reads answers of Disqus's API 3.0: the threads of a forum
// (forums/listThreads, threads/list) and the posts of a thread
// (threads/listPosts). A forum is a site that lets Disqus keep its comments.
//
// Ids are Disqus's numbers; those of authors too. Who comments without an account
// has none.
//
// What the API makes difficult, and how it is met:
//
//   - Every call needs a key, which never enters an address of a result.
//   - Times are UTC without saying so.
//   - The answer counts nothing; only the cursor tells whether there is more.
//   - That a thread is closed is told with the thread and not with its posts. The
//     address of the posts carries it in its fragment, which is never sent.
//   - Ids are strings, but a parent is a number.
//   - The text addresses people by account name (@name:disqus) or by a link. They
//     are mentions where the same page tells who that is.
//   - Nothing tells who speaks for the site, so that all roles are unknown.
package disqus

import (
	"fmt"
	"slices"
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

// New gives the parser of Disqus's API.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "disqus",
		Version:      version,
		Hosts:        slices.Clone(hosts),
		Zone:         time.UTC,
		NeedsKey:     true,
		Key:          parsers.Key{Parameter: "api_key"},
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsEdits:   true,
	}
}

// Start implements [parsers.Parser]. It takes a forum as Disqus links to it
// (NAME.disqus.com, disqus.com/home/forum/NAME) and the address of a call.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("disqus: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.listed(), nil
}

// Parse implements [parsers.Parser]. Addresses in the result have the origin of
// the page's own.
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("disqus: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	r := parsers.Result{Thread: a.listed(), Declared: parsers.Unknown}
	in := reader{at: a, clock: stamp.Clock{Grammar: when.Grammar{Shapes: when.ISO}, Seen: page.Seen}}
	var answer answer
	refused := jsonpage.Decode(page, &answer)
	if refused == nil {
		refused = answer.refusal()
	}
	switch {
	case refused != nil:
	case a.thread != "":
		refused = in.posts(&answer, &r)
	default:
		refused = in.threads(&answer, &r)
	}
	if refused != nil {
		refused.Apply(&r)
	}
	return r, nil
}
