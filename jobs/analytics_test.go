package jobs

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qulaq/registry"
	"qulaq/report"
	"qulaq/report/web"
	"qulaq/schema"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// manyBodies is an index of so many bodies, each with one source, under the
// calendar of an embedded country.
func manyBodies(t testing.TB, bodies int) *registry.Index {
	t.Helper()
	country, err := registry.Embedded("KZ", RegistryRules())
	if err != nil {
		t.Fatal(err)
	}
	country.Bodies = nil
	for i := range bodies {
		id := fmt.Sprintf("body%03d", i)
		country.Bodies = append(country.Bodies, registry.Body{
			ID: id, Level: []string{registry.Central, registry.Regional}[i%2], Type: "ministry", Names: registry.Names{EN: id},
			Sources: []registry.Source{{ID: id + "-page", Platform: "telegram"}},
		})
	}
	index, err := registry.NewIndex(country)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// generate writes exchanges of invented needs: bodies of very different sizes and
// habits, threads of about eight needs that share a mood, five years of asking, and
// exact times. Everything is a function of the number of the need.
const generate = `
INSERT INTO exchanges
(source_id, thread_id, need_id, body_id, asker, asked_lo, asked_hi, precision, censored_at, vanished, class, language, theme, cluster,
    reply_id, reply_body_id, reply_lo, reply_hi, reply_kind, reply_template, reply_method, reply_confidence, reply_watched, classifier, version, is_deleted)
WITH
    (a, salt) -> (cityHash64(a, salt) % 1000003 + 0.5) / 1000003 AS u,
    least({bodies:UInt64} - 1, toUInt64({bodies:UInt64} * pow(u(number, 'body'), 2.5))) AS b,
    intDiv(cityHash64(number, 'thread') % {needs:UInt64}, 8 * {bodies:UInt64}) AS thread,
    u(thread * 1000 + b, 'mood') AS mood,
    toDateTime64('2021-01-04 00:00:00', 3, 'UTC') + toIntervalSecond(toUInt64(u(number, 'asked') * 157680000)) AS asked,
    least(asked + toIntervalSecond(toUInt64(86400 * 90 * u(number, 'watched'))), toDateTime64('2026-01-04 00:00:00', 3, 'UTC')) AS seen,
    exp(10.5 + 1.6 * sqrt(-2 * log(u(number, 'r'))) * cos(6.283185 * u(number, 'phi')) + 1.5 * mood + 1.2 * u(b, 'pace')) AS latency,
    asked + toIntervalSecond(toUInt64(latency)) AS replied,
    u(number, 'answered') < 0.25 + 0.5 * u(b, 'rate') + 0.3 * (mood - 0.5) AND replied <= seen AS answered,
    u(number, 'kind') AS k
SELECT concat('body', leftPad(toString(b), 3, '0'), '-page'), concat('t', toString(thread)), toString(number), concat('body', leftPad(toString(b), 3, '0')), '',
    asked, asked, 'second', seen, 0, ['question', 'request', 'complaint'][number % 3 + 1], ['kk', 'ru', 'mixed'][number % 7 % 3 + 1], ['roads', 'water', 'housing', 'none'][number % 11 % 4 + 1], toString(number),
    if(answered, ['r'], []), if(answered, [''], []), if(answered, [replied], []), if(answered, [replied], []),
    if(answered, [multiIf(k < 0.2, 'redirect', k < 0.3, 'acknowledgement', 'substantive')], []), if(answered, [k > 0.9], []),
    if(answered, ['parent'], []), if(answered, [toFloat32(1)], []), if(answered, [true], []), 'generated', 1, 0
FROM numbers({needs:UInt64})`

// generated opens a store with so many generated needs, not yet counted.
func generated(t testing.TB, bodies, needs int) *Env {
	t.Helper()
	return generatedIn(t, t.TempDir(), bodies, needs)
}

func generatedIn(t testing.TB, folder string, bodies, needs int) *Env {
	t.Helper()
	e := opened(t, folder, bodies)
	store := e.Store
	ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"bodies": strconv.Itoa(bodies), "needs": strconv.Itoa(needs)}))
	began := time.Now()
	if err := store.Conn().Exec(ctx, generate); err != nil {
		t.Fatal(err)
	}
	seen := time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC)
	visit := schema.Visit{VisitID: "v", SourceID: "body000-page", ThreadID: "t0", StartedAt: seen, SeenAt: seen, Outcome: schema.OK, Complete: true, Declared: 20, Parsed: 19}
	if err := store.Append(t.Context(), schema.Batch{Visits: []schema.Visit{visit}}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d needs generated in %.1f s", needs, time.Since(began).Seconds())
	return e
}

// What is told from counts is what is told from needs, within the buckets.
func TestCountsAgreeWithNeeds(t *testing.T) {
	e := generated(t, 6, 4000)
	if err := Recount(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	exact, err := Evidence(t.Context(), e, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	counted := func(q report.StateQuery) *report.Evidence {
		t.Helper()
		out, err := CountedEvidence(t.Context(), e, q, 0)
		if err != nil || out == nil {
			t.Fatalf("CountedEvidence(%+v) = %v, %v, want evidence", q, out, err)
		}
		return out
	}
	slow, err := report.Ranking(exact, report.RankOptions{By: 2})
	if err != nil {
		t.Fatal(err)
	}
	fast, err := report.Ranking(counted(report.StateQuery{Period: report.ByAll, ByBody: true}), report.RankOptions{By: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(slow) != 6 || len(fast) != len(slow) {
		t.Fatalf("%d bodies are ranked by counts, %d by needs, want 6", len(fast), len(slow))
	}
	of := map[string]report.Standing{}
	for _, s := range fast {
		of[s.BodyID] = s
	}
	for _, want := range slow {
		got := of[want.BodyID]
		sameSpeed(t, want.BodyID+", any", got.Any, want.Any)
		sameSpeed(t, want.BodyID+", substantive", got.Substantive, want.Substantive)
		if abs(got.RankLo-want.RankLo) > 1 || abs(got.RankHi-want.RankHi) > 1 {
			t.Errorf("%s: ranks %d–%d by counts, %d–%d by needs", want.BodyID, got.RankLo, got.RankHi, want.RankLo, want.RankHi)
		}
	}
	for _, o := range []report.SeriesOptions{{Period: report.ByWeek}, {Period: report.ByMonth}, {Period: report.ByMonth, Bodies: []string{"body001", "body002"}}, {Period: report.ByAll}} {
		slow, err := report.Series(exact, o)
		if err != nil {
			t.Fatal(err)
		}
		fast, err := report.Series(counted(report.StateQuery{Period: o.Period, Bodies: o.Bodies}), o)
		if err != nil {
			t.Fatal(err)
		}
		if len(fast) != len(slow) {
			t.Fatalf("%+v: %d periods by counts, %d by needs", o, len(fast), len(slow))
		}
		for i := range slow {
			if o.Period != report.ByAll && fast[i].Period != slow[i].Period {
				t.Errorf("%+v: period %s by counts, %s by needs", o, fast[i].Period, slow[i].Period)
			}
			sameSpeed(t, fmt.Sprintf("%+v, %s, any", o, slow[i].Period), fast[i].Any, slow[i].Any)
			sameSpeed(t, fmt.Sprintf("%+v, %s, substantive", o, slow[i].Period), fast[i].Substantive, slow[i].Substantive)
		}
	}
}

// What the dashboard shows of counts is what it shows of needs: the same rows that rest
// on the same needs, and numbers that differ by what the buckets leave open.
func TestDashboardFromCounts(t *testing.T) {
	e := generated(t, 3, 500)
	ctx, stop := context.WithCancel(t.Context())
	sites := map[string]*web.Site{}
	for name, source := range map[string]Dashboard{"counts": {Env: e, Counts: 1}, "needs": {Env: e}} {
		site, err := web.New(ctx, web.Options{Source: source, Index: e.Index, Log: e.Log, Patience: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		sites[name] = site
		defer site.Wait()
	}
	defer stop()
	get := func(site, path string) string {
		t.Helper()
		w := httptest.NewRecorder()
		sites[site].ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("%s from %s: %d\n%s", path, site, w.Code, w.Body)
		}
		return w.Body.String()
	}
	for _, path := range []string{"/en/", "/en/compare?body=body000&body=body001", "/en/coverage", "/en/data", "/en/body/body001", "/en/body/body001/badge.svg", "/en/body/body001/feed.atom", "/en/body/body001/social.png"} {
		get("counts", path)
	}
	for _, path := range []string{
		"/en/?csv=ranking", "/en/?csv=ranking&per=cluster&by=substantive&horizon=15wd", "/en/?csv=trend&period=week", "/en/compare?body=body000&body=body001&csv=curves",
		"/en/equity?csv=languages",
		"/en/body/body001?csv=rates", "/en/body/body001?csv=curve&per=cluster", "/en/body/body001?csv=kinds", "/en/body/body001?csv=themes", "/en/body/body001?csv=languages", "/en/body/body001?csv=classes",
	} {
		t.Run(path, func(t *testing.T) { sameTable(t, get("counts", path), get("needs", path)) })
	}
}

// sameTable holds a table from counts against that from needs.
func sameTable(t *testing.T, got, want string) {
	t.Helper()
	rowsOf := func(text string) [][]string {
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	g, w := rowsOf(got), rowsOf(want)
	if len(g) != len(w) || len(w) < 2 || !slices.Equal(g[0], w[0]) {
		t.Fatalf("from counts\n%s\nfrom needs\n%s", got, want)
	}
	ranked := slices.Contains(w[0], "rank_lo")
	if ranked { // bodies that cannot be told apart may change places
		at := slices.Index(w[0], "body_id")
		for _, rows := range [][][]string{g, w} {
			slices.SortFunc(rows[1:], func(a, b []string) int { return cmp.Compare(a[at], b[at]) })
		}
	}
	for i := range w {
		for k, name := range w[0] {
			x, err := strconv.ParseFloat(g[i][k], 64)
			y, err2 := strconv.ParseFloat(w[i][k], 64)
			if err != nil || err2 != nil || strings.HasSuffix(name, "_n") || strings.HasSuffix(name, "_needs") || strings.HasSuffix(name, "_bodies") {
				if g[i][k] != w[i][k] {
					t.Errorf("row %d, %s: %q from counts, %q from needs", i, name, g[i][k], w[i][k])
				}
				continue
			}
			slack := 0.03 + 0.2*math.Abs(y)
			if strings.HasPrefix(name, "rank_") {
				slack = 1
			}
			if math.Abs(x-y) > slack {
				t.Errorf("row %d, %s: %v from counts, %v from needs", i, name, x, y)
			}
		}
	}
}

func abs(x int) int { return max(x, -x) }

// sameSpeed holds a speed from counts against that from needs.
func sameSpeed(t *testing.T, what string, got, want report.Speed) {
	t.Helper()
	const rounding = 1e-9
	same := func(what string, got, want report.Number) {
		t.Helper()
		band := got.Basis().Band
		if got.Basis().Needs != want.Basis().Needs || got.Basis().Threads != want.Basis().Threads ||
			math.Abs(got.Basis().Censored-want.Basis().Censored) > rounding {
			t.Errorf("%s rests on %+v, by needs on %+v", what, got.Basis(), want.Basis())
		}
		switch {
		case math.IsInf(want.Value(), 1) && math.IsInf(got.Value(), 1):
		case band == nil || want.Value() < band.Lo-rounding || want.Value() > band.Hi+rounding:
			t.Errorf("%s is %v by needs, outside of the band %+v by counts", what, want.Value(), band)
		}
	}
	for i, h := range report.DefaultHorizons {
		same(what+", "+h.String(), got.Rates[i], want.Rates[i])
		g, w := got.Rates[i].Limits(), want.Rates[i].Limits()
		if slack := 0.02 + 0.15*(w.Hi-w.Lo); math.Abs(g.Lo-w.Lo) > slack || math.Abs(g.Hi-w.Hi) > slack {
			t.Errorf("%s, %s: limits %.3f by counts, %.3f by needs", what, h, g, w)
		}
	}
	same(what+", median", got.Median, want.Median)
}
