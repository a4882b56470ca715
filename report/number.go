// Package report makes what people read: rankings and series of reply rates and
// latencies.
//
// No number is bare: a [Number] can only be made from a [Basis], which says on
// how many needs it rests, how many of them are still open, how much of what
// there is was seen, and until when.
package report

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"qulaq/stats"
)

// Basis is what a number rests on.
type Basis struct {
	Horizon  string          // of a rate; "" of a median
	Needs    int             // needs that count
	Threads  int             // threads that they stand in
	Censored float64         // share of the needs without such a reply until last seen
	Coverage float64         // items read ÷ items declared, where pages declare; 1 where they do not
	AsOf     time.Time       // until when visits count
	Coded    *CodedBasis     // of a corrected number; nil of a plain one
	Band     *stats.Interval // of a number from counts in buckets of time: what it may be from exact times; nil of others
}

// Number is an estimate with its limits and its basis.
type Number struct {
	value  float64
	limits stats.Interval
	basis  Basis

	suppressed bool // it rests on too few needs to be published
}

// Number makes a number of an estimate.
func (b Basis) Number(value float64, limits stats.Interval) Number {
	return Number{value: value, limits: limits, basis: b}
}

// Nothing is the number of what is not measured: it rests on no need.
func Nothing() Number {
	return Basis{}.Number(math.NaN(), stats.Interval{Lo: math.NaN(), Hi: math.NaN()})
}

// Value is the estimate; +Inf when what it tells (a median) was not reached.
func (n Number) Value() float64 { return n.value }

// Limits are the limits of its 95 % interval.
func (n Number) Limits() stats.Interval { return n.limits }

// Basis is what it rests on.
func (n Number) Basis() Basis { return n.basis }

// MarshalJSON writes the number with its basis. What was not reached is null. Of a
// suppressed number there is nothing to write but that it is one.
func (n Number) MarshalJSON() ([]byte, error) {
	if n.suppressed {
		return json.Marshal(struct {
			Horizon    string    `json:"horizon,omitempty"`
			Value      *float64  `json:"value"`
			Suppressed bool      `json:"suppressed"`
			AsOf       time.Time `json:"as_of"`
		}{n.basis.Horizon, nil, true, n.basis.AsOf})
	}
	return json.Marshal(struct {
		Horizon  string      `json:"horizon,omitempty"`
		Value    *float64    `json:"value"`
		Lo       *float64    `json:"lo"`
		Hi       *float64    `json:"hi"`
		N        int         `json:"n"`
		Threads  int         `json:"threads"`
		Censored float64     `json:"censored"`
		Coverage float64     `json:"coverage"`
		AsOf     time.Time   `json:"as_of"`
		Coded    *CodedBasis `json:"coded,omitempty"`
		Band     *band       `json:"band,omitempty"`
	}{
		n.basis.Horizon, finite(n.value), finite(n.limits.Lo), finite(n.limits.Hi),
		n.basis.Needs, n.basis.Threads, n.basis.Censored, n.basis.Coverage, n.basis.AsOf, n.basis.Coded, bandOf(n.basis.Band),
	})
}

// band is Basis.Band as it is written; an end that was not reached is null.
type band struct {
	Lo *float64 `json:"lo"`
	Hi *float64 `json:"hi"`
}

func bandOf(i *stats.Interval) *band {
	if i == nil {
		return nil
	}
	return &band{finite(i.Lo), finite(i.Hi)}
}

func finite(x float64) *float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return &x
}

// fewer stands where a number rests on too few needs to be published.
var fewer = fmt.Sprintf("n < %d", SmallCell)

// Percent writes a share with its limits: 62 % [55–69].
func (n Number) Percent() string {
	if n.suppressed {
		return fewer
	}
	if n.basis.Needs == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %% [%.0f–%.0f]", 100*n.value, 100*n.limits.Lo, 100*n.limits.Hi)
}

// Time writes a number of days with its limits, in hours where that reads better.
func (n Number) Time() string {
	if n.suppressed {
		return fewer
	}
	if n.basis.Needs == 0 {
		return "–"
	}
	unit, scale := "d", 1.0
	if n.value < 2 {
		unit, scale = "h", 24
	}
	write := func(x float64) string {
		if math.IsInf(x, 0) {
			return "∞"
		}
		return fmt.Sprintf("%.1f", x*scale)
	}
	if math.IsInf(n.value, 0) {
		return fmt.Sprintf("not reached [%s–∞]", write(n.limits.Lo))
	}
	return fmt.Sprintf("%s %s [%s–%s]", write(n.value), unit, write(n.limits.Lo), write(n.limits.Hi))
}
