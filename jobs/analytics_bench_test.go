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
	for _, sql := range countInEngine() {
		if err := e.Store.Conn().Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	calendar, err := report.CalendarName(e.Index)
	if err != nil {
		b.Fatal(err)
	}
	if err := e.Store.Conn().Exec(b.Context(), `
INSERT INTO state_versions SELECT source_id, 1 + rowNumberInAllBlocks(), true, needs, 0, ?
FROM (SELECT source_id, count() AS needs FROM exchanges GROUP BY source_id ORDER BY source_id)`, calendar); err != nil {
		b.Fatal(err)
	}
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

// countInEngine are the statements that count generated needs within the engine, where
// ten million of them are not too many for a benchmark. Times are counted by the
// calendar, and the same again as if by the working clock: the questions cost the same,
// and what they answer is held by TestCountsAgreeWithNeeds.
func countInEngine() []string {
	var statements []string
	for _, period := range []struct{ name, start, language, theme string }{
		{"all", "toDate(0)", "language", "theme"},
		{"month", "toDate(toStartOfMonth(asked_lo))", "''", "''"},
		{"week", "toDate(toStartOfWeek(asked_lo, 1))", "''", "''"},
	} {
		for _, kind := range []struct{ name, condition string }{
			{"any", "true"}, {"substantive", "k IN ('substantive', 'refusal') AND NOT t"},
		} {
			from := fmt.Sprintf(`
FROM
(
    SELECT source_id, body_id, thread_id, %s AS start, %s AS lang, %s AS subject,
        arrayFirstIndex((k, t) -> %s, reply_kind, reply_template) AS i, i > 0 AS found,
        dateDiff('second', asked_lo, if(found, reply_lo[i], censored_at)) / 60 AS minutes,
        multiIf(minutes <= 60, (0, 5), minutes <= 180, (60, 15), minutes <= 720, (180, 30), minutes <= 4320, (720, 60), minutes <= 10080, (4320, 180),
            minutes <= 21600, (10080, 360), minutes <= 43200, (21600, 720), minutes <= 129600, (43200, 1440), (129600, 10080)) AS b,
        toUInt32(b.1 + b.2 * ceil((minutes - b.1) / b.2)) AS upper, if(upper = 0, 0, upper - b.2) AS lower
    FROM exchanges
) AS e
INNER JOIN (SELECT source_id, 1 + rowNumberInAllBlocks() AS version FROM (SELECT DISTINCT source_id FROM exchanges ORDER BY source_id)) AS v ON v.source_id = e.source_id
ARRAY JOIN ['calendar', 'working'] AS clock
`, period.start, period.language, period.theme, kind.condition)
			statements = append(statements, fmt.Sprintf(`
INSERT INTO reply_states (period, clock, kind, source_id, start, body_id, language, theme, lo, hi, answered, open, wide, version)
SELECT '%s', clock, '%s', e.source_id, start, body_id, lang, subject, lower, upper, countIf(found), countIf(NOT found), 0, version
%s GROUP BY ALL`, period.name, kind.name, from), fmt.Sprintf(`
INSERT INTO reply_threads (period, clock, kind, source_id, start, body_id, horizon, threads, followed, n, k, nn, nk, kk, version)
SELECT '%s', clock, '%s', e.source_id, start, body_id, horizon, uniq(thread_id) AS th, th, count() AS cn, countIf(found AND minutes <= 1440 * horizon) AS ck, 3 * cn, 3 * ck, 2 * ck, version
FROM (SELECT e.source_id AS source_id, start, body_id, clock, version, thread_id, found, minutes %s) AS e
ARRAY JOIN if(clock = 'calendar', [1., 3, 7, 30], [15.]) AS horizon GROUP BY ALL`, period.name, kind.name, from))
		}
	}
	return statements
}
