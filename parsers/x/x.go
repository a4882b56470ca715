// Package x reads answers of the X API, version 2: an account and its posts
// (users/by/username, users/ID/tweets), the conversation below a post
// (tweets/search with conversation_id), collected streams, and the results of
// compliance jobs.
//
// A thread is a post with its conversation; ids are those of X. An edited post has
// one id per version; here it has the first for ever, and the others as parts.
//
// What the API makes difficult, and how it is met:
//
//   - An edit makes a new post with a new time. The first id holds the time of the
//     first version, to the millisecond.
//   - A conversation has the id of the version that was answered; one that was
//     edited is searched for by all of them.
//   - Recent search reaches back seven days. An older conversation is partial, and
//     its silence means nothing; full-archive search is used where the source's
//     address ends in #search=all.
//   - in_reply_to_user_id without a referenced post is a mention at the beginning,
//     or an answer to what was deleted: the parent is not told.
//   - What is deleted is merely absent. Only a compliance job tells; its results
//     name the conversation in the fragment of their address.
//   - Reposts are nobody's words and are left out. reply_count holds only direct
//     replies, and those of protected accounts; it is never what must be read.
//   - Streams break off in the middle of a line. Such lines are counted, and make
//     the page partial.
//   - A post that is withheld in some countries has that as outcome.
package x

import (
	"fmt"
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of the X API.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "x",
		Version:      version,
		Hosts:        slices.Clone(apiHosts),
		Zone:         time.UTC,
		NeedsKey:     true,
		Key:          parsers.Key{Header: "Authorization", Scheme: "Bearer"},
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsEdits:   true,
	}
}

// Start implements [parsers.Parser]. It takes an account or a post as X links to
// it (x.com/name, x.com/name/status/1) and the address of a call.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("x: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser]. It takes an answer as served, and the lines
// of a stream or of a collection (twarc).
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("x: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	in := reader{Reading: api.Read(page, a.thread()), at: a}
	var refused *parsers.Refusal
	switch a.method {
	case account:
		refused = in.account(page.Body)
	case compliance:
		refused = in.compliance(page.Body)
	default:
		refused = in.posts(page.Body)
	}
	in.Refuse(refused)
	return in.Result, nil
}
