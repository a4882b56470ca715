package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
	"time"

	"qulaq/pipeline"
	"qulaq/pipeline/language"
	"qulaq/registry"
	"qulaq/report"
	"qulaq/schema"
	"qulaq/simulate"
	"qulaq/stats"
)

// Audit holds what was measured of one body of a simulated republic against its
// truth, and what the usual formulas make of the same data.
type Audit struct {
	BodyID   string  `json:"body_id"`
	Needs    int     `json:"needs"`        // that were really put to it until the audit
	Found    int     `json:"found"`        // of these, as told by hand
	Read     int     `json:"read"`         // needs, as told by the classifier
	Watched  float64 `json:"watched_days"` // from the first day until the audit
	Rates    []Rate  `json:"rates"`
	Median   Rate    `json:"median_days"`
	AtMedian float64 `json:"truth_at_measured_median"` // share truly answered by the measured median
	Naive    []Naive `json:"naive"`
}

// Rate is a number that is known twice. Ours is measured with needs and kinds of
// replies told by hand, so that it shows what collection, linking and estimation
// do; Read is measured with them told by the classifier, whose own error it adds.
type Rate struct {
	What  string  `json:"what"`
	Truth float64 `json:"truth"`
	Ours  float64 `json:"ours"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
	Read  float64 `json:"read"`
}

// MarshalJSON writes what was not reached as null.
func (r Rate) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{
		"what": r.What, "truth": reached(r.Truth), "ours": reached(r.Ours),
		"lo": reached(r.Lo), "hi": reached(r.Hi), "read": reached(r.Read),
	})
}

func reached(x float64) any {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return x
}

// Naive is what a formula in common use gives for the same data.
type Naive struct {
	Formula string  `json:"formula"`
	Truth   float64 `json:"truth"` // of what it is taken to tell
	Value   float64 `json:"value"`
}

// MarshalJSON writes what there is not as null.
func (n Naive) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"formula": n.Formula, "truth": reached(n.Truth), "value": reached(n.Value), "off": reached(n.Off())})
}

// Off is the relative error of the formula.
func (n Naive) Off() float64 { return math.Abs(n.Value-n.Truth) / n.Truth }

// The bounds that a measurement is held to, on bodies with AuditNeeds or more.
const (
	AuditNeeds     = 300
	auditRateOff   = 0.02 // of a share, absolute
	auditMedianOff = 0.05 // of a median, relative
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
	beyond := m.Truth > a.Watched && m.Ours > a.Watched // who has watched for 30 days can tell no median of 60
	// Where hardly anybody is answered about the median, the curve is flat and the
	// median lies anywhere on it: then it is held to the bound of the rates.
	flat := math.Abs(a.AtMedian-0.5) <= auditRateOff
	if !beyond && !flat && !(math.Abs(m.Ours-m.Truth) <= auditMedianOff*m.Truth) {
		fails = append(fails, m)
	}
	return fails
}

// auditHorizons are those at which the rates are held against the truth.
var auditHorizons = []report.Horizon{{Days: 7}, {Days: 15, Working: true}}

// AuditRepublic compares what was measured of a republic until a moment with its
// truth, of which nothing but the classes of the items is told to the measurement.
func AuditRepublic(ctx context.Context, e *Env, republic *simulate.Republic, asOf time.Time) ([]Audit, error) {
	read, err := ranked(ctx, e, asOf)
	if err != nil {
		return nil, err
	}
	byHand := *e
	byHand.Codes = pipeline.Codes{}
	for _, item := range republic.Items() {
		byHand.Codes[[2]string{item.Source, item.ID}] = language.Class(item.Class)
	}
	coded, err := ranked(ctx, &byHand, asOf)
	if err != nil {
		return nil, err
	}
	clock, err := e.Index.Clock(e.Index.Location(nil, nil), asOf)
	if err != nil {
		return nil, err
	}
	var audits []Audit
	for body, ours := range coded.standings {
		t, err := truth(republic, body, asOf, clock)
		if err != nil {
			return nil, err
		}
		other := read.standings[body]
		a := Audit{
			BodyID: body, Needs: len(t.days), Found: ours.Any.Median.Basis().Needs, Read: other.Any.Median.Basis().Needs,
			Watched: asOf.Sub(republic.Start()).Hours() / 24,
		}
		for i, h := range auditHorizons {
			share, err := t.share(h)
			if err != nil {
				return nil, err
			}
			a.Rates = append(a.Rates, rateOf("any, "+h.String(), share, ours.Any.Rates[i], other.Any.Rates[i]))
		}
		median, err := t.median()
		if err != nil {
			return nil, err
		}
		if a.AtMedian, err = t.share(report.Horizon{Days: ours.Any.Median.Value()}); err != nil {
			return nil, err
		}
		a.Median = rateOf("median, any", median, ours.Any.Median, other.Any.Median)
		a.Naive = naive(coded.evidence.Any, body, coded.evidence.AsOf, t)
		audits = append(audits, a)
	}
	slices.SortFunc(audits, func(a, b Audit) int { return cmp.Compare(a.BodyID, b.BodyID) })
	return audits, nil
}

// measured is what a ranking tells of each body, and what it was made from.
type measured struct {
	evidence  *report.Evidence
	standings map[string]report.Standing
}

func ranked(ctx context.Context, e *Env, asOf time.Time) (measured, error) {
	evidence, err := Evidence(ctx, e, asOf)
	if err != nil {
		return measured{}, err
	}
	table, err := report.Ranking(evidence, report.RankOptions{Horizons: auditHorizons, Draws: 100})
	if err != nil {
		return measured{}, err
	}
	m := measured{evidence, map[string]report.Standing{}}
	for _, standing := range table {
		m.standings[standing.BodyID] = standing
	}
	return m, nil
}

func rateOf(what string, truth float64, ours, read report.Number) Rate {
	return Rate{what, truth, ours.Value(), ours.Limits().Lo, ours.Limits().Hi, read.Value()}
}

// truths are the latencies of all needs put to a body until the audit, to the
// second and followed to the end of the republic: exact, or censored where the
// need was deleted before anybody answered, or where nobody ever did.
type truths struct{ days, working []stats.Observation }

func truth(republic *simulate.Republic, body string, asOf time.Time, clock *registry.Clock) (truths, error) {
	var t truths
	for _, need := range republic.Truth() {
		if need.Body != body || need.Hidden || need.Asked.After(asOf) {
			continue
		}
		end, wait := need.Deleted, stats.Censored
		switch {
		case len(need.Replies) > 0:
			end, wait = need.Replies[0].At, stats.Exact
		case end.IsZero():
			end = republic.End().AddDate(0, 1, 0) // longer than any horizon
		}
		working, err := clock.Days(need.Asked, end)
		if err != nil {
			return t, err
		}
		t.days = append(t.days, wait(end.Sub(need.Asked).Hours()/24))
		t.working = append(t.working, wait(working))
	}
	return t, nil
}

// share is the part of the needs that were answered by a horizon, or would have
// been if nobody had deleted his question.
func (t truths) share(h report.Horizon) (float64, error) {
	latencies := t.days
	if h.Working {
		latencies = t.working
	}
	km, err := stats.KaplanMeier(latencies)
	if err != nil {
		return 0, err
	}
	share, _ := km.At(h.Days)
	return share, nil
}

func (t truths) median() (float64, error) {
	km, err := stats.KaplanMeier(t.days)
	if err != nil {
		return 0, err
	}
	return km.Quantile(0.5)
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
	var finite []float64
	for _, o := range t.days {
		if o.IsExact() {
			finite = append(finite, o.Lo)
		}
	}
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
