package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"qulaq/jobs"
	"qulaq/jobs/queue"
	"qulaq/jobs/schedule"
	"qulaq/registry"
	"qulaq/schema"
	"qulaq/simulate"
)

// A daemon that hands visits out, and a worker that has nothing but its key and its
// registry: both make visits, each is stored once, and both end when they are told.
func TestServeAndWorker(t *testing.T) {
	t.Setenv("QULAQ_ENGINE", engine(t))
	t.Setenv("QULAQ_QUEUE_TOKEN", "let me in")
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "qulaq.yaml")
	republic, err := simulate.New(simulate.Config{Bodies: 12, Days: 4})
	if err != nil {
		t.Fatal(err)
	}
	republic.SetNow(republic.End())
	var mu sync.Mutex
	asked := map[string]int{} // by contact
	contact := regexp.MustCompile(`\+https://(\w+)\.example`)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		if m := contact.FindStringSubmatch(r.UserAgent()); m != nil {
			asked[m[1]]++
		}
		mu.Unlock()
		republic.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(site.Close)
	checksums(t, data, func(store *schema.Store) {
		if err := registry.Save(filepath.Join(data, "registry"), republic.Country(site.URL)); err != nil {
			t.Fatal(err)
		}
		due := time.Now().Add(-48 * time.Hour).Truncate(time.Hour)
		run := schedule.Run{Job: "crawl", DueAt: due, StartedAt: due, EndedAt: due.Add(time.Minute), Outcome: schedule.OK, Attempt: 1}
		if err := (jobs.Ledger{Store: store}).Put(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	})
	settings := fmt.Sprintf("data: %s\ncontact: https://daemon.example\nlisten: 127.0.0.1:0\nadmin: none\ncrawl: {since: 3650d, workers: 2}\n"+
		"queue: {server: embedded, listen: 127.0.0.1:0}\njobs: {jitter: 0s, relink: {cron: off}, prune: {cron: off}}\n", data)
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(ctx context.Context, args ...string) (*log, chan int) {
		written, code := new(log), make(chan int, 1)
		go func() { code <- Run(ctx, args, Streams{In: strings.NewReader(""), Out: io.Discard, Err: written}) }()
		return written, code
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	daemon, daemonCode := run(ctx, "--config", file, "serve")
	at := regexp.MustCompile(`queue on (\S+)`)
	eventually(t, "the queue", daemon, func() bool { return at.MatchString(daemon.String()) })
	url := at.FindStringSubmatch(daemon.String())[1]
	worker, workerCode := run(ctx, "--config", file, "worker", "--queue", url, "--contact", "https://worker.example", "--workers", "2")
	eventually(t, "the round", daemon, func() bool { return strings.Contains(daemon.String(), "job=crawl outcome=ok") })
	mu.Lock()
	if asked["daemon"] == 0 || asked["worker"] == 0 {
		t.Errorf("requests %v, want some of both; the worker wrote %s", asked, worker)
	}
	mu.Unlock()

	// A worker that lacks the key of the daemon says so.
	other := filepath.Join(dir, "other")
	var errs bytes.Buffer
	if code := Run(ctx, []string{"--data", other, "worker", "--queue", url}, Streams{Err: &errs}); code != exitFailed || !strings.Contains(errs.String(), "copy the daemon's there") {
		t.Errorf("a worker without a key = %d, %s", code, errs.String())
	}
	stop()
	for name, code := range map[string]chan int{"daemon": daemonCode, "worker": workerCode} {
		if got := <-code; got != exitOK {
			t.Errorf("the %s exited with %d:\n%s%s", name, got, daemon, worker)
		}
	}
	store, err := schema.Open(t.Context(), "embedded:"+filepath.Join(data, "clickhouse"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var visits, threads uint64
	if err := store.Conn().QueryRow(t.Context(), "SELECT count(), uniqExact(source_id, thread_id) FROM visits").Scan(&visits, &threads); err != nil {
		t.Fatal(err)
	}
	if visits < 50 || visits != threads {
		t.Errorf("%d visits of %d threads, want one of each", visits, threads)
	}
}

func TestParkedVisits(t *testing.T) {
	s, err := queue.Serve(queue.ServerConfig{Listen: "127.0.0.1:0", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	q, err := queue.Open(t.Context(), queue.Config{URL: s.URL(), Deliveries: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(q.Close)
	d, err := q.Dispatch(t.Context(), []byte("terms"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	go func() {
		_ = q.Work(t.Context(), queue.WorkOptions{Slots: 1, Accept: func([]byte) error { return nil }},
			func(context.Context, queue.Task, queue.Ask) ([]byte, error) {
				return nil, errors.New("index out of range")
			})
	}()
	for _, about := range []string{"akimat-page 1", "akimat-page 2", "portal 7"} {
		if r, err := d.Do(t.Context(), queue.Task{ID: about, Owner: "o", About: about}, nil); err != nil || r.Parked == "" {
			t.Fatalf("Do = %v, %v; want it parked", r, err)
		}
	}
	for _, test := range []struct {
		name string
		args []string
		code int
		want []string // in stdout or stderr
	}{
		{"a list", nil, exitOK, []string{"akimat-page 1", "portal 7", "index out of range"}},
		{"for programs", []string{"--format", "csv"}, exitOK, []string{"portal 7,o,"}},
		{"nothing of that name", []string{"akimat"}, exitFailed, []string{"nothing of that name is parked"}},
		{"release of a source", []string{"akimat-page", "--json"}, exitOK, []string{`"about": "akimat-page 1"`, `"about": "akimat-page 2"`}},
		{"what is left", []string{"--json"}, exitOK, []string{`"about": "portal 7"`}},
		{"release of one", []string{"portal 7"}, exitOK, []string{"portal 7"}},
		{"none", []string{"--json"}, exitOK, []string{"[]"}},
	} {
		var out bytes.Buffer
		code := Run(t.Context(), append([]string{"worker", "parked", "--queue", s.URL()}, test.args...), Streams{Out: &out, Err: &out})
		if code != test.code {
			t.Errorf("%s: exit code %d, want %d: %s", test.name, code, test.code, &out)
		}
		for _, want := range test.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: %s, want %s in it", test.name, &out, want)
			}
		}
		if test.name == "what is left" && strings.Contains(out.String(), "akimat-page") {
			t.Errorf("%s: %s, want it released", test.name, &out)
		}
	}
}
