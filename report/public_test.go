package report

import (
	"encoding/json"
	"strings"
	"testing"

	"qulaq/stats"
)

func TestPublicSuppressesSmallCells(t *testing.T) {
	for _, test := range []struct {
		name  string
		needs int
		small bool
	}{
		{"none", 0, true}, {"one", 1, true}, {"four", 4, true}, {"five", 5, false}, {"many", 500, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := Basis{Horizon: "7d", Needs: test.needs, Threads: 3, Coverage: 1}.Number(0.625, stats.Interval{Lo: 0.25, Hi: 0.875})
			table := PublicRanking([]Standing{{Shrunk: n, RankLo: 2, Any: Speed{Rates: []Number{n}, Median: n}, Substantive: Speed{Median: n}}})
			text, err := json.Marshal(table)
			if err != nil {
				t.Fatal(err)
			}
			if got := !strings.Contains(string(text), "0.625"); got != test.small {
				t.Errorf("numbers on %d needs are left out: %t, want %t:\n%s", test.needs, got, test.small, text)
			}
			if got := table[0].RankLo == 0; got != test.small {
				t.Errorf("the rank is left out: %t, want %t", got, test.small)
			}
			public := n.Public()
			if public.Suppressed() != test.small || test.small && (public.Percent() != "n < 5" || public.Time() != "n < 5" || public.Needs() != "< 5") {
				t.Errorf("Public() = %s, %s of %s", public.Percent(), public.Time(), public.Needs())
			}
		})
	}
}
