package jobs

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"qulaq/report"
	"qulaq/schema"
)

// BenchmarkAnalytics asks what rankings, series and the dashboard ask, of NEEDS
// (100,000) needs put to 200 bodies, and tells the 95th percentile of each question.
// `make bench-analytics` asks it of ten million.
func BenchmarkAnalytics(b *testing.B) {
	needs := 100_000
	if text := os.Getenv("NEEDS"); text != "" {
		var err error
		if needs, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	e := generated(b, 200, needs)
	for _, sql := range []string{
		"SELECT count() AS exchanges FROM exchanges", "SELECT sum(rows) AS counts FROM state_versions FINAL WHERE whole",
		"SELECT table, sum(rows) AS rows, formatReadableSize(sum(bytes_on_disk)) AS bytes FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table",
	} {
		b.Logf("%s", asked(b, e, sql))
	}
	query := func(sql string) func(b *testing.B) {
		return func(b *testing.B) { asked(b, e, sql) }
	}
	fast := func(kind string, days int) string {
		return fmt.Sprintf("SELECT * FROM kaplan_meier_fast(kind = '%s', days = %d)", kind, days)
	}
	counted := func(b *testing.B, q CountedQuery) *report.Evidence {
		out, err := CountedEvidence(b.Context(), e, q, 0)
		if err != nil || out == nil {
			b.Fatal(out, err)
		}
		return out
	}
	ranking := func(o report.RankOptions) func(b *testing.B) {
		return func(b *testing.B) {
			if _, err := report.Ranking(counted(b, CountedQuery{Period: report.ByAll, ByBody: true}), o); err != nil {
				b.Fatal(err)
			}
		}
	}
	series := func(period report.Period, bodies ...string) func(b *testing.B) {
		return func(b *testing.B) {
			evidence := counted(b, CountedQuery{Period: period, Bodies: bodies})
			if _, err := report.Series(evidence, report.SeriesOptions{Period: period, Bodies: bodies}); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, q := range []struct {
		name string
		run  func(b *testing.B)
	}{
		{"scan-every-exchange", query("SELECT * FROM kaplan_meier(kind = 'any', days = 7)")},
		{"kaplan-meier-7d", query(fast("any", 7))},
		{"kaplan-meier-1d-3d-7d-30d", func(b *testing.B) {
			for _, days := range []int{1, 3, 7, 30} {
				asked(b, e, fast("any", days))
			}
		}},
		{"rank", ranking(report.RankOptions{By: 2})},
		{"rank-substantive-15wd", ranking(report.RankOptions{By: 4, Substantive: true})},
		{"series-week", series(report.ByWeek)},
		{"series-month", series(report.ByMonth)},
		{"series-all", series(report.ByAll)},
		{"series-week-of-a-body", series(report.ByWeek, "body001")},
	} {
		b.Run(q.name, func(b *testing.B) {
			var took []time.Duration
			b.ReportAllocs()
			for b.Loop() {
				began := time.Now()
				q.run(b)
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
		})
	}
}

// asked is the answer to a query, as text.
func asked(b *testing.B, e *Env, sql string) string {
	b.Helper()
	rows, err := e.Store.Query(b.Context(), sql, schema.QueryOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	text, err := io.ReadAll(rows)
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}
