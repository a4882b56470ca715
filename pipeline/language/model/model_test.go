package model

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// coins are examples of two labels that share noise: the label's own features come
// with probability clear, else the other's.
func coins(n int, clear float64) []Example {
	r := rand.New(rand.NewPCG(7, 8))
	examples := make([]Example, n)
	for i := range examples {
		label := i % 2
		shown := label
		if r.Float64() > clear {
			shown = 1 - label
		}
		var f Features
		for range 6 {
			f[0] = append(f[0], Bucket(uint64(r.IntN(50))))
		}
		f[1] = append(f[1], Bucket(uint64(1000+10*shown+r.IntN(3))))
		slices.Sort(f[0])
		f[0] = slices.Compact(f[0])
		examples[i] = Example{Features: f, Label: label, Group: i}
	}
	return examples
}

func train(t testing.TB, labels []string, examples []Example) *Model {
	t.Helper()
	m, err := Train(labels, examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var sides = []string{"heads", "tails"}

func TestTrainLearns(t *testing.T) {
	m := train(t, sides, coins(1000, 1))
	wrong := 0
	for _, e := range coins(400, 1) {
		var p [2]float64
		m.Probabilities(&e.Features, p[:])
		if math.Abs(p[0]+p[1]-1) > 1e-12 {
			t.Fatalf("probabilities %v do not add up to 1", p)
		}
		if p[e.Label] < 0.5 {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("%d of 400 separable examples are wrong, want 0", wrong)
	}
}

// TestTrainIsCalibrated: where the truth is an 80 % coin, so is the confidence.
func TestTrainIsCalibrated(t *testing.T) {
	m := train(t, sides, coins(4000, 0.8))
	sum, right := 0.0, 0
	fresh := coins(2000, 0.8)
	for _, e := range fresh {
		var p [2]float64
		m.Probabilities(&e.Features, p[:])
		sum += max(p[0], p[1])
		if p[e.Label] >= 0.5 {
			right++
		}
	}
	confidence, accuracy := sum/float64(len(fresh)), float64(right)/float64(len(fresh))
	if math.Abs(confidence-accuracy) > 0.03 {
		t.Errorf("mean confidence %.3f, accuracy %.3f, want them within 0.03", confidence, accuracy)
	}
}

// TestLabelsCountAlike: a rare label is found although common ones are everywhere.
func TestLabelsCountAlike(t *testing.T) {
	all := coins(1000, 0.9)
	kept := slices.DeleteFunc(all, func(e Example) bool { return e.Label == 1 && e.Group%20 != 1 })
	m := train(t, sides, kept)
	found, n := 0, 0
	for _, e := range coins(1000, 1) {
		if e.Label == 1 {
			var p [2]float64
			m.Probabilities(&e.Features, p[:])
			n++
			if p[1] >= 0.5 {
				found++
			}
		}
	}
	if share := float64(found) / float64(n); share < 0.9 {
		t.Errorf("%.2f of a label with a tenth of the examples are found, want at least 0.9", share)
	}
}

func TestTrainTwiceGivesTheSameBytes(t *testing.T) {
	var stored [2][]byte
	for i := range stored {
		b, err := train(t, sides, coins(300, 0.9)).AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		stored[i] = b
	}
	if !bytes.Equal(stored[0], stored[1]) {
		t.Error("training twice gives different bytes")
	}
}

func TestTrainRefuses(t *testing.T) {
	one := coins(1, 1)
	tests := []struct {
		name     string
		labels   []string
		examples []Example
		want     string
	}{
		{"one label", []string{"a"}, one, "want 2 to 16"},
		{"too many labels", make([]string, 17), one, "want 2 to 16"},
		{"no examples", sides, nil, "no examples"},
		{"label out of range", sides, []Example{{Label: 2}}, "label 2 of 2"},
		{"negative label", sides, []Example{{Label: -1}}, "label -1 of 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Train(tt.labels, tt.examples, Options{}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Train = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestTrainOnExamplesWithoutFeatures(t *testing.T) {
	m := train(t, sides, []Example{{Label: 0, Group: 0}, {Label: 1, Group: 1}})
	var p [2]float64
	m.Probabilities(&Features{}, p[:])
	if math.IsNaN(p[0]) || math.Abs(p[0]+p[1]-1) > 1e-12 {
		t.Errorf("probabilities of nothing = %v, want numbers that add up to 1", p)
	}
}

func TestReadGivesWhatWasStored(t *testing.T) {
	m := train(t, sides, coins(300, 0.9))
	stored, err := m.AppendBinary([]byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	again, rest, err := Read(append(stored[len("before"):], "after"...))
	if err != nil || string(rest) != "after" {
		t.Fatalf("Read = %q left, error %v, want %q left", rest, err, "after")
	}
	for _, e := range coins(50, 0.5) {
		var p, q [2]float64
		m.Probabilities(&e.Features, p[:])
		again.Probabilities(&e.Features, q[:])
		if p != q {
			t.Fatalf("stored model says %v, want %v", q, p)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	stored, err := train(t, sides, coins(300, 0.9)).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(stored); n += 1 + n/3 {
		if _, _, err := Read(stored[:n]); err == nil {
			t.Errorf("Read of the first %d of %d bytes = nil error, want one", n, len(stored))
		}
	}
	other := bytes.Clone(stored)
	other[len(magic)] = 200
	if _, _, err := Read(other); err == nil {
		t.Error("Read of a model with 200 labels = nil error, want one")
	}
}

func FuzzRead(f *testing.F) {
	stored, err := train(f, sides, coins(40, 0.9)).AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(stored)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, _, err := Read(b)
		if err != nil {
			return
		}
		p := make([]float64, len(m.Labels))
		m.Probabilities(&Features{{1, 2}, {3}, {4}}, p)
	})
}

func TestExp(t *testing.T) {
	for x := 0.0; x > -60; x -= 0.37 {
		if got, want := exp(x), math.Exp(x); math.Abs(got-want) > 1e-12*want {
			t.Errorf("exp(%v) = %v, want %v", x, got, want)
		}
	}
	if got := exp(-1e9); got != 0 {
		t.Errorf("exp(-1e9) = %v, want 0", got)
	}
}

func BenchmarkProbabilities(b *testing.B) {
	m := train(b, sides, coins(300, 0.9))
	var f Features
	for i := range 300 {
		f[0] = append(f[0], Bucket(uint64(i)))
	}
	p := make([]float64, 2)
	b.ReportAllocs()
	for b.Loop() {
		m.Probabilities(&f, p)
	}
}

// TestTrainSpreadsWeight: each example has one feature that tells its label and six that
// often do. A model that was trained without the one at times must rest more on the six.
func TestTrainSpreadsWeight(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	hint := func(i, label int) uint32 { return Bucket(uint64(10*i + label)) }
	teller := func(label int) uint32 { return Bucket(uint64(100 + label)) }
	examples := make([]Example, 1000)
	for i := range examples {
		label := i % 2
		f := Features{nil, {teller(label)}}
		for h := range 6 {
			shown := label
			if r.Float64() > 0.75 {
				shown = 1 - label
			}
			f[0] = append(f[0], hint(h, shown))
		}
		examples[i] = Example{Features: f, Label: label, Group: i}
	}
	// The weight of the hints, in that of the telling feature.
	reliance := func(drop float64) float64 {
		m, err := Train(sides, examples, Options{Drop: drop})
		if err != nil {
			t.Fatal(err)
		}
		evidence := func(f Features) float64 {
			var p [2]float64
			m.Probabilities(&f, p[:])
			return math.Log(p[0] / p[1])
		}
		var hints Features
		for h := range 6 {
			hints[0] = append(hints[0], hint(h, 0))
		}
		return evidence(hints) / evidence(Features{nil, {teller(0)}})
	}
	if with, without := reliance(0.5), reliance(1e-9); with < 1.2*without {
		t.Errorf("hints weigh %.2f of the telling feature, %.2f in a model that was never without it; want clearly more", with, without)
	}
}
