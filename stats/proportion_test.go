package stats

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

func TestProportions(t *testing.T) {
	tests := []struct {
		name   string
		of     Proportion
		k, n   int
		lo, hi float64
	}{
		{"Wilson", Wilson, 50, 100, .4038315, .5961685},
		{"Wilson", Wilson, 67, 67, .9457733, 1},
		{"Wilson", Wilson, 8, 10, .4901625, .9433178},
		{"Wilson", Wilson, 0, 10, 0, .2775328},
		{"Clopper-Pearson", ClopperPearson, 8, 10, .4439045, .9747893},
		{"Clopper-Pearson", ClopperPearson, 0, 10, 0, .3084971},
		{"Clopper-Pearson", ClopperPearson, 10, 10, .6915029, 1},
		{"Jeffreys", Jeffreys, 0, 10, 0, .2171961},
		{"Jeffreys", Jeffreys, 10, 10, .7828039, 1},
		{"nothing known, Wilson", Wilson, 0, 0, 0, 1},
		{"nothing known, Clopper-Pearson", ClopperPearson, 0, 0, 0, 1},
		{"nothing known, Jeffreys", Jeffreys, 0, 0, 0, 1},
		{"nothing known, mid-p", MidP, 0, 0, 0, 1},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %d of %d", test.name, test.k, test.n), func(t *testing.T) {
			got, err := test.of(test.k, test.n, DefaultLevel)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "lower limit", got.Lo, test.lo, 1e-6)
			near(t, "upper limit", got.Hi, test.hi, 1e-6)
		})
	}
}

// The definitions, checked by the distribution itself: a share at an exact limit
// makes what was seen, or more of it, exactly as rare as the level says.
func TestExactLimitsByDefinition(t *testing.T) {
	atLeast := func(k, n int, p float64) (sum float64) {
		for i := k; i <= n; i++ {
			sum += binomial(i, n, p)
		}
		return sum
	}
	for _, n := range []int{1, 5, 20, 67} {
		for k := 1; k < n; k++ {
			got := must(ClopperPearson(k, n, DefaultLevel))
			near(t, fmt.Sprintf("ClopperPearson(%d, %d): P(at least k) at Lo", k, n), atLeast(k, n, got.Lo), .025, 1e-9)
			near(t, fmt.Sprintf("ClopperPearson(%d, %d): P(at most k) at Hi", k, n), 1-atLeast(k+1, n, got.Hi), .025, 1e-9)
			got = must(MidP(k, n, DefaultLevel))
			near(t, fmt.Sprintf("MidP(%d, %d): mid-p at Lo", k, n), atLeast(k+1, n, got.Lo)+binomial(k, n, got.Lo)/2, .025, 1e-8)
		}
	}
}

func binomial(k, n int, p float64) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return math.Exp(a - b - c + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}

func TestProportionsRefuse(t *testing.T) {
	for name, of := range map[string]Proportion{"Wilson": Wilson, "ClopperPearson": ClopperPearson, "Jeffreys": Jeffreys, "MidP": MidP} {
		for _, in := range []struct {
			k, n  int
			level Level
		}{{-1, 5, .95}, {6, 5, .95}, {0, -1, .95}, {2, 5, .05}, {2, 5, 95}, {2, 5, 1}, {0, 0, .05}} {
			if _, err := of(in.k, in.n, in.level); err == nil {
				t.Errorf("%s(%d, %d, %v): no error", name, in.k, in.n, float64(in.level))
			}
		}
	}
}

// WriteToThem has published its tables of 2005 and 2008 with "95 %" limits. Where
// n·p·(1−p) ≤ 25 they are those of Clopper and Pearson, one-sided at k = 0 and
// k = n; above, they are p ± one standard error, which is a level of 68 %.
func TestWriteToThem(t *testing.T) {
	equal, wrong, oneSided := 0, 0, 0
	for _, name := range []string{"writetothem_responsiveness_2005.csv", "writetothem_responsiveness_2008.csv"} {
		for _, row := range writeToThem(t, name) {
			p := float64(row.k) / float64(row.n)
			se := math.Sqrt(p * (1 - p) / float64(row.n))
			switch {
			case row.n == 0:
			case row.k == 0 || row.k == row.n:
				got := must(ClopperPearson(row.k, row.n, 0.90)) // 5 % on the one side that there is
				near(t, fmt.Sprintf("%d of %d: lower", row.k, row.n), got.Lo, row.lo, 1e-5)
				near(t, fmt.Sprintf("%d of %d: upper", row.k, row.n), got.Hi, row.hi, 1e-5)
				oneSided++
			case float64(row.n)*p*(1-p) > 25:
				near(t, fmt.Sprintf("%d of %d: p − se", row.k, row.n), p-se, row.lo, 1e-5)
				near(t, fmt.Sprintf("%d of %d: p + se", row.k, row.n), p+se, row.hi, 1e-5)
				wrong++
			default:
				got := must(ClopperPearson(row.k, row.n, DefaultLevel))
				near(t, fmt.Sprintf("%d of %d: lower", row.k, row.n), got.Lo, row.lo, 1e-5)
				near(t, fmt.Sprintf("%d of %d: upper", row.k, row.n), got.Hi, row.hi, 1e-5)
				equal++
			}
		}
	}
	if equal != 1147 || wrong != 148 {
		t.Errorf("%d rows of Clopper-Pearson and %d of one standard error, want 1147 and 148", equal, wrong)
	}
	t.Logf("%d rows equal to Clopper-Pearson, %d one-sided, %d published with one standard error as 95 %%", equal, oneSided, wrong)
}

type publishedRow struct {
	k, n   int
	lo, hi float64
}

// writeToThem reads the rows of category good.
func writeToThem(t *testing.T, name string) (rows []publishedRow) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "captures", "datasets", name))
	if err != nil {
		t.Skipf("the published tables are not at hand: %v", err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, title := range records[0] {
		column[title] = i
	}
	for _, r := range records[1:] {
		if r[column["category"]] != "good" {
			continue
		}
		var row publishedRow
		row.k = must(strconv.Atoi(r[column["responded"]]))
		row.n = must(strconv.Atoi(r[column["responded_outof"]]))
		row.lo = must(strconv.ParseFloat(r[column["responded_95_low"]], 64))
		row.hi = must(strconv.ParseFloat(r[column["responded_95_high"]], 64))
		rows = append(rows, row)
	}
	return rows
}
