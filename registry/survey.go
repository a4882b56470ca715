package registry

// Survey is what people of the country said when a study asked them: printed by
// others and only repeated here, to be laid beside what is measured.
type Survey struct {
	Study      Study
	Groups     []FocusGroup // nil when the folder has none, and so for the other tables
	Awareness  []Answer     // whether people know the reform
	Principles []Opinion    // what they think of its principles
	Attention  []Opinion    // whether authorities heed them
	Mentions   []Mention    // what focus groups spoke of
}

// Study tells where a survey comes from.
type Study struct {
	Citation    string      `yaml:"citation"`
	Asked       string      `yaml:"asked"`               // YYYY-MM, of the survey
	Respondents int         `yaml:"respondents"`         //
	Discussed   string      `yaml:"discussed,omitempty"` // YYYY-MM, of the focus groups; "" when there were none
	Tables      StudyTables `yaml:"tables"`              //
	Note        string      `yaml:"note,omitempty"`
}

// StudyTables are the numbers that the study gives to its tables; "" for none.
type StudyTables struct {
	Groups     string `yaml:"groups,omitempty"`
	Awareness  string `yaml:"awareness,omitempty"`
	Principles string `yaml:"principles,omitempty"`
	Attention  string `yaml:"attention,omitempty"`
	Mentions   string `yaml:"mentions,omitempty"`
}

// FocusGroup is a row of survey/groups.csv.
type FocusGroup struct {
	Location     string
	Settlement   string // Urban, Rural
	Region       string // as the study names it
	Date         string // YYYY-MM-DD
	Participants int
	Hours        float64
}

// Answer is a row of survey/awareness.csv.
type Answer struct {
	Text    string
	Percent float64 // of the respondents
}

// Opinion is a row of survey/principles.csv or attention.csv, in percent of the
// respondents.
type Opinion struct {
	Statement        string
	Yes, No, Unknown float64
	// Beside names what is measured of the same matter: of an authority the levels of
	// government that it stands for, of a principle one of BesideAny, BesideSubstantive
	// and BesideMedian. It is this registry's choice, not the study's; nil where nothing
	// of the matter is measured.
	Beside []string
}

// What is measured of a principle.
const (
	BesideAny         = "any"         // the share answered at all
	BesideSubstantive = "substantive" // the share answered in substance
	BesideMedian      = "median"      // the time until half are answered
)

// Mention is a row of survey/mentions.csv: how often focus groups spoke of a category.
type Mention struct {
	Theme     string // of the study
	Category  string // of the theme
	Frequency int
	Beside    string // id of the theme that is read in texts; "" for none
}
