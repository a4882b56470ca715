package schema

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"qulaq/stats"

	"github.com/google/go-cmp/cmp"
)

// exchanges draws needs of a few bodies, with replies of every kind and method,
// exact and not, answered and not.
func exchanges(seed uint64, n int, exact bool) []Exchange {
	r := rand.New(rand.NewPCG(seed, 1))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	var out []Exchange
	for i := range n {
		asked := at(r.IntN(10_000))
		e := Exchange{
			SourceID: "src", ThreadID: fmt.Sprintf("t%d", i%40), NeedID: fmt.Sprintf("n%05d", i), Cluster: "c", BodyID: pick("a", "b", "c"),
			AskedLo: asked, AskedHi: asked, Precision: "second", CensoredAt: asked.Add(time.Duration(r.IntN(20_000)) * time.Minute),
			Class: "question", Language: "kk",
		}
		if !exact {
			e.AskedHi = asked.Add(time.Duration(r.IntN(3)) * time.Hour)
			e.CensoredAt = e.CensoredAt.Add(3 * time.Hour)
		}
		for range r.IntN(3) {
			lo := asked.Add(time.Duration(r.IntN(12_000)) * time.Minute)
			hi := lo
			if !exact {
				hi = lo.Add(time.Duration(r.IntN(600)) * time.Minute)
			}
			e.ReplyID = append(e.ReplyID, fmt.Sprintf("r%d-%d", i, len(e.ReplyID)))
			e.ReplyBodyID = append(e.ReplyBodyID, e.BodyID)
			e.ReplyLo, e.ReplyHi = append(e.ReplyLo, lo), append(e.ReplyHi, hi)
			e.ReplyKind = append(e.ReplyKind, pick("acknowledgement", "redirect", "refusal", "closing", "substantive"))
			e.ReplyTemplate = append(e.ReplyTemplate, r.IntN(4) == 0)
			e.ReplyMethod = append(e.ReplyMethod, pick("page", "parent", "mention", "adjacent"))
			e.ReplyConfidence = append(e.ReplyConfidence, 1)
			e.ReplyWatched = append(e.ReplyWatched, r.IntN(5) > 0)
		}
		out = append(out, e)
	}
	return out
}

// What is derived in memory for an earlier moment must be what the view tells.
func TestLatenciesOfEqualsTheView(t *testing.T) {
	s := open(t)
	all := exchanges(1, 400, false)
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, nil, all); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []ReplyKind{AnyReply, Acknowledgement, Redirect, Refusal, Closing, Substantive} {
		view, err := s.Latencies(t.Context(), LatencyQuery{Kind: kind})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(view, LatenciesOf(all, kind)); diff != "" {
			t.Errorf("%s (-view +memory):\n%s", kind, diff)
		}
	}
}

// Kaplan–Meier in SQL equals Go to 1e-9.
func TestKaplanMeierInSQLEqualsGo(t *testing.T) {
	s := open(t)
	all := exchanges(2, 900, true)
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, nil, all); err != nil {
		t.Fatal(err)
	}
	type row struct {
		BodyID string  `ch:"body_id"`
		Needs  uint64  `ch:"needs"`
		Rate   float64 `ch:"rate"`
		SE     float64 `ch:"se"`
	}
	for _, kind := range []ReplyKind{AnyReply, Substantive} {
		l := LatenciesOf(all, kind)
		observations := map[string][]stats.Observation{}
		for i, body := range l.BodyID {
			o := stats.Censored(l.Lo[i] / 86400)
			if !math.IsInf(l.Hi[i], 1) {
				o = stats.Exact(l.Lo[i] / 86400)
			}
			observations[body] = append(observations[body], o)
		}
		for _, days := range []float64{0.5, 1, 3, 7, 30} {
			seen := 0
			err := each(t.Context(), s.conn, func(r row) {
				seen++
				km, err := stats.KaplanMeier(observations[r.BodyID])
				if err != nil {
					t.Fatal(err)
				}
				rate, se := km.At(days)
				if math.Abs(r.Rate-rate) > 1e-9 || math.Abs(r.SE-se) > 1e-9 || int(r.Needs) != km.N() {
					t.Errorf("%s of %s by %v days: %v ± %v of %d in SQL, %v ± %v of %d in Go", kind, r.BodyID, days, r.Rate, r.SE, r.Needs, rate, se, km.N())
				}
			}, fmt.Sprintf("SELECT body_id, toUInt64(needs) AS needs, rate, se FROM kaplan_meier(kind = '%s', days = %v)", kind, days))
			if err != nil {
				t.Fatal(err)
			}
			if seen != len(observations) {
				t.Errorf("%d bodies in SQL, want %d", seen, len(observations))
			}
		}
	}
}

func TestCoveredCountsTheThreadsOfNeeds(t *testing.T) {
	s := open(t)
	visit := func(minute int, thread string, outcome Outcome, declared, parsed int32) Visit {
		return Visit{VisitID: fmt.Sprint(minute, thread), SourceID: "src", ThreadID: thread, SeenAt: at(minute), Outcome: outcome, Declared: declared, Parsed: parsed}
	}
	if err := s.Append(t.Context(), Batch{Visits: []Visit{
		visit(1, "t0", OK, 10, 10), visit(2, "t0", OK, 24, 20), // the last look counts
		visit(3, "t0", Captcha, -1, 0), // it read nothing
		visit(1, "t1", OK, -1, 7),      // declares nothing
		visit(1, "t9", OK, 100, 1),     // no need stands in it
	}}); err != nil {
		t.Fatal(err)
	}
	needs := exchanges(3, 2, true) // of t0 and t1
	needs[0].BodyID, needs[1].BodyID = "a", "a"
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, nil, needs); err != nil {
		t.Fatal(err)
	}
	got, err := s.Covered(t.Context(), at(100))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]Covered{"a": {Declared: 24, Parsed: 20}}, got); diff != "" {
		t.Errorf("Covered (-want +got):\n%s", diff)
	}
	if got := got["a"].Share(); math.Abs(got-20.0/24) > 1e-12 {
		t.Errorf("share = %v, want 20/24", got)
	}
	if early, err := s.Covered(t.Context(), at(1)); err != nil || early["a"] != (Covered{10, 10}) {
		t.Errorf("as of the first visit: %+v, %v; want 10 of 10", early, err)
	}
	last, err := s.LastVisit(t.Context(), at(2))
	if err != nil || !last.Equal(at(2)) {
		t.Errorf("last visit = %v, %v, want %v", last, err, at(2))
	}
}

// A visit that was killed before its commit mark, and made again at the same
// moment as part of another batch, leaves its sightings once.
func TestSightingsWrittenAgainInAnotherBatchCountOnce(t *testing.T) {
	s := open(t)
	batch := sampleBatch(0, 6)
	if err := s.Append(t.Context(), Batch{Sightings: batch.Sightings[:3]}); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprint(len(batch.Sightings))
	if got := ask(t, s, "SELECT count() FROM sightings_committed"); got != want {
		t.Errorf("committed sightings = %s, want %s", got, want)
	}
	if got := fmt.Sprint(len(collect(t, s.Sightings(t.Context(), []string{"src"}, at(1))))); got != want {
		t.Errorf("sightings = %s, want %s", got, want)
	}
}
