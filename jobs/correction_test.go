package jobs

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/pipeline"
	"qulaq/pipeline/coding"
	"qulaq/pipeline/language"
	"qulaq/report"
	"qulaq/simulate"
)

// worse is the classifier in use, made worse on purpose: it misses two needs in five,
// takes a quarter of the rest for needs, and half of the real replies for phrases.
type worse struct{ language.Classifier }

func (worse) Version() string { return "worse-1" }

func (w worse) Citizen(text string) language.Verdict {
	v := w.Classifier.Citizen(text)
	switch {
	case v.Class.Need() && lot(text) < 0.4:
		v.Class = language.Chatter
	case !v.Class.Need() && lot(text) < 0.25:
		v.Class = language.Question
	}
	return v
}

func (w worse) Official(text string) language.Verdict {
	v := w.Classifier.Official(text)
	if v.Class == language.Substantive && lot(text) < 0.5 {
		v.Class = language.Acknowledgement
	}
	return v
}

// lot is a number in [0, 1) that a text draws.
func lot(text string) float64 {
	h := fnv.New32a()
	h.Write([]byte(text))
	return float64(h.Sum32()*2654435761>>8) / (1 << 24)
}

// told are the classes of all items of a republic.
func told(republic *simulate.Republic) pipeline.Codes {
	codes := pipeline.Codes{}
	for _, item := range republic.Items() {
		class, role := language.Class(item.Class), language.Citizen
		if item.Official {
			role = language.Official
		}
		if !slices.Contains(language.Classes[role], class) {
			class = language.Chatter // thanks, quarrels, rhetorical questions, and posts, which have no class
		}
		codes[[2]string{item.Source, item.ID}] = class
	}
	return codes
}

// rate7 is the share of all needs answered within a week by any reply, and by a
// substantive one: plain, and corrected where there is a sample.
func rate7(t testing.TB, e *Env) (any, real report.Speed) {
	t.Helper()
	evidence, err := Evidence(t.Context(), e, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	points, err := report.Series(evidence, report.SeriesOptions{Period: report.ByAll, Horizons: []report.Horizon{{Days: 7}}})
	if err != nil || len(points) != 1 {
		t.Fatalf("series of all needs = %d points, %v; want 1", len(points), err)
	}
	return points[0].Any, points[0].Substantive
}

// A classifier that is worse on purpose moves the rates; a hand-coded sample moves
// them back, from the sheets to the numbers.
func TestASampleCorrectsABadClassifier(t *testing.T) {
	r := rehearse(t, simulate.Config{Seed: 11, Bodies: 12, Days: 7, Load: 0.8})
	codes := told(r.republic)
	e := r.env

	t.Run("a new version tells what moved", func(t *testing.T) {
		before, _ := rate7(t, e)
		e.Reader = worse{language.Default()}
		_, moved, err := RelinkAndCompare(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		gained, lost := 0, 0
		for _, b := range moved.Bodies {
			gained, lost = gained+b.NeedsGained, lost+b.NeedsLost
		}
		now, _ := rate7(t, e)
		if got, want := now.Rates[0].Basis().Needs-before.Rates[0].Basis().Needs, gained-lost; got != want || lost < 50 || gained < 50 {
			t.Errorf("there are %d more needs; %d gained less %d lost are told", got, gained, lost)
		}
		if got, want := fmt.Sprint(moved.Classifiers, moved.Classifier), fmt.Sprint([]string{language.Default().Version()}, "worse-1"); got != want {
			t.Errorf("classifiers = %s, want %s", got, want)
		}
		if b := moved.Bodies[0]; b.Before == nil || b.Now == nil || b.Classes == 0 || b.Before.Any.Percent() == b.Now.Any.Percent() {
			t.Errorf("first body = %+v, want its rates before and now", b)
		}
		const unsigned = "SELECT (SELECT countIf(classifier != 'worse-1') FROM items_now WHERE class != ''), (SELECT countIf(classifier != 'worse-1') FROM exchanges_now)"
		if got := r.scan(t, unsigned); got != "0\t0\n" {
			t.Errorf("rows without the classifier's version: items, exchanges = %q, want none", got)
		}
		if _, again, err := RelinkAndCompare(t.Context(), e); err != nil || len(again.Bodies) > 0 {
			t.Errorf("relinked again: %+v, %v; want nothing moved", again.Bodies, err)
		}
	})

	t.Run("corrected limits hold the truth", func(t *testing.T) {
		byHand := *e
		byHand.Codes = codes
		// The store holds what the classifier read; as of now, everything is derived
		// again, with all items told by hand.
		evidence, err := Evidence(t.Context(), &byHand, r.republic.Now())
		if err != nil {
			t.Fatal(err)
		}
		points, err := report.Series(evidence, report.SeriesOptions{Period: report.ByAll, Horizons: []report.Horizon{{Days: 7}}})
		if err != nil {
			t.Fatal(err)
		}
		truth := []float64{points[0].Any.Rates[0].Value(), points[0].Substantive.Rates[0].Value()}
		samples := correctionSamples
		held, off, plainOff := []int{0, 0}, []float64{0, 0}, []float64{0, 0}
		for seed := range uint64(samples) {
			e.Samples = [][]coding.Code{coded(t, e, codes, 300, seed)}
			any, real := rate7(t, e)
			for i, speed := range []report.Speed{any, real} {
				corrected := speed.CorrectedAt(0)
				if corrected.Limits().Contains(truth[i]) {
					held[i]++
				}
				off[i] += (corrected.Value() - truth[i]) / float64(samples)
				plainOff[i] += (speed.Rates[0].Value() - truth[i]) / float64(samples)
			}
		}
		e.Samples = nil
		for i, what := range []string{"any", "substantive"} {
			t.Logf("%s: truth %.3f, plain off by %+.3f, corrected by %+.3f, %d of %d hold", what, truth[i], plainOff[i], off[i], held[i], samples)
			if least := samples - max(1, samples/10); held[i] < least { // of 40, 38 are expected
				t.Errorf("%s: corrected limits hold %d times of %d, want %d or more", what, held[i], samples, least)
			}
			if math.Abs(off[i]) > 0.1/math.Sqrt(float64(samples)) || math.Abs(plainOff[i]) < 3*math.Abs(off[i]) || math.Abs(plainOff[i]) < 0.05 {
				t.Errorf("%s: corrected is off by %+.3f, plain by %+.3f: want 0, and a drift that shows something", what, off[i], plainOff[i])
			}
		}
	})

	t.Run("sheets are blind and reproducible", func(t *testing.T) {
		draw := func(seed uint64) (sheet, key string) {
			units, _, err := Sample(t.Context(), e, SampleOptions{Size: 120, Overlap: 0.5, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			var s, k strings.Builder
			if err := coding.WriteSheet(&s, units, "a"); err != nil {
				t.Fatal(err)
			}
			if err := coding.WriteKey(&k, units); err != nil {
				t.Fatal(err)
			}
			return s.String(), k.String()
		}
		sheet, key := draw(1)
		if again, _ := draw(1); again != sheet {
			t.Error("the same seed draws another sample")
		}
		if other, _ := draw(2); other == sheet {
			t.Error("another seed draws the same sample")
		}
		for _, body := range e.Index.Country().Bodies {
			if strings.Contains(sheet, body.ID) {
				t.Errorf("the sheet names body %s", body.ID)
			}
		}
		if strings.Contains(sheet, "worse-1") || !strings.Contains(key, "worse-1") {
			t.Error("the sheet names the classifier, or the key does not")
		}
	})
}

// coded is a sample as coders who never err would code it.
func coded(t testing.TB, e *Env, codes pipeline.Codes, size int, seed uint64) []coding.Code {
	t.Helper()
	units, _, err := Sample(t.Context(), e, SampleOptions{Size: size, Overlap: 0, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	var key []coding.Item
	var sheets [2][]coding.Coded
	for _, unit := range units {
		for _, item := range unit {
			key = append(key, item)
			sheet := &sheets[strings.Index("ab", item.Coders)]
			*sheet = append(*sheet, coding.Coded{Row: item.Row, Role: item.Role, Class: codes[[2]string{item.Source, item.ID}]})
		}
	}
	merged, err := coding.Merge(key, sheets[0], sheets[1])
	if err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	if err := coding.WriteCodes(&file, merged); err != nil {
		t.Fatal(err)
	}
	read, err := coding.ReadCodes(strings.NewReader(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	return read
}
