// Package stats estimates how often and how fast needs are answered, and how
// sure one can be of it: pure functions over numbers, without files, clock,
// network or logger. Units of time are the caller's.
//
// The input is a slice of [Observation], one per need. [KaplanMeier] takes exact
// and right-censored times, [Turnbull] takes intervals too, and [Describe]
// chooses between them and returns everything that is published about a group.
// [League] compares groups: shrinkage, rank sets and tiers. [Correct] estimates what
// a classifier has misread, from a hand-coded sample.
//
// No function panics on any numbers, and none returns NaN: what cannot be
// estimated is an error, or has the value that its documentation tells (+Inf for
// a quantile that is not reached, [0, 1] for a share of which nothing is known).
// Everything random takes a seed, and gives the same result on any number of
// processors.
package stats

import (
	"errors"
	"fmt"
	"math"
)

// ErrNoData is returned where an estimate needs at least one observation.
var ErrNoData = errors.New("stats: no observations")

// Level is a confidence level: 0.95 for intervals that cover the truth 95 times
// in 100. It is never a probability of error; values below one half are refused,
// as 0.05 for 0.95 is the mistake that has put wrong bars on published rankings.
type Level float64

// DefaultLevel is the level of all published intervals.
const DefaultLevel Level = 0.95

func (l Level) check() error {
	if !(l >= 0.5 && l < 1) {
		return fmt.Errorf("stats: confidence level %v is not in [0.5, 1): write 0.95, not 0.05 or 95", float64(l))
	}
	return nil
}

// tail is the probability of error on each side.
func (l Level) tail() float64 { return (1 - float64(l)) / 2 }

// Interval is a closed interval. Hi is +Inf where a time has no upper limit.
type Interval struct{ Lo, Hi float64 }

// Contains tells whether x lies in the interval, ends included.
func (i Interval) Contains(x float64) bool { return i.Lo <= x && x <= i.Hi }

// Observation is what is known of the time to one event: it lies in (Lo, Hi].
// Lo = Hi stands for an exactly known time, Hi = +Inf for an event that had not
// happened by Lo (right-censored there). An event at the very moment of a
// censoring counts as the earlier of the two, as is usual.
type Observation struct{ Lo, Hi float64 }

// Exact is an event at t.
func Exact(t float64) Observation { return Observation{t, t} }

// Censored is an event that had not happened by t.
func Censored(t float64) Observation { return Observation{t, math.Inf(1)} }

// Between is an event after lo and not after hi.
func Between(lo, hi float64) Observation { return Observation{lo, hi} }

// IsExact tells whether the time is known exactly.
func (o Observation) IsExact() bool { return o.Lo == o.Hi }

// IsCensored tells whether the event had not happened by Lo.
func (o Observation) IsCensored() bool { return math.IsInf(o.Hi, 1) }

// check refuses what is not a time to an event: negative, NaN, infinite or
// reversed.
func check(obs []Observation) error {
	if len(obs) == 0 {
		return ErrNoData
	}
	for i, o := range obs {
		if !(o.Lo >= 0 && o.Lo <= o.Hi) || math.IsInf(o.Lo, 1) {
			return fmt.Errorf("stats: observation %d: (%v, %v] is not a time to an event", i, o.Lo, o.Hi)
		}
	}
	return nil
}

func clamp(x, lo, hi float64) float64 { return max(lo, min(hi, x)) }
