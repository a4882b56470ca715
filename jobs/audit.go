package jobs

import (
	"cmp"
	"math"
	"qulaq/registry"
	"qulaq/report"
	"qulaq/schema"
	"qulaq/simulate"
	"slices"
	"time"
)

// Audit holds what was measured of one body of a simulated republic against its
// truth, and what the usual formulas make of the same data.
type Audit struct {
	BodyID   string  `json:"body_id"`
	Needs    int     `json:"needs"`    // that were really put to it
	Measured int     `json:"measured"` // that were found
	Rates    []Rate  `json:"rates"`
	Median   Rate    `json:"median_days"`
	Naive    []Naive `json:"naive"`
}

// Rate is a number that is known twice.
type Rate struct {
	What  string  `json:"what"`
	Truth float64 `json:"truth"`
	Ours  float64 `json:"ours"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
}

// Naive is what a formula in common use gives for the same data.
type Naive struct {
	Formula string  `json:"formula"`
	Truth   float64 `json:"truth"` // of what it is taken to tell
	Value   float64 `json:"value"`
}

// Off is the relative error of the formula.
func (n Naive) Off() float64 { return math.Abs(n.Value-n.Truth) / n.Truth }

// The bounds that a measurement is held to, on bodies with AuditNeeds or more.
const (
	AuditNeeds    = 300
	auditRateOff  = 0.02 // of a share, absolute
	auditMedanOff = 0.05 // of a median, relative
)

// Fails lists what is further from the truth than it may be. Bodies with few
// needs cannot fail: chance alone moves their numbers further.
func (a Audit) Fails() []Rate {
	if a.Needs < AuditNeeds {
		return nil
	}
	var fails []Rate
	for _, r := range a.Rates {
		if math.Abs(r.Ours-r.Truth) > auditRateOff {
			fails = append(fails, r)
		}
	}
	m := a.Median
	if !(math.IsInf(m.Truth, 1) && math.IsInf(m.Ours, 1)) && !(math.Abs(m.Ours-m.Truth) <= auditMedanOff*m.Truth) {
		fails = append(fails, m)
	}
	return fails
}

// auditHorizons are those at which the rates are held against the truth.
var auditHorizons = []report.Horizon{{Days: 7}, {Days: 15, Working: true}}

// AuditRepublic compares evidence with the truth of the republic it is of.
func AuditRepublic(e *report.Evidence, republic *simulate.Republic) ([]Audit, error) {
	table, err := report.Ranking(e, report.RankOptions{Horizons: auditHorizons, Draws: 100})
	if err != nil {
		return nil, err
	}
	clock, err := e.Index.Clock(e.Index.Location(nil, nil), e.AsOf)
	if err != nil {
		return nil, err
	}
	var audits []Audit
	for _, standing := range table {
		t, err := truth(republic, standing.BodyID, clock)
		if err != nil {
			return nil, err
		}
		a := Audit{BodyID: standing.BodyID, Needs: len(t.days), Measured: standing.Any.Median.Basis().Needs}
		for i, h := range auditHorizons {
			a.Rates = append(a.Rates, rateOf("any, "+h.String(), t.share(h), standing.Any.Rates[i]))
		}
		a.Median = rateOf("median, any", median(t.days), standing.Any.Median)
		a.Naive = naive(e.Any, standing.BodyID, e.AsOf, t)
		audits = append(audits, a)
	}
	slices.SortFunc(audits, func(a, b Audit) int { return cmp.Compare(a.BodyID, b.BodyID) })
	return audits, nil
}

func rateOf(what string, truth float64, n report.Number) Rate {
	return Rate{what, truth, n.Value(), n.Limits().Lo, n.Limits().Hi}
}

// truths are the latencies of all needs put to a body, to the second; +Inf for
// those that were never answered.
type truths struct{ days, working []float64 }

func truth(republic *simulate.Republic, body string, clock *registry.Clock) (truths, error) {
	var t truths
	for _, need := range republic.Truth() {
		if need.Body != body || need.Hidden {
			continue
		}
		days, working := math.Inf(1), math.Inf(1)
		if len(need.Replies) > 0 {
			at := need.Replies[0].At
			days = at.Sub(need.Asked).Hours() / 24
			var err error
			if working, err = clock.Days(need.Asked, at); err != nil {
				return t, err
			}
		}
		t.days, t.working = append(t.days, days), append(t.working, working)
	}
	return t, nil
}

// share is the part of the needs that were answered by a horizon.
func (t truths) share(h report.Horizon) float64 {
	latencies := t.days
	if h.Working {
		latencies = t.working
	}
	n := 0
	for _, l := range latencies {
		if l <= h.Days {
			n++
		}
	}
	return float64(n) / float64(len(latencies))
}

// naive computes what the usual formulas make of the needs of a body: averages
// over finished cases (MuckRock, FixMyStreet), answered of all asked (Alaveteli),
// and answered of those older than a fixed age (abgeordnetenwatch, WriteToThem).
func naive(l *schema.Latencies, body string, asOf time.Time, t truths) []Naive {
	var answered []float64
	asked, mature, matureAnswered := 0, 0, 0
	for row := range l.NeedID {
		if l.BodyID[row] != body {
			continue
		}
		asked++
		done := !math.IsInf(l.Hi[row], 1)
		if done {
			answered = append(answered, (l.Lo[row]+l.Hi[row])/2/day)
		}
		if asOf.Sub(l.AskedHi[row]) >= fixedAge {
			mature++
			if done {
				matureAnswered++
			}
		}
	}
	finite := slices.DeleteFunc(slices.Clone(t.days), func(x float64) bool { return math.IsInf(x, 1) })
	out := []Naive{
		{"mean of answered", mean(finite), mean(answered)},
		{"median of answered", median(finite), median(answered)},
		{"answered of asked", float64(len(finite)) / float64(len(t.days)), ratio(len(answered), asked)},
	}
	if mature > 0 {
		out = append(out, Naive{"answered of older than 14 days", float64(len(finite)) / float64(len(t.days)), ratio(matureAnswered, mature)})
	}
	return out
}

const (
	day      = 24 * 60 * 60 // seconds
	fixedAge = 14 * aDay
)

func ratio(k, n int) float64 { return float64(k) / float64(max(1, n)) }

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(max(1, len(x)))
}

// median is the least value that at least half of the values do not exceed; +Inf
// of nothing.
func median(x []float64) float64 {
	if len(x) == 0 {
		return math.Inf(1)
	}
	sorted := slices.Sorted(slices.Values(x))
	return sorted[(len(sorted)-1)/2]
}
