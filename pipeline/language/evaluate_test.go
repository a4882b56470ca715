package language

import (
	"math"
	"strings"
	"testing"
)

func TestReadExamples(t *testing.T) {
	const in = "lang\trole\tclass\ttext\nru\tcitizen\tquestion\tКогда?\r\nkk\tofficial\trefusal\tЖоқ\n"
	got, err := ReadExamples(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	want := Example{Language: Russian, Role: Citizen, Class: Question, Text: "Когда?"}
	if len(got) != 2 || got[0] != want {
		t.Errorf("ReadExamples = %+v, want %+v first of 2", got, want)
	}
}

func TestReadExamplesRefuses(t *testing.T) {
	const header = "group\tlang\trole\tclass\ttheme\ttext\n"
	tests := []struct{ name, in, want string }{
		{"empty", "", "empty"},
		{"unknown column", "lang\trole\tclass\ttext\tnote\n", `line 1: unknown or repeated column "note"`},
		{"repeated column", "lang\tlang\trole\tclass\ttext\n", `unknown or repeated column "lang"`},
		{"missing column", "lang\trole\tclass\n", `no column "text"`},
		{"column too few", header + "g\tru\tcitizen\tquestion\tКогда?\n", "line 2: 5 columns, want 6"},
		{"unknown language", header + "g\tde\tcitizen\tquestion\tnone\tКогда?\n", "line 2: unknown language"},
		{"unknown role", header + "g\tru\tking\tquestion\tnone\tКогда?\n", "unknown role"},
		{"class of the other role", header + "g\tru\tofficial\tquestion\tnone\tКогда?\n", `unknown class "question" of role official`},
		{"unknown theme", header + "g\tru\tcitizen\tquestion\twater\tКогда?\n", "unknown theme"},
		{"no text", header + "g\tru\tcitizen\tquestion\tnone\t \n", "no text"},
		{"repeated", header + "g\tru\tcitizen\tquestion\tnone\tКогда?\ng\tru\tcitizen\trequest\tnone\tКогда?\n", "line 3: repeats line 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ReadExamples(strings.NewReader(tt.in)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("ReadExamples(%q) = %v, want an error with %q", tt.in, err, tt.want)
			}
		})
	}
}

// script answers from a table.
type script map[string]Verdict

func (script) Version() string               { return "script" }
func (script) Language(string) Language      { return Russian }
func (s script) Citizen(text string) Verdict { return s[text] }
func (s script) Official(text string) Verdict {
	return s[text]
}

func TestEvaluate(t *testing.T) {
	c := script{
		"q1": {Class: Question, Confidence: 0.95},
		"q2": {Class: Chatter, Confidence: 0.55},
		"r1": {Class: Question, Confidence: 0.95},
		"c1": {Class: Chatter, Confidence: 0.55},
		"c2": {Class: Request, Confidence: 0.35},
		"o1": {Class: Refusal, Confidence: 1},
	}
	r := Evaluate(c, []Example{
		{Language: Russian, Role: Citizen, Class: Question, Text: "q1"},
		{Language: Kazakh, Role: Citizen, Class: Question, Text: "q2"},
		{Language: Russian, Role: Citizen, Class: Request, Text: "r1"},
		{Language: Russian, Role: Citizen, Class: Chatter, Text: "c1"},
		{Language: Russian, Role: Citizen, Class: Chatter, Text: "c2"},
		{Language: Russian, Role: Official, Class: Refusal, Text: "o1"},
	})
	near := func(name string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	// Taken for needs: q1, r1 rightly, c2 wrongly; q2 is missed.
	near("precision of needs", r.Needs.Precision(), 2.0/3)
	near("recall of needs", r.Needs.Recall(), 2.0/3)
	// F1: question 1/2, request 0, chatter 1/2; the others do not occur.
	near("macro-F1 of citizens' classes", r.Citizen.MacroF1(), (0.5+0+0.5)/3)
	near("macro-F1 of officials' classes", r.Official.MacroF1(), 1)
	if right, n := r.Languages.Right(), r.Languages.N(); right != 5 || n != 6 {
		t.Errorf("%d of %d languages right, want 5 of 6", right, n)
	}
	// Bins: .3–.4 one wrong; .5–.6 one of two; .9–1 two of three.
	near("calibration error", r.CalibrationError(), (0.35+math.Abs(1.1-1)+math.Abs(2.9-2))/6)
}

func TestEvaluateNothing(t *testing.T) {
	r := Evaluate(Cues(), nil)
	if got := []float64{r.Citizen.MacroF1(), r.Needs.F1(), r.Needs.Precision(), 1 - r.CalibrationError()}; got[0] != 1 || got[1] != 1 || got[2] != 1 || got[3] != 1 {
		t.Errorf("report of nothing = %v, want ones", got)
	}
}

func TestEvaluateLeavesTextsWithoutWordsOutOfLanguages(t *testing.T) {
	r := Evaluate(Cues(), []Example{{Language: Russian, Role: Citizen, Class: Chatter, Text: "👍"}})
	if n := r.Languages.N(); n != 0 {
		t.Errorf("%d texts have a language, want 0", n)
	}
}
