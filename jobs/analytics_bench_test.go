package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"qulaq/report"
	"qulaq/schema"
)

// BenchmarkAnalytics asks what rankings, series and the dashboard ask, of NEEDS
// (100,000) needs put to 200 bodies, and tells the 95th percentile of each question.
// `make bench-analytics` asks it of ten million. With FOLDER, the needs are kept there,
// and taken from there the next time.
func BenchmarkAnalytics(b *testing.B) {
	const bodies = 200
	needs := 100_000
	if text := os.Getenv("NEEDS"); text != "" {
		var err error
		if needs, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	e := generatedOnce(b, os.Getenv("FOLDER"), bodies, needs)
	for _, sql := range []string{
		"SELECT count() AS exchanges FROM exchanges", "SELECT sum(rows) AS counts FROM state_versions FINAL WHERE whole",
		"SELECT table, sum(rows) AS rows, formatReadableSize(sum(bytes_on_disk)) AS bytes FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table",
	} {
		b.Logf("%s", asked(b, e, sql))
	}
	benchmarkQueries(b, e)
	b.Run("pages", func(b *testing.B) { benchmarkPages(b, e) })
}

// generatedOnce opens a store of generated needs in a folder, and generates and counts
// them when it is empty; "" is a folder of the benchmark's own.
func generatedOnce(b *testing.B, folder string, bodies, needs int) *Env {
	b.Helper()
	if folder == "" {
		folder = b.TempDir()
	}
	mark := filepath.Join(folder, fmt.Sprintf("generated-%d-%d", bodies, needs))
	_, err := os.Stat(mark)
	switch {
	case err == nil:
		return opened(b, folder, bodies)
	case !errors.Is(err, fs.ErrNotExist):
		b.Fatal(err)
	}
	e := generatedIn(b, folder, bodies, needs)
	calendar, err := report.CalendarName(e.Index)
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	for _, sql := range countInEngine(calendar) {
		if err := e.Store.Conn().Exec(b.Context(), sql); err != nil {
			b.Fatalf("%v in\n%s", err, sql)
		}
	}
	if err := e.Store.SumStates(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Logf("counted in %.1f s", time.Since(began).Seconds())
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		b.Fatal(err)
	}
	return e
}

func benchmarkQueries(b *testing.B, e *Env) {
	query := func(sql string) func(b *testing.B) {
		return func(b *testing.B) { asked(b, e, sql) }
	}
	fast := func(kind string, days int) string {
		return fmt.Sprintf("SELECT * FROM kaplan_meier_fast(kind = '%s', days = %d)", kind, days)
	}
	counted := func(b *testing.B, q report.StateQuery) *report.Evidence {
		out, err := CountedEvidence(b.Context(), e, q, 0)
		if err != nil || out == nil {
			b.Fatal(out, err)
		}
		return out
	}
	ranking := func(o report.RankOptions) func(b *testing.B) {
		return func(b *testing.B) {
			if _, err := report.Ranking(counted(b, report.StateQuery{Period: report.ByAll, ByBody: true}), o); err != nil {
				b.Fatal(err)
			}
		}
	}
	series := func(period report.Period, bodies ...string) func(b *testing.B) {
		return func(b *testing.B) {
			evidence := counted(b, report.StateQuery{Period: period, Bodies: bodies})
			if _, err := report.Series(evidence, report.SeriesOptions{Period: period, Bodies: bodies}); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, q := range []struct {
		name string
		run  func(b *testing.B)
	}{
		{"kaplan-meier-7d", query(fast("any", 7))},
		{"kaplan-meier-1d-3d-7d-30d", query("SELECT * FROM kaplan_meier_horizons(kind = 'any')")},
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
			b.ReportMetric(milliseconds(quantile(took, 0.95)), "p95-ms")
			b.ReportMetric(milliseconds(quantile(took, 0.5)), "median-ms")
		})
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// quantile of durations in order: the least that so many of them do not exceed.
func quantile(took []time.Duration, p float64) time.Duration {
	return took[max(0, int(math.Ceil(p*float64(len(took))))-1)]
}

// benchmarkPages serves the dashboard on loopback and asks for each page and each table
// 20 times or more, each time with other choices, so that nothing is answered twice.
func benchmarkPages(b *testing.B, e *Env) {
	for b.Loop() {
		ctx, stop := context.WithCancel(b.Context())
		began := time.Now()
		site, err := WebSite(ctx, e, WebSiteOptions{Version: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		server := httptest.NewServer(site)
		get := func(path string) time.Duration {
			began := time.Now()
			for {
				answer, err := server.Client().Get(server.URL + path)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, answer.Body); err != nil {
					b.Fatal(err)
				}
				if err := answer.Body.Close(); err != nil {
					b.Fatal(err)
				}
				switch answer.StatusCode {
				case http.StatusOK:
					return time.Since(began)
				case http.StatusAccepted: // it is still being computed
				default:
					b.Fatalf("%s: %s", path, answer.Status)
				}
			}
		}
		get("/en/data") // once the store was looked at
		fmt.Printf("\nthe store was read in %.0f ms\n", milliseconds(time.Since(began)))
		fmt.Printf("first page: %.0f ms\n", milliseconds(get("/en/")))
		fmt.Printf("%-28s %6s %8s %8s %8s\n", "page", "asked", "p50 ms", "p95 ms", "max ms")
		worst := 0.0
		for _, p := range benchPages() {
			var took []time.Duration
			for _, path := range p.paths {
				took = append(took, get(path))
			}
			slices.Sort(took)
			p95 := milliseconds(quantile(took, 0.95))
			worst = max(worst, p95)
			fmt.Printf("%-28s %6d %8.1f %8.1f %8.1f\n", p.name, len(took), milliseconds(quantile(took, 0.5)), p95, milliseconds(took[len(took)-1]))
		}
		b.ReportMetric(worst, "worst-p95-ms")
		server.Close()
		stop()
		site.Wait()
	}
}

// askedPage is a page, or a table of it, with the addresses under which it is asked for.
type askedPage struct {
	name  string
	paths []string
}

// benchPages are the pages of the dashboard. No two addresses ask for the same numbers,
// but for those of pages that have few: the cache answers these as it does readers.
func benchPages() []askedPage {
	var choices []string
	for _, per := range []string{"need", "cluster"} {
		for _, by := range []string{"any", "substantive"} {
			for _, h := range report.DefaultHorizons {
				choices = append(choices, fmt.Sprintf("?per=%s&by=%s&horizon=%s", per, by, h))
			}
		}
	}
	body := func(from int, format string) (paths []string) {
		for i := range 20 {
			paths = append(paths, fmt.Sprintf("/en/body/body%03d"+format, from+i))
		}
		return paths
	}
	chosen := func(path, extra string) (paths []string) {
		for _, c := range choices {
			paths = append(paths, path+c+extra)
		}
		return paths
	}
	var compared []string
	for i := range 20 {
		address := "/en/compare?per=need"
		for k := range 5 {
			address += fmt.Sprintf("&body=body%03d", 5*i+k)
		}
		compared = append(compared, address)
	}
	pages := []askedPage{
		{"overview", chosen("/en/", "&period=month")},
		{"overview by week", chosen("/en/", "&period=week")},
		{"equity", chosen("/en/equity", "")},
		{"body", body(0, "")},
		{"body by week, clusters", body(20, "?period=week&per=cluster")},
		{"compare five", compared},
		{"coverage", chosen("/en/coverage", "")},
		{"data", chosen("/en/data", "")},
		{"method", chosen("/en/method", "")},
		{"badge.svg", body(40, "/badge.svg?horizon=3d")},
		{"feed.atom", body(60, "/feed.atom")},
		{"social.png", body(80, "/social.png")},
	}
	for _, table := range []string{"ranking", "trend"} {
		pages = append(pages, askedPage{"csv " + table, chosen("/en/", "&level=central&csv="+table)})
	}
	for _, table := range []string{"languages", "levels", "regions", "themes", "classes"} {
		pages = append(pages, askedPage{"csv equity " + table, chosen("/en/equity", "&csv="+table)})
	}
	for i, table := range []string{"rates", "horizons", "latency", "curve", "kinds", "languages", "themes", "classes", "peers", "sources"} {
		pages = append(pages, askedPage{"csv body " + table, body(100+10*i, "?csv="+table)[:cmp.Or(min(20, 100-10*i), 10)]})
	}
	for _, table := range []string{"weeks", "sources", "blocked", "outages", "alarms"} {
		pages = append(pages, askedPage{"csv coverage " + table, chosen("/en/coverage", "&csv="+table)})
	}
	return pages
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
// calendar, and the same again as if by the working clock and per cluster: the questions
// cost the same, and what they answer is held by TestCountsAgreeWithNeeds.
func countInEngine(calendar string) []string {
	statements := []string{
		"DROP TABLE IF EXISTS flat",
		`
CREATE TABLE flat (source_id LowCardinality(String), body_id LowCardinality(String), asked Date, language LowCardinality(String), theme LowCardinality(String),
    class LowCardinality(String), version UInt64, kind LowCardinality(String), fine Tuple(UInt32, UInt32), wide Tuple(UInt32, UInt32), found Bool) ENGINE = MergeTree ORDER BY ()`,
	}
	for _, kind := range []struct{ name, condition string }{
		{"any", "true"}, {"substantive", "k IN ('substantive', 'refusal') AND NOT t"},
	} {
		statements = append(statements, fmt.Sprintf(`
INSERT INTO flat SELECT source_id, body_id, toDate(asked_lo), language, theme, class, 1 + toUInt64(substring(source_id, 5, 3)), '%s', fine, wide, found FROM
(
    SELECT source_id, body_id, asked_lo, language, theme, class,
        arrayFirstIndex((k, t) -> %s, reply_kind, reply_template) AS i, i > 0 AS found,
        dateDiff('second', asked_lo, if(found, reply_lo[i], censored_at)) / 60 AS minutes,
        multiIf(minutes <= 60, (0, 5), minutes <= 180, (60, 15), minutes <= 720, (180, 30), minutes <= 4320, (720, 60), minutes <= 10080, (4320, 180),
            minutes <= 21600, (10080, 360), minutes <= 43200, (21600, 720), minutes <= 129600, (43200, 1440), (129600, 10080)) AS f,
        multiIf(minutes <= 360, (0, 60), minutes <= 1440, (360, 360), minutes <= 4320, (1440, 720), minutes <= 10080, (4320, 1440),
            minutes <= 21600, (10080, 2880), minutes <= 43200, (21600, 7200), minutes <= 129600, (43200, 21600), (129600, 100800)) AS w,
        toUInt32(f.1 + f.2 * ceil((minutes - f.1) / f.2)) AS fine_hi, toUInt32(w.1 + w.2 * ceil((minutes - w.1) / w.2)) AS wide_hi,
        (toUInt32(if(fine_hi = 0, 0, fine_hi - f.2)), fine_hi) AS fine, (toUInt32(if(wide_hi = 0, 0, wide_hi - w.2)), wide_hi) AS wide
    FROM exchanges
)`, kind.name, kind.condition))
	}
	for _, group := range []struct{ period, facet, start, columns string }{
		{"all", "", "toDate(0)", "'', fine"},
		{"all", "language", "toDate(0)", "language, fine"},
		{"all", "theme", "toDate(0)", "theme, fine"},
		{"all", "class", "toDate(0)", "class, fine"},
		{"month", "", "toStartOfMonth(asked)", "'', wide"},
		{"week", "", "toDate(toStartOfWeek(asked, 1))", "'', wide"},
	} {
		statements = append(statements, fmt.Sprintf(`
INSERT INTO reply_states (unit, period, facet, clock, kind, body_id, start, value, source_id, lo, hi, answered, open, wide, version)
SELECT unit, '%s', '%s', clock, kind, body_id, day, v, source_id, b.1, b.2, a, o, 0, version
FROM
(
    SELECT kind, body_id, day, (columns).1 AS v, (columns).2 AS b, source_id, version, countIf(found) AS a, countIf(NOT found) AS o
    FROM (SELECT *, %s AS day, (%s) AS columns FROM flat) GROUP BY ALL
)
ARRAY JOIN ['need', 'need', 'cluster', 'cluster'] AS unit, ['calendar', 'working', 'calendar', 'working'] AS clock`,
			group.period, group.facet, group.start, group.columns))
	}
	return append(statements, "DROP TABLE flat", `
INSERT INTO reply_threads (unit, period, facet, clock, kind, body_id, start, value, source_id, horizon, threads, followed, n, k, nn, nk, kk, version)
SELECT unit, period, facet, clock, kind, body_id, start, value, source_id, horizon, toUInt64(ceil(sum(answered + open) / 4)), toUInt64(ceil(cn / 4)),
    sumIf(answered + open, hi >= 1440 * horizon OR answered > 0) AS cn, sumIf(answered, hi <= 1440 * horizon) AS ck, 5 * cn, 5 * ck, 4 * ck, version
FROM reply_states ARRAY JOIN if(clock = 'calendar', [1., 3, 7, 30], [15.]) AS horizon
GROUP BY unit, period, facet, clock, kind, body_id, start, value, source_id, horizon, version`, `
INSERT INTO reply_kinds (source_id, body_id, kind, template, replies, version)
SELECT source_id, body_id, reply_kind[1] AS kind, reply_template[1] AS template, count(), 1 + toUInt64(substring(source_id, 5, 3)) AS version
FROM exchanges WHERE notEmpty(reply_kind) GROUP BY ALL`, `
INSERT INTO state_versions (source_id, version, whole, needs, rows, calendar)
SELECT s.source_id, s.version, true, n.needs, s.rows, '`+calendar+`'
FROM (SELECT source_id, version, count() AS rows FROM reply_states GROUP BY source_id, version) AS s
INNER JOIN (SELECT source_id, count() AS needs FROM exchanges GROUP BY source_id) AS n ON n.source_id = s.source_id`)
}

// opened opens a store of generated needs.
func opened(t testing.TB, folder string, bodies int) *Env {
	t.Helper()
	return &Env{Store: openStore(t, folder), Index: manyBodies(t, bodies), Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}
