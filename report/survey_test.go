package report

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/registry"
	"qulaq/schema"
)

// surveyEvidence is one central body that answers everything within a day, and a
// local one that answers nothing.
func surveyEvidence(t *testing.T) *Evidence {
	t.Helper()
	var needs []need
	for range 30 {
		needs = append(needs, need{"steady", date(2021, 8, 2), 1, 1})
	}
	for range 20 {
		needs = append(needs, need{"silent", date(2026, 3, 2), 60, never})
	}
	e := evidence(t, needs...)
	country := *e.Index.Country()
	country.Bodies = slices.Clone(country.Bodies)
	for i := range country.Bodies {
		if b := &country.Bodies[i]; b.ID == "silent" {
			b.Level, b.Region = registry.Local, &registry.Region{ISO: "KZ-10"}
		}
	}
	var err error
	if e.Index, err = registry.NewIndex(&country); err != nil {
		t.Fatal(err)
	}
	e.Coverage = map[string]schema.Covered{"steady": {Declared: 100, Parsed: 100}, "silent": {Declared: 100, Parsed: 80}}
	return e
}

// aboutHealth is the theme of what the central body is asked; the rest has none.
func aboutHealth(l *schema.Latencies, row int) string {
	if l.BodyID[row] == "steady" {
		return "healthcare"
	}
	return ""
}

func compareSurvey(t *testing.T, e *Evidence, o SurveyOptions) (*SurveyComparison, map[string]SurveyRow) {
	t.Helper()
	o.Horizon = Horizon{Days: 7}
	c, err := CompareSurvey(e, e.Index.Country().Survey, aboutHealth, o)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]SurveyRow{}
	for _, r := range c.Rows {
		rows[r.Table+" "+r.Said] = r
	}
	return c, rows
}

func TestSurveyIsLaidBesideTheSameMatter(t *testing.T) {
	c, rows := compareSurvey(t, surveyEvidence(t), SurveyOptions{})
	for _, tt := range []struct {
		row, beside string
		anyReply    string
		real        bool
		median      bool
		coverage    float64
	}{
		{"5 Central state authorities", "bodies: central", "100 % [92–100]", true, true, 1},
		{"5 Local municipalities", "bodies: regional, local", "0 % [0–12]", true, true, 0.8},
		{"4 State officials started to hear about citizens' problems", "all bodies", "60 % [46–73]", false, false, 0.9},
		{"8 Healthcare", "theme: healthcare", "100 % [92–100]", true, true, 0.9},
	} {
		r := rows[tt.row]
		if r.Any == nil {
			t.Errorf("%s: nothing measured", tt.row)
			continue
		}
		if r.Beside != tt.beside || r.Any.Percent() != tt.anyReply || r.Any.Basis().Coverage != tt.coverage {
			t.Errorf("%s: %s of %s, coverage %v, want %s of %s, %v", tt.row, r.Any.Percent(), r.Beside, r.Any.Basis().Coverage, tt.anyReply, tt.beside, tt.coverage)
		}
		if (r.Substantive != nil) != tt.real || (r.Median != nil) != tt.median {
			t.Errorf("%s: substantive %v and median %v, want them: %v and %v", tt.row, r.Substantive, r.Median, tt.real, tt.median)
		}
	}
	quick := rows["4 State bodies began to respond quickly to the needs of the population"]
	if quick.Any != nil || quick.Substantive != nil || quick.Median.Value() != 1 {
		t.Errorf("speed: %+v, want the median of a day alone", quick)
	}
	for _, unmeasured := range []string{"4 Pluralism of opinions (different points of view) is accepted", "8 Corruption"} {
		if r := rows[unmeasured]; r.Any != nil || r.Substantive != nil || r.Median != nil {
			t.Errorf("%s: %+v, want nothing measured", unmeasured, r)
		}
	}
	if m := c.Measured; m.Needs != 50 || m.Themeless != 20 || m.First.Format(time.DateOnly) != "2021-08-02" || m.Last.Format(time.DateOnly) != "2026-03-02" {
		t.Errorf("measured = %+v, want 50 needs from 2021-08-02 to 2026-03-02, 20 without a theme", m)
	}
}

// The limits are Wilson's for 510 of 1200: 0.425, as the study prints it.
func TestBeliefsHaveLimits(t *testing.T) {
	_, rows := compareSurvey(t, surveyEvidence(t), SurveyOptions{})
	b := rows["5 Central state authorities"].Believed
	if b.Yes != 0.425 || b.No != 0.386 || b.Unknown != 0.19 || math.Abs(b.Lo-0.3973) > 5e-5 || math.Abs(b.Hi-0.4532) > 5e-5 {
		t.Errorf("believed = %+v, want 0.425 [0.3973–0.4532], 0.386 and 0.19", *b)
	}
}

func TestSurveyOfATime(t *testing.T) {
	c, rows := compareSurvey(t, surveyEvidence(t), SurveyOptions{AskedFrom: date(2021, 8, 2), AskedTo: date(2021, 9, 1)})
	if c.Measured.Needs != 30 || rows["5 Local municipalities"].Any != nil || rows["5 Central state authorities"].Any.Basis().Needs != 30 {
		t.Errorf("of 2021: %+v, local %v, want the 30 needs of the central body alone", c.Measured, rows["5 Local municipalities"].Any)
	}
	if c, _ := compareSurvey(t, surveyEvidence(t), SurveyOptions{AskedTo: date(2021, 8, 2)}); c.Measured != nil {
		t.Errorf("before the first need: %+v, want none", c.Measured)
	}
}

func TestPublicSurveyHidesSmallCells(t *testing.T) {
	e := surveyEvidence(t)
	c, _ := compareSurvey(t, e, SurveyOptions{})
	if got := PublicSurvey(c).Rows[0].Any.Percent(); got != "100 % [92–100]" {
		t.Errorf("a row of 30 needs = %s, want its rate", got)
	}
	few := evidence(t, need{"steady", date(2021, 8, 2), 1, 1}, need{"silent", date(2021, 8, 3), 1, 1})
	few.Index = e.Index
	c, _ = compareSurvey(t, few, SurveyOptions{})
	text, err := json.Marshal(PublicSurvey(c))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), `"n":`) || strings.Contains(string(text), "2021-08-0") || !strings.Contains(string(text), `"suppressed":true`) {
		t.Errorf("public comparison of two needs tells of them: %s", text)
	}
	if c.Rows[0].Any.Suppressed() || c.Measured == nil {
		t.Error("PublicSurvey changed what it was given")
	}
}

func BenchmarkCompareSurvey(b *testing.B) {
	var needs []need
	for i := range 20000 {
		needs = append(needs, need{[]string{"steady", "silent"}[i%2], date(2026, 3, 2), float64(i%90) / 3, float64(i%90) / 3})
	}
	e := evidence(b, needs...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := CompareSurvey(e, e.Index.Country().Survey, aboutHealth, SurveyOptions{Horizon: Horizon{Days: 7}}); err != nil {
			b.Fatal(err)
		}
	}
}
