package main

import (
	"bytes"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestAllocations holds what reading a page of the corpus allocates, in objects and in
// bytes, below half of what the plain program does on the same page. Counts do not
// depend on how busy the machine is.
func TestAllocations(t *testing.T) {
	if testing.Short() {
		t.Skip("runs benchmarks")
	}
	own := testing.Benchmark(benchParse)
	plain := testing.Benchmark(func(b *testing.B) {
		pages := commentPages(b)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if n := plainly(b, pages[i%len(pages)].Body); n != 10 {
				b.Fatalf("%d items, want 10", n)
			}
		}
	})
	if got, most := own.AllocsPerOp(), plain.AllocsPerOp()/2; got == 0 || got > most {
		t.Errorf("Parse makes %d allocations a page, want %d at most, half of goquery's", got, most)
	}
	if got, most := own.AllocedBytesPerOp(), plain.AllocedBytesPerOp()/2; got == 0 || got > most {
		t.Errorf("Parse allocates %d bytes a page, want %d at most, half of goquery's", got, most)
	}
	t.Logf("a page: %d allocations of %d bytes; goquery: %d of %d",
		own.AllocsPerOp(), own.AllocedBytesPerOp(), plain.AllocsPerOp(), plain.AllocedBytesPerOp())
}

// plainly reads a page of comments as bench/plain does, and counts what it found.
func plainly(b *testing.B, body []byte) (items int) {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	doc.Find(".tgme_widget_message").Each(func(_ int, m *goquery.Selection) {
		id := m.AttrOr("data-post-id", "")
		author := m.Find(".tgme_widget_message_author .tgme_widget_message_author_name").First().Text()
		published := m.Find(".tgme_widget_message_date time").AttrOr("datetime", "")
		text := m.Find(".js-message_text").Text()
		if id != "" && author != "" && published != "" && text != "" {
			items++
		}
	})
	return items
}
