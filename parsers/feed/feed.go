// Package feed reads RSS 2.0 and 1.0 and Atom: the posts of a site, which lead to
// the feeds of their comments (wfw:commentRss, an Atom link of rel="replies"), and
// those feeds.
//
// A post has the id that its feed gives it (guid, id) or, without one, its link.
// So has a comment. A feed of comments is told by its address: "#comments" or, as
// the feed of the posts leads to it, "#comments=ID-OF-THE-POST".
//
// What feeds make difficult, and how it is met:
//
//   - A feed is a window: it shows the latest entries and does not say how many
//     there were. What is not in the window is not gone, and what has no answer in
//     it may have one. A feed of comments is complete only if it says so: it counts
//     (opensearch:totalResults), is in pages or archives (RFC 5005, 3 and 4) or
//     declares itself complete (RFC 5005, 2). Else it is partial.
//   - slash:comments stands on some entries only; the others declare nothing.
//   - thr:in-reply-to (RFC 4685) names what a comment answers, which is the post
//     itself for most.
//   - The header, or else the XML declaration, names the charset; the former is
//     often wrong about windows-1251.
//   - Atom must have "updated" and may lack "published". The former alone is no
//     time of publication.
//   - Times have zones by name in old feeds (RFC 5322, 4.3).
package feed

import (
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of feeds.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "feed",
		Version:      version,
		Zone:         time.UTC,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsEdits:   true,
		ShowsCounts:  true,
	}
}

// Start implements [parsers.Parser]. It takes the address of any feed; one of
// comments has the fragment "#comments".
func (parser) Start(source string) (parsers.Thread, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("feed: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return newAddress(u).thread(), nil
}

// Parse implements [parsers.Parser]. Addresses in the result have the origin of
// the page's own.
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	u, err := weburl.Parse(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("feed: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	a := newAddress(u)
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	f, refused := decode(page)
	if refused != nil {
		refused.Apply(&r)
		return r, nil
	}
	in := reader{at: a, feed: f, page: page}
	if refused := in.read(&r); refused != nil {
		refused.Apply(&r)
	}
	return r, nil
}
