package main

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"qulaq/crawler"
	"qulaq/parsers"
	"qulaq/parsers/telegram"
	"qulaq/parsers/wellformed"
	"qulaq/pipeline/language"
	"qulaq/pipeline/redact"
	"qulaq/schema"
	"qulaq/simulate"

	"golang.org/x/net/html"
)

// small is a corpus with pages of the size of the large one's.
var small = sync.OnceValue(func() *simulate.Corpus {
	c, err := simulate.NewCorpus(simulate.CorpusConfig{Channels: 2, Posts: 40})
	if err != nil {
		panic(err)
	}
	return c
})

// commentPages are the addresses and contents of the pages with comments.
func commentPages(b *testing.B) (pages []parsers.Page) {
	b.Helper()
	for _, it := range small().Items() {
		if it.Class != "post" {
			continue
		}
		address := "http://127.0.0.1/" + it.ID + "?embed=1&discussion=1&comments_limit=50"
		q := httptest.NewRequest(http.MethodGet, address, nil)
		q.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		small().Handler().ServeHTTP(w, q)
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			b.Fatal(err)
		}
		body, err := io.ReadAll(z)
		if err != nil {
			b.Fatal(err)
		}
		pages = append(pages, parsers.Page{URL: address, ContentType: "text/html; charset=utf-8", Body: body, Seen: small().Now()})
	}
	return pages
}

// texts are those of citizens.
func texts() (list []string) {
	for _, it := range small().Items() {
		if !it.Official {
			list = append(list, it.Text)
		}
	}
	return list
}

// BenchmarkStage measures each stage alone. An operation is what its name says: a page
// with ten comments, an item, a batch.
func BenchmarkStage(b *testing.B) {
	b.Run("fetch/page", benchFetch)
	b.Run("tree/page", func(b *testing.B) {
		var tree wellformed.Tree
		pages := slices.DeleteFunc(commentPages(b), func(p parsers.Page) bool {
			_, ok := tree.Parse(string(p.Body))
			return !ok // a link in the quoted text, which is a link itself
		})
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			tree.Parse(string(pages[i%len(pages)].Body))
		}
	})
	b.Run("tree by html.Parse/page", func(b *testing.B) {
		pages := commentPages(b)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := html.Parse(strings.NewReader(string(pages[i%len(pages)].Body))); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parse/page", benchParse)
	b.Run("redact/item", func(b *testing.B) {
		list := texts()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			redact.Text(list[i%len(list)])
		}
	})
	b.Run("classify/item", func(b *testing.B) {
		list, reader := texts(), language.Default()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			reader.Citizen(list[i%len(list)])
		}
	})
	b.Run("link/400 items", benchLink)
	b.Run("insert/10,000 items", benchInsert)
}

// benchParse reads pages with ten comments.
func benchParse(b *testing.B) {
	pages, p := commentPages(b), telegram.New()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if r, err := p.Parse(pages[i%len(pages)]); err != nil || len(r.Items) != 10 {
			b.Fatalf("%d items (%s), %v, want 10", len(r.Items), r.Reason, err)
		}
	}
}

// benchFetch visits pages through the whole of the crawler, with its gate open.
func benchFetch(b *testing.B) {
	server := httptest.NewServer(small().Handler())
	defer server.Close()
	c, err := crawler.New(crawler.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	pages := commentPages(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		address := server.URL + strings.TrimPrefix(pages[i%len(pages)].URL, "http://127.0.0.1")
		v := c.Visit(b.Context(), crawler.Request{URL: address, AllowLoopback: true})
		if v.Outcome != crawler.OK {
			b.Fatalf("Visit(%s) = %s (%s), want ok", address, v.Outcome, v.Reason)
		}
		v.Release()
	}
}

// benchInsert appends sightings, 10,000 at a time.
func benchInsert(b *testing.B) {
	store, err := schema.Open(b.Context(), "embedded:"+filepath.Join(b.TempDir(), "clickhouse"))
	if err != nil {
		b.Skipf("there is no storage engine: %v", err)
	}
	defer store.Close()
	if err := store.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	const size = 10_000
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		rows := sightings(size, i)
		b.StartTimer()
		if err := store.Append(b.Context(), schema.Batch{Sightings: rows}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(size*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
