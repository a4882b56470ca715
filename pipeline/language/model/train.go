package model

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Example is a text as its features, with its label. The buckets of a block are distinct.
type Example struct {
	Features Features
	Label    int
	Group    int // examples of one group are alike: they calibrate together
}

// Options of training. The zero value of a field means its default.
type Options struct {
	Epochs int     // passes over the examples; 25
	Rate   float64 // of learning; 0.2: more fits the examples better and new texts worse
	Decay  float64 // L2 penalty; 1e-4
	Drop   float64 // share of features that a step does not see, below 1; 0.5, see [Train]
	Seen   int     // examples that must have a feature for it to count; 2
	Seed   uint64
}

func (o Options) withDefaults() Options {
	if o.Epochs == 0 {
		o.Epochs = 25
	}
	if o.Rate == 0 {
		o.Rate = 0.2
	}
	if o.Decay == 0 {
		o.Decay = 1e-4
	}
	if o.Drop == 0 {
		o.Drop = 0.5
	}
	if o.Seen == 0 {
		o.Seen = 2
	}
	return o
}

// folds is the number of parts for cross-validation.
const folds = 3

// Train fits a model to examples by stochastic gradient descent with AdaGrad's
// rates (Duchi, Hazan and Singer 2011), and calibrates it by a temperature (Guo et
// al. 2017) fitted to what models without an example's fold say of it. All labels
// count alike, however many examples they have.
//
// Each step leaves out a random part of the features of the first two blocks (Srivastava
// et al. 2014): texts to come will not have the words of the examples, and weight that
// rests on a few of them must spread to what else tells the label.
func Train(labels []string, examples []Example, o Options) (*Model, error) {
	if len(labels) < 2 || len(labels) > 16 {
		return nil, fmt.Errorf("model: %d labels, want 2 to 16", len(labels))
	}
	if len(examples) == 0 {
		return nil, errors.New("model: no examples")
	}
	for i, e := range examples {
		if e.Label < 0 || e.Label >= len(labels) {
			return nil, fmt.Errorf("model: example %d has label %d of %d", i, e.Label, len(labels))
		}
	}
	o = o.withDefaults()
	temperature := fitTemperature(crossScores(len(labels), examples, o), examples)
	w := fit(len(labels), examples, o)
	return w.quantise(labels, temperature), nil
}

// weights are a model in training.
type weights struct {
	k      int
	rows   []int32
	weight []float64 // k a row
	bias   []float64
}

func fit(k int, examples []Example, o Options) *weights {
	w := &weights{k: k, rows: make([]int32, Buckets), bias: make([]float64, k)}
	n := w.assign(examples, o.Seen)
	w.weight = make([]float64, n*k)
	squares := make([]float64, n*k)
	biasSquares := make([]float64, k)
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(o.Seed, 0x71756c6171))
	p := make([]float64, k)
	var seen Features
	balance := balanced(k, examples)
	for range o.Epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			e := &examples[i]
			thin(&seen, &e.Features, o.Drop, random)
			w.scores(&seen, p)
			softmax(p)
			p[e.Label] -= 1
			for c := range p {
				p[c] = float64(p[c] * balance[e.Label])
			}
			for b, block := range seen {
				w.descend(b, block, p, squares, o)
			}
			for c, residual := range p {
				biasSquares[c] += float64(residual * residual)
				w.bias[c] -= float64(0.1*residual) / (math.Sqrt(biasSquares[c]) + 1e-6)
			}
		}
	}
	return w
}

// thin puts into seen a random part of all features, and the last block whole.
func thin(seen, all *Features, drop float64, random *rand.Rand) {
	threshold := uint16(drop * (1 << 16))
	for b, block := range all {
		seen[b] = seen[b][:0]
		if b == Blocks-1 {
			seen[b] = append(seen[b], block...)
			break
		}
		var bits uint64 // of chance, enough for four features
		for i, bucket := range block {
			if i%4 == 0 {
				bits = random.Uint64()
			}
			if uint16(bits) >= threshold {
				seen[b] = append(seen[b], bucket)
			}
			bits >>= 16
		}
	}
}

// descend moves the weights of the features of block b against the residuals.
func (w *weights) descend(b int, block []uint32, residuals, squares []float64, o Options) {
	x := value(b, len(block))
	for _, bucket := range block {
		row := int(w.rows[bucket])
		if row < 0 {
			continue
		}
		at, sq := w.weight[row*w.k:row*w.k+w.k], squares[row*w.k:row*w.k+w.k]
		for c, residual := range residuals {
			gradient := float64(residual*x) + float64(o.Decay*at[c])
			sq[c] += float64(gradient * gradient)
			at[c] -= float64(o.Rate*gradient) / (math.Sqrt(sq[c]) + 1e-6)
		}
	}
}

// balanced is the weight of an example by its label, one on average.
func balanced(k int, examples []Example) []float64 {
	weights := make([]float64, k)
	for _, e := range examples {
		weights[e.Label]++
	}
	for label, n := range weights {
		if n > 0 {
			weights[label] = float64(len(examples)) / (float64(k) * n)
		}
	}
	return weights
}

// assign gives a row to every bucket that enough examples have.
func (w *weights) assign(examples []Example, seen int) int {
	counts := make([]int, Buckets)
	for i := range examples {
		for _, block := range examples[i].Features {
			for _, bucket := range block {
				counts[bucket]++
			}
		}
	}
	n := 0
	for bucket, count := range counts {
		w.rows[bucket] = -1
		if count >= seen {
			w.rows[bucket] = int32(n)
			n++
		}
	}
	return n
}

func (w *weights) scores(features *Features, s []float64) {
	copy(s, w.bias)
	for b, block := range features {
		x := value(b, len(block))
		for _, bucket := range block {
			if row := int(w.rows[bucket]); row >= 0 {
				for c, weight := range w.weight[row*w.k : row*w.k+w.k] {
					s[c] += float64(weight * x)
				}
			}
		}
	}
}

// crossScores are the scores of every example by a model that has not seen its
// fold. A group lies within one fold.
func crossScores(k int, examples []Example, o Options) [][]float64 {
	all := make([][]float64, len(examples))
	for fold := range folds {
		var rest []Example
		for _, e := range examples {
			if e.Group%folds != fold {
				rest = append(rest, e)
			}
		}
		if len(rest) == 0 || len(rest) == len(examples) {
			continue
		}
		w := fit(k, rest, o)
		for i := range examples {
			if examples[i].Group%folds == fold {
				all[i] = make([]float64, k)
				w.scores(&examples[i].Features, all[i])
			}
		}
	}
	return all
}

// fitTemperature is the number by which scores must be divided so that their
// probabilities are most likely; 1 when there is nothing to fit to.
func fitTemperature(scores [][]float64, examples []Example) float64 {
	loss := func(t float64) float64 {
		sum := 0.0
		for i, s := range scores {
			if s == nil {
				continue
			}
			p := make([]float64, len(s))
			for c := range s {
				p[c] = s[c] / t
			}
			softmax(p)
			sum -= math.Log(max(p[examples[i].Label], 1e-12))
		}
		return sum
	}
	// A grid fine enough for a number that is only known to some percents.
	best, least := 1.0, loss(1)
	for step := -20; step <= 40; step++ {
		t := 1 + float64(step)/25
		if t < 0.2 {
			continue
		}
		if l := loss(t); l < least {
			best, least = t, l
		}
	}
	return best
}

// quantise rounds the weights to bytes and divides by the temperature. Rows that
// round to nothing go.
func (w *weights) quantise(labels []string, temperature float64) *Model {
	largest := 0.0
	for _, weight := range w.weight {
		largest = max(largest, math.Abs(weight))
	}
	step := largest / 127
	if step == 0 {
		step = 1
	}
	m := &Model{Labels: slices.Clone(labels), scale: step / temperature, rows: make([]int32, Buckets)}
	for _, b := range w.bias {
		m.bias = append(m.bias, b/temperature)
	}
	for bucket, row := range w.rows {
		m.rows[bucket] = -1
		if row < 0 {
			continue
		}
		bytes := make([]int8, w.k)
		for c, weight := range w.weight[int(row)*w.k : int(row)*w.k+w.k] {
			bytes[c] = int8(math.Round(weight / step))
		}
		if slices.ContainsFunc(bytes, func(b int8) bool { return b != 0 }) {
			m.rows[bucket] = int32(len(m.weight) / w.k)
			m.weight = append(m.weight, bytes...)
		}
	}
	return m
}
