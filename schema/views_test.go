package schema

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func moments(ts ...time.Time) []time.Time { return ts }

// reply is one reply to a need of the views' tests.
type reply struct {
	lo, hi   int // minutes
	kind     string
	template bool
	method   string
}

func exchange(need string, lo, hi, censored int, replies ...reply) Exchange {
	e := Exchange{
		SourceID: "src", ThreadID: "t", NeedID: need, BodyID: "b", Cluster: need, Class: "question", Language: "kk", Precision: "minute",
		AskedLo: at(lo), AskedHi: at(hi), CensoredAt: at(censored),
		ReplyID: []string{}, ReplyBodyID: []string{}, ReplyLo: moments(), ReplyHi: moments(), ReplyKind: []string{},
		ReplyTemplate: []bool{}, ReplyMethod: []string{}, ReplyConfidence: []float32{}, ReplyWatched: []bool{},
	}
	for _, r := range replies {
		e.ReplyID = append(e.ReplyID, "r")
		e.ReplyBodyID = append(e.ReplyBodyID, "b2")
		e.ReplyLo, e.ReplyHi = append(e.ReplyLo, at(r.lo)), append(e.ReplyHi, at(r.hi))
		e.ReplyKind, e.ReplyTemplate = append(e.ReplyKind, r.kind), append(e.ReplyTemplate, r.template)
		e.ReplyMethod, e.ReplyConfidence = append(e.ReplyMethod, r.method), append(e.ReplyConfidence, 1)
		e.ReplyWatched = append(e.ReplyWatched, true)
	}
	return e
}

// unconfirmed is an exchange whose replies of some kinds were seen by incomplete
// visits only.
func unconfirmed(e Exchange, kinds ...string) Exchange {
	for i, kind := range e.ReplyKind {
		e.ReplyWatched[i] = !slices.Contains(kinds, kind)
	}
	return e
}

// Every case of the method's "Units", asked at 0 to 10 minutes and watched until 100.
var viewExchanges = []Exchange{
	exchange("answered", 0, 10, 100, reply{30, 35, "substantive", false, "parent"}),
	exchange("exact", 10, 10, 100, reply{30, 30, "substantive", false, "page"}),
	exchange("overlapping spans", 0, 10, 100, reply{5, 20, "substantive", false, "quote"}),
	exchange("unanswered", 0, 10, 100),
	exchange("never watched", 0, 10, 10),
	exchange("adjacent only", 0, 10, 100, reply{30, 30, "substantive", false, "adjacent"}),
	exchange("acknowledged first", 0, 10, 100, reply{12, 12, "acknowledgement", false, "parent"}, reply{50, 50, "substantive", false, "mention"}),
	exchange("template", 0, 10, 100, reply{30, 30, "substantive", true, "parent"}),
	exchange("redirected", 0, 10, 100, reply{30, 30, "redirect", false, "parent"}),
	exchange("refused", 0, 10, 100, reply{30, 30, "refusal", false, "parent"}),
	exchange("refused by template", 0, 10, 100, reply{30, 30, "refusal", true, "parent"}),
	exchange("closed", 0, 10, 100, reply{30, 30, "closing", false, "parent"}),
	exchange("first of two spans", 0, 10, 100, reply{20, 90, "substantive", false, "parent"}, reply{30, 40, "substantive", false, "parent"}),
	unconfirmed(exchange("reply seen in part", 0, 10, 10, reply{30, 30, "substantive", false, "parent"}), "substantive"),
	unconfirmed(exchange("second reply seen in part", 0, 10, 20, reply{12, 12, "redirect", false, "parent"}, reply{50, 50, "substantive", false, "parent"}), "substantive"),
}

func TestLatencies(t *testing.T) {
	s := open(t)
	items, _ := sampleDerived("src", 1, 0)
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, items, viewExchanges); err != nil {
		t.Fatal(err)
	}
	inf := math.Inf(1)
	type span [2]float64 // minutes
	tests := map[ReplyKind]map[string]span{
		AnyReply: {
			"answered": {20, 35}, "exact": {20, 20}, "overlapping spans": {0, 20}, "unanswered": {90, inf}, "never watched": {0, inf},
			"adjacent only": {90, inf}, "acknowledged first": {2, 12}, "template": {20, 30}, "redirected": {20, 30}, "refused": {20, 30},
			"refused by template": {20, 30}, "closed": {20, 30}, "first of two spans": {10, 40},
			"reply seen in part": {0, inf}, "second reply seen in part": {2, 12},
		},
		Substantive: {
			"answered": {20, 35}, "exact": {20, 20}, "overlapping spans": {0, 20}, "unanswered": {90, inf}, "never watched": {0, inf},
			"adjacent only": {90, inf}, "acknowledged first": {40, 50}, "template": {90, inf}, "redirected": {90, inf}, "refused": {20, 30},
			"refused by template": {90, inf}, "closed": {90, inf}, "first of two spans": {10, 40},
			"reply seen in part": {0, inf}, "second reply seen in part": {10, inf},
		},
		Acknowledgement: {"acknowledged first": {2, 12}, "answered": {90, inf}},
		Redirect:        {"redirected": {20, 30}, "answered": {90, inf}},
		Refusal:         {"refused": {20, 30}, "refused by template": {20, 30}, "answered": {90, inf}},
		Closing:         {"closed": {20, 30}, "answered": {90, inf}},
	}
	for kind, want := range tests {
		t.Run(string(kind), func(t *testing.T) {
			l, err := s.Latencies(t.Context(), LatencyQuery{Kind: kind})
			if err != nil {
				t.Fatal(err)
			}
			if l.Len() != len(viewExchanges) {
				t.Errorf("needs = %d, want %d", l.Len(), len(viewExchanges))
			}
			for i, need := range l.NeedID {
				if w, ok := want[need]; ok && (l.Lo[i] != w[0]*60 || l.Hi[i] != w[1]*60) {
					t.Errorf("%s waited %v to %v minutes, want %v", need, l.Lo[i]/60, l.Hi[i]/60, w)
				}
			}
			// The program's own reckoning is the same to the last column.
			if diff := cmp.Diff(LatenciesOf(viewExchanges, kind), l); diff != "" {
				t.Errorf("view latencies differs from LatenciesOf (-program +view):\n%s", diff)
			}
		})
	}
	got := ask(t, s, "SELECT need_id, answered, watched, watched_for, latency_lo, latency_hi, latency_mid FROM latencies WHERE kind = 'any' AND need_id IN ('answered', 'unanswered', 'reply seen in part') ORDER BY need_id")
	if want := "answered\ttrue\ttrue\t5400\t1200\t2100\t27.5\nreply seen in part\ttrue\tfalse\t0\t1200\t1800\t25\nunanswered\tfalse\ttrue\t5400\t5400\t\\N\t\\N"; got != want {
		t.Errorf("latencies = %q, want %q", got, want)
	}
}

func TestLatenciesChosen(t *testing.T) {
	s := open(t)
	var exchanges []Exchange
	for i, body := range []string{"a", "b", "c's"} {
		e := exchange("n", i*60, i*60, 1000)
		e.BodyID, e.NeedID = body, body
		exchanges = append(exchanges, e)
	}
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, nil, exchanges); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		q    LatencyQuery
		want []string
	}{
		{"all", LatencyQuery{}, []string{"a", "b", "c's"}},
		{"no body", LatencyQuery{Bodies: []string{}}, nil},
		{"some bodies", LatencyQuery{Bodies: []string{"c's", "a"}}, []string{"a", "c's"}},
		{"from", LatencyQuery{AskedFrom: at(60)}, []string{"b", "c's"}},
		{"to", LatencyQuery{AskedTo: at(60)}, []string{"a"}},
		{"from and to", LatencyQuery{AskedFrom: at(1), AskedTo: at(61).In(time.FixedZone("", 5*3600))}, []string{"b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.q.Kind = AnyReply
			l, err := s.Latencies(t.Context(), tt.q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, l.BodyID); diff != "" {
				t.Errorf("bodies (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRepliesView(t *testing.T) {
	s := open(t)
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, nil, viewExchanges); err != nil {
		t.Fatal(err)
	}
	got := ask(t, s, `SELECT number, kind, template, method, body_id, reply_body_id, dateDiff('minute', asked_lo, reply_lo)
		FROM replies WHERE need_id = 'acknowledged first' ORDER BY number`)
	want := "1\tacknowledgement\tfalse\tparent\tb\tb2\t12\n2\tsubstantive\tfalse\tmention\tb\tb2\t50"
	if got != want {
		t.Errorf("replies = %q, want %q", got, want)
	}
	if got := ask(t, s, "SELECT count() FROM replies"); got != "16" {
		t.Errorf("replies = %s rows, want 13", got)
	}
}

func TestCoverageView(t *testing.T) {
	s := open(t)
	visit := func(id, source, thread string, day int, outcome Outcome, complete bool, declared, parsed int32) Visit {
		return Visit{VisitID: id, SourceID: source, ThreadID: thread, SeenAt: at(day * 24 * 60), Outcome: outcome, Complete: complete, Declared: declared, Parsed: parsed, Bytes: 10}
	}
	if err := s.Append(t.Context(), Batch{Visits: []Visit{
		visit("1", "a", "t1", 0, OK, true, 24, 24),
		visit("2", "a", "t2", 0, OK, false, 24, 20), // declares 24 and shows 20
		visit("3", "a", "t1", 0, Throttled, false, -1, 0),
		visit("4", "a", "t1", 1, NotModified, true, -1, 0),
		visit("5", "b", "t1", 0, Empty, true, 0, 0),
	}}); err != nil {
		t.Fatal(err)
	}
	got := ask(t, s, "SELECT source_id, day, visits, complete, threads, declared, parsed, round(share, 3), outcomes, bytes FROM coverage ORDER BY source_id, day")
	want := "a\t2024-02-28\t3\t1\t2\t48\t44\t0.917\t{'ok':2,'throttled':1}\t30\n" +
		"a\t2024-02-29\t1\t1\t1\t0\t0\t\\N\t{'not_modified':1}\t10\n" +
		"b\t2024-02-28\t1\t1\t1\t0\t0\t\\N\t{'empty':1}\t10"
	if got != want {
		t.Errorf("coverage =\n%s\nwant\n%s", got, want)
	}
}

// Four needs in Kazakh: answered after an hour and after two, open when last seen
// after 90 minutes, and answered before only an incomplete visit, which is as open
// after 30. So 3 wait at the first reply and 1 at the second.
func TestKaplanMeierBy(t *testing.T) {
	s := open(t)
	inRussian := exchange("in Russian", 0, 0, 90)
	inRussian.Language = "ru"
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, nil, []Exchange{
		exchange("after an hour", 0, 0, 200, reply{60, 60, "substantive", false, "page"}),
		exchange("after two", 0, 0, 200, reply{120, 120, "substantive", false, "page"}),
		exchange("open", 0, 0, 90),
		unconfirmed(exchange("unconfirmed", 0, 0, 30, reply{40, 40, "substantive", false, "page"}), "substantive"),
		inRussian,
	}); err != nil {
		t.Fatal(err)
	}
	const rows = "SELECT groups, needs, answered, round(rate, 4), round(se, 4), round(median_days * 24, 4) FROM kaplan_meier_by(by = '%', kind = 'any', days = 0.05) ORDER BY groups"
	for by, want := range map[string]string{
		"language":          "['kk']\t4\t2\t0.3333\t0.2722\t2\n['ru']\t1\t0\t0\t0\t\\N",
		"class , body_id":   "['question','b']\t5\t2\t0.25\t0.2165\t2",
		"week":              "['2024-02-26']\t5\t2\t0.25\t0.2165\t2",
		"level":             "['']\t5\t2\t0.25\t0.2165\t2",
		"source_id, region": "['src','']\t5\t2\t0.25\t0.2165\t2",
	} {
		if got := ask(t, s, strings.Replace(rows, "%", by, 1)); got != want {
			t.Errorf("kaplan_meier_by(by = %q) = %q, want %q", by, got, want)
		}
	}
	if err := s.Conn().Exec(t.Context(), strings.Replace(rows, "%", "asker", 1)); err == nil || !strings.Contains(err.Error(), "by takes body_id") {
		t.Errorf("kaplan_meier_by(by = asker) = %v, want an error that tells what it takes", err)
	}
	const single = "SELECT needs, answered, rate, se FROM "
	if a, b := ask(t, s, single+"kaplan_meier(kind = 'any', days = 0.05)"), ask(t, s, single+"kaplan_meier_by(by = 'body_id', kind = 'any', days = 0.05)"); a != b {
		t.Errorf("kaplan_meier = %q, and by body %q", a, b)
	}
}
