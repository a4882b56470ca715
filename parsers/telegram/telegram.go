// Package telegram reads the public preview of Telegram: the pages of a channel
// (t.me/s/CHANNEL), a single post (?embed=1) and the comments below a post
// (?embed=1&discussion=1). They need no account, print every time to the second
// in UTC, and name the comment that a comment answers.
//
// The way of a page through the package:
//
//	bytes ──decode──► tree ──one walk──► document ──► result
//	        charset,         landmarks,              posts: listing.go
//	        JSON             messages                comments: widget.go
//	                                                 neither: refusal.go
//
// A document holds what the page says in the page's own terms, a result the same
// in those of package parsers. Every refusal of Telegram arrives with HTTP
// status 200; so a page counts as what its address promises only when it shows
// the landmarks of that, and a message only with all that a message must have.
//
// Ids are Telegram's own: a post is CHANNEL/13358, a comment
// CHANNEL/13358?comment=58, with the channel written as the page writes it.
// Thread ids are in lower case.
package telegram

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/wellformed"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of Telegram's public preview.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:          "telegram",
		Version:       version,
		Hosts:         slices.Clone(hosts),
		Zone:          time.UTC,
		ExactTimes:    true,
		ShowsParents:  true,
		ShowsEdits:    true,
		ShowsCounts:   true,
		RobotsNoindex: true, // posts and comments; the pages of a channel do not ask for it
	}
}

// Start implements [parsers.Parser]. It takes a channel as @name, t.me/name,
// t.me/s/name, name.t.me, tg://resolve?domain=name, with or without a scheme,
// and the address of any of its posts.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("telegram: source %q: %w", source, err)
	}
	return a.listing(), nil
}

// Parse implements [parsers.Parser]. Addresses in the result have the scheme and
// host of the page's own address.
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("telegram: address %q: %w", page.URL, err)
	}
	tree := trees.Get().(*wellformed.Tree)
	defer func() { tree.Clear(); trees.Put(tree) }()
	d := read(page, a, tree)
	var r parsers.Result
	switch {
	case d.refused != nil:
		r = d.refusal(d.refused)
	case a.place == onWidget || a.place == onAnswer:
		r = d.comments()
	default:
		r = d.posts()
	}
	for i := range r.Items {
		detach(&r.Items[i])
	}
	return r, nil
}

// trees are used again: a tree is larger than all that is read from it.
var trees = sync.Pool{New: func() any { return new(wellformed.Tree) }}

// detach copies what is a part of the page, whose memory is not ours.
func detach(it *parsers.Item) {
	for _, s := range []*string{&it.ID, &it.Parent, &it.Text, &it.Quoted, &it.Author.ID, &it.Author.Name} {
		*s = strings.Clone(*s)
	}
	for i := range it.Mentions {
		it.Mentions[i] = strings.Clone(it.Mentions[i])
	}
	for i := range it.Parts {
		it.Parts[i] = strings.Clone(it.Parts[i])
	}
}
