package report

import (
	"errors"
	"time"

	"qulaq/schema"
	"qulaq/stats"
)

// Sample is a hand-coded sample of citizens' items. With one, rates are also told
// corrected for the errors of the classifier.
type Sample struct {
	Frame []Candidate // all citizens' items
	// The needs among the coded items, with what people told of them and of the
	// replies to them: both in one order, that of Candidate.Is.
	Any, Substantive *schema.Latencies
}

// Candidate is a citizen's item, which may be a need.
type Candidate struct {
	BodyID, SourceID, ThreadID string
	Asked                      time.Time
	Read                       int     // row of Evidence.Any, and of Substantive; -1 when the classifier passed it over
	Weight                     float64 // how many items it stands for; 0 when it was not coded
	Is                         int     // row of the sample's Any, and Substantive; -1 when it was not coded, or is no need
}

// MinCoded is the number of coded items, of those that the classifier took for needs
// and of those that it passed over, from which on a corrected rate is told. In
// simulation (docs/method.md) its limits then hold what they promise.
const MinCoded = 50

// CodedBasis tells what a corrected number rests on.
type CodedBasis struct {
	Items      int     `json:"items"`      // that people coded
	Needs      int     `json:"needs"`      // of these, true needs
	False      int     `json:"false"`      // taken for needs by the classifier, and none
	Missed     int     `json:"missed"`     // needs that it passed over
	Classifier float64 `json:"classifier"` // weight that its reading has, by how right it is: from 0 to 1
}

// by sorts the candidates into domains, such as bodies or months; "" for none.
func (s *Sample) by(domain func(*Candidate) (string, error)) (map[string][]*Candidate, error) {
	domains := map[string][]*Candidate{}
	if s == nil {
		return domains, nil
	}
	for i := range s.Frame {
		name, err := domain(&s.Frame[i])
		if err != nil {
			return nil, err
		}
		domains[name] = append(domains[name], &s.Frame[i])
	}
	return domains, nil
}

// correct adds to the speeds of a domain the rates that a sample corrects, if it has
// enough of the domain.
func (e *Evidence) correct(domain []*Candidate, horizons []Horizon, any, substantive *Speed) error {
	on, ok := coded(domain)
	if !ok {
		return nil
	}
	var err error
	if any.Corrected, err = e.corrected(domain, on, horizons, any.Rates, e.Any, e.Sample.Any); err != nil {
		return err
	}
	substantive.Corrected, err = e.corrected(domain, on, horizons, substantive.Rates, e.Substantive, e.Sample.Substantive)
	return err
}

// coded counts what of a domain is coded, and tells whether that is enough.
func coded(domain []*Candidate) (on CodedBasis, ok bool) {
	var all, coded [2]int // passed over, taken
	for _, c := range domain {
		side := c.side()
		all[side]++
		if c.Weight == 0 {
			continue
		}
		coded[side]++
		on.Items++
		switch {
		case c.Is >= 0:
			if on.Needs++; c.Read < 0 {
				on.Missed++
			}
		case c.Read >= 0:
			on.False++
		}
	}
	return on, on.Needs > 0 && coded[0] >= min(MinCoded, all[0]) && coded[1] >= min(MinCoded, all[1])
}

// side is 1 of what the classifier took for a need, 0 of what it passed over.
func (c *Candidate) side() int {
	if c.Read >= 0 {
		return 1
	}
	return 0
}

// corrected are the rates of a domain at the horizons, of which plain are the plain
// ones: read tells the latencies of what was taken for needs, coded those that people
// told.
func (e *Evidence) corrected(domain []*Candidate, on CodedBasis, horizons []Horizon, plain []Number, read, coded *schema.Latencies) ([]Number, error) {
	out := make([]Number, len(horizons))
	for _, working := range []bool{false, true} {
		at, places := onClock(horizons, working)
		if len(at) == 0 {
			continue
		}
		elapsed := e.calendarDays
		if working {
			elapsed = e.workingDays()
		}
		cases, err := e.cases(domain, read, coded, elapsed)
		if err != nil {
			return nil, err
		}
		rates, err := stats.Correct(cases, at, stats.CorrectOptions{Seed: 1})
		if errors.Is(err, stats.ErrUncoded) { // one item, or two, of which one is coded
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for i, place := range places {
			basis, rests := plain[place].basis, on
			rests.Classifier = rates[i].Classifier
			basis.Coded = &rests
			out[place] = basis.Number(rates[i].Share, rates[i].Limits)
		}
	}
	return out, nil
}

// cases are the candidates as the estimator wants them.
func (e *Evidence) cases(domain []*Candidate, read, coded *schema.Latencies, elapsed clock) ([]stats.Case, error) {
	cases := make([]stats.Case, len(domain))
	threads := map[[2]string]int{}
	for i, c := range domain {
		thread := [2]string{c.SourceID, c.ThreadID}
		if _, ok := threads[thread]; !ok {
			threads[thread] = len(threads)
		}
		x := &cases[i]
		x.Stratum, x.Cluster, x.Weight = c.side(), threads[thread], c.Weight
		var err error
		if x.Taken = c.Read >= 0; x.Taken {
			if x.Read, err = e.observe(read, c.Read, elapsed); err != nil {
				return nil, err
			}
		}
		if x.Is = c.Is >= 0; x.Is {
			if x.True, err = e.observe(coded, c.Is, elapsed); err != nil {
				return nil, err
			}
		}
	}
	return cases, nil
}
