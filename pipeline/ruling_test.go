package pipeline

import (
	"testing"
	"time"

	"qulaq/pipeline/language"
	"qulaq/registry"
	"qulaq/schema"
)

// What the portal says of a reply goes before the classifier, and a person's code
// before both.
func TestRulingOfAPortalGoesBeforeTheClassifier(t *testing.T) {
	const said = "Ваш вопрос решён: дорога отремонтирована 3 мая." // substantive by its words
	country := &registry.Country{Bodies: []registry.Body{{ID: "b", Sources: []registry.Source{{ID: "s", Platform: "portal"}}}}}
	for _, test := range []struct {
		name, outcome, text string
		coded               language.Class
		want                language.Class
	}{
		{"no ruling", "", said, "", language.Substantive},
		{"a holding answer", "holding", said, "", language.Acknowledgement},
		{"a holding answer whose words were replaced", "holding", "", "", language.Acknowledgement},
		{"refused, whatever it says", "refused", said, "", language.Refusal},
		{"rejected, whatever it says", "rejected", said, "", language.Refusal},
		{"successful, whatever it says", "successful", "Обращение принято.", "", language.Substantive},
		{"asks for details", "waiting_clarification", said, "", language.Acknowledgement},
		{"closed without a word", "closed", "", "", language.Closing},
		{"closed with words", "closed", said, "", language.Substantive},
		{"a state that says nothing of the reply", "activity", said, "", language.Substantive},
		{"read by a person", "holding", said, language.Redirect, language.Redirect},
	} {
		t.Run(test.name, func(t *testing.T) {
			codes := Codes{}
			if test.coded != "" {
				codes[[2]string{"s", "r"}] = test.coded
			}
			d := NewDeriver(nil, country, language.Default(), codes, func(*registry.Source) bool { return true })
			u := &utterance{textHash: test.text, Item: schema.Item{
				SourceID: "s", ItemID: "r", Kind: "answer", Role: official, Text: test.text, Outcome: test.outcome,
			}}
			d.read(u)
			if u.Class != string(test.want) {
				t.Errorf("class of a reply with outcome %q = %s, want %s", test.outcome, u.Class, test.want)
			}
		})
	}
}

// A rejected or withdrawn question is neither answered nor met with silence: the
// wait ends with the last visit before.
func TestRejectedNeedIsCensored(t *testing.T) {
	see := func(hour int, change schema.Change, outcome string) schema.Sighting {
		return schema.Sighting{
			ItemID: "q", SeenAt: at(hour), PrevAt: at(hour - 1), Change: change, Kind: "question",
			PublishedLo: at(0), PublishedHi: at(0), Precision: "day", Outcome: outcome,
		}
	}
	visits := &looks{complete: []time.Time{at(1), at(2), at(9)}, missing: []time.Time{at(1), at(2), at(9)}}
	reply := &utterance{Item: schema.Item{ItemID: "a", PublishedLo: at(8), PublishedHi: at(8)}, reply: &reply{method: ByPage}}
	for _, test := range []struct {
		name    string
		history []schema.Sighting
		answers []*utterance
		want    time.Time
	}{
		{"under review: still waiting", []schema.Sighting{see(1, schema.First, "under_review")}, nil, at(9)},
		{"rejected", []schema.Sighting{see(1, schema.First, "under_review"), see(3, schema.Edited, "rejected")}, nil, at(2)},
		{"withdrawn", []schema.Sighting{see(1, schema.First, ""), see(3, schema.Edited, "withdrawn")}, nil, at(2)},
		{"rejected since before it was seen", []schema.Sighting{see(1, schema.First, "rejected")}, nil, at(0)},
		{"and published after all", []schema.Sighting{see(1, schema.First, "rejected"), see(3, schema.Edited, "")}, nil, at(9)},
		{"said once, seen again", []schema.Sighting{see(3, schema.First, "rejected"), see(5, schema.Edited, "rejected")}, nil, at(2)},
		{"with a reply it is that which counts", []schema.Sighting{see(1, schema.First, ""), see(3, schema.Edited, "rejected")}, []*utterance{reply}, at(9)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := exchange(foldItem(test.history, visits), test.answers).CensoredAt; !got.Equal(test.want) {
				t.Errorf("censored at %v, want %v", got, test.want)
			}
		})
	}
}
