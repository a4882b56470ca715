// Package vk reads answers of VK's API: the posts on a wall (wall.get) and the
// comments below a post (wall.getComments).
//
// Ids are those of VK's own links: a wall is wall-33438842, a post
// wall-33438842_868, a comment wall-33438842_868?reply=869. A wall that is known
// by its screen name alone has that name as thread id, because only a call could
// tell its number; its posts have ids by number like all others. Author ids are
// VK's from_id: positive for a person, negative for a community.
//
// What the API makes difficult, and how it is met:
//
//   - An error comes with HTTP status 200; refusal.go has the table of states.
//   - A chain of replies below a comment is cut after ten. The addresses of the
//     rest are appended to those of the pages, so that following Result.Next
//     until it is nil reads them all (address.go).
//   - "count" counts replies, "current_level_count" does not; the former is
//     declared, the latter ends the paging.
//   - reply_to_comment is what a comment answers; parents_stack only leads to the
//     root of its chain.
//   - An official may answer from another community than the wall's and without
//     naming a parent, only by a mention. The page cannot know; so only the wall's
//     own account is official here, and everyone else is of unknown role.
//   - A deleted comment keeps its place without author and text.
//   - can_post tells what the caller's token may do, not whether comments are
//     closed; it is not read.
//
// Text stays as VK sends it, with mentions as "[id1|Name]"; their ids are in
// Item.Mentions. An access token never enters an address.
package vk

import (
	"fmt"
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of VK's API.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "vk",
		Version:      version,
		Hosts:        slices.Clone(apiHosts),
		Zone:         time.UTC,
		NeedsKey:     true,
		Key:          parsers.Key{Parameter: "access_token"},
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsEdits:   true, // of posts; comments do not tell
		ShowsCounts:  true,
	}
}

// Start implements [parsers.Parser]. It takes a community, a person's page or a
// post as VK links to it, with or without a scheme (vk.com/club1, /public1, /id1,
// /name, /wall-1, /wall-1_2, /name?w=wall-1_2), and the address of a call.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("vk: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser]. It takes the answer as served and the bare
// content of "response", which is what client libraries save. Addresses in the
// result have the origin of the page's own.
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("vk: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	r := parsers.Result{Thread: a.thread(), Declared: parsers.Unknown}
	answer, refused := decode(page.Body)
	switch {
	case refused != nil:
		a.refuse(&r, refused)
	case a.method == wallGet:
		reader{page, a, answer}.wall(&r)
	default:
		reader{page, a, answer}.comments(&r)
	}
	return r, nil
}
