package report

import (
	"errors"
	"slices"

	"qulaq/schema"
	"qulaq/stats"
)

// CurvePoint is how many needs were answered by a time after asking.
type CurvePoint struct {
	Days        float64 `json:"days"` // calendar days
	Any         Number  `json:"any"`
	Substantive Number  `json:"substantive"`
}

// CurveDays are the times at which curves are told: close together where most
// answers come, up to 30 days.
var CurveDays = []float64{
	0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 21, 24, 27, 30,
}

// Curve estimates the share of needs that were answered by each of [CurveDays]: one
// minus the survival curve, with its limits at each point. No bodies stand for all
// of them. It is empty when nothing was asked.
func Curve(e *Evidence, bodies ...string) ([]CurvePoint, error) {
	coverage := e.covered(bodies...)
	points := make([]CurvePoint, len(CurveDays))
	for _, c := range []struct {
		kind      schema.ReplyKind
		latencies *schema.Latencies
		set       func(*CurvePoint, Number)
	}{
		{schema.AnyReply, e.Any, func(p *CurvePoint, n Number) { p.Any = n }},
		{schema.Substantive, e.Substantive, func(p *CurvePoint, n Number) { p.Substantive = n }},
	} {
		var from estimator
		if e.States != nil {
			from = e.States.of(c.kind, "", "")
		} else {
			from = e.ofRows(c.latencies, rowsOf(c.latencies, bodies))
		}
		summary, err := from(false, CurveDays)
		if errors.Is(err, stats.ErrNoData) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		basis := e.basis(summary, coverage)
		for i, rate := range summary.Rates {
			basis.Horizon = Horizon{Days: rate.At}.String()
			if e.States != nil {
				basis.Band = &rate.Band
			}
			points[i].Days = rate.At
			c.set(&points[i], basis.Number(rate.Share, rate.Limits))
		}
	}
	return points, nil
}

// rowsOf lists the rows of some bodies, of all when none is named.
func rowsOf(l *schema.Latencies, bodies []string) []int {
	var rows []int
	for row, body := range l.BodyID {
		if len(bodies) == 0 || slices.Contains(bodies, body) {
			rows = append(rows, row)
		}
	}
	return rows
}

// PublicCurve is a curve as it may be published.
func PublicCurve(points []CurvePoint) []CurvePoint {
	out := slices.Clone(points)
	for i := range out {
		out[i].Any, out[i].Substantive = out[i].Any.Public(), out[i].Substantive.Public()
	}
	return out
}
