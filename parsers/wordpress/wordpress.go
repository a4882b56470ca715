// Package wordpress reads the REST API of sites made with WordPress: their posts
// (wp/v2/posts) and the comments below a post (wp/v2/comments).
//
// Ids are those of WordPress's own anchors, post-123 and comment-456; they are
// unique within a site. Author ids name the site too: example.org/author/3.
//
// What the API makes difficult, and how it is met:
//
//   - Numbers of items and of pages are told in headers, which a parser does not
//     see. Addresses ask for an envelope (_envelope=1), which puts them into the
//     body and with them the status of an error. Bare answers are read too; then
//     nothing is declared.
//   - "date" is the wall clock of a site that does not tell its zone; "date_gmt"
//     is UTC without saying so. Only the latter is a time. Where it is unset the
//     former is read in the source's zone or, where that is unknown, with a span
//     that holds every zone.
//   - A site that rewrites addresses badly answers with the comments on all posts.
//   - That a post is closed for comments, and which account wrote it, is told with
//     the post and not with its comments. The address of the comments carries both
//     in its fragment, which is never sent.
//
// The account that wrote the post speaks officially below it; of whom else the
// site has an account the API does not tell what for.
package wordpress

import (
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/jsonpage"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of WordPress's REST API.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "wordpress",
		Version:      version,
		Zone:         time.UTC,
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsCounts:  true,
	}
}

// Start implements [parsers.Parser]. It takes the address of a site, also of one
// that lives in a folder, and addresses of the API.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("wordpress: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser]. Addresses in the result have the origin of
// the page's own.
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("wordpress: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	var answer answer
	refused := jsonpage.Decode(page, &answer)
	if refused == nil {
		refused = answer.refusal(a)
	}
	if refused == nil {
		refused = read(page, a, &answer, &r)
	}
	if refused != nil {
		refused.Apply(&r)
	}
	return r, nil
}

// read turns an answer into a result.
func read(page parsers.Page, a address, answer *answer, r *parsers.Result) *parsers.Refusal {
	in := reader{page: page, at: a, seen: make(map[int64]bool, len(answer.entries))}
	for i := range answer.entries {
		if refused := in.entry(&answer.entries[i], r); refused != nil {
			return refused
		}
	}
	r.Counted = len(r.Items)
	if answer.total >= 0 {
		r.Declared = answer.total
		r.Thread.Declared = answer.total
	}
	if answer.pages > a.page || answer.pages < 0 && len(answer.entries) >= a.size {
		r.Next = a.next()
	}
	what := "comment"
	if a.resource == posts {
		what = "post"
	}
	switch {
	case in.missing != "" && len(r.Items) == 0:
		return parsers.Refuse(parsers.Drift, "no "+what+" has "+in.missing)
	case in.missing != "":
		r.State, r.Reason = parsers.Partial, "a "+what+" is without "+in.missing
	case a.closed && r.Next == nil: // told with the last page, for it ends a visit
		r.State, r.Reason = parsers.CommentsClosed, "the post is closed for comments"
	case len(r.Items) > 0 || a.page > 1:
		r.State = parsers.OK
	default:
		r.State, r.Reason = parsers.Empty, "there is no "+what
	}
	return nil
}
