package command

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qulaq/jobs"
	"qulaq/registry"
	"qulaq/simulate"
)

// qulaq runs a command line and returns its exit code and what it wrote.
func qulaq(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return code, stdout.String(), stderr.String()
}

// must is qulaq for what has to succeed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := qulaq(t, args...)
	if code != exitOK {
		t.Fatalf("qulaq %s: exit code %d\n%s", strings.Join(args, " "), code, errs)
	}
	return out
}

// A crawl on the real clock is archived, checked, listed, exported and parsed again.
func TestArchivedCrawl(t *testing.T) {
	t.Setenv("QULAQ_ENGINE", engine(t))
	republic, err := simulate.New(simulate.Config{Seed: 5, Bodies: 12, Days: 3, Load: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	stage, err := jobs.OpenStage(republic, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stage.Close()
	republic.SetNow(republic.End())
	dir := t.TempDir()
	if err := registry.Save(filepath.Join(dir, "registry"), stage.Country()); err != nil {
		t.Fatal(err)
	}
	identity := filepath.Join(dir, "identity")
	recipient := strings.TrimSpace(must(t, "archive", "keygen", identity))
	data := func(args ...string) []string { return append([]string{"-q", "--data", dir}, args...) }

	since := time.Since(republic.Start().AddDate(0, 0, -60)).Truncate(time.Hour).String()
	var tally jobs.Tally
	decode(t, must(t, data("crawl", "--once", "--since", since, "--archive-recipient", recipient, "--json")...), &tally)
	if tally.Visits < 20 {
		t.Fatalf("%d visits: too few to tell anything", tally.Visits)
	}

	if code, _, errs := qulaq(t, data("archive", "verify")...); code != exitFailed || !strings.Contains(errs, "--identity") {
		t.Errorf("archive verify without the identity: exit code %d, %q; want 1 and what to give", code, errs)
	}
	if out := must(t, data("archive", "verify", "--identity", identity)...); !strings.Contains(out, "sound") {
		t.Errorf("archive verify of a sound archive: %s", out)
	}
	var listed []struct {
		Status int
		URL    string
	}
	decode(t, must(t, data("archive", "list", "--identity", identity, "--json", "--url", "robots.txt")...), &listed)
	if len(listed) == 0 || !strings.HasSuffix(listed[0].URL, "/robots.txt") || listed[0].Status == 0 {
		t.Errorf("archive list --url robots.txt: %+v; want the robots.txt files alone", listed)
	}
	exported := filepath.Join(dir, "exported")
	must(t, data("archive", "export", "--identity", identity, "--out", exported)...)
	must(t, data("archive", "verify", exported)...)

	var same jobs.Reparsed
	decode(t, must(t, data("reparse", "--identity", identity, "--json")...), &same)
	if same.Visits == 0 || same.Unread != 0 || len(same.Threads) != 0 {
		t.Errorf("reparse with the same parsers: %d visits read again, %d not, changes %+v; want all, none, none", same.Visits, same.Unread, same.Threads)
	}
	if out := must(t, data("reparse", "--identity", identity)...); out != "" {
		t.Errorf("reparse prints %q where nothing changes", out)
	}

	damage(t, filepath.Join(dir, "archive"))
	code, out, errs := qulaq(t, data("archive", "verify", "--identity", identity)...)
	if code != exitFailed || !strings.Contains(out, "damaged") {
		t.Errorf("archive verify of a damaged archive: exit code %d\n%s%s; want 1 and where", code, out, errs)
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

// damage changes a byte in the middle of a segment.
func damage(t *testing.T, dir string) {
	t.Helper()
	segments, err := filepath.Glob(filepath.Join(dir, "*/*/*/*.age"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("segments: %v, %v", segments, err)
	}
	content, err := os.ReadFile(segments[0])
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	if err := os.WriteFile(segments[0], content, 0o600); err != nil {
		t.Fatal(err)
	}
}
