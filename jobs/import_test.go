package jobs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/crawler/archive"
	"qulaq/parsers"
	"qulaq/registry"
	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

func importFiles(t testing.TB, paths ...string) []ImportFile {
	t.Helper()
	var files []ImportFile
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, ImportFile{Name: filepath.Base(path), ReaderAt: f, Size: info.Size()})
	}
	return files
}

// What a crawl archived, imported elsewhere, gives the same visits, sightings and
// exchanges: pages are put together into the visits that fetched them, and each
// source finds its own among those of all. Listings may differ: that enough of one
// was read is known to the crawl alone.
func TestImportOfACrawl(t *testing.T) {
	tables := map[string]string{
		"visits":    "source_id, thread_id, seen_at, outcome, complete, pages, declared, parsed FROM visits WHERE pages > 0 AND %s AND thread_id NOT IN (SELECT thread_id FROM threads_now WHERE kind = 'listing') ORDER BY ALL",
		"sightings": "source_id, thread_id, item_id, seen_at, change, parent_id, kind, role, body_id, published_lo, published_hi, edited, text FROM sightings WHERE %s ORDER BY ALL",
		"exchanges": "source_id, thread_id, need_id, body_id, asked_lo, asked_hi, vanished, class, reply_id, reply_lo, reply_hi, reply_kind, reply_method FROM exchanges_now WHERE %s ORDER BY ALL",
	}
	plain := t.TempDir()
	var country *registry.Country
	var sources []string // one of each platform
	want := map[string]string{}
	t.Run("crawl", func(t *testing.T) {
		r, reader := archived(t)
		if _, err := Relink(t.Context(), r.env); err != nil {
			t.Fatal(err)
		}
		if _, err := reader.Export(t.Context(), plain, archive.Filter{}); err != nil {
			t.Fatal(err)
		}
		busiest := "SELECT s FROM (SELECT source_id AS s, platform, count() AS n FROM sightings JOIN sources_now USING source_id GROUP BY ALL) ORDER BY n DESC LIMIT 1 BY platform"
		sources = strings.Fields(r.scan(t, busiest))
		for name, sql := range tables {
			want[name] = r.dump(t, "SELECT "+fmt.Sprintf(sql, within(sources)))
		}
		country = r.env.Index.Country()
	})
	files, err := filepath.Glob(plain + "/*/*/*/*")
	if err != nil || len(files) < 2 || len(sources) < 3 {
		t.Fatalf("files %q, sources %q, error %v; want several of both", files, sources, err)
	}
	slices.Reverse(files) // their order does not matter
	r := &rehearsal{env: openEnv(t, t.TempDir(), country, nil)}
	for _, source := range sources[:2] {
		done, err := Import(t.Context(), r.env, ImportOptions{Source: source}, importFiles(t, files...)...)
		if err != nil || done.Broken > 0 || done.Foreign == 0 || !slices.Equal(done.Sources, []string{source}) {
			t.Fatalf("Import of %s: %+v, error %v; want nothing broken, and other sources' pages passed over", source, done, err)
		}
	}
	done, err := Import(t.Context(), r.env, ImportOptions{}, importFiles(t, files...)...)
	if err != nil || done.Broken > 0 || done.Known == 0 || len(done.Sources) < len(sources)-2 {
		t.Fatalf("Import of all sources: %+v, error %v; want nothing broken, some visits known, and all other sources", done, err)
	}
	if _, err := Relink(t.Context(), r.env, sources...); err != nil {
		t.Fatal(err)
	}
	for name, sql := range tables {
		got := r.dump(t, "SELECT "+fmt.Sprintf(sql, within(sources)))
		diff := cmp.Diff(strings.Split(want[name], "\n"), strings.Split(got, "\n"))
		if diff != "" || strings.Count(got, "\n") < 10 {
			t.Errorf("%d %s (-crawl +import):\n%.3000s", strings.Count(got, "\n"), name, diff)
		}
	}
	before := r.scan(t, "SELECT count(), (SELECT count() FROM sightings) FROM visits")
	done, err = Import(t.Context(), r.env, ImportOptions{Source: sources[0]}, importFiles(t, files...)...)
	if err != nil || done.Visits > 0 || done.Known == 0 {
		t.Errorf("Import of %s again: %+v, error %v; want only known visits", sources[0], done, err)
	}
	if after := r.scan(t, "SELECT count(), (SELECT count() FROM sightings) FROM visits"); after != before {
		t.Errorf("visits and sightings after importing again: %s, want %s", after, before)
	}
}

// within is a condition on source_id.
func within(sources []string) string { return "source_id IN ('" + strings.Join(sources, "', '") + "')" }

// invented is a country with one body and sources of three sorts.
func invented() *registry.Country {
	source := func(id, platform, url string, status registry.Status) registry.Source {
		return registry.Source{ID: id, Platform: platform, URL: url, Status: status, Confidence: registry.Verified, Evidence: "invented", Note: "invented"}
	}
	account := func(platform, id string) registry.Account {
		return registry.Account{Platform: platform, ID: id, Confidence: registry.Verified, Evidence: "invented"}
	}
	return &registry.Country{
		Code: "XQ", Names: registry.Names{EN: "Invented"}, Zone: "Asia/Almaty",
		Week: registry.Week{Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: "09:00", To: "18:30"},
		Bodies: []registry.Body{{
			ID: "city", Level: registry.Local, Type: "akimat", Region: &registry.Region{ISO: "XQ-1", Kind: "city"}, Names: registry.Names{EN: "City", RU: "Город", KK: "Қала"},
			Sources: []registry.Source{
				source("city-facebook", "facebook", "https://www.facebook.com/invented.city", registry.Blocked),
				source("city-telegram", "telegram", "https://t.me/invented_city", registry.Active),
				source("city-tiktok", "tiktok", "https://www.tiktok.com/@invented_city", registry.Import),
			},
			Accounts: []registry.Account{account("facebook", "500"), account("telegram", "channel5000"), account("tiktok", "invented_city")},
		}},
	}
}

func file(name, text string) ImportFile {
	return ImportFile{Name: name, ReaderAt: strings.NewReader(text), Size: int64(len(text))}
}

const facepagerHead = "id,parent_id,level,object_id,object_type,query_time,from.id,from.name,created_time,message\n" +
	"1,,0,invented.city,seed,,,,,\n2,1,1,500_71,data,,500,Invented city,2026-01-02T08:00:00+0000,Жаңалық\n"

func TestImportOfItems(t *testing.T) {
	r := &rehearsal{env: openEnv(t, t.TempDir(), invented(), nil)}
	monday := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	run := func(t *testing.T, o ImportOptions, files ...ImportFile) Imported {
		t.Helper()
		o.Trouble = func(err error) { t.Error(err) }
		done, err := Import(t.Context(), r.env, o, files...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Relink(t.Context(), r.env); err != nil {
			t.Fatal(err)
		}
		return done
	}
	const asked = "3,2,2,71_1,data,,4242,Бір Адамбаев,2026-01-02T09:30:00+0000,\"Қашан жөнделеді? +7 701 700 00 01\"\n"
	const answered = "4,3,3,71_2,data,,500,Invented city,2026-01-06T10:00:00+0000,\"Бір Адамбаев, мамырда.\"\n"
	exchange := "SELECT censored_at, vanished, length(reply_id), latency FROM (SELECT *, if(empty(reply_lo), 0, dateDiff('second', asked_lo, reply_lo[1])) AS latency FROM exchanges_now WHERE need_id = '71_1')"

	t.Run("a file of items does not earn silence", func(t *testing.T) {
		done := run(t, ImportOptions{Source: "city-facebook", Captured: monday}, file("monday.csv", facepagerHead+asked))
		if done.Visits != 1 || done.Complete != 0 || done.Outcomes[schema.Partial] != 1 {
			t.Errorf("imported %+v, want one visit, partial", done)
		}
		if got, want := r.scan(t, exchange), "2026-01-02 09:30:00.000\tfalse\t0\t0\n"; got != want {
			t.Errorf("exchange %q, want %q: censored when it was asked", got, want)
		}
	})
	t.Run("it does when somebody vouches for it", func(t *testing.T) {
		done := run(t, ImportOptions{Source: "city-facebook", Captured: monday.Add(time.Hour), Complete: true}, file("monday.csv", facepagerHead+asked))
		if done.Complete != 1 || done.Sightings != 0 {
			t.Errorf("imported %+v, want one complete visit that saw no change", done)
		}
		if got, want := r.scan(t, exchange), "2026-01-05 13:00:00.000\tfalse\t0\t0\n"; got != want {
			t.Errorf("exchange %q, want %q: silence until the second look", got, want)
		}
	})
	t.Run("a later capture is a later visit", func(t *testing.T) {
		later := ImportOptions{Source: "city-facebook", Captured: monday.Add(2 * aDay), Complete: true}
		if done := run(t, later, file("wednesday.csv", facepagerHead+asked+answered)); done.Visits != 1 || done.Sightings != 1 {
			t.Errorf("imported %+v, want one visit that saw one answer", done)
		}
		if got, want := r.scan(t, exchange), "2026-01-07 12:00:00.000\tfalse\t1\t347400\n"; got != want {
			t.Errorf("exchange %q, want %q", got, want)
		}
		if done := run(t, later, file("wednesday.csv", facepagerHead+asked+answered)); done.Visits != 0 || done.Known != 1 {
			t.Errorf("imported again: %+v, want one known visit", done)
		}
	})
	t.Run("what a complete capture lacks has vanished", func(t *testing.T) {
		run(t, ImportOptions{Source: "city-facebook", Captured: monday.Add(4 * aDay), Complete: true}, file("friday.csv", facepagerHead))
		if got, want := r.scan(t, "SELECT count() FROM sightings WHERE change = 'vanished' AND seen_at = '2026-01-09 12:00:00'"), "2\n"; got != want {
			t.Errorf("%s items vanished, want %s", got, want)
		}
	})
	t.Run("one look may be spread over files", func(t *testing.T) {
		split := ImportOptions{Source: "city-facebook", Captured: monday.Add(5 * aDay)}
		done := run(t, split, file("1.csv", facepagerHead), file("2.csv", facepagerHead+asked))
		if done.Visits != 1 || done.Items != 2 {
			t.Errorf("imported %+v, want one visit of two items", done)
		}
	})
	t.Run("a platform without a parser, each item with a time of its own", func(t *testing.T) {
		const comment = `{"item_id":"%[1]d","timestamp_collected":%[2]d,"source_platform":"tiktok-comments","data":{"cid":"%[1]d","aweme_id":"72","text":"Когда откроют парк номер %[1]d?","create_time":1767340800,"reply_id":"0","user":{"unique_id":"reader%[1]d"}}}` + "\n"
		var b strings.Builder
		for i := range 5 {
			fmt.Fprintf(&b, comment, i, monday.UnixMilli()+int64(i)*1000)
		}
		fmt.Fprintf(&b, comment, 0, monday.Add(aDay).UnixMilli())
		done := run(t, ImportOptions{Source: "city-tiktok"}, file("tiktok.ndjson", b.String()))
		if done.Visits != 2 || done.Items != 6 || done.Sightings != 5 {
			t.Errorf("imported %+v, want two looks: of five items within a minute, and of one on the next day", done)
		}
		if got, want := r.scan(t, "SELECT started_at, seen_at, parser FROM visits WHERE source_id = 'city-tiktok' ORDER BY 1 LIMIT 1"),
			"2026-01-05 12:00:00.000\t2026-01-05 12:00:04.000\timport/zeeschuimer-tiktok-comments\n"; got != want {
			t.Errorf("visit %q, want %q", got, want)
		}
		_, err := Import(t.Context(), r.env, ImportOptions{Source: "city-tiktok"}, file("page.har", `{"log":{"entries":[]}}`))
		if err == nil || !strings.Contains(err.Error(), "no parser to read pages") {
			t.Errorf("Import of pages = %v, want an error that tells why not", err)
		}
	})
	t.Run("no identity is stored", func(t *testing.T) {
		stored := r.dump(t, "SELECT * FROM sightings") + r.dump(t, "SELECT * FROM visits") + r.dump(t, "SELECT * FROM threads")
		for _, planted := range []string{"Адамбаев", "4242", "701 700", "reader0"} {
			if strings.Contains(stored, planted) {
				t.Errorf("planted %q is stored", planted)
			}
		}
	})
	t.Run("strictly, nothing is stored of a file with a broken record", func(t *testing.T) {
		before := r.scan(t, "SELECT count() FROM visits")
		o := ImportOptions{Source: "city-facebook", Captured: monday.Add(9 * aDay), Strict: true}
		_, err := Import(t.Context(), r.env, o, file("x.csv", facepagerHead+"5,2,2,71_9,data,,1,x,never,y\n"))
		if err == nil || !strings.Contains(err.Error(), "x.csv: line 4: published:") || r.scan(t, "SELECT count() FROM visits") != before {
			t.Errorf("Import = %v, want an error that says where, and nothing stored", err)
		}
		o.Strict = false
		told := 0
		o.Trouble = func(error) { told++ }
		done, err := Import(t.Context(), r.env, o, file("x.csv", facepagerHead+"5,2,2,71_9,data,,1,x,never,y\n"))
		if err != nil || done.Broken != 1 || told != 1 || done.Items != 1 {
			t.Errorf("Import = %+v, %v, told %d; want one broken and one item", done, err, told)
		}
	})
	t.Run("an imported thread without an address is not crawled", func(t *testing.T) {
		text := `{"type":"public_supergroup","id":7,"messages":[{"id":2,"type":"message","date_unixtime":"1767340800","from":"x","from_id":"user1","text":"Где ответ?"}]}`
		if done := run(t, ImportOptions{Source: "city-telegram", Captured: monday}, file("result.json", text)); done.Visits != 1 {
			t.Fatalf("imported %+v, want one visit", done)
		}
		crawl, err := NewCrawl(t.Context(), r.env, CrawlOptions{Sources: []string{"city-telegram"}, Contact: "https://example.org"})
		if err != nil {
			t.Fatal(err)
		}
		due := crawl.frontier.due(epoch, r.env.Now(), func(k parsers.ThreadKind) bool { return k != parsers.Listing })
		if len(due) != 0 {
			t.Errorf("threads %v are due, want none", due)
		}
	})
}
