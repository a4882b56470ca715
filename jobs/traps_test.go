package jobs

import (
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
// coverage, not silence. Some 300 needs a body: what only incomplete visits saw
// counts neither as answer nor as silence, and the loss of three needs of eighty
// alone would be a point.
func TestTenDaysOfOutageMoveNoRate(t *testing.T) {
	config := simulate.Config{Seed: 3, Bodies: 12, Days: 20, Load: 4}
	var want map[string]report.Number
	var from time.Time
	t.Run("undisturbed", func(t *testing.T) {
		r := rehearse(t, config)
		want, from = rates(t, r), r.republic.Start().Add(6*aDay)
		if len(want) < 12 {
			t.Errorf("only %d bodies have rates", len(want))
		}
	})
	config.Outages = []simulate.Outage{{From: from, To: from.Add(10 * aDay)}}
	config.LoginWallDays = []int{18}
	t.Run("disturbed", func(t *testing.T) {
		r := rehearse(t, config)
		for body, got := range rates(t, r) {
			if off := math.Abs(got.Value() - want[body].Value()); off > 0.01 {
				t.Errorf("%s: %s with the outage, %s without: %.1f points apart", body, got.Percent(), want[body].Percent(), 100*off)
			}
		}
		outage, wall := from.Add(5*aDay).Format(time.DateOnly), from.Add(12*aDay).Format(time.DateOnly)
		if got, want := r.scan(t, "SELECT count() > 0, countIf(complete) FROM visits WHERE toDate(seen_at) = '"+outage+"'"), "1\t0\n"; got != want {
			t.Errorf("visits, and complete ones, on a day of outage: %q, want %q", got, want)
		}
		if got, want := r.scan(t, "SELECT countIf(outcome = 'login_wall') > 0, countIf(outcome = 'login_wall' AND complete) FROM visits WHERE toDate(seen_at) >= '"+wall+"'"), "1\t0\n"; got != want {
			t.Errorf("visits that met a login wall, and complete ones among them: %q, want %q", got, want)
		}
		// A round was made every 12 hours. After an outage the gate lets an owner recover
		// request by request, which takes up to eight rounds where the clock stands still: the
		// penalty of half an hour halves with each, and a listing of two pages waits for all.
		const outages = "SELECT source_id, hours FROM outages(due = 43200, patience = 86400) WHERE hours > 200"
		if got, want := r.scan(t, "SELECT count(), uniq(source_id), min(hours) >= 240 - 12, max(hours) <= 240 + 96 FROM ("+outages+")"),
			r.scan(t, "SELECT uniq(source_id), uniq(source_id), 1, 1 FROM visits"); got != want {
			t.Errorf("outages, sources with one, and whether all are ten days long: %q, want %q", got, want)
		}
	})
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
