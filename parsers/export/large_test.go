package export_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"qulaq/parsers/export"
)

// generated is a file of many records of one length, which is written when it is
// read.
type generated struct {
	line    string // with %010d for the number
	records int64
}

func (g generated) length() int64 { return int64(len(fmt.Sprintf(g.line, 0))) }
func (g generated) size() int64   { return g.records * g.length() }

func (g generated) ReadAt(p []byte, offset int64) (n int, err error) {
	for n < len(p) {
		at := offset + int64(n)
		if at >= g.size() {
			return n, io.EOF
		}
		line := fmt.Sprintf(g.line, at/g.length())
		n += copy(p[n:], line[at%g.length():])
	}
	return n, nil
}

func lines(records int64) generated {
	return generated{`{"id":"%010d","thread_id":"T","body":"` + strings.Repeat("дорогу починят ", 30) +
		`","author":"reader","timestamp":"2026-01-02 08:00:00","unix_timestamp":1767340800}` + "\n", records}
}

// However large a file is, only the record at hand is in memory.
func TestLargeFileIsStreamed(t *testing.T) {
	const records = 20_000
	g := lines(records)
	f, err := export.Open(g, g.size(), mapping(t, "4cat"), options())
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n := 0
	for _, err := range f.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%(records/4) == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			if held := int64(now.HeapAlloc) - int64(before.HeapAlloc); held > 1<<20 {
				t.Fatalf("%d bytes held after %d records of a file of %d MB, want less than 1 MB", held, n, g.size()>>20)
			}
		}
	}
	if n != records {
		t.Errorf("%d records, want %d", n, records)
	}
}

func BenchmarkEntries(b *testing.B) {
	g := lines(2_000)
	text := make([]byte, g.size())
	if _, err := g.ReadAt(text, 0); err != nil {
		b.Fatal(err)
	}
	f, err := export.Open(strings.NewReader(string(text)), g.size(), mapping(b, "4cat"), options())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(g.size())
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range f.Entries() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// Whatever a file holds, it is read or refused, in bounds, and what was read can be
// read again.
func FuzzEntries(f *testing.F) {
	f.Add("id,thread_id,body,author,timestamp\n1,2,\"a\nb\",c,2026-01-01 00:00:00\n")
	f.Add(`{"id":1,"thread_id":2,"body":["a",{"text":"b"}],"author":null,"timestamp":""}` + "\n{")
	f.Add(`{"type":"public_group","id":7,"messages":[{"id":2,"type":"message","date_unixtime":"1","from_id":"u","text":"a"}]}`)
	all := mappings(f)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := export.Recognise(strings.NewReader(text), int64(len(text)), all)
		if err != nil {
			return
		}
		entries, _ := read(t, text, m, options())
		for _, e := range entries {
			switch {
			case e.Item.ID == "" || e.Item.Thread == "":
				t.Errorf("%s: item %q of thread %q", e.Place, e.Item.ID, e.Item.Thread)
			case !e.Item.Published.IsZero() && e.Item.Published.Hi.Before(e.Item.Published.Lo):
				t.Errorf("%s: published %v", e.Place, e.Item.Published)
			}
		}
	})
}
