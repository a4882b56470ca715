// Package language tells what a text says: in which language it is, whether a
// citizen asks something, whether an official's reply answers it, what it is about,
// and which texts are copies of each other.
//
// [Default] returns the classifier in use. It is a small linear model, trained from
// data/labelled.tsv by `qulaq train` and embedded ([qulaq/pipeline/language/model]);
// [Cues] is the list of phrases that it is measured against. Both are read-only,
// safe for concurrent use, and depend on nothing but the text, so that the version
// of a classifier in a derived row tells how to make the row again.
package language

import "strings"

// Language is the language of a text.
type Language string

// The languages. Kazakh is Kazakh in any script, also typed with Russian letters;
// Mixed is Kazakh and Russian within one text, as it is spoken in towns.
const (
	Undetermined Language = "" // no words
	Kazakh       Language = "kk"
	Russian      Language = "ru"
	Mixed        Language = "mixed"
	English      Language = "en"
)

// Languages lists all languages but Undetermined.
var Languages = []Language{Kazakh, Russian, Mixed, English}

// Role is on whose behalf a text speaks; it decides which classes there are.
type Role string

// The roles.
const (
	Citizen  Role = "citizen"
	Official Role = "official"
)

// Class is what a text does.
type Class string

// The classes of citizens' texts. The first three call for a reply.
const (
	Question  Class = "question"  // demands to know, with or without a question mark
	Request   Class = "request"   // demands an action
	Complaint Class = "complaint" // a grievance without either
	Praise    Class = "praise"    //
	Chatter   Class = "chatter"   // all else: greetings, remarks, headlines, quotations
	Ad        Class = "ad"        //
)

// The classes of officials' texts, the strongest first: a text that does several of
// these is of the first.
const (
	Substantive     Class = "substantive"     // tells what was asked, or what was or will be done
	Refusal         Class = "refusal"         // tells that it will not be
	Redirect        Class = "redirect"        // sends the person elsewhere, a private message included
	Acknowledgement Class = "acknowledgement" // received, passed on, will be looked at; asks for details here
	Closing         Class = "closing"         // thanks and farewells
)

// Classes lists the classes of each role, in the order in which they are documented.
var Classes = map[Role][]Class{
	Citizen:  {Question, Request, Complaint, Praise, Chatter, Ad},
	Official: {Substantive, Refusal, Redirect, Acknowledgement, Closing},
}

// Need tells whether texts of the class call for a reply.
func (c Class) Need() bool { return c == Question || c == Request || c == Complaint }

// Verdict is what a classifier says of a text.
type Verdict struct {
	Class      Class
	Confidence float64 // probability that Class is right, in [0, 1]
	Need       float64 // probability that the text calls for a reply; 0 for an official's
}

// Classifier reads texts. Texts may be redacted: placeholders are no words.
type Classifier interface {
	// Version names the classifier and its training; texts are classified
	// alike by classifiers of one version.
	Version() string
	// Citizen classifies what a citizen says.
	Citizen(text string) Verdict
	// Official classifies what a state body says.
	Official(text string) Verdict
	// Language tells the language of a text; Undetermined when it has no words.
	Language(text string) Language
}

// numbered is text with a number where the number of an appeal was redacted: one like
// any other.
func numbered(text string) string { return strings.ReplaceAll(text, "‹appeal›", "0000") }

// clean is text without what is no speech: addresses of pages and placeholders of
// what was redacted.
func clean(text string) string {
	if !strings.Contains(text, "‹") && !strings.Contains(text, "://") {
		return text
	}
	fields := strings.Fields(numbered(text))
	kept := fields[:0]
	for _, field := range fields {
		if strings.Contains(field, "://") || strings.HasPrefix(field, "‹") && strings.Contains(field, "›") {
			continue
		}
		kept = append(kept, field)
	}
	return strings.Join(kept, " ")
}
