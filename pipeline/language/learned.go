package language

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"sync"

	"qulaq/pipeline/language/model"
)

// learned is the classifier that was trained.
type learned struct {
	version                  string
	citizen, official, words *model.Model
	extractors               sync.Pool
}

// Load returns the classifier that [Train] stored.
func Load(stored []byte) (Classifier, error) {
	l := &learned{}
	l.extractors.New = func() any { return new(extractor) }
	rest := stored
	for _, head := range []struct {
		into *(*model.Model)
		want []string
	}{
		{&l.citizen, labels(Classes[Citizen])},
		{&l.official, labels(Classes[Official])},
		{&l.words, labels(wordLanguages)},
	} {
		m, after, err := model.Read(rest)
		if err != nil {
			return nil, fmt.Errorf("language: %w", err)
		}
		if got := strings.Join(m.Labels, " "); got != strings.Join(head.want, " ") {
			return nil, fmt.Errorf("language: the model tells %s apart, want %s", got, strings.Join(head.want, " "))
		}
		*head.into, rest = m, after
	}
	if len(rest) > 0 {
		return nil, errors.New("language: the model is followed by other data")
	}
	h := fnv.New32a()
	h.Write(stored)
	l.version = fmt.Sprintf("linear-1-%08x", h.Sum32())
	return l, nil
}

func labels[T ~string](values []T) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return texts
}

func (l *learned) Version() string { return l.version }

// needThreshold is how probable a need must be to be taken for one. A remark that is
// taken for a question lowers a body's rate as one that nobody answered, so in doubt it
// is none. Chosen on data/fresh.tsv, for a precision above 0.9.
const needThreshold = 0.55

// Citizen decides between need and no need, and takes the likeliest class of the two kinds.
func (l *learned) Citizen(text string) Verdict {
	classes := Classes[Citizen]
	var p [6]float64
	l.probabilities(l.citizen, text, p[:])
	v := Verdict{}
	for i, class := range classes {
		if class.Need() {
			v.Need += p[i]
		}
	}
	best := -1.0
	for i, class := range classes {
		if class.Need() == (v.Need >= needThreshold) && p[i] > best {
			best = p[i]
			v.Class = class
		}
	}
	v.Confidence = best
	return v
}

func (l *learned) Official(text string) Verdict {
	var p [5]float64
	l.probabilities(l.official, text, p[:])
	best := largest(p[:])
	return Verdict{Class: Classes[Official][best], Confidence: p[best]}
}

// probabilities puts those of the classes of text into p.
func (l *learned) probabilities(m *model.Model, text string, p []float64) {
	x := l.extractors.Get().(*extractor)
	m.Probabilities(x.class(text), p)
	l.extractors.Put(x)
}

func largest(p []float64) int {
	best := 0
	for i := range p {
		if p[i] > p[best] {
			best = i
		}
	}
	return best
}
