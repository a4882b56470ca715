//go:build browser

package web

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestBrowser drives the dashboard in headless Chromium: open, sort, filter, compare,
// change language, read a chart's table, follow a permanent link, download, with and
// without JavaScript; axe-core on every page in every language, light and dark; and
// at 360 px; and every page of an edition from a disk. It takes a minute or two (make browser-test). See
// browsertest/dashboard.test.mjs.
func TestBrowser(t *testing.T) {
	chromium := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			chromium = path
			break
		}
	}
	if chromium == "" {
		t.Skip("no Chromium on this machine (Debian: apt-get install chromium)")
	}
	if _, err := os.Stat("browsertest/node_modules/playwright-core"); err != nil {
		t.Skip("npm ci --ignore-scripts --prefix report/web/browsertest was not run")
	}
	server := httptest.NewServer(newSite(t, &invented{coded: "akimat_abai"}, Options{Running: func() []Running { return []Running{{"crawl", lastVisit}} }}))
	defer server.Close()
	edition := t.TempDir()
	for file, err := range newSite(t, new(invented), Options{Edition: "2026-Q3"}).Files(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(edition, filepath.FromSlash(file.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, file.Body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tests := exec.CommandContext(t.Context(), "node", "--test", "--test-reporter=spec", "dashboard.test.mjs")
	tests.Dir = "browsertest"
	tests.Env = append(os.Environ(), "BASE="+server.URL, "CHROMIUM="+chromium, "EDITION="+edition)
	if out, err := tests.CombinedOutput(); err != nil {
		t.Errorf("in the browser: %v\n%s", err, out)
	}
}
