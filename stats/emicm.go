package stats

import "math"

// maximiser finds the masses p of the cells that maximise the log-likelihood
// Σ count·log(Σ p over the cells of a sight).
//
// Steps of expectation-maximisation alternate with iterative convex minorants
// (EM-ICM: Wellner and Zhan, "A hybrid algorithm for computation of the
// nonparametric maximum likelihood estimator from censored data", JASA 92, 1997;
// line search: Jongbloed, J. Comp. Graph. Stat. 7, 1998). Each step costs
// O(cells + sights), by running sums.
type maximiser struct {
	sights []sight
	n      float64
	p      []float64 // masses
	f      []float64 // f[j]: mass of the first j cells
	slope  []float64 // derivative of the log-likelihood by p[j], divided by n
	bend   []float64 // minus its second derivative by f[j]
	target []float64 // what the convex minorant proposes for f
	blocks []block   // room for it
}

const (
	maxRounds = 10000
	patience  = 200 // rounds without progress: rounding allows no more
	// precise and rough are the shortfalls of the log-likelihood from its maximum,
	// per observation, at which a search may stop.
	precise = 1e-9
	rough   = 1e-6
)

func newMaximiser(cells int, sights []sight) *maximiser {
	m := &maximiser{
		sights: sights,
		p:      make([]float64, cells),
		f:      make([]float64, cells+1),
		slope:  make([]float64, cells+1),
		bend:   make([]float64, cells+1),
		target: make([]float64, cells+1),
		blocks: make([]block, 0, cells+1),
	}
	for _, s := range sights {
		m.n += s.count
	}
	for j := range m.p {
		m.p[j] = 1 / float64(cells)
	}
	m.accumulate()
	return m
}

// run climbs until the gap is at most enough per observation, and returns it.
func (m *maximiser) run(enough float64) (gap float64) {
	best, idle := math.Inf(1), 0
	for range maxRounds {
		gap = m.differentiate()
		if idle++; gap < best {
			best, idle = gap, 0
		}
		if gap <= enough*m.n || idle > patience {
			break
		}
		m.expect()
		m.differentiate()
		m.minorant()
	}
	return gap
}

// accumulate brings f up to date with p.
func (m *maximiser) accumulate() {
	sum := 0.0
	for j, p := range m.p {
		sum += p
		m.f[j+1] = sum
	}
}

// mass is what f gives to a sight.
func mass(f []float64, s sight) float64 { return f[s.last+1] - f[s.first] }

func (m *maximiser) logLikelihood(f []float64) float64 {
	var sum float64
	for _, s := range m.sights {
		q := mass(f, s)
		if !(q > 0) {
			return math.Inf(-1)
		}
		sum += s.count * math.Log(q)
	}
	return sum
}

// differentiate computes slope and bend. It returns the duality gap: as the
// log-likelihood is concave, its maximum is at most n(max slope − 1) above
// (Gentleman and Geyer, "Maximum likelihood for interval censored data:
// consistency and computation", Biometrika 81, 1994).
func (m *maximiser) differentiate() (gap float64) {
	clear(m.slope)
	clear(m.bend)
	for _, s := range m.sights {
		q := mass(m.f, s)
		w := s.count / q
		m.slope[s.first] += w / m.n
		m.slope[s.last+1] -= w / m.n
		m.bend[s.first] += w / q
		m.bend[s.last+1] += w / q
	}
	sum, greatest := 0.0, 0.0
	for j := range m.p {
		sum += m.slope[j]
		m.slope[j] = sum
		greatest = max(greatest, sum)
	}
	return m.n * (greatest - 1)
}

// expect is one step of expectation-maximisation (self-consistency).
func (m *maximiser) expect() {
	var sum float64
	for j := range m.p {
		m.p[j] *= max(m.slope[j], 0)
		sum += m.p[j]
	}
	for j := range m.p {
		m.p[j] /= sum
	}
	m.accumulate()
}

// minorant takes a Newton step for f with the diagonal of the second derivative,
// projected onto the increasing functions, and as far along as it gains.
func (m *maximiser) minorant() {
	last := len(m.p)
	m.blocks = m.blocks[:0]
	for j := 1; j < last; j++ {
		step := m.n * (m.slope[j-1] - m.slope[j]) / m.bend[j]
		m.blocks = pool(m.blocks, block{m.f[j] + step, m.bend[j], 1})
	}
	m.target[0], m.target[last] = 0, 1
	j := 1
	for _, b := range m.blocks {
		for range b.size {
			m.target[j] = clamp(b.value, 0, 1)
			j++
		}
	}
	var gain float64 // the first-order gain of the whole step
	for j := 1; j < last; j++ {
		gain += m.n * (m.slope[j-1] - m.slope[j]) * (m.target[j] - m.f[j])
	}
	if !(gain > 0) {
		return
	}
	start := m.logLikelihood(m.f)
	for length := 1.0; length > 1e-6; length /= 2 {
		if m.logLikelihood(m.target) >= start+0.1*length*gain {
			m.f, m.target = m.target, m.f
			for j := range m.p {
				m.p[j] = m.f[j+1] - m.f[j]
			}
			return
		}
		for j := 1; j < last; j++ {
			m.target[j] = (m.f[j] + m.target[j]) / 2
		}
	}
}

// block is a run of equal values of an isotonic regression.
type block struct {
	value, weight float64
	size          int
}

// pool adds b to an isotonic regression by pooling adjacent violators.
func pool(blocks []block, b block) []block {
	for len(blocks) > 0 && blocks[len(blocks)-1].value >= b.value {
		a := blocks[len(blocks)-1]
		blocks = blocks[:len(blocks)-1]
		weight := a.weight + b.weight
		b = block{(a.value*a.weight + b.value*b.weight) / weight, weight, a.size + b.size}
	}
	return append(blocks, b)
}
