// Package registry tells who is watched: the bodies of a state, the sources on
// which they can be asked, the accounts under which they answer, and the
// calendar and deadlines that their answers are held against.
//
// A country is a folder of data, not code:
//
//	country.yaml      code, names, zone, working week        (Country)
//	bodies/ID.yaml    one body with its sources and accounts (Body)
//	calendar.csv      dated days off and working weekends    (Calendar)
//	deadlines.yaml    legal reply periods through time       (Deadline)
//	gaps.yaml         times that nobody could observe        (Gap)
//	fixtures/NAME     saved pages that sources are held to   (Fixtures)
//	survey/           what people said when they were asked  (Survey)
//
// The files are strict: an unknown key, a duplicate, a reference into nothing
// or an account without evidence is refused with file, line and reason, and all
// of that at once ([Problems]).
//
// [Embedded] reads a country that comes with the program, [Open] a folder of the
// user's own that extends or replaces it, [Save] writes one. [NewIndex] makes
// the lookups, [Index.Clock] measures in working time.
package registry

// Country is the registry of one state.
type Country struct {
	Code      string     `yaml:"code"`                // ISO 3166-1 alpha-2
	Names     Names      `yaml:"names"`               //
	Languages []string   `yaml:"languages,omitempty"` // in which every body must be named; any one when empty
	Affixes   []string   `yaml:"affixes,omitempty"`   // the state's name as pages add it to a body's, before or after
	Zone      string     `yaml:"zone"`                // IANA name, for bodies and sources that name none
	Week      Week       `yaml:"week"`                // working hours of state bodies
	Note      string     `yaml:"note,omitempty"`      //
	Bodies    []Body     `yaml:"-"`                   // ordered by id
	Calendar  *Calendar  `yaml:"-"`                   // nil when the folder has none
	Deadlines []Deadline `yaml:"-"`                   // ordered as in the file
	Gaps      []Gap      `yaml:"-"`                   // ordered as in the file
	Fixtures  Fixtures   `yaml:"-"`                   // nil when the folder has none
	Survey    *Survey    `yaml:"-"`                   // nil when the folder has none
}

// Names are the names of one thing in the languages of the country.
type Names struct {
	KK string `yaml:"kk,omitempty"`
	RU string `yaml:"ru,omitempty"`
	EN string `yaml:"en,omitempty"`
}

// In gives the name in a language, "" when there is none.
func (n Names) In(language string) string {
	switch language {
	case "kk":
		return n.KK
	case "ru":
		return n.RU
	case "en":
		return n.EN
	default:
		return ""
	}
}

// Week is the working week of state bodies.
type Week struct {
	Days []string `yaml:"days"` // mon … sun
	From string   `yaml:"from"` // 09:00, local
	To   string   `yaml:"to"`   // 18:30; 24:00 for the end of the day
}

// Body is a ministry, akimat or agency.
type Body struct {
	ID           string      `yaml:"id"`    // the file's name
	Level        string      `yaml:"level"` // of government; bodies of one level are peers
	Type         string      `yaml:"type"`  // ministry, akimat, agency, …
	Names        Names       `yaml:"names"`
	Aliases      []string    `yaml:"aliases,omitempty"`      // other names that pages print
	Region       *Region     `yaml:"region,omitempty"`       // nil for a central body
	Zone         string      `yaml:"zone,omitempty"`         // "" for the country's
	ValidFrom    string      `yaml:"valid_from,omitempty"`   // YYYY-MM-DD, inclusive; "" when open
	ValidTo      string      `yaml:"valid_to,omitempty"`     // YYYY-MM-DD, inclusive; "" when open
	Predecessors []string    `yaml:"predecessors,omitempty"` // ids
	Note         string      `yaml:"note,omitempty"`
	Sites        []Site      `yaml:"sites,omitempty"`
	Sources      []Source    `yaml:"sources,omitempty"`
	Accounts     []Account   `yaml:"accounts,omitempty"`
	Keys         []Key       `yaml:"keys,omitempty"`       // with which it signs statements
	Statements   []Statement `yaml:"statements,omitempty"` // on editions, in the order of the file
}

// The levels of government.
const (
	Central  = "central"
	Regional = "regional"
	Local    = "local"
)

// The kinds of seats.
const (
	Urban = "urban" // a city or town
	Rural = "rural" // a village
)

// Region is the territory of a body that is not central.
type Region struct {
	ISO            string `yaml:"iso"`              // ISO 3166-2
	Former         string `yaml:"former,omitempty"` // the code of older data sets
	Kind           string `yaml:"kind"`             // oblast, city
	Center         string `yaml:"center,omitempty"`
	Seat           string `yaml:"seat,omitempty"` // what the body's seat is: urban, rural; "" when not recorded
	KATO           string `yaml:"kato,omitempty"` // code of the national classifier
	KATOConfidence string `yaml:"kato_confidence,omitempty"`
}

// Site is an official website on which nobody can be asked in public. It is
// recorded so that links to it can be recognised, and is never visited.
type Site struct {
	Domain     string `yaml:"domain"`
	Confidence string `yaml:"confidence"`
	Evidence   string `yaml:"evidence"`
	Note       string `yaml:"note,omitempty"`
}

// Source is one official page, channel or site on which a body can be asked.
type Source struct {
	ID         string `yaml:"id"`               // unique in the registry
	Platform   string `yaml:"platform"`         // name of a parser, or of a platform that has none yet
	URL        string `yaml:"url"`              // a fragment (#search=all) tells the platform's parser something
	Owner      string `yaml:"owner,omitempty"`  // whose server it is, for politeness; "" for the host of URL
	Zone       string `yaml:"zone,omitempty"`   // "" for the body's
	Shared     bool   `yaml:"shared,omitempty"` // a portal of many bodies: each page names its own
	Status     Status `yaml:"status"`
	Loopback   bool   `yaml:"allow_loopback,omitempty"` // may be served by this very machine
	Browser    bool   `yaml:"browser,omitempty"`        // a script renders its pages
	Confidence string `yaml:"confidence"`               // verified, unverified
	Evidence   string `yaml:"evidence"`                 // where it was seen
	ValidFrom  string `yaml:"valid_from,omitempty"`
	ValidTo    string `yaml:"valid_to,omitempty"`
	Note       string `yaml:"note,omitempty"`
	Selectors  any    `yaml:"selectors,omitempty"` // how its pages are read: what Rules.Selectors gave, filled in
}

// Status tells whether a source is visited.
type Status string

// The statuses of a source.
const (
	Active  Status = "active"  // visited
	Blocked Status = "blocked" // forbids crawling, or stands behind an anti-bot gate; never visited
	Import  Status = "import"  // only read from files captured elsewhere
	Retired Status = "retired" // no longer used by the body
)

// The confidences of a source, an account or a rule. What is not verified is
// never visited.
const (
	Verified   = "verified"   // seen where the evidence says
	Unverified = "unverified" // general knowledge, to be checked
)

// Account is an account that speaks for a body, on its own source or on another's.
type Account struct {
	Platform   string `yaml:"platform"`
	ID         string `yaml:"id"` // what the platform shows as the author's id: a handle, a negative community id
	Confidence string `yaml:"confidence"`
	Evidence   string `yaml:"evidence"`
	ValidFrom  string `yaml:"valid_from,omitempty"`
	ValidTo    string `yaml:"valid_to,omitempty"`
	Note       string `yaml:"note,omitempty"`
}

// Deadline is a legal reply period, or the statement that there is none.
type Deadline struct {
	ID          string     `yaml:"id"`
	Kind        string     `yaml:"kind"` // what was asked: appeal, information, …
	Act         string     `yaml:"act,omitempty"`
	AppliesTo   string     `yaml:"applies_to"`           // in words
	ValidFrom   string     `yaml:"valid_from,omitempty"` // of the day of asking
	ValidTo     string     `yaml:"valid_to,omitempty"`
	Days        int        `yaml:"days,omitempty"` // 0 when the law sets no period
	Unit        string     `yaml:"unit,omitempty"` // working, calendar
	Extension   *Extension `yaml:"extension,omitempty"`
	CountedFrom string     `yaml:"counted_from,omitempty"` // in words; see [Clock.Due] for what is computed
	Confidence  string     `yaml:"confidence"`
	Evidence    string     `yaml:"evidence"`
	Note        string     `yaml:"note,omitempty"`
}

// Extension tells by how much a body may lengthen a period. It is for the
// reader; no computation uses it, as no page tells whether it was granted.
type Extension struct {
	Days   int    `yaml:"days,omitempty"`
	Unit   string `yaml:"unit,omitempty"`
	Once   bool   `yaml:"once,omitempty"`
	Terms  string `yaml:"terms,omitempty"`  // in words
	Notice string `yaml:"notice,omitempty"` // by when the asker must be told
}

// The units of a Deadline.
const (
	WorkingDays  = "working"
	CalendarDays = "calendar"
)

// Gap is a time in which silence means nothing, such as a shutdown of the
// internet: neither citizens nor officials nor the crawler could get through.
type Gap struct {
	From       string `yaml:"from"` // YYYY-MM-DD, inclusive, in the country's zone
	To         string `yaml:"to"`   // YYYY-MM-DD, inclusive
	Reason     string `yaml:"reason"`
	Confidence string `yaml:"confidence"`
	Evidence   string `yaml:"evidence"`
	Note       string `yaml:"note,omitempty"`
}
