//go:build browser

package web

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
)

// TestBrowser drives the dashboard in headless Chromium: open, sort, filter, compare,
// change language, read a chart's table, follow a permanent link, download, with and
// without JavaScript; axe-core on every page in every language, light and dark; and
// at 360 px. It takes a minute or two (make browser-test). See
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
	server := httptest.NewServer(newSite(t, new(invented), Options{}))
	defer server.Close()
	tests := exec.CommandContext(t.Context(), "node", "--test", "--test-reporter=spec", "dashboard.test.mjs")
	tests.Dir = "browsertest"
	tests.Env = append(os.Environ(), "BASE="+server.URL, "CHROMIUM="+chromium)
	if out, err := tests.CombinedOutput(); err != nil {
		t.Errorf("in the browser: %v\n%s", err, out)
	}
}
