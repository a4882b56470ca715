//go:build long

package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"qulaq/crawler"
	"qulaq/simulate"
)

// watchedRepublic is a republic whose pages do not tell when a body answered, and a
// crawl of it through the real stack; the server counts the requests.
type watchedRepublic struct {
	*simulate.Republic
	rehearsal
	crawl   *Crawl
	options CrawlOptions
	seen    *atomic.Int64 // requests, by the server's count
}

// watchRepublic opens a republic whose bodies have one median latency. Citizens ask
// for so many days, on pages of which each holds one question.
func watchRepublic(t *testing.T, median time.Duration, load float64, days int) *watchedRepublic {
	t.Helper()
	republic, err := simulate.New(simulate.Config{Seed: 7, Bodies: 12, Days: days, Load: load, Median: median, Platforms: []string{"dataegov"}, Undated: true})
	if err != nil {
		t.Fatal(err)
	}
	w := &watchedRepublic{Republic: republic, seen: &atomic.Int64{}}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.seen.Add(1)
		republic.Host("dataegov").ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w.env = openEnv(t, t.TempDir(), republic.Country(server.URL), slog.New(slog.DiscardHandler))
	w.env.Now = republic.Now
	if w.env.Crawler, err = crawler.New(crawler.Config{Now: republic.Now, MaxWait: -1}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.env.Crawler.Close)
	for _, f := range w.env.feeds() {
		if f.Platform == "dataegov" {
			w.options.Sources = append(w.options.Sources, f.ID)
		}
	}
	w.learn(t)
	return w
}

// learn derives what was seen, and begins a crawl that knows it, as each round of the
// daemon does.
func (w *watchedRepublic) learn(t *testing.T) {
	t.Helper()
	if _, err := Relink(t.Context(), w.env, w.options.Sources...); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.crawl, err = NewCrawl(t.Context(), w.env, w.options); err != nil {
		t.Fatal(err)
	}
}

// end is when the last need is as old as those are that are left alone.
func (w *watchedRepublic) end() time.Time { return w.End().Add(DefaultPolicy.Stop) }

// visit makes the visits that choose names, of listings until all questions must have
// been found and then of threads.
func (w *watchedRepublic) visit(t *testing.T, found time.Time, choose func(listings bool) []call) {
	t.Helper()
	for _, listings := range []bool{true, false} {
		if listings && w.Now().After(found) {
			continue
		}
		hands, err := w.env.hands(t.Context(), w.crawl.recorder.observer)
		if err != nil {
			t.Fatal(err)
		}
		tally := Tally{}
		if err := w.crawl.visitAll(context.WithoutCancel(t.Context()), hands, choose(listings), &tally); err != nil {
			t.Fatal(err)
		}
		if tally.Complete != tally.Visits {
			t.Fatalf("at %v: %s", w.Now(), &tally)
		}
	}
}

// byPolicy watches as the daemon does: a round each step, and each third of them
// begins by deriving what was seen. When the last needs have waited for fine, steps are
// four times as long, which costs the policy and spares the test time.
func (w *watchedRepublic) byPolicy(t *testing.T, step, fine time.Duration) {
	round, late := 0, 4*step
	for now := w.Start().Add(step); !now.After(w.end()); now = now.Add(step) {
		if now.After(w.End().Add(fine)) {
			step = late
		}
		w.SetNow(now)
		if round++; round%3 == 0 {
			w.learn(t)
		}
		w.visit(t, w.End().Add(aDay), func(listings bool) []call {
			kind := isNoListing
			if listings {
				kind = isListing
			}
			return w.crawl.frontier.due(w.crawl.since, now, kind)
		})
	}
	w.learn(t)
}

// byPolling visits everything that is known at a fixed distance, until it is as old as
// what the policy leaves alone.
func (w *watchedRepublic) byPolling(t *testing.T, every time.Duration) {
	for now := w.Start().Add(every); !now.After(w.end()); now = now.Add(every) {
		w.SetNow(now)
		w.visit(t, w.End().Add(max(every, aDay)), func(listings bool) (calls []call) {
			e := &w.crawl.frontier.entries
			for i := range uint32(e.n) {
				thread := e.at(i)
				if isListing := e.names[thread.kind] == "listing"; isListing == listings &&
					(listings || born(thread)+DefaultPolicy.Stop.Milliseconds() >= now.UnixMilli()) {
					calls = append(calls, call{entry: i})
				}
			}
			return calls
		})
	}
	w.learn(t)
}

// widths are those of the spans in which the first reply to each need came, in
// relation to its true latency. No reply comes before its need.
func (w *watchedRepublic) widths(t *testing.T) (widths []float64, latencies []float64) {
	t.Helper()
	truth := map[string][]float64{}
	for _, x := range w.Truth() {
		if len(x.Replies) > 0 && slices.Contains(w.options.Sources, x.Source) {
			truth[x.Thread] = append(truth[x.Thread], x.Replies[0].At.Sub(x.Asked).Seconds())
		}
	}
	rows := w.scan(t, "SELECT thread_id, (toUnixTimestamp64Milli(reply_hi[1]) - toUnixTimestamp64Milli(greatest(reply_lo[1], asked_lo))) / 1000 FROM exchanges_now WHERE notEmpty(reply_id)")
	for row := range strings.Lines(rows) {
		thread, width := "", 0.0
		if _, err := fmt.Sscanf(row, "%s\t%g", &thread, &width); err != nil {
			t.Fatalf("%q: %v", row, err)
		}
		if len(truth[thread]) != 1 {
			t.Fatalf("thread %q has %d answered needs in truth", thread, len(truth[thread]))
		}
		latencies = append(latencies, truth[thread][0])
		widths = append(widths, width/truth[thread][0])
	}
	return widths, latencies
}

const narrowingIntroduction = `# Narrow spans, shown on crawls

What the revisit policy is worth where pages do not tell when a body answered: the span in which a reply came lies between two visits. Its width is told in relation to the latency, as the republic that is crawled knows it; medians over all replies.

The table is the output of

    go test -tags long ./jobs -run TestNarrowingOnCrawls -v -timeout 30m -update

which takes some minutes. For each row the simulated republic (package simulate, bodies with one median latency, pages of one question each) is served on loopback and crawled twice through the whole stack, under simulated time: by the policy, which knows nothing at first and learns as it goes on, and by polling everything at a fixed distance. Threads are watched for 45 days either way, and officials answer mostly in working hours. Requests are those that the server counted, listings and robots.txt among them. The same on the process alone, with far more needs, is in the [method](method.md).

`

// At equal requests by the server's own count, crawls of the republic make the spans
// of replies at most half as wide as fixed polling does. Pages tell when a question
// was asked and never when it was answered; habits are learnt as the crawl goes on.
// The table is docs/narrowing.md.
func TestNarrowingOnCrawls(t *testing.T) {
	span := methodLanguages["en"].span
	table := &strings.Builder{}
	fmt.Fprint(table, narrowingIntroduction)
	fmt.Fprintln(table, "| median latency | as drawn | replies | requests | relative width | fixed polling: requests | relative width | ratio |\n|---|---|---|---|---|---|---|---|")
	for _, test := range []struct {
		median, step time.Duration
		load         float64
		days         int
	}{
		{6 * time.Hour, time.Hour, 2, 6},
		{2 * aDay, 2 * time.Hour, 2, 10},
		{6 * aDay, 2 * time.Hour, 2, 12}, // longer ones than the daemon makes widen spans that are to be a tenth of six days
	} {
		t.Run(span(test.median), func(t *testing.T) {
			var narrow, wide, latencies []float64
			var requests, pollingRequests int64
			var every time.Duration
			t.Run("policy", func(t *testing.T) {
				w := watchRepublic(t, test.median, test.load, test.days)
				w.byPolicy(t, test.step, 3*test.median)
				narrow, latencies = w.widths(t)
				requests = w.seen.Load()
				// Polling comes as often as gives as many requests, to each thread until it is left
				// alone and to each listing while anybody asks: a little more, never less.
				sources := len(w.options.Sources)
				watch := float64(w.crawl.frontier.entries.n-sources)*DefaultPolicy.Stop.Seconds() + float64(sources*test.days)*aDay.Seconds()
				every = time.Duration(watch / float64(requests) * 0.97 * float64(time.Second)).Round(time.Minute)
			})
			poll := func(t *testing.T) {
				w := watchRepublic(t, test.median, test.load, test.days)
				w.byPolling(t, every)
				wide, _ = w.widths(t)
				pollingRequests = w.seen.Load()
			}
			t.Run("polling", poll)
			if excess := float64(pollingRequests) / float64(requests); excess < 1 || excess > 1.02 {
				every = time.Duration(float64(every) * excess * 0.99).Round(time.Minute)
				t.Run("polling as often", poll)
			}
			if t.Failed() {
				return
			}
			ratio := middle(narrow) / middle(wide)
			row := fmt.Sprintf("| %s | %.0f h | %d | %d | %.2f | %d (every %.0f h) | %.2f | %.2f |", span(test.median), middle(latencies)/3600, len(narrow),
				requests, middle(narrow), pollingRequests, every.Hours(), middle(wide), ratio)
			t.Log(row)
			fmt.Fprintln(table, row)
			if pollingRequests < requests {
				t.Errorf("polling got %d requests, the policy %d: not equal", pollingRequests, requests)
			}
			if len(narrow) < 50 || math.Abs(float64(len(narrow)-len(wide))) > 0.05*float64(len(narrow)) {
				t.Errorf("%d and %d replies were seen: too few, or not the same", len(narrow), len(wide))
			}
			if !(ratio <= 0.5) {
				t.Errorf("spans are %.2f times as wide as those of polling, want at most half", ratio)
			}
		})
	}
	if *update && strings.Count(table.String(), "\n| ") == 4 { // the head, and all three
		if err := os.WriteFile("../docs/narrowing.md", []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
