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
//
// The files are strict: an unknown key, a duplicate, a reference into nothing
// or an account without evidence is refused with file, line and reason.
package registry

// Country is the registry of one state.
type Country struct {
	Code      string     `yaml:"code"`           // ISO 3166-1 alpha-2
	Names     Names      `yaml:"names"`          //
	Zone      string     `yaml:"zone"`           // IANA name, for bodies and sources that name none
	Week      Week       `yaml:"week"`           // working hours of state bodies
	Note      string     `yaml:"note,omitempty"` //
	Bodies    []Body     `yaml:"-"`              // ordered by id
	Calendar  *Calendar  `yaml:"-"`              // nil when the folder has none
	Deadlines []Deadline `yaml:"-"`              // ordered as in the file
}

// Names are the names of one thing in the languages of the country.
type Names struct {
	KK string `yaml:"kk,omitempty"`
	RU string `yaml:"ru,omitempty"`
	EN string `yaml:"en,omitempty"`
}

// Week is the working week of state bodies.
type Week struct {
	Days []string `yaml:"days"` // mon … sun
	From string   `yaml:"from"` // 09:00, local
	To   string   `yaml:"to"`   // 18:30
}

// Body is a ministry, akimat or agency.
type Body struct {
	ID           string    `yaml:"id"`    // the file's name
	Level        string    `yaml:"level"` // peer group: central or local
	Type         string    `yaml:"type"`  // ministry, akimat, agency, …
	Names        Names     `yaml:"names"`
	Aliases      []string  `yaml:"aliases,omitempty"`      // other names that pages print
	Region       *Region   `yaml:"region,omitempty"`       // nil for a central body
	Zone         string    `yaml:"zone,omitempty"`         // "" for the country's
	ValidFrom    string    `yaml:"valid_from,omitempty"`   // YYYY-MM-DD, inclusive; "" when open
	ValidTo      string    `yaml:"valid_to,omitempty"`     // YYYY-MM-DD, inclusive; "" when open
	Predecessors []string  `yaml:"predecessors,omitempty"` // ids
	Note         string    `yaml:"note,omitempty"`
	Sources      []Source  `yaml:"sources,omitempty"`
	Accounts     []Account `yaml:"accounts,omitempty"`
}

// Region is the territory of a local body.
type Region struct {
	ISO    string `yaml:"iso"`  // ISO 3166-2
	Kind   string `yaml:"kind"` // oblast, city
	Center string `yaml:"center,omitempty"`
	KATO   string `yaml:"kato,omitempty"` // code of the national classifier
}

// Source is one official page, channel or site on which a body can be asked.
type Source struct {
	ID         string `yaml:"id"`       // unique in the registry
	Platform   string `yaml:"platform"` // name of a parser
	URL        string `yaml:"url"`
	Owner      string `yaml:"owner,omitempty"`  // whose server it is, for politeness; "" for the host of URL
	Zone       string `yaml:"zone,omitempty"`   // "" for the body's
	Shared     bool   `yaml:"shared,omitempty"` // a portal of many bodies: each page names its own
	Status     Status `yaml:"status"`
	Loopback   bool   `yaml:"allow_loopback,omitempty"` // may be served by this very machine
	Confidence string `yaml:"confidence"`               // verified, unverified
	Evidence   string `yaml:"evidence"`                 // where it was seen
	ValidFrom  string `yaml:"valid_from,omitempty"`
	ValidTo    string `yaml:"valid_to,omitempty"`
	Note       string `yaml:"note,omitempty"`
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
