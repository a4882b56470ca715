package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"qulaq/crawler"
	"qulaq/jobs/queue"
	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/registry"
	"qulaq/schema"
	"qulaq/simulate"

	"github.com/google/go-cmp/cmp"
)

// Workers are processes of this test's own program, so that they can be killed.
const (
	workerName = "QULAQ_TEST_WORKER"
	workerURL  = "QULAQ_TEST_WORKER_QUEUE"
	workerDir  = "QULAQ_TEST_WORKER_DIR"
)

// shortLease lets a test see what happens when a worker dies.
const shortLease = 2 * time.Second

func TestMain(m *testing.M) {
	if name := os.Getenv(workerName); name != "" {
		if err := workAlone(name, os.Getenv(workerURL), os.Getenv(workerDir)); err != nil {
			fmt.Fprintln(os.Stderr, name, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// workAlone is a worker that has the key and the registry of dir.
func workAlone(name, url, dir string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	country, err := registry.Open(nil, filepath.Join(dir, "registry"), RegistryRules())
	if err != nil {
		return err
	}
	index, err := registry.NewIndex(country)
	if err != nil {
		return err
	}
	key, err := pipeline.OpenKey(filepath.Join(dir, "key"))
	if err != nil {
		return err
	}
	e := &Env{Index: index, Key: key, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	if e.Crawler, err = crawler.New(crawler.Config{Version: name, Archive: Leased(e.Archive.Layer)}); err != nil {
		return err
	}
	if e.Queue, err = queue.Open(ctx, queue.Config{URL: url, Lease: shortLease, Replicas: 3, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}); err != nil {
		return err
	}
	defer e.Queue.Close()
	return Work(ctx, e, 3)
}

func startWorker(t *testing.T, name, url, dir string) *os.Process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), workerName+"="+name, workerURL+"="+url, workerDir+"="+dir)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s: %s", name, out.String())
		}
	})
	return cmd.Process
}

// siteLog is what the keepers of the sites see: who asked for what, and when.
type siteLog struct {
	http.Handler
	mu       sync.Mutex
	requests []request
	notify   func(n int)
}

type request struct {
	owner, worker string
	from, to      time.Time
}

var (
	channelPath = regexp.MustCompile(`^/(?:s/)?([^/]+)`)
	workerAgent = regexp.MustCompile(`^qulaq/(\S+)`)
)

func (l *siteLog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	owner := r.FormValue("owner_id")
	if owner == "" {
		owner = channelPath.FindStringSubmatch(r.URL.Path)[1]
	}
	if strings.HasPrefix(r.URL.Path, "/npa") || strings.HasPrefix(r.URL.Path, "/list") {
		owner = "portal"
	}
	seen := request{owner: owner, worker: workerAgent.FindStringSubmatch(r.UserAgent())[1], from: time.Now()}
	<-time.After(20 * time.Millisecond) // long enough for two to meet
	seen.to = time.Now()                // before the answer: until then the request is under way for sure
	l.Handler.ServeHTTP(w, r)
	if r.URL.Path == "/robots.txt" {
		return // of all owners, for they share a host
	}
	l.mu.Lock()
	l.requests = append(l.requests, seen)
	n := len(l.requests)
	l.mu.Unlock()
	l.notify(n)
}

// together lists requests to one owner that were under way at a time.
func (l *siteLog) together() []string {
	byOwner := map[string][]request{}
	for _, r := range l.requests {
		byOwner[r.owner] = append(byOwner[r.owner], r)
	}
	var found []string
	for owner, list := range byOwner {
		slices.SortFunc(list, func(a, b request) int { return a.from.Compare(b.from) })
		for i := 1; i < len(list); i++ {
			if list[i].from.Before(list[i-1].to) {
				found = append(found, fmt.Sprintf("%s: %s and %s", owner, list[i-1].worker, list[i].worker))
			}
		}
	}
	return found
}

// threeServers is a JetStream cluster on loopback.
func threeServers(t *testing.T) ([]*queue.Server, string) {
	t.Helper()
	var routes []string
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		routes = append(routes, "nats://"+l.Addr().String())
		l.Close()
	}
	var servers []*queue.Server
	var urls []string
	for i, route := range routes {
		s, err := queue.Serve(queue.ServerConfig{
			Listen: "127.0.0.1:0", Dir: t.TempDir(), Name: fmt.Sprint("node", i), Cluster: strings.TrimPrefix(route, "nats://"), Routes: routes,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		servers, urls = append(servers, s), append(urls, s.URL())
	}
	return servers, strings.Join(urls, ",")
}

// TestWorkersAndServersDie has three workers visit a republic, through a cluster of
// three servers. In the middle one worker is killed, another is stopped for longer
// than its lease and goes on, and one server dies. What is stored is what one
// process stores that nothing happens to.
func TestWorkersAndServersDie(t *testing.T) {
	republic, err := simulate.New(simulate.Config{Days: 10})
	if err != nil {
		t.Fatal(err)
	}
	republic.SetNow(republic.End())
	site := &siteLog{Handler: republic.Handler(), notify: func(int) {}}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	country := republic.Country(server.URL)
	options := CrawlOptions{Since: republic.Start()}
	round := func(dir string, work func(e *Env)) *rehearsal {
		t.Helper()
		r := &rehearsal{env: openEnv(t, dir, country, slog.New(slog.DiscardHandler))}
		r.env.Now = time.Now
		if r.env.Crawler, err = crawler.New(crawler.Config{Version: "daemon"}); err != nil {
			t.Fatal(err)
		}
		work(r.env)
		crawl, err := NewCrawl(t.Context(), r.env, options)
		if err != nil {
			t.Fatal(err)
		}
		tally, err := crawl.Round(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s", &tally)
		return r
	}
	const visits = "SELECT source_id, thread_id, outcome, complete, declared, parsed, sightings FROM visits ORDER BY ALL"
	const items = "SELECT source_id, thread_id, item_id, change, kind, role, body_id, published_lo, published_hi, precision, text FROM sightings ORDER BY ALL"

	dir := t.TempDir()
	servers, urls := threeServers(t)
	var workers []*os.Process
	r := round(dir, func(e *Env) {
		if e.Queue, err = queue.Open(t.Context(), queue.Config{URL: urls, Lease: shortLease, Replicas: 3}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(e.Queue.Close)
		for i := range 3 {
			workers = append(workers, startWorker(t, fmt.Sprint("worker", i), urls, dir))
		}
		site.notify = func(n int) {
			switch n {
			case 60:
				_ = workers[0].Kill()
			case 120:
				go servers[1].Close()
			case 180:
				_ = workers[1].Signal(syscall.SIGSTOP)
				time.AfterFunc(2*shortLease, func() { _ = workers[1].Signal(syscall.SIGCONT) })
			}
		}
	})
	asked := map[string]int{}
	for _, request := range site.requests {
		asked[request.worker]++
	}
	t.Logf("requests: %v", asked)
	if len(asked) != 3 || asked["daemon"] > 0 {
		t.Errorf("requests by %v, want three workers", asked)
	}
	if twice := site.together(); twice != nil {
		t.Errorf("owners were served by two at once: %v", twice)
	}
	gotVisits, gotItems := r.dump(t, visits), r.dump(t, items)
	if err := r.env.Store.Close(); err != nil {
		t.Fatal(err)
	}

	site.notify = func(int) {}
	calm := round(t.TempDir(), func(*Env) {})
	if diff := cmp.Diff(calm.dump(t, visits), gotVisits); diff != "" {
		t.Errorf("visits (-one process +workers):\n%.3000s", diff)
	}
	if diff := cmp.Diff(calm.dump(t, items), gotItems); diff != "" {
		t.Errorf("sightings (-one process +workers):\n%.3000s", diff)
	}
}

// What crosses the queue is what the tables would hold: no name, no account and no
// text as the page has it. A worker of a daemon that stores no texts sends none.
func TestNoIdentityCrossesTheQueue(t *testing.T) {
	republic, err := simulate.New(simulate.Config{Bodies: 12, Days: 2})
	if err != nil {
		t.Fatal(err)
	}
	republic.SetNow(republic.End())
	server := httptest.NewServer(republic.Handler())
	t.Cleanup(server.Close)
	e := openEnv(t, t.TempDir(), republic.Country(server.URL), slog.New(slog.DiscardHandler))
	if e.Crawler, err = crawler.New(crawler.Config{}); err != nil {
		t.Fatal(err)
	}
	for _, noTexts := range []bool{false, true} {
		e.NoTexts = noTexts
		ours, err := e.charter()
		if err != nil {
			t.Fatal(err)
		}
		w := &worker{env: e, ours: ours, feeds: map[string]feed{}}
		for _, f := range e.feeds() {
			w.feeds[f.ID] = f
		}
		text, err := json.Marshal(ours)
		if err != nil {
			t.Fatal(err)
		}
		crawl, err := NewCrawl(t.Context(), e, CrawlOptions{Since: republic.Start()})
		if err != nil {
			t.Fatal(err)
		}
		people, texts := 0, 0
		found := slices.Collect(crawl.frontier.tasks(crawl.frontier.due(republic.Start(), time.Now(), func(parsers.ThreadKind) bool { return true })))
		for len(found) > 0 {
			next := found[0]
			found = found[1:]
			body, err := pack(order{Source: next.feed.ID, Thread: next.thread})
			if err != nil {
				t.Fatal(err)
			}
			packed, err := w.visit(t.Context(), queue.Task{Owner: owner(next.feed), Body: body, Charter: text}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got delivery
			if err := unpack(packed, &got); err != nil {
				t.Fatal(err)
			}
			plain, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			look, err := e.visit(t.Context(), next.feed, next.thread, terms{})
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range look.Items {
				if item.Role == parsers.RoleOfficial || item.Author.Name == "" {
					continue
				}
				people++
				if item.Author.ID != "" && !accounts(e, next.feed, item.Author.ID) && bytes.Contains(plain, []byte(strconv.Quote(item.Author.ID))) {
					t.Errorf("%s: account %q crosses the queue", next.thread.ThreadID, item.Author.ID)
				}
				if bytes.Contains(plain, []byte(strconv.Quote(item.Author.Name))) {
					t.Errorf("%s: name %q crosses the queue", next.thread.ThreadID, item.Author.Name)
				}
			}
			for _, s := range got.Sheet.Shown {
				if s.Text != "" && s.Role != "official" {
					texts++
				}
			}
			for _, thread := range look.Found {
				if len(found) < 12 {
					found = append(found, task{feed: next.feed, thread: schema.ThreadState{Thread: schema.Thread{
						SourceID: next.feed.ID, ThreadID: thread.ID, Kind: string(thread.Kind), URL: thread.Address.URL, Form: thread.Address.Form.Encode(),
					}}})
				}
			}
			if people > 40 {
				break
			}
		}
		if people == 0 || (texts == 0) != noTexts {
			t.Errorf("with NoTexts %v, of %d citizens' items %d texts crossed", noTexts, people, texts)
		}
	}
}

// accounts tells whether an id is a body's own.
func accounts(e *Env, f feed, id string) bool {
	_, ok := e.Index.Account(f.Platform, id, time.Now())
	return ok
}
