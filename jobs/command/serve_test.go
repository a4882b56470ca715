package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"qulaq/jobs"
	"qulaq/jobs/config"
	"qulaq/jobs/schedule"
	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

// log is what a daemon writes while a test reads it.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, l *log, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within two minutes; the daemon wrote:\n%s", what, l)
		}
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// checksums opens a data folder and sums up its tables; put, if any, changes it first.
func checksums(t *testing.T, data string, put func(*schema.Store)) map[string]string {
	t.Helper()
	store, err := schema.Open(t.Context(), "embedded:"+filepath.Join(data, "clickhouse"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if put != nil {
		put(store)
	}
	sums, err := store.Checksums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// A daemon from its start to its end: what was missed is caught up, the pages for
// the operator answer, the configuration is read again, and the backup that it made
// restores to what it had.
func TestServe(t *testing.T) {
	t.Setenv("QULAQ_ENGINE", engine(t))
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "qulaq.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const good = "data: %s\nlisten: 127.0.0.1:0\nadmin: 127.0.0.1:0\nsql: {listen: 127.0.0.1:0, rows: 5}\nbackup: {dir: %s}\njobs:\n  jitter: 0s\n  crawl: {cron: off}\n  relink: {cron: %q}\n  backup: {cron: 0 5 * * *}\n"
	write(fmt.Sprintf(good, data, filepath.Join(dir, "backups"), "35 * * * *"))

	checksums(t, data, func(store *schema.Store) {
		for _, job := range []string{"relink", "backup"} { // last made the day before yesterday
			due := time.Now().Add(-48 * time.Hour).Truncate(time.Hour)
			run := schedule.Run{Job: job, DueAt: due, StartedAt: due, EndedAt: due.Add(time.Minute), Outcome: schedule.OK, Attempt: 1}
			if err := (jobs.Ledger{Store: store}).Put(t.Context(), run); err != nil {
				t.Fatal(err)
			}
		}
	})

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	written := new(log)
	code := make(chan int, 1)
	go func() {
		code <- Run(ctx, []string{"--config", file, "serve"}, Streams{In: strings.NewReader(""), Out: io.Discard, Err: written})
	}()
	address := regexp.MustCompile(`(listen|admin|sql) on (http://\S+)`)
	eventually(t, "watching", written, func() bool { return strings.Contains(written.String(), "msg=watching") })
	at := map[string]string{}
	for _, m := range address.FindAllStringSubmatch(written.String(), -1) {
		at[m[1]] = m[2]
	}
	rows := func() map[string]jobRow {
		_, body := get(t, at["admin"]+"/jobs")
		var list []jobRow
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatal(err)
		}
		all := map[string]jobRow{}
		for _, r := range list {
			all[r.Job] = r
		}
		return all
	}
	eventually(t, "missed runs", written, func() bool {
		all := rows()
		return all["relink"].Outcome == "ok" && all["backup"].Outcome == "ok"
	})
	if late := time.Since(*rows()["relink"].LastDue); late > time.Hour {
		t.Errorf("the run that caught up was due %v ago, want the last time that was missed", late)
	}
	if _, ok := rows()["crawl"]; ok {
		t.Error("a job that is off is scheduled")
	}

	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ok", "/metrics": `qulaq_job_last_ok{job="backup"} 1`} {
		if status, body := get(t, at["admin"]+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("GET %s = %d %.200q, want 200 with %q", path, status, body, want)
		}
	}
	password, err := os.ReadFile(filepath.Join(data, "sql-password"))
	if err != nil {
		t.Fatal(err)
	}
	sql := at["sql"] + "/?" + url.Values{"user": {"analyst"}, "password": {strings.TrimSpace(string(password))}}.Encode() + "&query="
	for query, want := range map[string]string{"SELECT count() FROM latencies": "0\n", "SELECT * FROM numbers(6)": "TOO_MANY_ROWS"} {
		if _, body := get(t, sql+url.QueryEscape(query)); !strings.Contains(body, want) {
			t.Errorf("%s = %q, want %q", query, body, want)
		}
	}
	if status, body := get(t, at["sql"]+"/?query=SELECT+1"); status != http.StatusUnauthorized {
		t.Errorf("a query without a password = %d %q, want 401", status, body)
	}
	if _, body := get(t, at["admin"]+"/metrics"); !strings.Contains(body, "qulaq_store_up 1") {
		t.Errorf("the metrics of the store are not read: %s", written)
	}
	if status, _ := get(t, at["listen"]+"/metrics"); status != http.StatusNotFound {
		t.Errorf("GET /metrics of the public address = %d, want 404", status)
	}
	var out, errs bytes.Buffer
	if got := Run(t.Context(), []string{"jobs", "--admin", strings.TrimPrefix(at["admin"], "http://")}, Streams{Out: &out, Err: &errs}); got != exitOK || !strings.Contains(out.String(), "35 * * * *") {
		t.Errorf("qulaq jobs = %d, %q %q; want what the daemon tells", got, out.String(), errs.String())
	}

	for _, tt := range []struct{ name, config, want string }{
		{"broken", "jobs: {relink: {cron: sometimes}}\n", "configuration refused"},
		{"needs a restart", fmt.Sprintf(good, data, dir, "35 * * * *") + "contact: https://example.org\n", "contact has changed, which takes a restart"},
		{"good", fmt.Sprintf(good, data, filepath.Join(dir, "backups"), "50 * * * *"), "configuration read again"},
	} {
		if tt.name != "good" && strings.Contains(written.String(), tt.want) {
			t.Fatalf("%s: the log has %q already", tt.name, tt.want)
		}
		write(tt.config)
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		eventually(t, tt.name, written, func() bool { return strings.Contains(written.String(), tt.want) })
		want := "35 * * * *"
		if tt.name == "good" {
			want = "50 * * * *"
		}
		if got := rows()["relink"].Cron; got != want {
			t.Errorf("%s: the cron line is %q, want %q", tt.name, got, want)
		}
	}

	// The web pages are those of the registry that was read again.
	own := filepath.Join(dir, "registry")
	if err := os.MkdirAll(filepath.Join(own, "bodies"), 0o700); err != nil {
		t.Fatal(err)
	}
	body := "id: xq-bridges\nlevel: central\ntype: agency\nnames: {kk: Көпірлер агенттігі, ru: Агентство мостов, en: Agency for Bridges}\n" +
		"sources:\n  - {id: xq-bridges-vk, platform: vk, url: 'https://vk.com/club1', status: active, confidence: verified, evidence: invented for this test}\n"
	if err := os.WriteFile(filepath.Join(own, "bodies", "xq-bridges.yaml"), []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, at["listen"]+"/en/body/xq-bridges"); status != http.StatusNotFound {
		t.Fatalf("a body that no registry knows has a page: %d", status)
	}
	write(fmt.Sprintf(good, data, filepath.Join(dir, "backups"), "50 * * * *") + "registry: [" + own + "]\n")
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a page of the new body", written, func() bool {
		status, text := get(t, at["listen"]+"/en/body/xq-bridges")
		return status == http.StatusOK && strings.Contains(text, "Agency for Bridges")
	})

	ended := make(chan string) // a query that would run for a minute does not hold up the end
	go func() {
		_, body := get(t, sql+url.QueryEscape("SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) = 1"))
		ended <- body
	}()
	eventually(t, "the long query runs", written, func() bool {
		_, body := get(t, sql+url.QueryEscape("SELECT count() FROM system.processes WHERE query LIKE '%cityHash64%' AND query NOT LIKE '%processes%'"))
		return strings.TrimSpace(body) == "1"
	})
	began := time.Now()
	stop()
	if got := <-ended; !strings.Contains(got, "QUERY_WAS_CANCELLED") {
		t.Errorf("a query at the end of the daemon = %q, want it cancelled", got)
	}
	if got := <-code; got != exitOK {
		t.Errorf("the daemon exited with %d:\n%s", got, written)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the daemon took %v to end, want at most 10s", took)
	}

	// Without a daemon, the store tells.
	out.Reset()
	if got := Run(t.Context(), []string{"-q", "--config", file, "jobs", "--json", "--admin", strings.TrimPrefix(at["admin"], "http://")}, Streams{Out: &out, Err: &errs}); got != exitOK || !strings.Contains(out.String(), `"last_outcome": "ok"`) {
		t.Errorf("qulaq jobs without a daemon = %d, %q %q; want the runs of the store", got, out.String(), errs.String())
	}

	// A backup, a wreck, a restore.
	backup, key := filepath.Join(dir, "by-hand"), filepath.Join(dir, "key")
	command := func(args ...string) (int, string) {
		var errs bytes.Buffer
		got := Run(t.Context(), append([]string{"-q", "--config", file}, args...), Streams{Out: io.Discard, Err: &errs})
		return got, errs.String()
	}
	if got, errs := command("backup", backup); got != exitOK {
		t.Fatalf("qulaq backup = %d: %s", got, errs)
	}
	want := checksums(t, data, nil)
	if err := os.Rename(filepath.Join(data, "key"), key); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	if got, errs := command("restore", backup); got != exitFailed || !strings.Contains(errs, "put a copy of the old one there") {
		t.Errorf("qulaq restore without the key = %d: %s", got, errs)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(key, filepath.Join(data, "key")); err != nil {
		t.Fatal(err)
	}
	if got, errs := command("restore", backup); got != exitOK {
		t.Fatalf("qulaq restore = %d: %s", got, errs)
	}
	if diff := cmp.Diff(want, checksums(t, data, nil)); diff != "" {
		t.Errorf("checksums after backup, wreck and restore (-before +after):\n%s", diff)
	}
}

// Flags that stand for a setting of the file say so by the same names, and have the
// same defaults.
func TestFlagsAreSettings(t *testing.T) {
	settings := map[string]config.Setting{}
	for _, s := range config.Default().Settings() {
		settings[s.Path] = s
	}
	_, line, _, err := parse([]string{"serve"}, Streams{Out: io.Discard, Err: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, flag := range line.Flags() {
		path := flag.Tag.Get("config")
		if path == "" {
			continue
		}
		s, ok := settings[path]
		if !ok || s.Flag != flag.Name || len(flag.Envs) != 1 || flag.Envs[0] != s.Env() {
			t.Errorf("--%s, %v is setting %q, which has flag --%s and variable %s", flag.Name, flag.Envs, path, s.Flag, s.Env())
		}
		seen[path] = true
		got := fmt.Sprint(line.FlagValue(flag))
		if want := fmt.Sprint(s.Value); flag.Name != "data" && s.Value != nil && got != want {
			t.Errorf("--%s is %s by default, and setting %s is %s", flag.Name, got, path, want)
		}
	}
	for path, s := range settings {
		if s.Flag != "" && !seen[path] {
			t.Errorf("setting %s names flag --%s, which qulaq serve does not have", path, s.Flag)
		}
	}
}
