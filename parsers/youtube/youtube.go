// Package youtube reads answers of the YouTube Data API, version 3: the videos of
// a channel (channels.list, playlistItems.list) and the comments below one with
// all replies (commentThreads.list, comments.list).
//
// Ids are YouTube's own: a channel is UC…, a video the 11 characters of its
// address, a reply COMMENT.REPLY. A channel that is known by its @handle alone has
// that as thread id. Author ids are those of channels.
//
// What the API makes difficult, and how it is met:
//
//   - A page of threads shows at most five replies to a comment, or none.
//     Wherever totalReplyCount says more, comments.list is asked for all of them
//     before the next page of threads; the addresses carry what is still to be
//     asked for in their fragment (address.go).
//   - pageInfo.totalResults counts the page, not the video. What is declared is the
//     sum of 1 + totalReplyCount over the comments seen so far.
//   - Comments that are switched off are an error with status 403, and not a video
//     without questions; a spent quota is another (refusal.go).
//   - A playlist dates a video by when it was added; videoPublishedAt is its own.
//   - Official is only what the video's own channel writes.
//
// A key never enters an address.
package youtube

import (
	"fmt"
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/jsonpage"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 1

var hosts = []string{"www.googleapis.com", "youtube.googleapis.com"}

type parser struct{}

// New gives the parser of the YouTube Data API.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "youtube",
		Version:      version,
		Hosts:        slices.Clone(hosts),
		Zone:         time.UTC,
		NeedsKey:     true,
		Key:          parsers.Key{Parameter: "key"},
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsEdits:   true,
		ShowsCounts:  true,
	}
}

// Start implements [parsers.Parser]. It takes a channel or a video as YouTube
// links to it (youtube.com/@name, /channel/UC…, /user/name, /watch?v=…, /shorts/…,
// youtu.be/…) and the address of a call.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("youtube: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser].
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("youtube: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	in := reader{Reading: api.Read(page, a.thread()), at: a}
	var answer answer
	refused := jsonpage.Unmarshal(page.Body, &answer)
	switch {
	case refused != nil:
	case answer.Error != nil:
		a.refuse(&in.Result, *answer.Error, page.Seen)
	case a.method == channels: // items are left out when there is no such channel
		refused = in.channel(&answer)
	case answer.Items == nil:
		refused = parsers.Refuse(parsers.Drift, "the answer has no items")
	case a.method == playlistItems:
		in.videos(&answer)
	case a.method == commentThreads:
		refused = in.threads(&answer)
	case a.method == comments:
		in.replies(&answer)
	}
	in.Refuse(refused)
	return in.Result, nil
}
