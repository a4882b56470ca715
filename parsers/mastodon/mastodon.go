// Package mastodon reads answers of Mastodon's API: an account and what it posts
// (accounts/lookup, accounts/ID/statuses), the replies to a post
// (statuses/ID/context) and the versions of an edited one (statuses/ID/history).
//
// A thread is a post of the body with all that was said below it; its id is that
// of the status on its home instance. Author ids are full addresses, name@host.
//
// What the API makes difficult, and how it is met:
//
//   - An instance knows only the replies that reached it. Threads are read from
//     the account's home; an account of another instance is refused with the name
//     of its home.
//   - Whoever is not logged in gets 60 replies, 20 levels deep. At either limit a
//     page is partial: what lies beyond is not silence.
//   - replies_count is of direct replies alone and stays when one is deleted. It
//     tells how a thread grew and is never what a visit must have read.
//   - A reply of the body in somebody else's thread leads nowhere: such threads are
//     only known where the body answered, and would all count as answered.
//   - Posts for followers only are not public. A token may show them; they are
//     left out all the same.
//   - A link may lead into the middle of a thread. The page's ancestors tell its
//     first post, whose replies are asked for next.
package mastodon

import (
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of Mastodon's API.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "mastodon",
		Version:      version,
		Zone:         time.UTC,
		Key:          parsers.Key{Header: "Authorization", Scheme: "Bearer"},
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsEdits:   true,
	}
}

// Start implements [parsers.Parser]. It takes an account or a status as Mastodon
// links to it (https://host/@name, @name@host, https://host/users/name,
// https://host/@name/123) and the address of a call. An account of another
// instance (https://host/@name@home) is looked up at home.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("mastodon: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser].
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("mastodon: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	in := reader{Reading: api.Read(page, a.thread()), at: a}
	var refused *parsers.Refusal
	switch a.method {
	case lookup:
		refused = in.account(page.Body)
	case statuses:
		refused = in.statuses(page.Body)
	case context:
		refused = in.context(page.Body)
	case history:
		refused = in.history(page.Body)
	}
	in.Refuse(refused)
	return in.Result, nil
}
