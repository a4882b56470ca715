package schema

import "time"

// Outcome tells how a visit ended.
type Outcome string

// The outcomes. Which of them let an unanswered need count as unanswered until
// then is told by [Outcome.EarnsSilence].
const (
	OK                    Outcome = "ok"
	NotModified           Outcome = "not_modified"
	Empty                 Outcome = "empty"
	Partial               Outcome = "partial"
	LoginWall             Outcome = "login_wall"
	Captcha               Outcome = "captcha"
	Throttled             Outcome = "throttled"
	BlockedByRobots       Outcome = "blocked_by_robots"
	Gone                  Outcome = "gone"
	CommentsClosed        Outcome = "comments_closed"
	DiscussionUnavailable Outcome = "discussion_unavailable"
	Drift                 Outcome = "drift"
	TooLarge              Outcome = "too_large"
	NetworkError          Outcome = "network_error"
)

// Outcomes lists all outcomes, in the order in which they are documented.
var Outcomes = []Outcome{
	OK, NotModified, Empty, Partial, LoginWall, Captcha, Throttled, BlockedByRobots,
	Gone, CommentsClosed, DiscussionUnavailable, Drift, TooLarge, NetworkError,
}

// EarnsSilence tells whether a visit with this outcome has seen all that its
// thread had to show, so that what it did not see was not there. A visit with
// such an outcome is complete only if it also parsed what the page declares.
func (o Outcome) EarnsSilence() bool {
	switch o {
	case OK, NotModified, Empty:
		return true
	default:
		return false
	}
}

// Change tells what a visit saw happen to an item.
type Change string

// The changes. An item's history is First (Edited | Vanished Back?)*.
const (
	First    Change = "first"    // seen for the first time
	Edited   Change = "edited"   // its text or mark differs from the last sighting
	Vanished Change = "vanished" // not on a complete visit, or shown as deleted
	Back     Change = "back"     // seen again after it had vanished
)

// Body is a row of table bodies: a ministry, akimat or agency, as the registry
// that was last loaded describes it.
type Body struct {
	BodyID    string `ch:"body_id"`
	Country   string `ch:"country"`
	Level     string `ch:"level"` // peer group: central, local, …
	Type      string `ch:"type"`
	NameKK    string `ch:"name_kk"`
	NameRU    string `ch:"name_ru"`
	NameEN    string `ch:"name_en"`
	Region    string `ch:"region"`     // ISO 3166-2; "" for a central body
	ValidFrom string `ch:"valid_from"` // date, "" when open
	ValidTo   string `ch:"valid_to"`
}

// Source is a row of table sources: one official page, channel or site.
type Source struct {
	SourceID   string `ch:"source_id"`
	BodyID     string `ch:"body_id"` // "" for a portal that many bodies share
	Platform   string `ch:"platform"`
	URL        string `ch:"url"`
	Zone       string `ch:"zone"`   // IANA name
	Status     string `ch:"status"` // active, blocked, import, retired
	Confidence string `ch:"confidence"`
	Evidence   string `ch:"evidence"`
}

// Thread is a row of table threads: a unit of visiting, as last found.
type Thread struct {
	SourceID    string    `ch:"source_id"`
	ThreadID    string    `ch:"thread_id"`
	Kind        string    `ch:"kind"`
	URL         string    `ch:"url"`
	Form        string    `ch:"form"`         // URL-encoded; "" for GET
	Declared    int32     `ch:"declared"`     // -1 when not told
	PublishedAt time.Time `ch:"published_at"` // earliest; the epoch when not told
	FoundAt     time.Time `ch:"found_at"`     // when the finding visit saw it
}

// Visit is a row of table visits: one look at one thread. It is written after
// its sightings and commits them.
type Visit struct {
	VisitID       string    `ch:"visit_id"` // 16 bytes, hex; a function of source, thread and SeenAt
	SourceID      string    `ch:"source_id"`
	ThreadID      string    `ch:"thread_id"`
	URL           string    `ch:"url"`
	StartedAt     time.Time `ch:"started_at"`
	SeenAt        time.Time `ch:"seen_at"` // when the last page had arrived
	Outcome       Outcome   `ch:"outcome"`
	Reason        string    `ch:"reason"`
	Complete      bool      `ch:"complete"` // earned silence: outcome and coverage both allow it
	Pages         uint32    `ch:"pages"`
	Declared      int32     `ch:"declared"`  // items that the pages say there are; -1 when they do not
	Parsed        int32     `ch:"parsed"`    // items of that sort that were read
	Sightings     uint32    `ch:"sightings"` // rows of table sightings that this visit commits
	Status        uint16    `ch:"status"`    // HTTP; 0 when there was no answer
	Bytes         uint64    `ch:"bytes"`
	ETag          string    `ch:"etag"` // of the first page
	LastModified  string    `ch:"last_modified"`
	Parser        string    `ch:"parser"`
	ParserVersion uint16    `ch:"parser_version"`

	// Fill counts the items that were read by kind ("comment"), and those of them
	// that had a field ("comment.text"); see column visits.fill. nil for no items.
	Fill map[string]uint32 `ch:"fill" json:",omitempty"`
}

// Sighting is a row of table sightings: what a visit saw change about an item.
// It never holds what identifies a citizen: Author, Mentions and Numbers are keyed
// pseudonyms, Text is redacted, Quoted is a hash.
type Sighting struct {
	VisitID     string    `ch:"visit_id"`
	SourceID    string    `ch:"source_id"`
	ThreadID    string    `ch:"thread_id"`
	ItemID      string    `ch:"item_id"`
	SeenAt      time.Time `ch:"seen_at"`
	PrevAt      time.Time `ch:"prev_at"` // last visit that would have shown it otherwise; the epoch for none
	Change      Change    `ch:"change"`
	ParentID    string    `ch:"parent_id"`
	Nested      bool      `ch:"nested"` // ParentID is told by the page's layout
	Kind        string    `ch:"kind"`
	Role        string    `ch:"role"`     // as the page or the registry told when seen; "" when neither did
	BodyID      string    `ch:"body_id"`  // of an official author; of the addressee otherwise
	Author      string    `ch:"author"`   // pseudonym; "" when unknown
	Mentions    []string  `ch:"mentions"` // pseudonyms
	Numbers     []string  `ch:"numbers"`  // pseudonyms of appeals
	PublishedLo time.Time `ch:"published_lo"`
	PublishedHi time.Time `ch:"published_hi"`
	Precision   string    `ch:"precision"`
	Edited      bool      `ch:"edited"`
	Text        string    `ch:"text"`        // redacted
	TextHash    string    `ch:"text_hash"`   // keyed, of the text as seen
	QuotedHash  string    `ch:"quoted_hash"` // keyed, of the quoted text; "" for none
	Outcome     string    `ch:"outcome"`     // the platform's own verdict
}

// Reading is a row of table readings: what was read in a text that is no longer
// stored.
type Reading struct {
	SourceID   string    `ch:"source_id"`
	ThreadID   string    `ch:"thread_id"`
	ItemID     string    `ch:"item_id"`
	TextHash   string    `ch:"text_hash"` // of the text that was read
	Role       string    `ch:"role"`      // as known when the key was rotated; "" when the pseudonym still tells
	BodyID     string    `ch:"body_id"`   // of an official Role
	Language   string    `ch:"language"`
	Theme      string    `ch:"theme"`
	Class      string    `ch:"class"`
	Cluster    string    `ch:"cluster"` // the same for needs of nearly the same text; "" when alone
	Classifier string    `ch:"classifier"`
	Pruned     bool      `ch:"pruned"` // the text must not be stored
	ReadAt     time.Time `ch:"read_at"`
}

// Item is a row of table items, derived: an item as last seen.
type Item struct {
	SourceID    string    `ch:"source_id"`
	ThreadID    string    `ch:"thread_id"`
	ItemID      string    `ch:"item_id"`
	BodyID      string    `ch:"body_id"`
	ParentID    string    `ch:"parent_id"`
	Kind        string    `ch:"kind"`
	Role        string    `ch:"role"`
	Author      string    `ch:"author"`
	PublishedLo time.Time `ch:"published_lo"`
	PublishedHi time.Time `ch:"published_hi"`
	Precision   string    `ch:"precision"`
	FirstSeenAt time.Time `ch:"first_seen_at"`
	LastSeenAt  time.Time `ch:"last_seen_at"` // last complete visit that showed it
	Edits       uint16    `ch:"edits"`
	Vanished    bool      `ch:"vanished"`
	VanishedLo  time.Time `ch:"vanished_lo"` // the epoch unless Vanished
	VanishedHi  time.Time `ch:"vanished_hi"`
	Text        string    `ch:"text"`
	Language    string    `ch:"language"`
	Theme       string    `ch:"theme"` // of a citizen's item
	Class       string    `ch:"class"` // question, request, …; acknowledgement, redirect, …
	Need        bool      `ch:"need"`
	Template    bool      `ch:"template"`
	Classifier  string    `ch:"classifier"` // version
	Outcome     string    `ch:"outcome"`
	Version     uint64    `ch:"version"` // of the derivation: newer rows replace older ones
	IsDeleted   uint8     `ch:"is_deleted"`
}

// Exchange is a row of table exchanges, derived: a need with the official
// replies found to it. Replies are parallel arrays, in order of time.
type Exchange struct {
	SourceID        string      `ch:"source_id"`
	ThreadID        string      `ch:"thread_id"`
	NeedID          string      `ch:"need_id"`
	BodyID          string      `ch:"body_id"` // addressed; "" when the page names none that the registry knows
	Asker           string      `ch:"asker"`   // pseudonym
	AskedLo         time.Time   `ch:"asked_lo"`
	AskedHi         time.Time   `ch:"asked_hi"`
	Precision       string      `ch:"precision"`
	CensoredAt      time.Time   `ch:"censored_at"` // last complete visit after asking, or when it vanished; AskedHi when there was none
	Vanished        bool        `ch:"vanished"`
	Class           string      `ch:"class"`
	Language        string      `ch:"language"`
	Theme           string      `ch:"theme"`
	Cluster         string      `ch:"cluster"` // id of the first of near-identical needs; NeedID when alone
	ReplyID         []string    `ch:"reply_id"`
	ReplyBodyID     []string    `ch:"reply_body_id"`
	ReplyLo         []time.Time `ch:"reply_lo"`
	ReplyHi         []time.Time `ch:"reply_hi"`
	ReplyKind       []string    `ch:"reply_kind"`
	ReplyTemplate   []bool      `ch:"reply_template"`
	ReplyMethod     []string    `ch:"reply_method"`
	ReplyConfidence []float32   `ch:"reply_confidence"`
	ReplyWatched    []bool      `ch:"reply_watched"`
	Classifier      string      `ch:"classifier"`
	Version         uint64      `ch:"version"`
	IsDeleted       uint8       `ch:"is_deleted"`
}
