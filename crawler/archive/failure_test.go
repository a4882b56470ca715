package archive

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"qulaq/crawler"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

// limitedDisk has room for some bytes.
type limitedDisk struct {
	file
	room *int
}

func (d limitedDisk) Write(p []byte) (int, error) {
	n := min(len(p), *d.room)
	n, err := d.file.Write(p[:n])
	*d.room -= n
	if err == nil && n < len(p) {
		err = syscall.ENOSPC
	}
	return n, err
}

// TestDiskFull: whoever reads a page that cannot be recorded learns of it, nothing
// further is asked for until Sync has told, and then recording goes on. What was
// durable before can be read.
func TestDiskFull(t *testing.T) {
	for _, mode := range []Mode{Plain, Sealed} {
		t.Run(string(mode), func(t *testing.T) {
			dir := t.TempDir()
			identity := newKey(t)
			config := Config{Dir: dir, Mode: mode}
			if mode == Sealed {
				config.Recipients = []age.Recipient{identity.Recipient()}
			}
			w := newWriter(t, config)
			room := 1 << 20
			create := w.create
			w.create = func(path string) (file, error) {
				f, err := create(path)
				return limitedDisk{f, &room}, err
			}
			asked := 0
			site := web(func(req *http.Request) *http.Response {
				asked++
				return answer(200, noise(asked, 200_000))
			})
			mustGet(t, w, site, "http://a.example/kept")
			if err := w.Sync(); err != nil {
				t.Fatal(err)
			}
			room = 100_000
			if _, err := get(w, site, "http://a.example/lost"); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("reading a page that was not recorded = %v, want %v", err, syscall.ENOSPC)
			} else if !errors.Is(err, crawler.ErrNotArchived) {
				t.Errorf("reading a page that was not recorded = %v, want that a crawler knows it by %q", err, crawler.ErrNotArchived)
			}
			before := asked
			if _, err := get(w, site, "http://a.example/not-asked"); !errors.Is(err, syscall.ENOSPC) || asked != before {
				t.Errorf("the next request = %v, asked %v, want that it is not made", err, asked != before)
			}
			room = 1 << 20
			if err := w.Sync(); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("Sync = %v, want %v", err, syscall.ENOSPC)
			}
			mustGet(t, w, site, "http://a.example/again")
			if err := errors.Join(w.Sync(), w.Close()); err != nil {
				t.Errorf("Sync, Close = %v, want that it works again", err)
			}
			r := openReader(t, dir, identity)
			want := []string{"http://a.example/kept", "http://a.example/again"}
			if diff := cmp.Diff(want, targets(t, r, Filter{})); diff != "" {
				t.Errorf("pages (-want +got):\n%s", diff)
			}
			report := sound(t, r)
			if first := report.Segments[0]; !first.Open || first.Cut+first.Encrypted == 0 {
				t.Errorf("first segment = %+v, want it open, with an unfinished end", first)
			}
		})
	}
}

// begin sends a request and leaves its answer unread.
func begin(t *testing.T, w *Writer, next http.RoundTripper, url string) io.ReadCloser {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := w.Layer(next).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Body
}

// TestFailureUnderWay: the disk is full for a moment while two answers are under
// way. The first to end fails in Read, not only in Close, which many do not look
// at; the second fails too, or Sync would tell of a gap with a page behind it.
func TestFailureUnderWay(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Mode: Plain})
	room := 0
	create := w.create
	w.create = func(path string) (file, error) {
		f, err := create(path)
		return limitedDisk{f, &room}, err
	}
	first := begin(t, w, web(page), "http://a.example/1")
	second := begin(t, w, web(page), "http://a.example/2")
	for _, body := range []io.ReadCloser{first, second} {
		if _, err := io.ReadAll(body); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("Read = %v, want %v", err, syscall.ENOSPC)
		}
		if err := body.Close(); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("Close = %v, want %v", err, syscall.ENOSPC)
		}
		room = 1 << 20
	}
	if err := w.Sync(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Sync = %v, want %v", err, syscall.ENOSPC)
	}
	if got := targets(t, openReader(t, dir), Filter{}); len(got) > 0 {
		t.Errorf("pages = %v, want none", got)
	}
}

// A Sync that fails tells it, and the tail of the Sync before it still holds.
func TestDiskFullInSync(t *testing.T) {
	dir := t.TempDir()
	identity := newKey(t)
	w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{identity.Recipient()}})
	room := 1 << 20
	create := w.create
	w.create = func(path string) (file, error) {
		f, err := create(path)
		return limitedDisk{f, &room}, err
	}
	mustGet(t, w, web(page), "http://a.example/kept")
	if err := w.Sync(); err != nil {
		t.Fatal(err)
	}
	room = 0
	if err := w.Sync(); err != nil {
		t.Errorf("Sync of nothing new = %v, want that nothing is written", err)
	}
	room = 1 << 20
	mustGet(t, w, web(page), "http://a.example/lost") // held back, not yet written
	room = 10
	if err := w.Sync(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Sync = %v, want %v", err, syscall.ENOSPC)
	}
	r := openReader(t, dir, identity)
	if got, want := targets(t, r, Filter{}), []string{"http://a.example/kept"}; !cmp.Equal(got, want) {
		t.Errorf("pages = %v, want %v", got, want)
	}
	if len(r.strays) > 0 {
		t.Errorf("files left behind: %v", r.strays)
	}
}

// TestUnwritable: the folder of the day cannot be made.
func TestUnwritable(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Mode: Plain})
	if err := os.WriteFile(filepath.Join(dir, "2026"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := get(w, web(page), "http://a.example/"); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("GET = %v, want %v", err, syscall.ENOTDIR)
	}
	if err := w.Close(); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("Close = %v, want %v", err, syscall.ENOTDIR)
	}
}

// A body that is closed without being read to its end is recorded then; the
// failure shows in Close and in Sync.
func TestFailureOfAnUnreadBody(t *testing.T) {
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Mode: Plain})
	if err := os.WriteFile(filepath.Join(dir, "2026"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	body := begin(t, w, web(page), "http://a.example/")
	if err := body.Close(); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("Body.Close = %v, want %v", err, syscall.ENOTDIR)
	}
	if _, err := io.ReadAll(body); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("Body.Read = %v, want %v", err, syscall.ENOTDIR)
	}
	if err := w.Sync(); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("Sync = %v, want %v", err, syscall.ENOTDIR)
	}
}
