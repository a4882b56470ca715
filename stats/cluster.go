package stats

import "sort"

// designEffect tells how many observations in clusters are worth one that is
// independent, for the share of events by h: the ratio of the variances of the
// estimate by cluster and by observation, both from the infinitesimal jackknife
// (as the robust variance of R's survfit), times the square of a ratio of t
// quantiles that pays for the few clusters from which the first is known (Korn
// and Graubard, "Confidence intervals for proportions with small expected number
// of positive counts estimated from survey data", Survey Methodology 24, 1998).
//
// It is at least 1. With nothing that varies, or in a single cluster, dependence
// cannot be seen, and a cluster counts as one observation.
func (c *ProductLimit) designEffect(obs []Observation, number []int, clusters int, h float64, level Level) float64 {
	n := float64(len(obs))
	if clusters == len(obs) {
		return 1
	}
	most := n / float64(clusters)
	if clusters < 2 {
		return most
	}
	byCluster := make([]float64, clusters)
	var single float64
	hazard := c.hazardSquares()
	for i, o := range obs {
		u := c.influence(o, h, hazard)
		single += u * u
		byCluster[number[i]] += u
	}
	if single == 0 {
		return most
	}
	var joint float64
	for _, u := range byCluster {
		joint += u * u
	}
	return designOf(joint/single, float64(clusters), n, level)
}

// designOf is the design effect, when ratio is that of the sums of squares by cluster
// and by observation.
func designOf(ratio, clusters, n float64, level Level) float64 {
	ratio *= clusters / (clusters - 1) * (n - 1) / n
	few := studentQuantile(1-level.tail(), clusters-1) / studentQuantile(1-level.tail(), n-1)
	return max(1, ratio*few*few)
}

// hazardSquares are the sums of d/n² up to each step.
func (c *ProductLimit) hazardSquares() []float64 {
	sums := make([]float64, len(c.steps))
	var sum float64
	for i, s := range c.steps {
		sum += float64(s.events) / (float64(s.atRisk) * float64(s.atRisk))
		sums[i] = sum
	}
	return sums
}

// influence is how much an observation moves the share by h, but for a factor
// that is common to all.
func (c *ProductLimit) influence(o Observation, h float64, hazardSquares []float64) float64 {
	var u float64
	if j := c.upTo(min(o.Lo, h)); j > 0 {
		u = -hazardSquares[j-1]
	}
	if o.IsExact() && o.Lo <= h {
		j := sort.Search(len(c.steps), func(i int) bool { return c.steps[i].time >= o.Lo })
		u += 1 / float64(c.steps[j].atRisk)
	}
	return u
}
