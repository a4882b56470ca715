package jobs

import (
	"bytes"
	"io"
	"os"
	"testing"

	"qulaq/pipeline/language"

	"github.com/google/go-cmp/cmp"
)

// labelled reads a file of what people have told.
func labelled[T any](t testing.TB, read func(io.Reader) ([]T, error), file string) []T {
	t.Helper()
	f, err := os.Open("../pipeline/language/data/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := read(f)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// docs/accuracy.md is what the classifier in use does on the texts in the repository.
func TestAccuracyPageIsCurrent(t *testing.T) {
	sets := []TextSet{
		{Name: "test.tsv", Meaning: "situations and wordings that are not among the texts for training, from the same hands"},
		{Name: "fresh.tsv", Meaning: "other wordings, by which features and thresholds were chosen: a development set"},
		{Name: "fresh2.tsv", Meaning: "written last, without a look at any other text of these files, labelled before the model read it, and used to choose nothing: the one to go by"},
	}
	for i := range sets {
		sets[i].Examples = labelled(t, language.ReadExamples, sets[i].Name)
	}
	const replies = "templates.tsv"
	var page bytes.Buffer
	if err := WriteAccuracy(&page, language.Default(), sets, ReplySet{replies, labelled(t, language.ReadReplies, replies)}); err != nil {
		t.Fatal(err)
	}
	const file = "../docs/accuracy.md"
	if *update {
		if err := os.WriteFile(file, page.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), page.String()); diff != "" {
		t.Errorf("%s differs; go test ./jobs -run Accuracy -update (-file +program):\n%s", file, diff)
	}
}

// known answers as its table says.
type known struct{ citizen, official map[string]language.Class }

func (known) Version() string { return "known" }
func (k known) Citizen(text string) language.Verdict {
	return language.Verdict{Class: k.citizen[text], Confidence: 0.75}
}

func (k known) Official(text string) language.Verdict {
	return language.Verdict{Class: k.official[text], Confidence: 0.75}
}
func (known) Language(string) language.Language { return language.Russian }

func TestEvaluate(t *testing.T) {
	c := known{
		map[string]language.Class{"a": language.Question, "b": language.Question, "c": language.Chatter, "d": language.Request, "e": language.Chatter},
		map[string]language.Class{"f": language.Refusal},
	}
	text := func(l language.Language, role language.Role, class language.Class, text string) language.Example {
		return language.Example{Language: l, Role: role, Class: class, Text: text}
	}
	e, err := Evaluate(c, []language.Example{
		text(language.Russian, language.Citizen, language.Question, "a"),
		text(language.Russian, language.Citizen, language.Request, "b"),
		text(language.Russian, language.Citizen, language.Question, "c"),
		text(language.Kazakh, language.Citizen, language.Chatter, "d"),
		text(language.Kazakh, language.Citizen, language.Chatter, "e"),
		text(language.Kazakh, language.Official, language.Refusal, "f"),
	})
	if err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if d := got - want; d > 1e-4 || d < -1e-4 {
			t.Errorf("%s = %.5f, want %.5f", what, got, want)
		}
	}
	// Taken for needs: a, b rightly, d wrongly; c is missed.
	near("precision of needs", e.NeedsReply.Precision, 2.0/3)
	near("recall of needs", e.NeedsReply.Recall, 2.0/3)
	near("its lower limit", e.NeedsReply.RecallLo, 0.20766) // Wilson of 2 of 3
	near("its upper limit", e.NeedsReply.RecallHi, 0.93851)
	near("F1 of needs", e.NeedsReply.F1, 2.0/3)
	near("its lower limit", e.NeedsReply.F1Lo, 2*0.15004/1.15004) // Wilson of 2 of 4
	// F1: question 1/2, request 0, chatter 1/2.
	near("macro-F1 of citizens", e.MacroF1[language.Citizen], 1.0/3)
	near("macro-F1 of officials", e.MacroF1[language.Official], 1)
	near("languages", e.Languages.Right, 0.5)
	if len(e.ByLanguage) != 2 || e.ByLanguage[0].Language != language.Kazakh || e.ByLanguage[0].Texts != 3 || e.ByLanguage[0].NeedsReply.N != 0 {
		t.Errorf("by language = %+v, want Kazakh with 3 texts and no need first of 2", e.ByLanguage)
	}
	if len(e.ByWriting) != 1 || e.ByWriting[0].Name() != "kk, Latin letters" || e.ByWriting[0].Texts != 3 {
		t.Errorf("by writing = %+v, want the 3 Kazakh texts in Latin letters", e.ByWriting)
	}
	near("Kazakh told to be Kazakh", e.ByWriting[0].Told, 0)
	near("its upper limit", e.ByWriting[0].ToldHi, 0.56150) // Wilson of 0 of 3
	near("Russian told to be Russian", e.ByLanguage[1].Told, 1)
	// 3 of the 6 are right, all with confidence 0.75.
	near("calibration error", e.CalibrationError, 0.25)
	if r := e.Roles[0]; r.MacroF1Lo > r.MacroF1 || r.MacroF1Hi < r.MacroF1 || r.MacroF1Hi == r.MacroF1Lo {
		t.Errorf("macro-F1 = %v [%v–%v]: no limits", r.MacroF1, r.MacroF1Lo, r.MacroF1Hi)
	}
}

func TestWriting(t *testing.T) {
	for in, want := range map[string]string{
		"ЖОЛДЫ ЖӨНДЕҢІЗ":      kazakhLetters,
		"жолды жонденизш":     russianLetters,
		"Whatsappка жазыныз":  russianLetters,
		"e-Otinish арқылы":    kazakhLetters,
		"jol jóndeý qashan":   latinLetters,
		"jol nashar, 2 jyl 😡": latinLetters,
	} {
		if got := writing(in); got != want {
			t.Errorf("writing(%q) = %q, want %q", in, got, want)
		}
	}
}
