package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Case is one of the cases that a classifier has sorted into those that count and
// those that do not: an item that may be a need. Of some, drawn at random, people
// have told what they are.
type Case struct {
	Stratum int // within which the sample is taken to stand for all cases
	Cluster int // thread

	Taken bool        // the classifier counts it
	Read  Observation // the time to its event, as the classifier tells it; when Taken

	Weight float64     // how many cases it stands for: 1 / the probability with which it was drawn; 0 when it was not coded
	Is     bool        // people count it; when coded
	True   Observation // the time to its event, as people tell it; when Is
}

// Corrected is the share of events by a time among the cases that truly count.
type Corrected struct {
	At     float64
	Share  float64
	SE     float64
	Limits Interval
	// Classifier is the weight that the classifier's own reading has, from 0 (it
	// is so bad that only the coded cases count) to 1.
	Classifier float64
	Evidence   Evidence
}

// CorrectOptions tell [Correct] how to estimate.
type CorrectOptions struct {
	Level Level  // 0 for DefaultLevel
	Seed  uint64 // for interval data
}

// ErrUncoded is returned by [Correct] when the sample says nothing of a stratum.
var ErrUncoded = errors.New("stats: a stratum has fewer than two coded cases")

// Correct estimates the share of events by each horizon among the cases that truly
// count, from what a classifier took for them and a coded sample. Errors in both
// directions are corrected, those that take what does not count (false needs),
// those that miss what does, and those that tell another time (a reply of another
// kind); and so are censored times.
//
// Each case the classifier took counts once; each coded case takes that back with
// the weight of those that it stands for, and puts there what it truly is. This is
// the weighted difference estimator of survey sampling (Särndal, Swensson and
// Wretman, "Model Assisted Survey Sampling", 1992, 6.3), applied to the numbers of
// events and of those at risk from which Kaplan and Meier's estimate is made; to
// the first order it is prediction-powered inference (Angelopoulos, Bates,
// Fannjiang, Jordan and Zrnic, Science 382, 2023) on the pseudo-observations of
// Andersen and Perme (Statistical Methods in Medical Research 19, 2010). The
// classifier's reading is weighted such that the variance is least (Angelopoulos,
// Duchi and Zrnic, "PPI++", 2023), so that a bad one does no harm.
//
// Within a stratum, weights are scaled to add up to its cases. The variance is that
// of the sum of the cases' influences by cluster, over the drawing of cases and of
// the sample. An error of which a stratum's sample shows none is counted as half an
// error. Intervals are completed as in [Describe].
func Correct(cases []Case, horizons []float64, o CorrectOptions) ([]Corrected, error) {
	if o.Level == 0 {
		o.Level = DefaultLevel
	}
	if err := o.Level.check(); err != nil {
		return nil, err
	}
	for _, h := range horizons {
		if !(h >= 0) || math.IsInf(h, 1) {
			return nil, fmt.Errorf("stats: horizon %v is not a time", h)
		}
	}
	c, err := newCorrection(cases)
	if err != nil {
		return nil, err
	}
	curves := c.curves(o.Seed)
	out := make([]Corrected, len(horizons))
	for i, h := range horizons {
		parts := make([]part, len(curves))
		for m, curve := range curves {
			parts[m] = c.at(curve, h)
		}
		out[i] = c.pool(h, parts, o.Level)
	}
	return out, nil
}

// correction is the work on one set of cases.
type correction struct {
	weight   []float64 // of each case, scaled; 0 when not coded
	read     []int     // place of its Read among the observations; -1 when not taken
	is       []int     // of its True; -1 when not coded or not counted
	stratum  []int
	strata   []coded
	cluster  []int // of each case
	clusters int
	obs      []Observation
	of       []int // case of each observation
}

// coded is what is known of a stratum: its cases, and those of them that are coded.
type coded struct{ cases, coded, weight float64 }

func newCorrection(cases []Case) (*correction, error) {
	if len(cases) == 0 {
		return nil, ErrNoData
	}
	c := &correction{
		weight: make([]float64, len(cases)), read: make([]int, len(cases)), is: make([]int, len(cases)),
	}
	strata, clusters := make([]int, len(cases)), make([]int, len(cases))
	for i, x := range cases {
		strata[i], clusters[i] = x.Stratum, x.Cluster
	}
	var n int
	c.stratum, n = renumber(strata)
	c.strata = make([]coded, n)
	c.cluster, c.clusters = renumber(clusters)
	for i, x := range cases {
		if !(x.Weight >= 0) || math.IsInf(x.Weight, 1) {
			return nil, fmt.Errorf("stats: case %d has weight %v, which is no number of cases", i, x.Weight)
		}
		s := &c.strata[c.stratum[i]]
		s.cases++
		if x.Weight > 0 {
			s.coded++
			s.weight += x.Weight
		}
		c.read[i], c.is[i] = -1, -1
		if x.Taken {
			c.read[i] = c.add(i, x.Read)
		}
		if x.Weight > 0 && x.Is {
			if c.is[i] = c.read[i]; !x.Taken || x.True != x.Read {
				c.is[i] = c.add(i, x.True)
			}
		}
	}
	for _, s := range c.strata {
		if s.coded < 2 {
			return nil, ErrUncoded
		}
	}
	for i, x := range cases {
		s := c.strata[c.stratum[i]]
		c.weight[i] = x.Weight * s.cases / s.weight
	}
	return c, check(c.obs)
}

func (c *correction) add(of int, o Observation) int {
	c.obs, c.of = append(c.obs, o), append(c.of, of)
	return len(c.obs) - 1
}

// curves are the observations in order of time: once, or as often as intervals are
// completed.
func (c *correction) curves(seed uint64) []*signedCurve {
	if !slices.ContainsFunc(c.obs, func(o Observation) bool { return !o.IsExact() && !o.IsCensored() }) {
		return []*signedCurve{newSignedCurve(c.obs)}
	}
	cluster := make([]int, len(c.obs))
	for i, of := range c.of {
		cluster[i] = c.cluster[of]
	}
	number, clusters := renumber(cluster)
	var curves []*signedCurve
	for _, completed := range complete(c.obs, number, clusters, maximise(c.obs, precise), seed) {
		curves = append(curves, newSignedCurve(completed.obs))
	}
	return curves
}

// part is an estimate from one completion.
type part struct {
	share, variance, classifier, size float64
	open                              bool
}

// at estimates the share by h: first with the classifier's full weight, to find the
// best one, then with that.
func (c *correction) at(curve *signedCurve, h float64) part {
	classifier := 1.0
	curve.weigh(c.weights(classifier))
	classifier, _ = c.variance(curve.influence(h), nil)
	curve.weigh(c.weights(classifier))
	share, open := curve.share(h)
	_, variance := c.variance(curve.influence(h), &classifier)
	return part{share, variance + c.unseen(curve.influence(h), classifier, share, curve.size()), classifier, curve.size(), open}
}

// weights are those of the observations: what was taken counts, and what the coded
// cases stand for is exchanged.
func (c *correction) weights(classifier float64) []float64 {
	weights := make([]float64, len(c.obs))
	for i, w := range c.weight {
		if c.read[i] >= 0 {
			weights[c.read[i]] += classifier * (1 - w)
		}
		if c.is[i] >= 0 {
			weights[c.is[i]] += w
		}
	}
	return weights
}

// variance is that of the estimate for a weight of the classifier, or for the best
// one when none is given, which it returns. influence is that of each observation.
//
// The influence of a case is a + b·classifier: in a, what it truly is; in b, what
// was read in it. Both are taken from the mean of their stratum's sample, for
// weights are scaled within it.
func (c *correction) variance(influence []float64, given *float64) (classifier, variance float64) {
	trueMean, readMean := make([]float64, len(c.strata)), make([]float64, len(c.strata))
	for i, w := range c.weight {
		s := c.stratum[i]
		trueMean[s] += w * value(influence, c.is[i]) / c.strata[s].cases
		readMean[s] += w * value(influence, c.read[i]) / c.strata[s].cases
	}
	a, b := make([]float64, c.clusters), make([]float64, c.clusters)
	for i, w := range c.weight {
		s, k := c.stratum[i], c.cluster[i]
		few := c.strata[s].coded / (c.strata[s].coded - 1)
		a[k] += trueMean[s]
		if w > 0 {
			a[k] += few * w * (value(influence, c.is[i]) - trueMean[s])
		}
		b[k] += (1 - few*w) * (value(influence, c.read[i]) - readMean[s])
	}
	var aa, ab, bb float64
	for k := range a {
		aa, ab, bb = aa+a[k]*a[k], ab+a[k]*b[k], bb+b[k]*b[k]
	}
	switch {
	case given != nil:
		classifier = *given
	case bb > 0:
		classifier = clamp(-ab/bb, 0, 1)
	}
	groups := float64(c.clusters)
	return classifier, (aa + 2*classifier*ab + classifier*classifier*bb) * groups / max(groups-1, 1)
}

// unseen is the variance by which the samples of strata fall short of half an error
// each: a small sample without errors does not prove that there are none.
func (c *correction) unseen(influence []float64, classifier, share, size float64) float64 {
	mean, square := make([]float64, len(c.strata)), make([]float64, len(c.strata))
	for i, w := range c.weight {
		if w > 0 {
			d := value(influence, c.is[i]) - classifier*value(influence, c.read[i])
			n := c.strata[c.stratum[i]].coded
			mean[c.stratum[i]] += d / n
			square[c.stratum[i]] += d * d / n
		}
	}
	var missing float64
	for s, of := range c.strata {
		if of.cases <= of.coded {
			continue // all are coded
		}
		half := 0.5 / of.coded
		effect := max(share, 1-share) / size // of one error
		least := of.cases * of.cases / of.coded * half * (1 - half) * effect * effect
		missing += max(0, least-of.cases*of.cases/of.coded*(square[s]-mean[s]*mean[s]))
	}
	return missing
}

func value(influence []float64, at int) float64 {
	if at < 0 {
		return 0
	}
	return influence[at]
}

// pool puts completions together (Rubin's rules) and restates share and variance as
// so many independent trials, from which limits follow.
func (c *correction) pool(h float64, parts []part, level Level) Corrected {
	out := Corrected{At: h}
	var shares, ses []float64
	var size float64
	open := false
	for _, p := range parts {
		m := float64(len(parts))
		out.Share += p.share / m
		out.Classifier += p.classifier / m
		size += p.size / m
		shares, ses = append(shares, p.share), append(ses, math.Sqrt(p.variance))
		open = open || p.open
	}
	out.Share, out.Classifier = clamp(out.Share, 0, 1), clamp(out.Classifier, 0, 1) // but for rounding, they are
	out.SE = poolErrors(shares, ses)
	// At a share of 0 or 1 the influences vanish; half a case keeps off it.
	edge := 0.5 / (size + 1)
	p := clamp(out.Share, edge, 1-edge)
	trials := size
	if out.SE > 0 {
		trials = min(trials, p*(1-p)/(out.SE*out.SE))
	}
	few := 1.0
	for _, s := range c.strata {
		if s.coded < s.cases { // the smallest sample decides, to be safe
			few = max(few, studentQuantile(1-level.tail(), s.coded-1)/normalQuantile(1-level.tail()))
		}
	}
	out.Evidence = Evidence{K: out.Share * trials, N: trials, Open: open}.thinned(few * few)
	out.Limits, _ = out.Evidence.Limits(level) // the level has been checked
	out.Limits = out.Limits.cover(Interval{out.Share, out.Share})
	return out
}
