// Package bluesky reads answers of Bluesky's public API: what an account posts
// (app.bsky.feed.getAuthorFeed) and a post with all replies
// (app.bsky.feed.getPostThread).
//
// A thread, and all that its opener says in it, has the AT URI as id
// (at://did/app.bsky.feed.post/key); author ids are DIDs, which stay when a handle
// changes. A thread that is known by a handle alone has its URI with the handle
// until the page tells better.
//
// What the API makes difficult, and how it is met:
//
//   - record.createdAt is the writer's clock, may be years off, and comes in
//     several forms, one without a zone. Posts are dated by indexedAt, the
//     server's clock; createdAt is not read.
//   - No more than ten levels of replies come at once, whatever is asked for.
//     Where replyCount tells of replies that are not there, they are asked for
//     next; the addresses carry which in their fragment.
//   - What is declared is the sum of all replyCounts, of which some replies are
//     never shown.
//   - A deleted reply keeps its place (notFoundPost), as does one of a blocked
//     account (blockedPost); neither has a time or a text.
//   - The URI of a reply names who wrote it, and ids are stored as they are. What
//     others than the opener say has the key alone as id, which holds the time to
//     the microsecond: no two replies to a post have the same.
//   - A feed holds reposts and the pinned post, which say nothing new.
//   - A page of bsky.app is a shell for scripts, without the thread.
package bluesky

import (
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 2

type parser struct{}

// New gives the parser of Bluesky's public API.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "bluesky",
		Version:      version,
		Hosts:        []string{publicHost},
		Zone:         time.UTC,
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsCounts:  true,
	}
}

// Start implements [parsers.Parser]. It takes an account or a post as Bluesky
// links to it (bsky.app/profile/NAME, …/post/KEY), a handle (@name.example), an AT
// URI and the address of a call.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("bluesky: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser].
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("bluesky: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	in := reader{Reading: api.Read(page, a.thread()), at: a}
	if a.method == site {
		in.Refuse(parsers.Refuse(parsers.DiscussionUnavailable, "the page is a shell for scripts; the thread is at", in.Thread.Address.URL))
		return in.Result, nil
	}
	if refused := in.read(page.Body); refused != nil {
		a.refuse(&in.Result, refused)
	}
	return in.Result, nil
}
