package report

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"qulaq/schema"
)

// coded is an evidence in which a body was asked by n people and the classifier
// passed over m more items; each is coded who is. Of those taken for needs, one in
// four is none; of those passed over, one in five is a need. Whoever truly asks is
// answered after a day in two cases of three, and whoever does not never.
func codedEvidence(t testing.TB, n, m int, every int) *Evidence {
	t.Helper()
	var needs []need
	s := &Sample{Any: &schema.Latencies{}, Substantive: &schema.Latencies{}}
	var truth []need
	for i := range n + m {
		c := Candidate{BodyID: "steady", SourceID: "steady-page", ThreadID: fmt.Sprint(i), Asked: date(2026, 3, 2), Read: -1, Is: -1}
		is := i < n && i%4 != 3 || i >= n && i%5 == 4
		x := need{"steady", date(2026, 3, 2), 30, never}
		if is && i%3 != 0 {
			x.lo, x.hi = 1, 1
		}
		if i < n {
			c.Read = len(needs)
			needs = append(needs, x)
		}
		if i%every == 0 {
			if c.Weight = float64(every); is {
				c.Is = len(truth)
				truth = append(truth, x)
			}
		}
		s.Frame = append(s.Frame, c)
	}
	e := evidence(t, needs...)
	s.Any = evidence(t, truth...).Any
	s.Substantive = s.Any
	e.Sample = s
	return e
}

func TestRankingTellsPlainAndCorrected(t *testing.T) {
	e := codedEvidence(t, 1200, 1200, 7)
	table, err := Ranking(e, RankOptions{By: 2, Draws: 50})
	if err != nil {
		t.Fatal(err)
	}
	any := table[0].Any
	plain, corrected := any.Rates[2], any.CorrectedAt(2)
	if math.Abs(plain.Value()-0.5) > 0.01 {
		t.Errorf("plain rate = %s, want 50 %%: one in four taken for needs is none", plain.Percent())
	}
	// Of 900 needs that were found and 240 that were missed, two in three are answered.
	if math.Abs(corrected.Value()-2.0/3) > 0.05 || !corrected.Limits().Contains(2.0/3) || plain.Limits().Contains(2.0/3) {
		t.Errorf("corrected rate = %s, plain %s; want 67 %%, and the plain limits not to hold it", corrected.Percent(), plain.Percent())
	}
	on := corrected.Basis().Coded
	if on == nil || on.Items != 343 || on.False == 0 || on.Missed == 0 || on.Needs == 0 || on.Classifier < 0 || on.Classifier > 1 {
		t.Errorf("it rests on %+v, want 343 coded items with needs, false needs and missed ones", on)
	}
	if plain.Basis().Coded != nil {
		t.Errorf("the plain rate rests on %+v, want nothing coded", plain.Basis().Coded)
	}
	text, err := json.Marshal(table[0])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"corrected":[{`) || !strings.Contains(string(text), `"coded":{"items":343,`) {
		t.Errorf("JSON has no corrected rates with what they rest on: %s", text)
	}
}

// A sample of 20 says too little of a body, and nothing of another one.
func TestNoCorrectionFromFewCodes(t *testing.T) {
	for name, e := range map[string]*Evidence{
		"few":         codedEvidence(t, 1200, 1200, 120),
		"one side":    codedEvidence(t, 1200, 300, 7), // 43 of those passed over
		"none":        codedEvidence(t, 100, 100, 1000),
		"no sample":   {Index: kz(t), Any: codedEvidence(t, 9, 0, 1).Any, Substantive: codedEvidence(t, 9, 0, 1).Any, AsOf: date(2026, 11, 1)},
		"other body ": otherBody(codedEvidence(t, 400, 400, 2)),
	} {
		table, err := Ranking(e, RankOptions{Draws: 50})
		if err != nil {
			t.Fatal(err)
		}
		if any := table[0].Any; any.Corrected != nil || !math.IsNaN(any.CorrectedAt(0).Value()) {
			t.Errorf("%s: corrected = %v, want none", name, any.Corrected)
		}
	}
	// All coded is enough, however few.
	table, err := Ranking(codedEvidence(t, 40, 20, 1), RankOptions{Draws: 50})
	if err != nil {
		t.Fatal(err)
	}
	if got := table[0].Any.CorrectedAt(2); math.Abs(got.Value()-2.0/3) > 0.06 {
		t.Errorf("a census of 60 items is corrected to %s, want about 67 %%", got.Percent())
	}
}

func otherBody(e *Evidence) *Evidence {
	for i := range e.Sample.Frame {
		e.Sample.Frame[i].BodyID = "silent"
	}
	return e
}

func TestSeriesOfAllIsOnePoint(t *testing.T) {
	e := codedEvidence(t, 400, 400, 2)
	e.Any.AskedLo[3], e.Any.AskedHi[3] = date(2026, 1, 5), date(2026, 1, 5)
	points, err := Series(e, SeriesOptions{Period: ByAll})
	if err != nil {
		t.Fatal(err)
	}
	if len(points) != 1 || points[0].Period != "2026-01-05" || points[0].Any.Rates[0].Basis().Needs != 400 || points[0].Any.Corrected == nil {
		t.Errorf("Series = %d points, first %+v; want one from 2026-01-05 on, corrected", len(points), points)
	}
	weeks, err := Series(e, SeriesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(weeks) != 2 || weeks[1].Any.Corrected == nil {
		t.Errorf("weeks = %+v, want the second corrected", weeks)
	}
	if none, err := Series(&Evidence{Index: kz(t), Any: &schema.Latencies{}, Substantive: &schema.Latencies{}}, SeriesOptions{Period: ByAll}); err != nil || len(none) > 0 {
		t.Errorf("Series of nothing = %v, %v; want none", none, err)
	}
}
