// Package parsers turns the bytes of official pages into items.
//
// A parser is a pure function of a [Page]: the same bytes, address and time
// give the same [Result], without network, clock, logger or database. There is
// one folder per platform; package all lists them.
//
// A parser never guesses. A page that is not what its address promises (a login
// wall, a throttle, a changed layout) yields no items and a [State] that says
// why, so that no later stage can read it as silence.
package parsers

import (
	"net/url"
	"time"
)

// Parser reads the pages of one platform.
type Parser interface {
	// Properties tells what the platform can show.
	Properties() Properties
	// Start gives the first thread of a source from the address that its
	// registry entry names, in any of the forms in which people write it
	// (https://t.me/x and https://t.me/s/x are one channel). An address of
	// another platform is an error.
	Start(source string) (Thread, error)
	// Parse reads one page. It returns an error only for a misuse by the
	// caller (an address that is not the platform's); whatever the page holds,
	// broken or empty or hostile, is told by Result.State.
	// Nothing in the result is a part of Page.Body, whose memory may be used again.
	Parse(Page) (Result, error)
}

// Page is what a parser reads.
type Page struct {
	URL         string         // the address that was asked for
	ContentType string         // as served; "" for a saved file
	Status      int            // HTTP, as served; 0 for a saved file. 400 and above only where Properties.ReadsErrors
	Body        []byte         // as served, content encoding removed
	Seen        time.Time      // when the last byte arrived
	Zone        *time.Location // the source's zone; nil for Properties.Zone
}

// Properties tells, as data, what a platform can show.
type Properties struct {
	Name          string         // the platform's own name, in lower case
	Version       int            // raised with every change of what Parse returns
	Hosts         []string       // hosts that serve it; nil when any host may
	Zone          *time.Location // of wall-clock times that the page prints
	NeedsKey      bool           // pages are only to be had with an API key
	Key           Key            // where a key is put; the zero Key when none is taken
	ReadsErrors   bool           // the platform explains errors in the body, and Parse reads it; see below
	ExactTimes    bool           // times are to the second
	ShowsParents  bool           // a reply names the item that it answers
	ShowsEdits    bool           // an edited item is marked as such
	ShowsCounts   bool           // a page declares how many items it has
	RobotsNoindex bool           // pages ask search engines not to index them
	ImportOnly    bool           // must not be crawled; saved pages can be read
	QuestionSite  bool           // made for questions: every citizen's item is a need
}

// A parser that reads errors is shown the bodies of answers with a status of 400
// and above. Whether comments are closed, a quota is spent or a thread is gone is
// then for the content to tell. Drift and Partial say that the content tells
// nothing, and leave it to the status.

// Key tells where a request carries the caller's API key. It is put there on the
// wire only, and never is part of an Address.
type Key struct {
	Parameter string // of the query; or else
	Header    string // a header field,
	Scheme    string // in which this stands before it ("Bearer")
}

// Address is where a page is to be had: by GET, or by POST when Form is set.
type Address struct {
	URL  string
	Form url.Values
}

// ThreadKind tells what a thread is.
type ThreadKind string

// The kinds of threads.
const (
	Listing  ThreadKind = "listing"  // leads to other threads
	Post     ThreadKind = "post"     // an official post with its comments
	Question ThreadKind = "question" // a citizen's question with its answers
	Document ThreadKind = "document" // a draft law with its comments
)

// Thread is what is visited as a unit.
type Thread struct {
	ID        string // canonical: the same for every address, language and page of it
	Kind      ThreadKind
	Address   Address // its first page
	Declared  int     // items that the page leading here says it has; Unknown
	Published Span    // when it was opened, as far as the page leading here tells; zero when it does not
}

// Unknown stands for a count that the page does not tell.
const Unknown = -1

// State tells what a page turned out to be. Its values are the outcomes of a
// visit (schema.Outcome) that only the content can tell.
type State string

// The states of a page.
const (
	OK                    State = "ok"                     // what its address promises
	Empty                 State = "empty"                  // the same, honestly without items
	Partial               State = "partial"                // cut off, or damaged in the middle
	LoginWall             State = "login_wall"             // asks to log in
	Captcha               State = "captcha"                // asks for proof of humanity
	Throttled             State = "throttled"              // asks to come back later
	Gone                  State = "gone"                   // says that the thread does not exist
	CommentsClosed        State = "comments_closed"        // says that nobody may comment
	DiscussionUnavailable State = "discussion_unavailable" // says that it cannot be shown here
	Drift                 State = "drift"                  // of the platform, but not as the parser knows it
)

// Result is what a page says.
type Result struct {
	State     State
	Reason    string   // one sentence for people, for every State but OK; names the missing field on Drift
	Thread    Thread   // the thread that the page shows
	Addressee string   // name of the body that the page is about, as printed; "" when it prints none
	Items     []Item   // in the order of the page
	Declared  int      // items that the page says its thread has, over all pages; Unknown
	Counted   int      // items on this page of the sort that Declared counts
	Next      *Address // the next page of the thread; nil on the last
	Found     []Thread // threads that the page leads to

	RetryAt time.Time `json:",omitzero"` // of Throttled: when to come back, if the page or the platform's rules tell
}

// Kind tells what an item is on its page.
type Kind string

// The kinds of items.
const (
	KindPost     Kind = "post"     // opens a thread, on a channel or wall
	KindComment  Kind = "comment"  // below a post or a document
	KindQuestion Kind = "question" // opens a thread on a question site
	KindAnswer   Kind = "answer"   // a reply that the page itself presents as the official one
)

// Role tells on whose behalf an item speaks, as far as its page tells.
type Role string

// The roles.
const (
	RoleUnknown  Role = ""
	RoleCitizen  Role = "citizen"
	RoleOfficial Role = "official"
)

// Item is one utterance, as seen.
type Item struct {
	ID        string   // unique within the platform; what the platform itself calls it
	Parts     []string // further ids that the platform gave to parts of it (an album)
	Thread    string   // Thread.ID of the thread it belongs to
	Parent    string   // ID of the item that it answers; "" when the page does not tell
	Nested    bool     // the page tells Parent by its layout (a question page), not by an id
	Kind      Kind
	Role      Role
	Author    Author
	Published Span
	Precision Precision
	Edited    bool     // marked as changed since
	EditedAt  Span     // when, if the page tells; else zero
	Deleted   bool     // shown as deleted: its place is there, its text is not
	Text      string   // as the page has it, without what it quotes
	Quoted    string   // the text that it quotes, when the page repeats it
	Mentions  []string // Author.ID of the people and accounts that it addresses
	Outcome   string   // the platform's own verdict in its words ("accepted", "rejected"); "" for none
}

// Author is whoever wrote an item. Name is only good for telling a body from a
// person and is never stored.
type Author struct {
	ID   string // the platform's lasting id for the account; "" when the page shows none
	Name string // as shown
}

// Precision tells how exactly a page prints a time.
type Precision string

// The precisions.
const (
	PrecisionSecond   Precision = "second"
	PrecisionMinute   Precision = "minute"
	PrecisionHour     Precision = "hour"
	PrecisionDay      Precision = "day"
	PrecisionRelative Precision = "relative" // "2 hours ago"
	PrecisionVisit    Precision = "visit"    // not printed: between two visits
)

// Span is the interval [Lo, Hi] in which something happened, both ends included,
// to the millisecond, in UTC. The zero Span is "not told".
type Span struct {
	Lo, Hi time.Time
}

// At is the span of an instant that is known exactly.
func At(t time.Time) Span { return Span{t.UTC(), t.UTC()} }

// Within is the span [lo, lo+width), as left by a clock that prints in steps of
// width: 11:05 to the minute is Within(11:05:00, time.Minute).
func Within(lo time.Time, width time.Duration) Span {
	return Span{lo.UTC(), lo.Add(width - time.Millisecond).UTC()}
}

// IsZero tells whether the span is not told.
func (s Span) IsZero() bool { return s.Lo.IsZero() && s.Hi.IsZero() }

// IsPoint tells whether the span is one instant.
func (s Span) IsPoint() bool { return s.Lo.Equal(s.Hi) }
