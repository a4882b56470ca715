package report

import (
	"math/rand/v2"
	"testing"

	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

func fieldCount(source, field string, filled, items uint64) schema.FieldCount {
	return schema.FieldCount{SourceID: source, Parser: "vk", Kind: "comment", Field: field, Items: items, Filled: filled}
}

func TestFillAlarms(t *testing.T) {
	type counts = []schema.FieldCount
	tests := map[string]struct {
		before, now counts
		want        []string // source and field
	}{
		"a field is lost":                {counts{fieldCount("a", "author", 100, 100)}, counts{fieldCount("a", "author", 0, 60)}, []string{"a author"}},
		"a field falls":                  {counts{fieldCount("a", "parent", 500, 1000)}, counts{fieldCount("a", "parent", 60, 200)}, []string{"a parent"}},
		"other fields are not told":      {counts{fieldCount("a", "author", 99, 100), fieldCount("a", "text", 98, 100)}, counts{fieldCount("a", "author", 5, 100), fieldCount("a", "text", 97, 100)}, []string{"a author"}},
		"a rise is none":                 {counts{fieldCount("a", "author", 0, 100)}, counts{fieldCount("a", "author", 100, 100)}, nil},
		"chance is none":                 {counts{fieldCount("a", "parent", 50, 100)}, counts{fieldCount("a", "parent", 38, 100)}, nil},
		"too few now":                    {counts{fieldCount("a", "author", 100, 100)}, counts{fieldCount("a", "author", 0, 49)}, nil},
		"too few before":                 {counts{fieldCount("a", "author", 49, 49)}, counts{fieldCount("a", "author", 0, 100)}, nil},
		"a small fall of many is people": {counts{fieldCount("a", "parent", 50_000, 100_000)}, counts{fieldCount("a", "parent", 46_000, 100_000)}, nil},
		"two sources and their parser":   {counts{fieldCount("a", "text", 60, 60), fieldCount("b", "text", 60, 60)}, counts{fieldCount("a", "text", 0, 60), fieldCount("b", "text", 0, 60)}, []string{" text", "a text", "b text"}},
		"a busy source is no fall": {
			counts{fieldCount("a", "parent", 900, 1000), fieldCount("b", "parent", 10, 100)},
			counts{fieldCount("a", "parent", 90, 100), fieldCount("b", "parent", 100, 1000)},
			nil,
		},
		"a new source is no fall":          {counts{fieldCount("a", "parent", 90, 100), fieldCount("c", "parent", 90, 100)}, counts{fieldCount("a", "parent", 90, 100), fieldCount("c", "parent", 90, 100), fieldCount("b", "parent", 0, 1000)}, nil},
		"a new source has no past":         {counts{fieldCount("a", "author", 100, 100)}, counts{fieldCount("a", "author", 100, 100), fieldCount("b", "author", 30, 40)}, nil},
		"many small channels make one sum": {counts{fieldCount("a", "text", 30, 30), fieldCount("b", "text", 30, 30)}, counts{fieldCount("a", "text", 0, 30), fieldCount("b", "text", 0, 30)}, []string{" text"}},
		"one of many, its parser is well": {
			counts{fieldCount("a", "text", 100, 100), fieldCount("b", "text", 9900, 9900)},
			counts{fieldCount("a", "text", 0, 100), fieldCount("b", "text", 9900, 9900)},
			[]string{"a text"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			alarms, err := FillAlarms(tt.before, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range alarms {
				got = append(got, a.SourceID+" "+a.Field)
				if !(a.Now.Lo <= a.Now.Rate && a.Now.Rate <= a.Now.Hi && a.Now.Hi < a.Before.Lo && a.Before.Rate <= a.Before.Hi) {
					t.Errorf("alarm %+v: the limits do not hold the rates, or do not lie apart", a)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("FillAlarms (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := FillAlarms([]schema.FieldCount{fieldCount("a", "text", 100, 60)}, []schema.FieldCount{fieldCount("a", "text", 60, 60)}); err == nil {
		t.Error("FillAlarms took 100 texts of 60 items")
	}
}

// A hundred sources with a dozen fields each, looked at every day of a year, must
// not cry wolf: people who answer more or less often are no changed page.
func TestFillAlarmsAreNotChance(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(n int, p float64) uint64 {
		k := uint64(0)
		for range n {
			if r.Float64() < p {
				k++
			}
		}
		return k
	}
	alarms := 0
	for range 365 * 10 { // of every tenth source
		p := r.Float64()
		for range 12 {
			found, err := FillAlarms([]schema.FieldCount{fieldCount("a", "parent", draw(400, p), 400)}, []schema.FieldCount{fieldCount("a", "parent", draw(80, p), 80)})
			if err != nil {
				t.Fatal(err)
			}
			alarms += len(found)
		}
	}
	if alarms > 1 {
		t.Errorf("%d alarms of %d tests where nothing changed, want at most 1", alarms, 365*10*12)
	}
}
