package report

import (
	"errors"
	"math"

	"qulaq/schema"
	"qulaq/stats"
)

// Speed is how needs are answered: the share by each horizon, and the median.
type Speed struct {
	Rates     []Number       `json:"rates"`               // one for each horizon of the report
	Corrected []Number       `json:"corrected,omitempty"` // the same with the classifier's errors corrected; nil without a sufficient hand-coded sample
	Median    Number         `json:"median_days"`
	Method    stats.Method   `json:"method"`
	main      stats.Evidence // of the horizon that ranks
}

// speed estimates on the calendar clock, and on the working clock for those
// horizons that are told in working days. main is the horizon that ranks.
func (e *Evidence) speed(l *schema.Latencies, horizons []Horizon, main int, coverage float64, rows []int) (Speed, error) {
	out := Speed{Rates: make([]Number, len(horizons))}
	for _, working := range []bool{false, true} {
		var at []float64
		var places []int
		for i, h := range horizons {
			if h.Working == working {
				at, places = append(at, h.Days), append(places, i)
			}
		}
		if len(at) == 0 && working {
			continue
		}
		s, err := e.draw(l, working, rows)
		if err != nil {
			return out, err
		}
		summary, err := s.describe(at)
		if errors.Is(err, stats.ErrNoData) {
			return e.silence(out), nil
		}
		if err != nil {
			return out, err
		}
		basis := e.basis(summary, coverage)
		for i, place := range places {
			basis.Horizon = horizons[place].String()
			out.Rates[place] = basis.Number(summary.Rates[i].Share, summary.Rates[i].Limits)
			if place == main {
				out.main = summary.Rates[i].Evidence
			}
		}
		if !working {
			basis.Horizon = ""
			out.Median = basis.Number(summary.Median.Time, summary.Median.Limits)
			out.Method = summary.Method
		}
	}
	return out, nil
}

// both estimates the speeds of any and of substantive replies from needs, corrected
// where a sample has enough of them.
func (e *Evidence) both(domain []*Candidate, horizons []Horizon, main int, coverage float64, rows, realRows []int, any, substantive *Speed) (err error) {
	if *any, err = e.speed(e.Any, horizons, main, coverage, rows); err != nil {
		return err
	}
	if *substantive, err = e.speed(e.Substantive, horizons, main, coverage, realRows); err != nil {
		return err
	}
	return e.correct(domain, horizons, any, substantive)
}

// CorrectedAt is the corrected rate at the i-th horizon, which rests on nothing where
// there is none.
func (s Speed) CorrectedAt(i int) Number {
	if s.Corrected == nil {
		return Nothing()
	}
	return s.Corrected[i]
}

// silence is the speed of nobody who was asked: nothing is known.
func (e *Evidence) silence(s Speed) Speed {
	none := Basis{AsOf: e.AsOf}
	for i := range s.Rates {
		s.Rates[i] = none.Number(0, stats.Interval{Lo: 0, Hi: 1})
	}
	s.Median = none.Number(math.Inf(1), stats.Interval{Lo: 0, Hi: math.Inf(1)})
	return s
}
