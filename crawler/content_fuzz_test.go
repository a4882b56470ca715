package crawler

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"
)

// FuzzContent decodes arbitrary bytes: it must neither exceed the limit nor take
// for whole what the standard library, without limits, finds broken.
func FuzzContent(f *testing.F) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte("<p>жауап</p>"))
	w.Close()
	f.Add("gzip", packed.Bytes())
	f.Add("gzip", packed.Bytes()[:10])
	f.Add("deflate", []byte{0x78, 0x9c, 3, 0})
	f.Add("deflate", []byte{3, 0})
	f.Add("", []byte("page"))
	const limit = 1 << 10
	layer := &content{timeout: time.Minute, maxBytes: limit, now: time.Now}
	f.Fuzz(func(t *testing.T, coding string, raw []byte) {
		layer.next = fakeWeb(func(*http.Request) (*http.Response, error) {
			return answer(200, string(raw), "Content-Encoding", coding), nil
		})
		req, err := http.NewRequest(http.MethodGet, "http://a.example/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := layer.RoundTrip(req)
		if err != nil {
			return
		}
		defer resp.Body.Close()
		got, err := io.ReadAll(resp.Body)
		if len(got) > limit {
			t.Errorf("read %d bytes, want at most %d", len(got), limit)
		}
		var (
			cut  *cutError
			size *sizeError
		)
		if err != nil && !errors.As(err, &cut) && !errors.As(err, &size) {
			t.Errorf("reading %q as %q = %v, want a cut or a size error", raw, coding, err)
		}
		if err != nil || coding != "gzip" || len(raw) == 0 {
			return
		}
		plain, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("gzip.NewReader(%q) = %v, but it was read", raw, err)
		}
		want, err := io.ReadAll(plain)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("read %q, want %q, %v", got, want, err)
		}
	})
}
