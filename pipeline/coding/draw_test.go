package coding

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"qulaq/pipeline/language"
)

// frame has a large body and a small one, common classes and rare ones.
func frame() []Candidate {
	var all []Candidate
	add := func(n int, body, lang string, class language.Class) {
		for range n {
			all = append(all, Candidate{
				Source: body + "-page", Thread: fmt.Sprint(len(all) / 5), Item: fmt.Sprint(len(all)),
				Body: body, Language: lang, Class: class, Need: class.Need(),
			})
		}
	}
	add(400, "large", "ru", language.Question)
	add(100, "large", "kk", language.Question)
	add(20, "large", "ru", language.Complaint)
	add(1500, "large", "ru", language.Chatter)
	add(30, "large", "ru", language.Ad)
	add(25, "small", "kk", language.Request)
	add(40, "small", "kk", language.Praise)
	add(1, "single", "ru", language.Question)
	return all
}

func TestDraw(t *testing.T) {
	all := frame()
	sample, err := Draw(all, 200, 7)
	if err != nil {
		t.Fatal(err)
	}
	needs, small, praise := 0, 0, 0
	for _, d := range sample {
		c := all[d.Place]
		if c.Need {
			needs++
		}
		if c.Body == "small" {
			small++
		}
		if c.Class == language.Praise {
			praise++
		}
	}
	if len(sample) != 200 || needs != 100 {
		t.Errorf("sample has %d items, %d of them taken for needs; want 200 and half of them", len(sample), needs)
	}
	if small < 20 || praise < 10 {
		t.Errorf("sample has %d items of the small body, %d of them praise; want more than its share of 6", small, praise)
	}
	for i := 1; i < len(sample); i++ {
		if sample[i].Place <= sample[i-1].Place {
			t.Fatalf("item %d is drawn after item %d: twice, or out of order", sample[i].Place, sample[i-1].Place)
		}
	}
}

// The probabilities are those with which items are drawn: weighted by them, samples
// count the frame right on average, and every item is drawn sooner or later.
func TestDrawProbabilities(t *testing.T) {
	all := frame()
	const draws = 200
	drawn := make([]int, len(all))
	probability := make([]float64, len(all))
	total := 0.0
	for seed := range uint64(draws) {
		sample, err := Draw(all, 200, seed)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range sample {
			drawn[d.Place]++
			probability[d.Place] = d.Probability
			total += 1 / d.Probability / draws
		}
	}
	if off := math.Abs(total/float64(len(all)) - 1); off > 0.01 {
		t.Errorf("weights add up to %.1f on average, want %d", total, len(all))
	}
	worst, squares := 0.0, 0.0
	for i, p := range probability {
		switch {
		case p == 0:
			t.Fatalf("item %d (%+v) was never drawn", i, all[i])
		case p < 1:
			z := (float64(drawn[i]) - p*draws) / math.Sqrt(draws*p*(1-p))
			worst, squares = max(worst, math.Abs(z)), squares+z*z/float64(len(all))
		case drawn[i] != draws:
			t.Errorf("item %d is certain and was drawn %d of %d times", i, drawn[i], draws)
		}
	}
	if worst > 6 || squares > 1.1 { // standard errors; 1 is expected of independent draws
		t.Errorf("items were drawn %.1f standard errors off their probabilities at worst, %.2f in the mean square; want 6 and 1", worst, squares)
	}
}

func TestDrawDoesNotHeedTheOrderOfTheFrame(t *testing.T) {
	all := frame()
	names := func(frame []Candidate) []string {
		sample, err := Draw(frame, 50, 3)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, d := range sample {
			names = append(names, fmt.Sprint(frame[d.Place].Item, d.Probability))
		}
		slices.Sort(names)
		return names
	}
	want := names(all)
	shuffled := slices.Clone(all)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	if got := names(shuffled); !slices.Equal(got, want) {
		t.Errorf("Draw of the shuffled frame = %v, want %v", got, want)
	}
}

func TestDrawEdges(t *testing.T) {
	all := frame()
	if sample, err := Draw(all, len(all)+5, 1); err != nil || len(sample) != len(all) || sample[3] != (Drawn{3, 1}) {
		t.Errorf("Draw of more than there are = %d items, %v; want all for certain", len(sample), err)
	}
	if _, err := Draw(all, 0, 1); err == nil {
		t.Error("Draw of none: no error")
	}
	onlyNeeds := all[:500]
	if sample, err := Draw(onlyNeeds, 20, 1); err != nil || len(sample) != 20 {
		t.Errorf("Draw without passed-over items = %d items, %v; want 20", len(sample), err)
	}
	// Of 41 items that were passed over none is left out when half the sample is more.
	if sample, err := Draw(append(slices.Clone(onlyNeeds), all[2075:]...), 200, 1); err != nil || len(sample) != 200 {
		t.Errorf("Draw with a small half = %d items, %v; want 200", len(sample), err)
	}
}
