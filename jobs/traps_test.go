package jobs

import (
	"fmt"
	"io"
	"math"
	"testing"
	"time"

	"qulaq/report"
	"qulaq/schema"
	"qulaq/simulate"
)

// rates are the shares of needs answered within a week, by body, and their basis.
func rates(t *testing.T, r *rehearsal) map[string]report.Number {
	t.Helper()
	e, err := Evidence(t.Context(), r.env, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	table, err := report.Ranking(e, report.RankOptions{Horizons: []report.Horizon{{Days: 7}}, Draws: 100})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]report.Number{}
	for _, s := range table {
		out[s.BodyID] = s.Any.Rates[0]
	}
	return out
}

// A ten-day outage of the crawler may widen intervals but moves no rate by more
// than a point; a day of login walls moves none either. Both leave a hole in the
// coverage, not silence.
func TestTenDaysOfOutageMoveNoRate(t *testing.T) {
	config := simulate.Config{Seed: 3, Bodies: 12, Days: 20, Load: 1}
	undisturbed := rehearse(t, config)
	want := rates(t, undisturbed)

	from := undisturbed.republic.Start().Add(6 * aDay)
	config.Outages = []simulate.Outage{{From: from, To: from.Add(10 * aDay)}}
	config.LoginWallDays = []int{18}
	disturbed := rehearse(t, config)
	for body, got := range rates(t, disturbed) {
		if off := math.Abs(got.Value() - want[body].Value()); off > 0.01 {
			t.Errorf("%s: %s with the outage, %s without: %.1f points apart", body, got.Percent(), want[body].Percent(), 100*off)
		}
	}
	if len(want) < 12 {
		t.Errorf("only %d bodies have rates", len(want))
	}
	for _, c := range []struct {
		outcome schema.Outcome
		day     time.Time
	}{{schema.Throttled, from.Add(5 * aDay)}, {schema.LoginWall, undisturbed.republic.Start().Add(18*aDay + 12*time.Hour)}} {
		sql := fmt.Sprintf("SELECT countIf(outcome = '%s') > 0, countIf(complete AND source_id NOT LIKE '%%legalacts%%') FROM visits WHERE toDate(seen_at) = '%s'",
			c.outcome, c.day.Format(time.DateOnly))
		if got, want := disturbed.scan(t, sql), "1\t0\n"; got != want {
			t.Errorf("visits as %s, and complete ones, on %s: %q, want %q", c.outcome, c.day.Format(time.DateOnly), got, want)
		}
	}
}

func (r *rehearsal) scan(t *testing.T, sql string) string {
	t.Helper()
	rows, err := r.env.Store.Query(t.Context(), sql, schema.QueryOptions{Format: "TSV", ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	text, err := io.ReadAll(rows)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

