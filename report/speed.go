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

// estimator estimates the shares answered at horizons of a clock, and the median;
// [stats.ErrNoData] when nobody was asked.
type estimator func(working bool, horizons []float64) (stats.Summary, error)

// ofRows estimates from needs, the rows of l.
func (e *Evidence) ofRows(l *schema.Latencies, rows []int) estimator {
	return func(working bool, horizons []float64) (stats.Summary, error) {
		s, err := e.draw(l, working, rows)
		if err != nil {
			return stats.Summary{}, err
		}
		return s.describe(horizons)
	}
}

// speed estimates from needs.
func (e *Evidence) speed(l *schema.Latencies, horizons []Horizon, main int, coverage float64, rows []int) (Speed, error) {
	return e.estimate(e.ofRows(l, rows), horizons, main, coverage, false)
}

// estimate fills a speed, on the calendar clock, and on the working clock for those
// horizons that are told in working days. main is the horizon that ranks. Numbers from
// counts have bands.
func (e *Evidence) estimate(from estimator, horizons []Horizon, main int, coverage float64, counts bool) (Speed, error) {
	out := Speed{Rates: make([]Number, len(horizons))}
	for _, working := range []bool{false, true} {
		at, places := onClock(horizons, working)
		if len(at) == 0 && working {
			continue
		}
		summary, err := from(working, at)
		if errors.Is(err, stats.ErrNoData) {
			return e.silence(out), nil
		}
		if err != nil {
			return out, err
		}
		basis := e.basis(summary, coverage)
		for i, place := range places {
			rate := &summary.Rates[i]
			basis.Horizon = horizons[place].String()
			if counts {
				basis.Band = &rate.Band
			}
			out.Rates[place] = basis.Number(rate.Share, rate.Limits)
			if place == main {
				out.main = rate.Evidence
			}
		}
		if !working {
			basis.Horizon = ""
			if counts {
				basis.Band = &summary.Median.Band
			}
			out.Median = basis.Number(summary.Median.Time, summary.Median.Limits)
			out.Method = summary.Method
		}
	}
	return out, nil
}

// onClock are the days of those horizons that a clock tells, and their places.
func onClock(horizons []Horizon, working bool) (days []float64, places []int) {
	for i, h := range horizons {
		if h.Working == working {
			days, places = append(days, h.Days), append(places, i)
		}
	}
	return days, places
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
