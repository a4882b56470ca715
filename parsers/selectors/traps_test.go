package selectors

import (
	"errors"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"

	"github.com/google/go-cmp/cmp"
)

func TestQuestion(t *testing.T) {
	r := parse(t, parser(t, boardURL, boardSite), ask(t))
	minute := func(day, hour, min int) parsers.Span {
		return parsers.Within(time.Date(2026, 3, day, hour, min, 0, 0, almaty), time.Minute)
	}
	thread := parsers.Thread{
		ID: "/asks/57", Kind: parsers.Question, Declared: 3, Published: minute(3, 9, 15),
		Address: parsers.Address{URL: "https://board.example.org/asks/57"},
	}
	const minutes = parsers.PrecisionMinute
	want := parsers.Result{
		State: parsers.OK, Thread: thread, Declared: 3, Counted: 3,
		Items: []parsers.Item{
			{ID: "/asks/57", Thread: "/asks/57", Kind: "question", Role: "citizen", Author: parsers.Author{Name: "Житель"}, Published: minute(3, 9, 15), Precision: minutes, Text: "Когда почистят арык на улице Примерной?\nСпасибо."},
			{ID: "/asks/57#11", Thread: "/asks/57", Kind: "answer", Role: "official", Author: parsers.Author{Name: "Отдел арыков"}, Published: minute(5, 14, 0), Precision: minutes, Text: "Почистят 10 марта.", Quoted: "Когда почистят"},
			{ID: "/asks/57#12", Thread: "/asks/57", Parent: "/asks/57#11", Nested: true, Kind: "answer", Role: "citizen", Author: parsers.Author{Name: "Сосед"}, Published: minute(6, 8, 0), Precision: minutes, Edited: true, Text: "А нашу улицу?"},
			{ID: "/asks/57#13", Thread: "/asks/57", Kind: "answer", Author: parsers.Author{Name: "Кто-то"}, Published: minute(7, 10, 0), Precision: minutes, Text: "И мне ответьте."},
		},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
}

// What looks like a page without answers must be one.
func TestAbsenceIsProved(t *testing.T) {
	renamed := []string{`class="answer"`, `class="reply"`}
	counted := "    declared: {select: .count, match: 'Ответы: ([\\d ,]+)', of: [answer]}\n"
	for _, test := range []struct {
		name    string
		site    []string // changes of the description
		page    []string // changes of the page
		state   parsers.State
		missing string // what the reason names
	}{
		{"answers renamed, count says 3", nil, renamed, parsers.Drift, "declares 3"},
		{"answers renamed, no count", []string{counted, ""}, renamed, parsers.Drift, "no pages[1].items[1] (.answer)"},
		{"no answers, and said so", []string{counted, "", "place: around", "place: opening"}, append(renamed, "Ответы: 3", `<i class="no-answers">Ответа нет</i>`), parsers.OK, ""},
		{"no answers, and counted", nil, append(renamed, "Ответы: 3", `<i class="no-answers">0</i> Ответы: 0`, `<div class="body"><p>Когда`, `<i class="no-answers">0</i><div class="body"><p>Когда`), parsers.OK, ""},
		{"question renamed", nil, []string{`class="ask"`, `class="q"`}, parsers.Drift, "items[0] (.ask)"},
		{"count renamed", nil, []string{`class="count"`, `class="total"`}, parsers.Drift, "declared"},
		{"count is no number", nil, []string{"Ответы: 3", "Ответы: несколько"}, parsers.Drift, "declared"},
		{"all ids renamed", nil, []string{`id="a`, `id="reply`}, parsers.Partial, "items[1].id"},
		{"all times of another shape", nil, []string{"марта", "03.2026"}, parsers.Drift, "items[0].time"},
		{"one time of another shape", nil, []string{"7 марта", "07.03"}, parsers.Partial, "1 of 4 items"},
		{"texts renamed", nil, []string{`class="body"`, `class="text"`}, parsers.Drift, "items[0].text"},
		{"two questions", nil, []string{`class="answers"`, `class="answers ask"`}, parsers.Drift, "stands 2 times"},
		{"one id for two items", nil, []string{`id="a13"`, `id="a11"`}, parsers.Drift, "#11"},
		{"an element of two rules", nil, []string{`class="answer" id="a13"`, `class="answer ask" id="a13"`}, parsers.Drift, "one element"},
		{"a captcha in its place", nil, append(renamed, "Ответы: 3", `<img src="/captcha.png">`), parsers.Captcha, "captcha"},
		{"cut in the last answer", nil, []string{"И мне ответьте.</div></div>\n</div>\n</body></html>\n", "И мне"}, parsers.Partial, "ends before"},
		{"removed", nil, []string{"<h1>Приёмная</h1>", `<h1 class="removed">Удалено</h1>`}, parsers.Gone, ".removed"},
		{"closed", nil, []string{"<h1>Приёмная</h1>", `<h1 class="closed">Закрыто</h1>`}, parsers.CommentsClosed, ".closed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := parse(t, parser(t, boardURL, boardSite, test.site...), ask(t, test.page...))
			if r.State != test.state || !strings.Contains(r.Reason, test.missing) {
				t.Errorf("Parse = %s (%s), want %s that names %q", r.State, r.Reason, test.state, test.missing)
			}
			if test.state == parsers.Drift && len(r.Items)+len(r.Found) > 0 {
				t.Errorf("drift with %d items and %d threads", len(r.Items), len(r.Found))
			}
		})
	}
}

// A value of a reply is none of what it stands in.
func TestNestedReplyKeepsItsValues(t *testing.T) {
	r := parse(t, parser(t, boardURL, boardSite), ask(t, `<div class="body"><blockquote>Когда почистят</blockquote><p>Почистят 10 марта.</p></div>`, `<div class="body"></div>`, `id="a11" data-role="gov"><b class="who">Отдел арыков</b>`, `id="a11" data-role="gov">`))
	if outer := r.Items[1]; outer.Text != "" || outer.Author.Name != "" || outer.Edited {
		t.Errorf("the outer answer says %q by %q (edited %t), want nothing of the reply within it", outer.Text, outer.Author.Name, outer.Edited)
	}
}

// A question around its answers, with its time at the end, has that time.
func TestOpeningAroundItsAnswersHasItsOwnTime(t *testing.T) {
	r := parse(t, parser(t, boardURL, boardSite), ask(t,
		`<b class="who">Житель</b><time>3 марта 2026, 09:15</time>`, "", "Спасибо.</p></div></div>", "Спасибо.</p></div>",
		"</body></html>", `<time>3 марта 2026, 09:15</time></div></body></html>`))
	if want := time.Date(2026, 3, 3, 4, 15, 0, 0, time.UTC); r.State != parsers.OK || len(r.Items) != 4 ||
		!r.Thread.Published.Lo.Equal(want) || !r.Items[0].Published.Lo.Equal(want) || r.Items[3].Published.Lo.Year() != 2026 {
		t.Errorf("Parse = %s (%s), opened %v, first item %v, want %v", r.State, r.Reason, r.Thread.Published, r.Items[0].Published, want)
	}
}

func TestRoleIsNotGuessed(t *testing.T) {
	r := parse(t, parser(t, boardURL, boardSite), ask(t))
	if role := r.Items[3].Role; role != parsers.RoleUnknown {
		t.Errorf("the role of value robot, which is in no list, is %q, want unknown", role)
	}
}

// A year that the page leaves out lies between the opening and the visit, or is
// left open.
func TestYearIsNotGuessed(t *testing.T) {
	for _, test := range []struct {
		name, opened, printed string
		year                  int // 0 when it is left to the visits
		precision             parsers.Precision
	}{
		{"after the opening", "3 марта 2026", "7 марта", 2026, parsers.PrecisionMinute},
		{"after a new year", "3 декабря 2025", "7 января", 2026, parsers.PrecisionMinute},
		{"two years fit", "3 марта 2024", "7 января", 0, parsers.PrecisionVisit},
	} {
		t.Run(test.name, func(t *testing.T) {
			item := parse(t, parser(t, boardURL, boardSite), ask(t, "3 марта 2026", test.opened, "7 марта", test.printed)).Items[3]
			if item.Precision != test.precision || test.year != 0 && item.Published.Lo.Year() != test.year || test.year == 0 && !item.Published.IsZero() {
				t.Errorf("%s after %s = %v to the %s, want %d, %s", test.printed, test.opened, item.Published, item.Precision, test.year, test.precision)
			}
		})
	}
	open := parser(t, boardURL, boardSite, "shapes: [named]}", "shapes: [named-no-year]}")
	if q := parse(t, open, ask(t, "3 марта 2026", "3 марта")).Items[0]; !q.Published.IsZero() || q.Precision != parsers.PrecisionVisit {
		t.Errorf("a question of 3 March of no year lies in %v to the %s, want between two visits", q.Published, q.Precision)
	}
}

func TestItemShownTwiceCountsOnce(t *testing.T) {
	best := `<div class="answer" id="a13" data-role="robot"><b class="who">Кто-то</b><time>7 марта, 10:00</time><div class="body">И мне ответьте.</div></div>`
	r := parse(t, parser(t, boardURL, boardSite), ask(t, `<div class="answers">`, `<div class="answers">`+best))
	if r.State != parsers.OK || len(r.Items) != 4 || r.Counted != 3 {
		t.Errorf("Parse = %s (%s), %d items, %d counted; want ok, 4, 3", r.State, r.Reason, len(r.Items), r.Counted)
	}
}

func TestPaging(t *testing.T) {
	link := func(href string) []string {
		return []string{"<h1>", `<a class="next" href="` + href + `">Далее</a><h1>`}
	}
	for _, test := range []struct {
		name, url, href string
		next            string
		state           parsers.State
	}{
		{"next page", "/asks/57", "?p=2", "https://board.example.org/asks/57?p=2", parsers.OK},
		{"last page links to itself", "/asks/57?p=2", "?p=2", "", parsers.OK},
		{"back", "/asks/57?p=3", "?p=2", "", parsers.OK},
		{"another thread", "/asks/57", "/asks/58?p=2", "", parsers.Drift},
		{"another site", "/asks/57", "https://ads.example.com/asks/57?p=2", "", parsers.Drift},
		{"a script", "/asks/57", "javascript:next()", "", parsers.Drift},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := ask(t, link(test.href)...)
			page.URL = "https://board.example.org" + test.url
			r := parse(t, parser(t, boardURL, boardSite), page)
			next := ""
			if r.Next != nil {
				next = r.Next.URL
			}
			if next != test.next || r.State != test.state || r.Thread.ID != "/asks/57" {
				t.Errorf("Parse = %s, thread %s, next %q (%s), want %s, /asks/57, %q", r.State, r.Thread.ID, next, r.Reason, test.state, test.next)
			}
		})
	}
}

// Only the first page must have the question, and nothing proves a page empty.
func TestFurtherPageNeedsNoQuestion(t *testing.T) {
	gone := []string{`class="ask"`, `class="head"`}
	first, further := ask(t, gone...), ask(t, gone...)
	further.URL += "?p=2"
	p := parser(t, boardURL, boardSite)
	if r := parse(t, p, first); r.State != parsers.Drift {
		t.Errorf("the first page without its question is %s, want drift", r.State)
	}
	if r := parse(t, p, further); r.State != parsers.OK || len(r.Items) != 3 {
		t.Errorf("the second page is %s (%s) with %d items, want ok with 3", r.State, r.Reason, len(r.Items))
	}
}

const listed = `<html><body><ul>
<li class="ask"><a href="/asks/57?from=list#a1">Арык</a><time>03.03.2026</time></li>
<li class="ask"><a href="https://board.example.org/asks/58">Мост</a><time>04.03.2026</time></li>
<li class="ask"><a href="/asks/57/">Арык ещё раз</a><time>03.03.2026</time></li>
<li class="ask"><a href="https://elsewhere.example.com/asks/1">Реклама</a><time>04.03.2026</time></li>
<li class="ask"><a href="/news/5">Новость</a><time>04.03.2026</time></li>
</ul></body></html>`

func TestListing(t *testing.T) {
	page := parsers.Page{URL: boardURL, Body: []byte(listed), Seen: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC), Zone: almaty}
	p := parser(t, boardURL, boardSite, "question_site: true", "start: [/archive/]", "pages:\n", "pages:\n  - {kind: listing, address: /archive, none: p, threads: {select: li, link: {select: a}}}\n")
	r := parse(t, p, page)
	var got []string
	for _, f := range r.Found {
		got = append(got, f.ID+" "+f.Address.URL)
	}
	want := []string{"/archive https://board.example.org/archive", "/asks/57 https://board.example.org/asks/57", "/asks/58 https://board.example.org/asks/58"}
	if diff := cmp.Diff(want, got); diff != "" || r.State != parsers.OK {
		t.Errorf("Parse = %s (%s), found (-want +got):\n%s", r.State, r.Reason, diff)
	}
}

func TestListingDrifts(t *testing.T) {
	for _, test := range []struct {
		name  string
		edit  []string
		state parsers.State
	}{
		{"entries renamed", []string{`class="ask"`, `class="row"`}, parsers.Drift},
		{"links renamed", []string{"<a href", "<b href"}, parsers.Drift},
		{"addresses of another form", []string{"/asks/", "/items/"}, parsers.Drift},
		{"dates of another shape", []string{".03.2026", "/03/2026"}, parsers.Drift},
		{"one date of another shape", []string{"04.03.2026", "04/03/2026"}, parsers.Partial},
		{"one entry without a link", []string{`<a href="https://elsewhere.example.com/asks/1"`, "<b"}, parsers.Partial},
		{"none, and said so", []string{`class="ask"`, `class="row"`, "<ul>", `<p class="empty"></p><ul>`}, parsers.Empty},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := listed
			for i := 0; i < len(test.edit); i += 2 {
				text = strings.ReplaceAll(text, test.edit[i], test.edit[i+1])
			}
			r := parse(t, parser(t, boardURL, boardSite), parsers.Page{URL: boardURL, Body: []byte(text), Seen: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)})
			if r.State != test.state {
				t.Errorf("Parse = %s (%s), want %s", r.State, r.Reason, test.state)
			}
		})
	}
}

func TestAddressOfAnotherSite(t *testing.T) {
	p := parser(t, boardURL, boardSite)
	for _, url := range []string{"https://board.example.org/news/1", "mailto:a@example.org", "https://board.example.org/asks/57/print"} {
		if _, err := p.Parse(parsers.Page{URL: url, Body: []byte("<p>")}); err == nil {
			t.Errorf("Parse(%s) = nil, want an error", url)
		}
	}
}

func TestWithoutADescription(t *testing.T) {
	if _, err := Any().Parse(parsers.Page{URL: boardURL}); !errors.Is(err, ErrNoSite) {
		t.Errorf("Any().Parse = %v, want ErrNoSite", err)
	}
	a, err := Any().Start("board.example.org/asks?b=1&a=2")
	if err != nil || a.ID != "board.example.org/asks?a=2&b=1" {
		t.Errorf("Any().Start = %s, %v", a.ID, err)
	}
}
