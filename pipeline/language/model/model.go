// Package model is a small linear classifier: multinomial logistic regression over
// hashed features (Weinberger et al. 2009), with weights of one byte.
//
// [Train] makes a [Model] from examples; [Model.AppendBinary] and [Read] store it.
// Training is a pure function of the examples, bit for bit on every machine: its
// order is seeded, products are rounded before they are added, and the exponential
// is its own. [Model.Probabilities] is safe for concurrent use.
package model

import "math"

// Bits is the size of the hash space: a feature is one of 1<<Bits buckets.
const Bits = 17

// Buckets is the number of buckets.
const Buckets = 1 << Bits

// Bucket is the bucket of a feature with the hash h.
func Bucket(h uint64) uint32 { return uint32((h ^ h>>32) * 0x9E3779B1 >> (32 - Bits) & (Buckets - 1)) }

// Model tells the probabilities of labels.
type Model struct {
	Labels []string
	scale  float64 // of the weights, with the temperature in it
	bias   []float64
	rows   []int32 // bucket → row in weights, -1 for none
	weight []int8  // len(Labels) a row
}

// Features are the buckets of a text in blocks of different nature. Within a block a
// bucket is there or not. The first two blocks have a fixed length however long the
// text; what is in the last counts in full, for one "please" in a long letter says as
// much as in a short one.
type Features [Blocks][]uint32

// Blocks is the number of blocks.
const Blocks = 3

// What the features of a block weigh: all together in the first two, which has hundreds
// of features that say nearly the same, each in the last.
const (
	lengthFirst  = 0.35
	lengthSecond = 0.5
	valueLast    = 0.2
)

// Probabilities puts the probability of each label into p, which must be as long as
// Labels.
func (m *Model) Probabilities(features *Features, p []float64) {
	k := len(m.Labels)
	copy(p, m.bias)
	for b, block := range features {
		var sums [16]int32
		for _, bucket := range block {
			if row := m.rows[bucket]; row >= 0 {
				for i, w := range m.weight[int(row)*k : int(row)*k+k] {
					sums[i] += int32(w)
				}
			}
		}
		norm := m.scale * value(b, len(block))
		for i := range p {
			p[i] += float64(float64(sums[i]) * norm)
		}
	}
	softmax(p)
}

// value is that of each of the n features of block b.
func value(b, n int) float64 {
	switch {
	case n == 0:
		return 0
	case b == 0:
		return lengthFirst / math.Sqrt(float64(n))
	case b == 1:
		return lengthSecond / math.Sqrt(float64(n))
	}
	return valueLast
}

// softmax turns scores into probabilities.
func softmax(scores []float64) {
	top := scores[0]
	for _, s := range scores[1:] {
		top = max(top, s)
	}
	total := 0.0
	for i, s := range scores {
		scores[i] = exp(s - top)
		total += scores[i]
	}
	for i := range scores {
		scores[i] /= total
	}
}

// exp is e^x for x ≤ 0, the same on every machine (math.Exp is not): e^x is the
// 1024th power of e^(x/1024), whose series ends soon.
func exp(x float64) float64 {
	if x < -700 {
		return 0
	}
	y := x / 1024
	sum, term := 1.0, 1.0
	for i := 1; i <= 8; i++ {
		term = float64(term*y) / float64(i)
		sum = float64(sum + term)
	}
	for range 10 {
		sum = float64(sum * sum)
	}
	return sum
}
