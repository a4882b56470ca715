package telegram_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"qulaq/parsers"
	"qulaq/parsers/telegram"

	"github.com/PuerkitoBio/goquery"
)

// benchPage is a page of a channel of about 30 KB, with the drawings and
// addresses of pictures that make up most of a real one.
func benchPage() parsers.Page {
	posts := make([]post, 18)
	for i := range posts {
		posts[i] = post{
			id:   fmt.Sprintf("example_akimat/%d", 301+i),
			text: "<b>Плановое отключение воды<br/><br/></b>" + strings.Repeat("Завтра с 9:00 до 17:00. ", 6) + `<a href="https://t.me/example_vodokanal">@example_vodokanal</a>`,
			more: `<i class="tgme_widget_message_bubble_tail"><svg class="bubble_icon" width="9px"><g fill="none"><path class="background" fill="#ffffff" d="M8,1 L9,1 L9,20 L8,20 L8,18 C7.807,15.161 7.124,12.233 5.950,9.218"></path></g></svg></i>` +
				`<a class="tgme_widget_message_photo_wrap" href="https://t.me/example_akimat/301" style="width:800px;background-image:url('https://cdn.example/` + strings.Repeat("x", 200) + `')"></a>`,
		}
	}
	return parsers.Page{URL: channelURL, Body: channelPage(posts...), ContentType: "text/html; charset=utf-8", Seen: seen}
}

// TestAllocations holds what reading a page allocates below half of what the plain
// program does, whose items have fewer fields.
func TestAllocations(t *testing.T) {
	if testing.Short() {
		t.Skip("runs benchmarks")
	}
	own, plain := testing.Benchmark(BenchmarkParse), testing.Benchmark(BenchmarkGoquery)
	if got, most := own.AllocsPerOp(), plain.AllocsPerOp()/2; got > most {
		t.Errorf("Parse makes %d allocations a page, want %d at most, half of goquery's", got, most)
	}
	if got, most := own.AllocedBytesPerOp(), plain.AllocedBytesPerOp()/2; got > most {
		t.Errorf("Parse allocates %d bytes a page, want %d at most, half of goquery's", got, most)
	}
	t.Logf("a page: %d allocations of %d bytes; goquery: %d of %d", own.AllocsPerOp(), own.AllocedBytesPerOp(), plain.AllocsPerOp(), plain.AllocedBytesPerOp())
}

// TestItemsDoNotKeepThePage reads many large pages with one short post each: what is
// kept of them may not keep the pages.
func TestItemsDoNotKeepThePage(t *testing.T) {
	const pages, size = 100, 256 << 10
	p := telegram.New()
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := held()
	var kept []parsers.Result
	for i := range pages {
		page := parsers.Page{URL: channelURL, ContentType: "text/html; charset=utf-8", Seen: seen, Body: channelPage(post{
			id: fmt.Sprintf("example_akimat/%d", 301+i), text: `Хабарландыру <a href="https://t.me/example_vodokanal">@example_vodokanal</a>`,
			more: `<img src="` + strings.Repeat("x", size) + `">`,
		})}
		r, err := p.Parse(page)
		if err != nil || len(r.Items) != 1 || len(r.Items[0].Mentions) != 1 {
			t.Fatalf("%d items, error %v", len(r.Items), err)
		}
		kept = append(kept, r)
	}
	if grown := int64(held() - before); grown > pages*size/4 {
		t.Errorf("%d results keep %d bytes, want far less than the %d of their pages", len(kept), grown, pages*size)
	}
	runtime.KeepAlive(kept)
}

func BenchmarkParse(b *testing.B) {
	page, p := benchPage(), telegram.New()
	b.SetBytes(int64(len(page.Body)))
	b.ReportAllocs()
	for b.Loop() {
		if r, err := p.Parse(page); err != nil || len(r.Items) != 18 {
			b.Fatalf("%d items, error %v", len(r.Items), err)
		}
	}
}

// BenchmarkGoquery is what a plain program would do: parse, and find four fields
// of each message. It is the measure for BenchmarkParse.
func BenchmarkGoquery(b *testing.B) {
	page := benchPage()
	b.SetBytes(int64(len(page.Body)))
	b.ReportAllocs()
	for b.Loop() {
		doc, err := goquery.NewDocumentFromReader(bytes.NewReader(page.Body))
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		doc.Find(".tgme_widget_message").Each(func(_ int, s *goquery.Selection) {
			id := s.AttrOr("data-post", "")
			text := s.Find(".js-message_text").Text()
			when := s.Find(".tgme_widget_message_date time").AttrOr("datetime", "")
			owner := s.Find(".tgme_widget_message_owner_name").Text()
			if id != "" && text != "" && when != "" && owner != "" {
				n++
			}
		})
		if n != 18 {
			b.Fatalf("%d items", n)
		}
	}
}
