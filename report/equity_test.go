package report

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"qulaq/schema"
)

// asked draws needs put to a body: share of them answered after days.
func asked(body, language string, n int, share, days float64, random *rand.Rand) (needs []need, languages []string) {
	for range n {
		x := need{body, date(2026, 3, 2), 30, never}
		if random.Float64() < share {
			x.lo, x.hi = days, days
		}
		needs, languages = append(needs, x), append(languages, language)
	}
	return needs, languages
}

func languageEvidence(t *testing.T, seed uint64, parts ...func(*rand.Rand) ([]need, []string)) *Evidence {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	var needs []need
	var languages []string
	for _, part := range parts {
		n, l := part(random)
		needs, languages = append(needs, n...), append(languages, l...)
	}
	e := evidence(t, needs...)
	e.Any.Language = languages
	return e
}

func byLanguage(l *schema.Latencies, row int) string { return l.Language[row] }

func part(body, language string, n int, share float64) func(*rand.Rand) ([]need, []string) {
	return func(random *rand.Rand) ([]need, []string) { return asked(body, language, n, share, 2, random) }
}

// Kazakh is mostly used towards a body that answers nobody: that is no effect of the
// language, though the rates of the languages are far apart.
func TestABodysMixIsNoEffectOfLanguage(t *testing.T) {
	e := languageEvidence(t, 1,
		part("silent", "kk", 400, 0.2), part("silent", "ru", 60, 0.2),
		part("steady", "kk", 60, 0.8), part("steady", "ru", 500, 0.8),
	)
	table, err := Equity(e, byLanguage, false, EquityOptions{Horizon: Horizon{Days: 7}, Draws: 300})
	if err != nil {
		t.Fatal(err)
	}
	if table[0].Group != "ru" || table[1].Group != "kk" || table[0].Difference != nil {
		t.Fatalf("groups = %+v, want ru as the reference, then kk", table)
	}
	raw := table[1].Any.Rates[0].Value() - table[0].Any.Rates[0].Value()
	d := table[1].Difference
	if raw > -0.3 {
		t.Errorf("the rates differ by %.2f: the trap of this test is not set", raw)
	}
	if d == nil || d.Lo > 0 || d.Hi < 0 || d.Value < -0.1 || d.P < 0.05 || d.Bodies != 2 || d.Needs != 460 {
		t.Errorf("difference within bodies = %+v, want 0 within its limits", d)
	}
}

// Where one body does answer a language later, that is found.
func TestEquityFindsADifference(t *testing.T) {
	e := languageEvidence(t, 2, part("steady", "kk", 300, 0.5), part("steady", "ru", 500, 0.8), part("silent", "kk", 50, 0.9))
	table, err := Equity(e, byLanguage, false, EquityOptions{Horizon: Horizon{Days: 7}, Draws: 300, Reference: "ru"})
	if err != nil {
		t.Fatal(err)
	}
	d := table[1].Difference
	if d.Value > -0.2 || d.Value < -0.4 || d.Hi >= 0 || d.P > 0.001 || d.Bodies != 1 || d.Needs != 300 {
		t.Errorf("difference = %+v (%s), want about −30 points, from the 300 needs put to the body that both have asked", d, d.Percent())
	}
	if _, err := Equity(e, byLanguage, false, EquityOptions{Horizon: Horizon{Days: 7}, Reference: "en"}); err == nil || !strings.Contains(err.Error(), `group "en"`) {
		t.Errorf("Equity against en = %v, want an error that names it", err)
	}
}

// The limits of a difference hold it, also when needs share threads.
func TestEquityCoverage(t *testing.T) {
	held := 0
	const simulations = 150
	for seed := range uint64(simulations) {
		e := languageEvidence(t, 100+seed, part("steady", "kk", 80, 0.5), part("steady", "ru", 120, 0.7), part("silent", "kk", 60, 0.1), part("silent", "ru", 60, 0.3))
		// Threads of three needs, alike in nothing but the thread.
		for row := range e.Any.ThreadID {
			e.Any.ThreadID[row] = fmt.Sprint(row / 3)
		}
		table, err := Equity(e, byLanguage, false, EquityOptions{Horizon: Horizon{Days: 7}, Draws: 200, Reference: "ru"})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range table {
			if d := g.Difference; d != nil && d.Lo <= -0.2 && d.Hi >= -0.2 {
				held++
			}
		}
	}
	if share := float64(held) / simulations; share < 0.90 || share > 0.99 {
		t.Errorf("limits hold a difference of −20 points in %.3f, want about 0.95", share)
	}
}

// Regions belong to bodies: no body is asked from two, and they are compared as they are.
func TestEquityAcrossBodies(t *testing.T) {
	e := languageEvidence(t, 3, part("steady", "", 200, 0.8), part("silent", "", 200, 0.3))
	table, err := Equity(e, func(l *schema.Latencies, row int) string { return l.BodyID[row] }, true, EquityOptions{Horizon: Horizon{Days: 7}, Draws: 100})
	if err != nil {
		t.Fatal(err)
	}
	if d := table[1].Difference; d == nil || math.Abs(d.Value-0.5) > 0.1 || d.Bodies != 1 {
		t.Errorf("difference = %+v, want about 50 points", d)
	}
	table, err = Equity(e, func(l *schema.Latencies, row int) string { return l.BodyID[row] }, false, EquityOptions{Horizon: Horizon{Days: 7}})
	if err != nil || table[1].Difference != nil {
		t.Errorf("within bodies: %+v, %v; want no difference, for no body is in both groups", table[1].Difference, err)
	}
}

func TestPublicEquity(t *testing.T) {
	e := languageEvidence(t, 4, part("steady", "kk", 4, 0.5), part("steady", "ru", 50, 0.5))
	table, err := Equity(e, byLanguage, false, EquityOptions{Horizon: Horizon{Days: 7}, Draws: 50})
	if err != nil {
		t.Fatal(err)
	}
	public := PublicEquity(table)
	if public[1].Difference != nil || !public[1].Any.Rates[0].Suppressed() || public[0].Any.Rates[0].Suppressed() {
		t.Errorf("4 needs as published = %+v, want nothing of them", public[1])
	}
}
