package jobs

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qulaq/crawler"
	"qulaq/registry"
	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

// A site that no code of this project knows is covered by this much YAML, at most.
const maxLines = 60

// inquiry is a question of an invented site, with what was said to it.
type inquiry struct {
	id     int
	asked  time.Time
	text   string
	closed bool
	said   []remark
}

// remark is an answer or a comment. The site shows it from then on.
type remark struct {
	n        int
	at       time.Time
	official bool
	to       int // the remark that it answers; 0 for the question
	removed  bool
	text     string
}

var opening = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

func after(hours float64) time.Time {
	return opening.Add(time.Duration(hours * float64(time.Hour)))
}

// inquiries is the truth that both sites show.
var inquiries = []inquiry{
	{id: 101, asked: after(0), text: "Когда откроют мост через протоку?", said: []remark{
		{n: 1, at: after(5.5), official: true, text: "Мост откроют 1 мая, движение будет в обе стороны."},
	}},
	{id: 102, asked: after(1), text: "Почему нет воды на Набережной?"},
	{id: 104, asked: after(2.25), text: "Кто чинит фонари у школы?", closed: true, said: []remark{
		{n: 1, at: after(3), text: "Поддерживаю, там темно."},
		{n: 2, at: after(6), official: true, to: 1, text: "Фонари починит подрядчик до пятницы."},
		{n: 3, at: after(14), text: "Спасибо, горят."},
		{n: 4, at: after(15), text: "А у нас ещё нет."},
		{n: 5, at: after(40), official: true, text: "Починили и у вас, проверьте вечером."},
	}},
	{id: 105, asked: after(3), text: "Будет ли автобус до озера летом?", said: []remark{
		{n: 1, at: after(4), removed: true},
	}},
	{id: 108, asked: after(30), text: "Где принимают старые батарейки?", said: []remark{
		{n: 1, at: after(31), official: true, text: "Пункт приёма стоит у входа в библиотеку."},
	}},
}

// showing is an invented site at a moment.
type showing struct {
	now    time.Time
	broken bool // the layout has changed
}

// seen are the inquiries that are shown, the newest first.
func (s *showing) seen() []inquiry {
	var list []inquiry
	for _, q := range slices.Backward(inquiries) {
		if q.asked.After(s.now) {
			continue
		}
		q.said = slices.DeleteFunc(slices.Clone(q.said), func(r remark) bool { return r.at.After(s.now) })
		list = append(list, q)
	}
	return list
}

func (s *showing) find(id string) (inquiry, bool) {
	for _, q := range s.seen() {
		if strconv.Itoa(q.id) == id {
			return q, true
		}
	}
	return inquiry{}, false
}

// cut is one page of a list.
func cut[T any](list []T, page, size int) (part []T, pages int) {
	pages = max(1, (len(list)+size-1)/size)
	return list[min(page*size, len(list)):min((page+1)*size, len(list))], pages
}

var genitive = [...]string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"}

// russian prints a time as the lake's board does.
func russian(t time.Time) string {
	t = t.In(time.FixedZone("", 5*3600))
	return fmt.Sprintf("%d %s %d г., %s", t.Day(), genitive[t.Month()-1], t.Year(), t.Format("15:04"))
}

// lake serves a board of questions and answers in HTML.
func (s *showing) lake() http.Handler {
	mux := http.NewServeMux()
	list := func(w http.ResponseWriter, page int) {
		shown, pages := cut(s.seen(), page-1, 2)
		fmt.Fprint(w, `<html><body><h1>Приём обращений</h1><table class="zayavki">`)
		for _, q := range shown {
			fmt.Fprintf(w, `<tr class="zayavka"><td class="data">%s</td><td class="tema"><a href="/priem/zayavka.php?nomer=%d&from=list">%s</a></td><td class="otvetov">%d</td></tr>`,
				q.asked.In(time.FixedZone("", 5*3600)).Format("02.01.2006"), q.id, q.text, len(q.said))
		}
		fmt.Fprint(w, `</table>`)
		if page < pages {
			fmt.Fprintf(w, `<a class="dalee" href="/priem/list-%d/">Дальше</a>`, page+1)
		}
		fmt.Fprint(w, `</body></html>`)
	}
	mux.HandleFunc("/priem/{$}", func(w http.ResponseWriter, _ *http.Request) { list(w, 1) })
	mux.HandleFunc("/priem/{list}/{$}", func(w http.ResponseWriter, q *http.Request) {
		page, _ := strconv.Atoi(strings.TrimPrefix(q.PathValue("list"), "list-"))
		list(w, page)
	})
	mux.HandleFunc("/priem/zayavka.php", func(w http.ResponseWriter, request *http.Request) {
		q, ok := s.find(request.FormValue("nomer"))
		if !ok {
			http.NotFound(w, request)
			return
		}
		page := 1
		if n, err := strconv.Atoi(request.FormValue("list")); err == nil {
			page = n
		}
		remarks := slices.DeleteFunc(slices.Clone(q.said), func(r remark) bool { return r.removed })
		shown, pages := cut(remarks, page-1, 2)
		fmt.Fprintf(w, `<html><body><div class="zayavka"><span class="zayavitel">Житель Примеров</span> <i class="podano">Подано: %s</i> <b class="status">принято</b><div class="sut"><p>%s</p></div></div>`, russian(q.asked), q.text)
		fmt.Fprintf(w, `<h3 class="skolko">Ответов: %d</h3><ul>`, len(remarks))
		answer := "otvet"
		if s.broken {
			answer = "reply"
		}
		for _, r := range shown {
			who := "kto kto-grazhdanin"
			if r.official {
				who = "kto  kto-vlast"
			}
			fmt.Fprintf(w, `<li class="%s" data-n="%d"><span class="%s">Имя</span><span class="kogda">%s</span><div class="slova">%s</div></li>`, answer, r.n, who, russian(r.at), r.text)
		}
		fmt.Fprint(w, `</ul>`)
		if page < pages {
			fmt.Fprintf(w, `<a class="dalee" href="?nomer=%d&list=%d">Дальше</a>`, q.id, page+1)
		}
		if q.closed && len(q.said) == 5 {
			fmt.Fprint(w, `<p class="zakryto">Обращение закрыто</p>`)
		}
		fmt.Fprint(w, `</body></html>`)
	})
	return mux
}

// hill serves the same as JSON.
func (s *showing) hill() http.Handler {
	type object = map[string]any
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("/api/appeals", func(w http.ResponseWriter, request *http.Request) {
		page, _ := strconv.Atoi(request.FormValue("p"))
		shown, pages := cut(s.seen(), page, 2)
		list := []object{}
		for _, q := range shown {
			list = append(list, object{"uid": q.id, "created": q.asked.Unix()})
		}
		answer(w, object{"result": object{"list": list, "pages": pages}})
	})
	mux.HandleFunc("/api/appeals/{uid}", func(w http.ResponseWriter, request *http.Request) {
		q, ok := s.find(request.PathValue("uid"))
		if !ok {
			http.NotFound(w, request)
			return
		}
		thread := []object{}
		for _, r := range q.said {
			o := object{"id": r.n, "at": r.at.Format(time.RFC3339), "author": object{"id": 70 + r.n, "staff": r.official}, "removed": r.removed, "body": nil}
			if !r.removed {
				o["body"] = "<p>" + r.text + "</p>"
			}
			if r.to > 0 {
				o["reply_to"] = r.to
			}
			thread = append(thread, o)
		}
		key := "thread"
		if s.broken {
			key = "messages_v2"
		}
		answer(w, object{"appeal": object{
			"body": "<p>" + q.text + "</p>", "created": q.asked.Unix(), "author": object{"id": 12345678901234567},
			"messages": len(q.said), "closed": q.closed && len(q.said) == 5, key: thread,
		}})
	})
	return mux
}

// TestUnknownSitesNeedNoCode covers two sites with markup of their own by YAML,
// crawls them over HTTP while they grow, and holds the exchanges against the truth.
func TestUnknownSitesNeedNoCode(t *testing.T) {
	site := &showing{}
	for _, test := range []struct {
		name, source string
		handler      http.Handler
		exact        time.Duration // how wide its times are
		parents      bool          // it shows which remark another answers
		thread       func(id int) string
	}{
		{"lake", "lake-board", site.lake(), time.Minute, false, func(id int) string { return fmt.Sprintf("/priem/zayavka.php?nomer=%d", id) }},
		{"hill", "hill-api", site.hill(), time.Millisecond, true, func(id int) string { return fmt.Sprintf("/api/appeals/%d", id) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			site.broken = false
			server := httptest.NewServer(test.handler)
			defer server.Close()
			r := &rehearsal{env: openSite(t, test.name, server.URL)}
			e := r.env
			e.Now = func() time.Time { return site.now }
			var err error
			if e.Crawler, err = crawler.New(crawler.Config{Now: e.Now, MaxWait: -1}); err != nil {
				t.Fatal(err)
			}
			defer e.Crawler.Close()
			crawl, err := NewCrawl(t.Context(), e, CrawlOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, hours := range []float64{4.5, 10, 24, 36, 48, 60, 72, 84} { // pages that print times are looked at a day and an hour after the asking
				site.now = after(hours)
				tally, err := crawl.Round(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if tally.Visits == 0 || tally.Outcomes[schema.Drift]+tally.Outcomes[schema.Partial]+tally.Outcomes[schema.NetworkError] > 0 {
					t.Fatalf("after %v h: %v\n%s", hours, &tally, r.dump(t, "SELECT thread_id, outcome, reason FROM visits WHERE NOT complete"))
				}
			}
			if _, err := Relink(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			truth := needsOf(test.thread, test.parents)
			r.holdTruth(t, test.source, truth, test.exact)
			if got, want := r.scan(t, "SELECT DISTINCT thread_id FROM visits WHERE outcome = 'comments_closed'"), test.thread(104)+"\n"; got != want {
				t.Errorf("threads seen closed: %q, want %q", got, want)
			}
			// A layout that has changed is drift, and no silence.
			site.now, site.broken = after(200), true
			tally, err := crawl.Round(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if tally.Outcomes[schema.Drift] < 3 {
				t.Errorf("a changed layout: %v, want drift", &tally)
			}
			if _, err := Relink(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			r.holdTruth(t, test.source, truth, test.exact)
			const silent = "SELECT count() > 0, max(censored_at) <= toDateTime64('%s', 3, 'UTC') FROM exchanges_now WHERE empty(reply_id) AND thread_id IN (SELECT thread_id FROM visits WHERE outcome = 'drift')"
			if got := r.scan(t, fmt.Sprintf(silent, after(84).Format(time.DateTime))); got != "1\t1\n" {
				t.Errorf("needs without a reply in threads that drifted, and whether their silence ends with the layout: %q", got)
			}
		})
	}
}

// openSite opens a store with the registry of one site's YAML.
func openSite(t *testing.T, name, base string) *Env {
	t.Helper()
	yaml, err := os.ReadFile(filepath.Join("testdata/sites", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(yaml), "\n"); n > maxLines {
		t.Errorf("%s is covered by %d lines of YAML, want at most %d", name, n, maxLines)
	}
	dir := t.TempDir()
	bodies := filepath.Join(dir, "given", "bodies")
	if err := os.MkdirAll(bodies, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bodies, name+".yaml"), []byte(strings.ReplaceAll(string(yaml), "SITE", base)), 0o644); err != nil {
		t.Fatal(err)
	}
	country, err := registry.Embedded("KZ", RegistryRules())
	if err != nil {
		t.Fatal(err)
	}
	country.Bodies = nil
	if country, err = registry.Open(country, filepath.Join(dir, "given"), RegistryRules()); err != nil {
		t.Fatal(err)
	}
	return openEnv(t, dir, country, slog.New(slog.DiscardHandler))
}

// spoken is an item with the moment at which it was published, by its id.
type spoken struct {
	at      time.Time
	replies map[string]time.Time
}

// needsOf lists what citizens asked, each with the official replies to it. On a site
// made for questions every citizen's item is one; where the site does not show
// which of them an official answers, it is the question.
func needsOf(thread func(id int) string, parents bool) map[string]spoken {
	needs := map[string]spoken{}
	for _, q := range inquiries {
		opening := thread(q.id)
		id := func(n int) string { return fmt.Sprintf("%s#%d", opening, n) }
		needs[opening] = spoken{q.asked, map[string]time.Time{}}
		for _, r := range q.said {
			if !r.official && !r.removed {
				needs[id(r.n)] = spoken{r.at, map[string]time.Time{}}
			}
		}
		for _, r := range q.said {
			switch {
			case r.official && parents && r.to > 0:
				needs[id(r.to)].replies[id(r.n)] = r.at
			case r.official:
				needs[opening].replies[id(r.n)] = r.at
			}
		}
	}
	return needs
}

// holdTruth holds the exchanges of a source against what was asked and answered:
// the same needs, the same replies to each, and every time within its span.
func (r *rehearsal) holdTruth(t *testing.T, source string, truth map[string]spoken, exact time.Duration) {
	t.Helper()
	_, exchanges, err := Derive(t.Context(), r.env, []string{source}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	got, want := map[string][]string{}, map[string][]string{}
	for id, need := range truth {
		want[id] = slices.Sorted(maps.Keys(need.replies))
	}
	for _, e := range exchanges {
		got[e.NeedID] = slices.Sorted(slices.Values(e.ReplyID))
		need, ok := truth[e.NeedID]
		if !ok {
			continue // told below
		}
		holds(t, e.NeedID, e.AskedLo, e.AskedHi, need.at, exact)
		for i, id := range e.ReplyID {
			if at, ok := need.replies[id]; ok {
				holds(t, id, e.ReplyLo[i], e.ReplyHi[i], at, exact)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("needs and their replies (-truth +measured):\n%s", diff)
	}
}

// holds tells whether a span is as narrow as its page tells, and holds the truth.
func holds(t *testing.T, id string, lo, hi, truth time.Time, exact time.Duration) {
	t.Helper()
	if truth.Before(lo) || truth.After(hi) || hi.Sub(lo) >= exact {
		t.Errorf("%s lies in [%v, %v], want a span narrower than %v that holds %v", id, lo, hi, exact, truth)
	}
}
