package stats

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// The golden files were made with R's survival package; see testdata/README.md.

// golden reads name from the project's reference values where they are at hand,
// else from the copy beside this test.
func golden(t testing.TB, name string) []byte {
	t.Helper()
	for _, dir := range []string{"../../shared/golden", "testdata"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			return data
		}
	}
	t.Fatalf("%s is neither in ../shared/golden nor in testdata", name)
	return nil
}

// goldenObservations reads a CSV of group, lo, hi.
func goldenObservations(t testing.TB, name string) map[string][]Observation {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	groups := map[string][]Observation{}
	for _, row := range rows[1:] {
		o := Censored(number(row[1]))
		if row[2] != "" {
			o = Between(o.Lo, number(row[2]))
		}
		groups[row[0]] = append(groups[row[0]], o)
	}
	return groups
}

// near fails the test unless got is want to within tolerance.
func near(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) && got != want {
		t.Errorf("%s = %.10g, want %.10g ± %g", what, got, want, tolerance)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func decode(t testing.TB, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(golden(t, name), into); err != nil {
		t.Fatal(err)
	}
}
