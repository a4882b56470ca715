package selectors

// Site tells how the pages of one source are read. It is written as the block
// "selectors" of a source in the registry; docs/sources.md shows how.
//
// Values are named by CSS selectors on a site of format html, and by JSON paths
// on one of format json (see path.go for the part of RFC 9535 that is known).
type Site struct {
	Format       string    `yaml:"format"`                  // html, json
	QuestionSite bool      `yaml:"question_site,omitempty"` // made for questions: every citizen's item is a need
	Start        []string  `yaml:"start,omitempty"`         // listings beside the source's url
	Pages        []Page    `yaml:"pages"`                   // one of each kind that is visited
	Fixtures     []Fixture `yaml:"fixtures,omitempty"`      // saved pages, and what must be read in them
}

// Page is a kind of page. Its address tells it from the others.
type Page struct {
	Kind      string   `yaml:"kind"`                     // listing, question, post, document
	Address   string   `yaml:"address"`                  // path and query, such as /questions/{id}
	Threads   *Threads `yaml:"threads,omitempty"`        // of a listing: what it leads to
	Items     []Item   `yaml:"items,omitempty"`          // of every other page: what is said on it
	Addressee *Value   `yaml:"addressee,omitempty,flow"` // name of the body that the page is about
	Declared  *Count   `yaml:"declared,omitempty,flow"`  // how many items the page says its thread has
	None      string   `yaml:"none,omitempty"`           // what a listing shows that has no threads
	Closed    *Value   `yaml:"closed,omitempty,flow"`    // there when nobody may comment any more
	Gone      *Value   `yaml:"gone,omitempty,flow"`      // there when the thread does not exist
	Next      *Next    `yaml:"next,omitempty,flow"`      // the next page of the same thread
}

// Value is a text of a page. An element is looked for from where the value is
// declared: within an item, or on the page.
type Value struct {
	Select    string `yaml:"select,omitempty"`    // the first match counts; "" for the item itself
	Attribute string `yaml:"attribute,omitempty"` // html: the attribute that holds the text; "" for the element's text
	Match     string `yaml:"match,omitempty"`     // regular expression; the text is its first group, or all that it matches
}

// Threads tells where a listing leads.
type Threads struct {
	Select    string `yaml:"select"`                   // the entry of one thread
	Link      *Link  `yaml:"link,flow"`                // its address
	Published *Time  `yaml:"published,omitempty,flow"` // when it was opened
	Declared  *Value `yaml:"declared,omitempty,flow"`  // how many items it has
}

// Link is an address: as it is, or made of a value. On a site of format html the
// attribute is href when none is named.
type Link struct {
	Value   `yaml:",inline"`
	Address string `yaml:"address,omitempty"` // such as /api/questions/{value}
}

// Item is a kind of utterance.
type Item struct {
	Select   string  `yaml:"select"`                 // the element of one item, from the page
	Kind     string  `yaml:"kind"`                   // post, question, comment, answer
	Opens    bool    `yaml:"opens,omitempty"`        // it opens the thread: its id is the thread's address
	ID       *Value  `yaml:"id,omitempty,flow"`      // unique within the thread
	Parent   *Parent `yaml:"parent,omitempty,flow"`  // what it answers
	Text     *Text   `yaml:"text,flow"`              // as its author wrote it
	Time     *Time   `yaml:"time,omitempty,flow"`    // when it was published; between two visits where the page does not tell
	Role     *Role   `yaml:"role,omitempty,flow"`    // on whose behalf it speaks
	Author   *Value  `yaml:"author,omitempty,flow"`  // name of the author; never stored
	Account  *Value  `yaml:"account,omitempty,flow"` // lasting id of the author; stored as a pseudonym
	Edited   *Value  `yaml:"edited,omitempty,flow"`  // there when it is marked as edited
	Deleted  *Value  `yaml:"deleted,omitempty,flow"` // there when it is shown as deleted
	Outcome  *Value  `yaml:"outcome,omitempty,flow"` // the site's own verdict
	Optional bool    `yaml:"optional,omitempty"`     // its absence proves nothing and is not looked into
	None     string  `yaml:"none,omitempty"`         // what stands in its place when there is none
}

// Parent tells which item an item answers. The value is the id of that item, as
// its own rule reads it. Where it is empty or 0, or none is declared, the place
// decides.
type Parent struct {
	Value `yaml:",inline"`
	Place string `yaml:"place,omitempty"` // around, before, opening
}

// Text is what an item says.
type Text struct {
	Value `yaml:",inline"`
	HTML  bool `yaml:"html,omitempty"` // json: the value holds HTML
}

// Time is a date as the page prints it. It is read only in the declared shapes,
// and in the zone of the source.
type Time struct {
	Value  `yaml:",inline"`
	Shapes []string `yaml:"shapes"`           // names of package when; unix, unix-ms
	Labels []string `yaml:"labels,omitempty"` // words that may stand before it
}

// Role tells on whose behalf an item speaks: always the same, or by a value. A
// value that is in neither list leaves it unknown.
type Role struct {
	Value    `yaml:",inline"`
	Is       string   `yaml:"is,omitempty"`       // official, citizen
	Official []string `yaml:"official,omitempty"` // values, whole
	Citizen  []string `yaml:"citizen,omitempty"`
}

// Count is a number that a page declares.
type Count struct {
	Value `yaml:",inline"`
	Of    []string `yaml:"of,omitempty"` // kinds of items that it counts; all but the opening one when empty
}

// Next leads to the next page: by a link, or by counting up to a number of pages.
// Which page an address is of stands in a parameter or in its path.
type Next struct {
	Value     `yaml:",inline"`
	Parameter string `yaml:"parameter,omitempty"`  // of the query, such as page
	Address   string `yaml:"address,omitempty"`    // of the pages after the first, such as /questions/{id}/page/{page}
	FromZero  bool   `yaml:"from_zero,omitempty"`  // the first page has the number 0, and not 1
	Pages     *Value `yaml:"pages,omitempty,flow"` // how many pages there are; needs parameter
}

// Fixture is a saved page with what must be read in it.
type Fixture struct {
	File    string `yaml:"file"`            // in the registry's folder fixtures
	URL     string `yaml:"url"`             // the address that it was had from
	Seen    string `yaml:"seen"`            // when, RFC 3339
	State   string `yaml:"state,omitempty"` // ok when left out
	Items   int    `yaml:"items,omitempty"`
	Threads int    `yaml:"threads,omitempty"`
}
