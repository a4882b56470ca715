package schema

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asServer puts an engine behind a port of this machine, where it answers ClickHouse's
// HTTP interface as a server does, and opens a database of it by its address.
func asServer(t *testing.T, engine http.RoundTripper, database string) *Store {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ping" {
			_, _ = io.WriteString(w, "Ok.\n")
			return
		}
		out := r.Clone(r.Context())
		out.RequestURI = ""
		resp, err := engine.RoundTrip(out)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		for name, values := range resp.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body)
	}))
	t.Cleanup(server.Close)
	s, err := Open(t.Context(), "http://"+strings.TrimPrefix(server.URL, "http://")+"/"+database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// A store behind an address is backed up and restored like the embedded one, into it
// and from it. One that holds rows is refused, and one that is emptied first is not.
func TestBackupOfAServer(t *testing.T) {
	embedded := populated(t)
	here := asServer(t, shared.store.HTTP(), embedded.Database())
	if here.HTTP() != nil {
		t.Fatal("the store behind an address has an engine: the test shows nothing")
	}
	want, err := embedded.Checksums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "backup")
	made, err := here.BackUp(t.Context(), dir, Backup{MadeAt: at(5), Program: "test"}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := here.Restore(t.Context(), dir, made, false, quiet); err == nil || !strings.Contains(err.Error(), "rows") {
		t.Errorf("Restore into tables with rows = %v, want it refused", err)
	}
	there := asServer(t, shared.store.HTTP(), embedded.Database()+"_restored")
	if err := there.Restore(t.Context(), dir, made, false, quiet); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*Store{"restored": there, "backed up": here} {
		got, err := s.Checksums(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-embedded +server):\n%s", name, diff)
		}
	}
	if err := here.Restore(t.Context(), dir, made, true, quiet); err != nil {
		t.Errorf("Restore with replace: %v", err)
	}
}
