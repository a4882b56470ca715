package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Bootstrap draws whole clusters with replacement, as many as there are, and
// estimates from each draw (Efron, Annals of Statistics 7, 1979; by cluster:
// Davison and Hinkley, "Bootstrap Methods and their Application", 1997, 3.8).
// Observations of one thread are not independent, so a thread is a cluster.
//
// cluster[i] names the cluster of observation i; estimate gets the indices of the
// drawn observations, ascending and with repeats, which it must not keep. It is
// called from several goroutines at a time. Draw b depends on seed and b alone.
func Bootstrap(cluster []int, draws int, seed uint64, estimate func(sample []int) float64) ([]float64, error) {
	if len(cluster) == 0 {
		return nil, ErrNoData
	}
	if draws < 1 {
		return nil, fmt.Errorf("stats: bootstrap: %d draws", draws)
	}
	number, clusters := renumber(cluster)
	estimates := make([]float64, draws)
	parallel(draws, func(b int) {
		estimates[b] = estimate(resample(number, clusters, rand.New(rand.NewPCG(seed, uint64(b)))))
	})
	return estimates, nil
}

// resample is one draw of clusters, which are numbered from 0.
func resample(number []int, clusters int, random *rand.Rand) []int {
	times := make([]int, clusters)
	for range clusters {
		times[random.IntN(clusters)]++
	}
	sample := make([]int, 0, len(number)+len(number)/8)
	for i, k := range number {
		for range times[k] {
			sample = append(sample, i)
		}
	}
	return sample
}

// renumber numbers the clusters from 0, in order of first appearance.
func renumber(cluster []int) (number []int, clusters int) {
	known := make(map[int]int, len(cluster))
	number = make([]int, len(cluster))
	for i, id := range cluster {
		k, ok := known[id]
		if !ok {
			k = len(known)
			known[id] = k
		}
		number[i] = k
	}
	return number, len(known)
}

var errNaN = errors.New("stats: bootstrap: an estimate is NaN")

// Percentile gives the limits between which the middle of the draws lies. Draws
// may be ±Inf, as quantiles that are not reached are.
func Percentile(draws []float64, level Level) (Interval, error) {
	if err := level.check(); err != nil {
		return Interval{}, err
	}
	sorted, err := sortedDraws(draws)
	if err != nil {
		return Interval{}, err
	}
	return Interval{drawQuantile(sorted, level.tail()), drawQuantile(sorted, 1-level.tail())}, nil
}

// BCa gives bias-corrected and accelerated limits (Efron, "Better bootstrap
// confidence intervals", JASA 82, 1987) from the estimate, its bootstrap draws
// and the estimates with one cluster left out at a time ([Jackknife]).
func BCa(estimate float64, draws, jackknife []float64, level Level) (Interval, error) {
	if err := level.check(); err != nil {
		return Interval{}, err
	}
	sorted, err := sortedDraws(draws)
	if err != nil {
		return Interval{}, err
	}
	if math.IsNaN(estimate) {
		return Interval{}, errNaN
	}
	below := 0.0
	for _, d := range sorted {
		switch {
		case d < estimate:
			below++
		case d == estimate:
			below += 0.5
		}
	}
	n := float64(len(sorted))
	bias := normalQuantile(clamp(below/n, 0.5/n, 1-0.5/n))
	a, err := acceleration(jackknife)
	if err != nil {
		return Interval{}, err
	}
	limit := func(p float64) float64 {
		z := bias + normalQuantile(p)
		if a*z >= 1 { // beyond the reach of the correction
			return sorted[len(sorted)-1]
		}
		return drawQuantile(sorted, normalCDF(bias+z/(1-a*z)))
	}
	return Interval{limit(level.tail()), limit(1 - level.tail())}, nil
}

// Jackknife estimates with one cluster left out at a time, in the order in which
// the clusters first appear. With a single cluster there is nothing to leave out.
func Jackknife(cluster []int, estimate func(sample []int) float64) ([]float64, error) {
	number, clusters := renumber(cluster)
	if clusters < 2 {
		return nil, fmt.Errorf("stats: jackknife: %d clusters", clusters)
	}
	estimates := make([]float64, clusters)
	parallel(clusters, func(k int) {
		sample := make([]int, 0, len(number))
		for i, of := range number {
			if of != k {
				sample = append(sample, i)
			}
		}
		estimates[k] = estimate(sample)
	})
	return estimates, nil
}

// acceleration is a sixth of the skewness of the jackknife estimates, those that
// are finite; 0 when they do not vary.
func acceleration(jackknife []float64) (float64, error) {
	var finite []float64
	var mean float64
	for _, x := range jackknife {
		if math.IsNaN(x) {
			return 0, errNaN
		}
		if !math.IsInf(x, 0) {
			finite = append(finite, x)
		}
	}
	for _, x := range finite {
		mean += x / float64(len(finite))
	}
	var squares, cubes float64
	for _, x := range finite {
		d := mean - x
		squares += d * d
		cubes += d * d * d
	}
	if a := cubes / (6 * math.Pow(squares, 1.5)); !math.IsNaN(a) && !math.IsInf(a, 0) {
		return a, nil
	}
	return 0, nil
}

func sortedDraws(draws []float64) ([]float64, error) {
	if len(draws) == 0 {
		return nil, ErrNoData
	}
	sorted := slices.Clone(draws)
	slices.Sort(sorted)
	if math.IsNaN(sorted[0]) { // NaN sorts first
		return nil, errNaN
	}
	return sorted, nil
}

// drawQuantile is the p-quantile of sorted draws: the k-th of B with k = p(B+1),
// interpolated; without interpolation next to an infinite draw.
func drawQuantile(sorted []float64, p float64) float64 {
	at := clamp(p*float64(len(sorted)+1)-1, 0, float64(len(sorted)-1))
	k := int(at)
	if k == len(sorted)-1 || sorted[k] == sorted[k+1] {
		return sorted[k]
	}
	if math.IsInf(sorted[k], 0) || math.IsInf(sorted[k+1], 0) {
		return sorted[int(math.Round(at))]
	}
	return between(sorted[k], sorted[k+1], at-float64(k))
}
