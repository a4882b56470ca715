package propose

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/selectors"
)

var seen = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// proposed makes the description of one page, which must be without fault once
// edit has decided what the page leaves open.
func proposed(t *testing.T, page Page, edit func(*selectors.Site)) (*selectors.Site, parsers.Result, []Remark) {
	t.Helper()
	page.Seen = seen
	site, remarks, err := Site([]Page{page})
	if err != nil {
		t.Fatal(err)
	}
	if edit != nil {
		edit(site)
	}
	p, faults := selectors.New(page.URL, site)
	if len(faults) > 0 {
		t.Fatalf("what is proposed has faults: %v", faults)
	}
	r, err := p.Parse(parsers.Page{URL: page.URL, Body: page.Body, Seen: seen})
	if err != nil {
		t.Fatal(err)
	}
	return site, r, remarks
}

func TestQuestionPage(t *testing.T) {
	body, err := os.ReadFile("../testdata/board.html")
	if err != nil {
		t.Fatal(err)
	}
	site, r, _ := proposed(t, Page{URL: "https://board.example.org/asks/57?utm_source=x", Body: body}, nil)
	if r.State != parsers.OK || r.Thread.ID != "/asks/57" || len(r.Items) != 4 || r.Declared != 3 || r.Counted != 3 {
		t.Errorf("read as %s (%s), thread %s, %d items, %d of %d declared; want ok, /asks/57, 4, 3 of 3", r.State, r.Reason, r.Thread.ID, len(r.Items), r.Counted, r.Declared)
	}
	if r.Items[1].Role != parsers.RoleOfficial || r.Items[2].Parent != r.Items[1].ID || r.Items[1].Text != "Почистят 10 марта." {
		t.Errorf("the answer is %+v, and the reply within it answers %q", r.Items[1], r.Items[2].Parent)
	}
	if n := len(site.Pages[0].Items); n != 2 {
		t.Errorf("%d kinds of items, want 2: a date within a text is none", n)
	}
}

func TestListingPage(t *testing.T) {
	const list = `<html><body><nav><a href="/rubric/1">ЖКХ</a><a href="/rubric/2">Дороги</a></nav>
		<table class="list"><tr class="row"><td class="day">01.03.2026</td><td><a href="/ask?n=5">Когда починят дорогу на Примерной?</a></td></tr>
		<tr class="row"><td class="day">02.03.2026</td><td><a href="/ask?n=6">Почему нет воды в домах у реки?</a></td></tr></table>
		<a rel="next" href="/asks/page/2/">2</a></body></html>`
	site, r, _ := proposed(t, Page{URL: "https://example.org/asks/", Body: []byte(list)}, func(s *selectors.Site) {
		s.Pages = append(s.Pages, selectors.Page{Kind: "question", Address: "/ask?n={id}", Items: []selectors.Item{
			{Select: "p", Kind: "question", Opens: true, Text: &selectors.Text{}},
		}})
	})
	if r.State != parsers.OK || len(r.Found) != 2 || r.Found[1].ID != "/ask?n=6" || r.Found[0].Published.IsZero() {
		t.Errorf("read as %s (%s), leads to %+v; want the two questions with their days", r.State, r.Reason, r.Found)
	}
	if r.Next == nil || r.Next.URL != "https://example.org/asks/page/2/" {
		t.Errorf("goes on at %v by %+v", r.Next, site.Pages[0].Next)
	}
}

// What the page leaves open is not decided.
func TestNothingIsDecidedThatThePageLeavesOpen(t *testing.T) {
	const page = `<html><body><div class="q" id="q7"><i>03/04/2026</i><p>Когда починят дорогу на Примерной?</p></div>
		<div class="a"><i>05/04/2026</i><p>Дорогу починят до конца лета.</p></div></body></html>`
	site, remarks, err := Site([]Page{{URL: "https://example.org/q/7", Body: []byte(page), Seen: seen.AddDate(1, 0, 0)}})
	if err != nil {
		t.Fatal(err)
	}
	answer := site.Pages[0].Items[1]
	if answer.ID.Select != selectors.Unfilled || answer.None != selectors.Unfilled || answer.Role != nil || len(answer.Time.Shapes) > 0 {
		t.Errorf("proposed %+v with shapes %v, want id, none, role and shape left open", answer, answer.Time.Shapes)
	}
	for _, want := range []string{"day and month, or month and day", "their order is no id", "Who speaks here?"} {
		if !slices.ContainsFunc(remarks, func(r Remark) bool { return strings.Contains(r.Text, want) }) {
			t.Errorf("no remark says %q: %v", want, remarks)
		}
	}
	if _, faults := selectors.New("https://example.org/q/7", site); len(faults) == 0 {
		t.Error("a description without the shape of its dates is not refused")
	}
}

// A date that another one decides is decided.
func TestOneDateDecidesAnother(t *testing.T) {
	dates := []printed{{date: "03/04/2026"}, {date: "25/03/2026"}}
	if names, doubt := shapesOf(dates, seen); len(names) != 1 || names[0] != "slashes" || doubt != "" {
		t.Errorf("shapesOf(%v) = %v, doubt %q, want slashes", dates, names, doubt)
	}
}

func TestAsDate(t *testing.T) {
	for text, want := range map[string]string{
		"3 марта 2026, 09:15": "|3 марта 2026, 09:15", "Подано: 03.03.2026": "подано|03.03.2026",
		"опубликовано 3 марта 2026": "опубликовано|3 марта 2026", "5 минут назад": "|5 минут назад",
		"Почистят 10 марта.": "", "Ответов: 3": "", "14": "", "2026": "", "Вопрос 12": "", "": "",
	} {
		p, ok := asDate(text, seen)
		if got := p.label + "|" + p.date; ok && got != want || ok != (want != "") {
			t.Errorf("asDate(%q) = %s, %t, want %q", text, got, ok, want)
		}
	}
}

func TestJSONPages(t *testing.T) {
	const thread = `{"data":{"question":{"id":7,"text":"Когда починят дорогу?","created":1772500000,
		"answers":[{"id":31,"body":"<p>До пятницы.</p>","at":"2026-03-04T10:00:00Z","is_official":true,"parent_id":null}]}}}`
	_, r, _ := proposed(t, Page{URL: "https://example.org/api/q/7", Body: []byte(thread)}, func(s *selectors.Site) { s.Pages[0].Items[1].None = "" })
	if r.State != parsers.OK || len(r.Items) != 2 || r.Items[1].Role != parsers.RoleOfficial || r.Items[1].Text != "До пятницы." {
		t.Errorf("read as %s (%s): %+v, want a question and an official answer", r.State, r.Reason, r.Items)
	}
	const list = `{"items":[{"id":7,"title":"Дорога","created":"2026-03-03T10:00:00Z"},{"id":8,"title":"Мост","created":"2026-03-04T10:00:00Z"}]}`
	_, r, _ = proposed(t, Page{URL: "https://example.org/api/q", Body: []byte(list)}, func(s *selectors.Site) {
		s.Pages = append(s.Pages, selectors.Page{Kind: "question", Address: "/api/q/{id}", Items: []selectors.Item{
			{Select: "$.q", Kind: "question", Opens: true, Text: &selectors.Text{}},
		}})
	})
	if r.State != parsers.OK || len(r.Found) != 2 || r.Found[0].ID != "/api/q/7" {
		t.Errorf("read as %s (%s), leads to %+v, want /api/q/7 and /api/q/8", r.State, r.Reason, r.Found)
	}
}

func TestPagesThatTellNothing(t *testing.T) {
	for name, page := range map[string]Page{
		"no dates":    {URL: "https://example.org/", Body: []byte("<html><p>О нас</p></html>")},
		"half JSON":   {URL: "https://example.org/", Body: []byte(`{"a":`)},
		"no time":     {URL: "https://example.org/", Body: []byte(`{"a":1}`)},
		"no content":  {URL: "https://example.org/"},
		"no address":  {URL: "saved.html", Body: []byte("<html>")},
		"not in text": {URL: "https://example.org/", Body: []byte("\xff\xfe<html>")},
	} {
		if site, _, err := Site([]Page{page}); err == nil {
			t.Errorf("%s: Site = %+v, want an error", name, site)
		}
	}
}

func FuzzSite(f *testing.F) {
	body, err := os.ReadFile("../testdata/board.html")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("https://board.example.org/asks/57", body)
	f.Add("https://example.org/api/q/7", []byte(`{"a":[{"id":1,"t":"2026-03-04","s":"text"}]}`))
	f.Fuzz(func(_ *testing.T, url string, body []byte) {
		site, _, err := Site([]Page{{URL: url, Body: body, Seen: seen}})
		if err == nil {
			selectors.New(url, site)
		}
	})
}
