package archive

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

// benchPages are pages of the size that official sites have, as a web that cost
// nothing: of text, and as servers send it.
func benchPages(b *testing.B, coding string) (pages []string, bytes int64) {
	for i := range 64 {
		var page strings.Builder
		for c := range 200 {
			fmt.Fprintf(&page, `<div class="comment" id="c%d-%d"><p>Сәлеметсіз бе! %s</p></div>`, i, c, noise(i*1000+c, 40))
		}
		body := page.String()
		if coding != "" {
			body = gzipped(b, body)
		}
		pages = append(pages, body)
		bytes += int64(len(body))
	}
	return pages, bytes / int64(len(pages))
}

// BenchmarkRecord is one exchange through the layer; "off" is what the test itself
// costs.
func BenchmarkRecord(b *testing.B) {
	for _, coding := range []string{"", "gzip"} {
		pages, size := benchPages(b, coding)
		for _, mode := range []Mode{Off, Plain, Sealed} {
			b.Run(fmt.Sprintf("%s/coding=%s", mode, coding), func(b *testing.B) {
				benchRecord(b, mode, coding, pages, size, false)
			})
		}
		b.Run(fmt.Sprintf("parallel/coding=%s", coding), func(b *testing.B) {
			benchRecord(b, Sealed, coding, pages, size, true)
		})
	}
}

func benchRecord(b *testing.B, mode Mode, coding string, pages []string, size int64, parallel bool) {
	config := Config{Dir: b.TempDir(), Mode: mode, Now: time.Now}
	if mode == Sealed {
		config.Recipients = []age.Recipient{newKey(b).Recipient()}
	}
	w, err := New(config)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	site := web(func(req *http.Request) *http.Response {
		resp := answer(200, pages[len(req.URL.Path)%len(pages)], "Content-Type", "text/html; charset=utf-8")
		if coding != "" {
			resp.Header.Set("Content-Encoding", coding)
		}
		// Every body is another, so that none is a revisit.
		resp.Body = io.NopCloser(io.MultiReader(resp.Body, strings.NewReader(req.URL.RawQuery)))
		resp.ContentLength = -1
		return resp
	})
	once := func(i int) error {
		req, err := http.NewRequest(http.MethodGet, fmt.Sprintf("https://akimat.example/%s?%d", strings.Repeat("p", i%64), i), nil)
		if err != nil {
			return err
		}
		resp, err := w.Layer(site).RoundTrip(req)
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			return err
		}
		return resp.Body.Close()
	}
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	if parallel {
		b.RunParallel(func(pb *testing.PB) {
			for i := time.Now().Nanosecond(); pb.Next(); i++ {
				if err := once(i); err != nil {
					b.Error(err)
				}
			}
		})
	} else {
		for b.Loop() {
			if err := once(n); err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.StopTimer()
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSync is one exchange and the Sync after it: what it costs at most to
// make a batch durable.
func BenchmarkSync(b *testing.B) {
	for _, mode := range []Mode{Plain, Sealed} {
		b.Run(string(mode), func(b *testing.B) {
			config := Config{Dir: b.TempDir(), Mode: mode, Now: time.Now}
			if mode == Sealed {
				config.Recipients = []age.Recipient{newKey(b).Recipient()}
			}
			w := newWriter(b, config)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				mustGet(b, w, web(page), fmt.Sprintf("https://akimat.example/%d", i))
				if err := w.Sync(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPages reads an archive of 2,000 pages back.
func BenchmarkPages(b *testing.B) {
	for _, mode := range []Mode{Plain, Sealed} {
		b.Run(string(mode), func(b *testing.B) {
			identity := newKey(b)
			config := Config{Dir: b.TempDir(), Mode: mode, Now: time.Now}
			if mode == Sealed {
				config.Recipients = []age.Recipient{identity.Recipient()}
			}
			w := newWriter(b, config)
			pages, size := benchPages(b, "gzip")
			const count = 2_000
			for i := range count {
				mustGet(b, w, web(func(req *http.Request) *http.Response {
					return answer(200, pages[i%len(pages)]+req.URL.RawQuery, "Content-Encoding", "gzip")
				}), fmt.Sprintf("https://akimat.example/p?%d", i))
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(count * size)
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for _, err := range openReader(b, config.Dir, identity).Pages(Filter{}) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != count {
					b.Fatalf("%d pages, want %d", n, count)
				}
			}
		})
	}
}
