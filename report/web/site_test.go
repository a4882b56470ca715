package web

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"qulaq/registry"
	"qulaq/report"
	"qulaq/schema"
)

// invented is a source of data about the bodies of Kazakhstan's registry, all of it
// drawn from a seed. It knows two states: now, and ten days before.
type invented struct {
	index      *registry.Index
	generation atomic.Int64
	block      chan struct{} // closed when snapshots may be made; nil for at once
	snapshots  atomic.Int64
	coded      string // the body of which a sample was coded, and read as the classifier did; "" for none
}

var lastVisit = time.Date(2026, 9, 30, 18, 30, 0, 0, time.UTC)

func (s *invented) Generation(context.Context) (string, error) {
	return fmt.Sprint(s.generation.Load()), nil
}

func (s *invented) Snapshot(ctx context.Context, asOf time.Time) (*Snapshot, error) {
	s.snapshots.Add(1)
	if s.block != nil {
		select {
		case <-s.block:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	until := lastVisit
	if !asOf.IsZero() && asOf.Before(until) {
		until = asOf
	}
	out := drawn(s.index, until)
	if s.coded != "" {
		out.Evidence.Sample = codedAsRead(out.Evidence, s.coded)
	}
	return out, nil
}

// codedAsRead is a sample of all needs of a body, in which the coders agree with the
// classifier.
func codedAsRead(e *report.Evidence, body string) *report.Sample {
	sample := &report.Sample{Any: e.Any, Substantive: e.Substantive}
	for row, id := range e.Any.BodyID {
		c := report.Candidate{BodyID: id, SourceID: e.Any.SourceID[row], ThreadID: e.Any.ThreadID[row], Asked: e.Any.AskedLo[row], Read: row, Is: -1}
		if id == body {
			c.Weight, c.Is = 1, row
		}
		sample.Frame = append(sample.Frame, c)
	}
	return sample
}

// quietBody is asked three times only: too few to tell anything.
const quietBody = "akimat_ulytau"

// drawn makes up needs of the weeks before a moment, of the first bodies.
func drawn(index *registry.Index, until time.Time) *Snapshot {
	r := rand.New(rand.NewPCG(7, 7))
	anyReply, substantive := &schema.Latencies{}, &schema.Latencies{}
	out := &Snapshot{Evidence: &report.Evidence{Index: index, Any: anyReply, Substantive: substantive, AsOf: until, Coverage: map[string]schema.Covered{}}}
	for i, b := range index.Country().Bodies[:20] {
		n := 30 + 5*i
		if b.ID == quietBody {
			n = 3
		}
		out.Evidence.Coverage[b.ID] = schema.Covered{Declared: 1000, Parsed: uint64(1000 - 4*i)}
		for j := range n {
			asked := lastVisit.Add(-time.Duration(r.IntN(60*24)) * time.Hour)
			wait := r.ExpFloat64() * float64(1+i%7) * 86400
			answered, real := r.IntN(10) < 8, r.IntN(2) == 0
			language := []string{"kk", "ru", "mixed", ""}[r.IntN(4)]
			if asked.After(until) {
				continue
			}
			watched := until.Sub(asked).Seconds()
			for _, l := range []*schema.Latencies{anyReply, substantive} {
				lo, hi := watched, math.Inf(1)
				if answered && wait < watched && (l == anyReply || real) {
					lo, hi = wait, wait
				}
				l.BodyID, l.SourceID = append(l.BodyID, b.ID), append(l.SourceID, "none")
				l.ThreadID, l.NeedID = append(l.ThreadID, fmt.Sprint(b.ID, j/2)), append(l.NeedID, fmt.Sprint(b.ID, j))
				l.Cluster, l.Class, l.Language = append(l.Cluster, fmt.Sprint(b.ID, j/3)), append(l.Class, "question"), append(l.Language, language)
				l.Theme = append(l.Theme, []string{"housing", "utilities", "none"}[j%3])
				l.AskedLo, l.AskedHi = append(l.AskedLo, asked), append(l.AskedHi, asked)
				l.Lo, l.Hi = append(l.Lo, lo), append(l.Hi, hi)
			}
		}
		for _, kind := range []string{"substantive", "acknowledgement", "redirect"} {
			out.Replies = append(out.Replies, schema.ReplyCount{BodyID: b.ID, Kind: kind, Template: kind == "redirect", Replies: uint64(r.IntN(n))})
		}
	}
	for source := range index.Sources() {
		for week := range 8 {
			out.Weeks = append(out.Weeks, schema.SourceWeek{
				SourceID: source.ID, Week: time.Date(2026, 8, 3+7*week, 0, 0, 0, 0, time.UTC), Visits: 100, Complete: 97, Declared: 200, Parsed: 199,
				Outcomes: map[string]uint64{"ok": 97, "throttled": 2, "drift": 1},
			})
		}
		out.Outages = append(out.Outages, schema.Outage{SourceID: source.ID, Lo: until.Add(-50 * time.Hour), Hi: until.Add(-45 * time.Hour), Failed: 2})
	}
	out.Alarms = []report.FillAlarm{{Parser: "telegram", Kind: "comment", Field: "author", Before: report.Filled{Items: 900, Filled: 890, Rate: 0.989, Lo: 0.97, Hi: 0.995}, Now: report.Filled{Items: 100, Filled: 20, Rate: 0.2, Lo: 0.1, Hi: 0.35}}}
	return out
}

func kazakhstan(t testing.TB) *registry.Index {
	t.Helper()
	country, err := registry.Embedded("KZ", registry.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	index, err := registry.NewIndex(country)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

const methodText = "# Method\n\nHow it is done, with `code`, **strength** and [a link](measurement.md).\n\n## Estimates\n\n| what | how |\n|---|---|\n| rate | a \\| b |\n\n- one\n- two\n"

// newSite makes a site of invented data, and ends it with the test.
func newSite(t testing.TB, source *invented, o Options) *Site {
	t.Helper()
	source.index = kazakhstan(t)
	o.Source, o.Index, o.Log, o.Version = source, source.index, slog.New(slog.DiscardHandler), "test"
	o.Method, o.Dictionary = map[string]string{"en": methodText, "ru": "# Методика\n\nКратко.\n", "kk": "# Әдістеме\n\nҚысқаша.\n"}, "# Data dictionary\n\n## latencies\n\nView.\n"
	if o.Patience == 0 {
		o.Patience = time.Minute
	}
	ctx, stop := context.WithCancel(context.Background())
	site, err := New(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); site.Wait() })
	return site
}

// get asks for an address, with headers as pairs.
func get(t testing.TB, site http.Handler, address string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}

// page asks for a page that must be there.
func (s *Site) page(t testing.TB, address string) string {
	t.Helper()
	w := get(t, s, address)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s = %d, want 200:\n%s", address, w.Code, w.Body)
	}
	return w.Body.String()
}

// allPages are the pages of a language, one of each sort.
func allPages(lang language) []string {
	var out []string
	for _, path := range []string{
		"/", "/?by=substantive&horizon=15wd&per=cluster&level=local&sort=median&order=down", "/body/mvd", "/body/akimat_abai?period=month", "/body/" + quietBody,
		"/compare", "/compare?body=akimat_abai&body=akimat_astana&body=" + quietBody, "/equity", "/coverage", "/data", "/method",
	} {
		out = append(out, "/"+string(lang)+path)
	}
	return out
}
