package selectors

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

// A guest book has questions and answers on one page, and no page of a question.
const guestBook = `
format: html
question_site: true
pages:
  - kind: document
    address: /guestbook
    items:
      - {select: dt, kind: question, id: {attribute: id}, text: {select: .q}, time: {select: i, shapes: [dots]}, role: {is: citizen}, optional: true}
      - select: dt .a
        kind: answer
        id: {attribute: data-id}
        parent: {place: around}
        text: {}
        role: {is: official}
        none: .waiting
`

func TestGuestBook(t *testing.T) {
	p := parser(t, "https://example.org/guestbook", guestBook)
	page := func(second string) parsers.Page {
		return parsers.Page{URL: "https://example.org/guestbook", Seen: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC), Body: []byte(`<html><dl>
			<dt id="q1"><p class="q">Где мост?</p><i>01.03.2026</i><p class="a" data-id="1">Там.</p></dt>
			<dt id="q2"><p class="q">Где вода?</p><i>02.03.2026</i>` + second + `</dt></dl></html>`)}
	}
	r := parse(t, p, page(`<p class="waiting">ждём</p>`))
	if r.State != parsers.OK || len(r.Items) != 3 || r.Items[1].Parent != "/guestbook#q1" || r.Items[1].Text != "Там." {
		t.Errorf("Parse = %s (%s) %+v, want two questions and an answer to the first", r.State, r.Reason, r.Items)
	}
	if got := r.Items[1]; got.Precision != parsers.PrecisionVisit || !got.Published.IsZero() {
		t.Errorf("an answer without a time lies in %v to the %s, want between two visits", got.Published, got.Precision)
	}
	// One answer in another markup is not a question without an answer.
	if r := parse(t, p, page(`<p class="answer2">Тут.</p>`)); r.State != parsers.Drift {
		t.Errorf("a question without answer and without its mark is %s, want drift", r.State)
	}
}

func TestAnswerBehindItsQuestion(t *testing.T) {
	p := parser(t, "https://example.org/guestbook", guestBook, "select: dt .a", "select: dd", "place: around", "place: before")
	r := parse(t, p, parsers.Page{URL: "https://example.org/guestbook", Seen: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC), Body: []byte(`<html><dl>
		<dt id="q1"><p class="q">Где мост?</p><i>01.03.2026</i></dt><dd data-id="1">Там.</dd><dd data-id="2">И там.</dd>
		<dt id="q2"><p class="q">Где вода?</p><i>02.03.2026</i></dt></dl></html>`)})
	if len(r.Items) != 4 || r.Items[1].Parent != "/guestbook#q1" || r.Items[2].Parent != "/guestbook#q1" || r.Items[3].Parent != "" {
		t.Errorf("Parse = %s (%s) %+v, want both answers to the question before them", r.State, r.Reason, r.Items)
	}
}

const apiSite = `
format: json
pages:
  - kind: listing
    address: /api/list
    threads: {select: "$.list[*]", link: {select: id, address: "/api/q/{value}"}, published: {select: at, shapes: [unix-ms]}}
    next: {parameter: page, pages: {select: $.pages}}
  - kind: post
    address: /api/q/{id}
    items:
      - {select: $.post, kind: post, opens: true, text: {select: "['the text']"}, time: {select: at, shapes: [unix]}}
      - select: $.post..replies[*]
        kind: comment
        id: {select: id}
        parent: {select: to, place: around}
        text: {select: text, html: true}
        time: {select: at, shapes: [iso]}
        account: {select: "by['id']"}
        deleted: {select: gone}
`

func TestJSON(t *testing.T) {
	const body = `{"post":{"the text":"Мост открыт","at":1772500000,"replies":[
		{"id":12345678901234567,"text":"<p>Где?</p>","at":"2026-03-04T10:00:00+05:00","by":{"id":9},"replies":[
			{"id":2,"text":"Там","at":"2026-03-04","to":0,"gone":false,"replies":[]}]},
		{"id":3,"text":null,"at":"2026-03-05T10:00:00Z","gone":true,"to":2}]}}`
	page := parsers.Page{URL: "https://example.org/api/q/7", Body: []byte(body), Seen: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)}
	p := parser(t, "https://example.org/api/list", apiSite)
	r := parse(t, p, page)
	var got []string
	for _, i := range r.Items {
		got = append(got, fmt.Sprintf("%s < %s %t %s %s %q %s %t", i.ID, i.Parent, i.Nested, i.Published.Lo.Format("02T15:04"), i.Precision, i.Text, i.Author.ID, i.Deleted))
	}
	want := []string{
		`/api/q/7 <  false 03T01:06 second "Мост открыт"  false`,
		`/api/q/7#12345678901234567 < /api/q/7 true 04T05:00 second "Где?" example.org/9 false`,
		`/api/q/7#2 < /api/q/7#12345678901234567 true 04T00:00 day "Там"  false`,
		`/api/q/7#3 < /api/q/7#2 false 05T10:00 second ""  true`,
	}
	if diff := cmp.Diff(want, got); diff != "" || r.State != parsers.OK {
		t.Errorf("Parse = %s (%s) (-want +got):\n%s", r.State, r.Reason, diff)
	}
}

func TestJSONAbsenceIsProved(t *testing.T) {
	p := parser(t, "https://example.org/api/list", apiSite, "$.post..replies[*]", "$.post.replies[*]")
	for body, want := range map[string]parsers.State{
		`{"post":{"the text":"x","at":1772500000,"replies":[]}}`:                  parsers.OK,
		`{"post":{"the text":"x","at":1772500000}}`:                               parsers.Drift,
		`{"post":{"the text":"x","at":1772500000,"replies":null}}`:                parsers.Drift,
		`{"post":{"the text":"x","at":1772500000,"answers":[]}}`:                  parsers.Drift,
		`{"post":{"the text":"x","at":"gestern","replies":[]}}`:                   parsers.Drift,
		`{"post":{"the text":"x","at":1772500000,"replies":[{"id":1},{"id":2}]}}`: parsers.Partial,
		`{"post":`: parsers.Partial,
		`[]`:       parsers.Drift,
		`<html><title>Just a moment...</title></html>`: parsers.Captcha,
	} {
		r := parse(t, p, parsers.Page{URL: "https://example.org/api/q/7", Body: []byte(body), Seen: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)})
		if r.State != want {
			t.Errorf("Parse(%s) = %s (%s), want %s", body, r.State, r.Reason, want)
		}
	}
	for body, want := range map[string]string{
		`{"list":[],"pages":1}`: "empty 0 ",
		`{"pages":1}`:           "drift 0 ",
		`{"list":[{"id":"a b","at":1772500000000}],"pages":3}`: "ok 1 https://example.org/api/list?page=3",
		`{"list":[{"id":1,"at":1772500000000}],"pages":2}`:     "ok 1 ",
	} {
		r := parse(t, p, parsers.Page{URL: "https://example.org/api/list?page=2", Body: []byte(body), Seen: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)})
		next := ""
		if r.Next != nil {
			next = r.Next.URL
		}
		if got := fmt.Sprintln(r.State, len(r.Found), next); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("Parse(%s) = %s (%s), want %s", body, got, r.Reason, want)
		}
	}
}

func TestJSONNestedBeyondMeaning(t *testing.T) {
	const deep = 5000
	body := `{"post":{"the text":"x","at":1772500000,"replies":` + strings.Repeat(`[{"id":1,"replies":`, deep) + "[]" + strings.Repeat("}]", deep) + `}}`
	began := time.Now()
	r := parse(t, parser(t, "https://example.org/api/list", apiSite), parsers.Page{URL: "https://example.org/api/q/7", Body: []byte(body), Seen: began})
	if took := time.Since(began); r.State != parsers.Drift || took > 3*time.Second {
		t.Errorf("Parse of %d levels = %s (%s) in %v, want drift at once", deep, r.State, r.Reason, took)
	}
}

func TestPath(t *testing.T) {
	const body = `{"a":{"b":[{"c":1},{"c":2,"d e":{"c":3}}]},"*":true}`
	var v exact
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	root := located{value: v.value}
	for path, want := range map[string]string{
		"$.a.b[*].c": "1 2", "$.a.b[0].c": "1", "$.a.b[-1].c": "2", "$.a.b[2].c": "", "$..c": "1 2 3", "a.b.*['d e'].c": "3",
		"@.a..c": "1 2 3", "$['*']": "true", "$.b": "", "$.a.b.c": "",
	} {
		p, err := parsePath(path)
		if err != nil {
			t.Errorf("parsePath(%s) = %v", path, err)
			continue
		}
		var got []string
		for _, l := range p.find(root, root) {
			text, _ := l.text()
			got = append(got, text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("find(%s) = %q, want %s", path, got, want)
		}
	}
	for _, path := range []string{"$.", "$..", "$.a[", "$.a[x]", "$[?(@.a)]", "$.a]", "$.a b", "$['a", "$a"} {
		if _, err := parsePath(path); err == nil {
			t.Errorf("parsePath(%s) = nil, want an error", path)
		}
	}
}

func FuzzParse(f *testing.F) {
	board, api := parser(f, boardURL, boardSite), parser(f, "https://example.org/api/list", apiSite)
	f.Add("https://board.example.org/asks/57", ask(f).Body)
	f.Add(boardURL, []byte(listed))
	f.Add("https://example.org/api/q/7", []byte(`{"post":{"the text":"x","at":1772500000,"replies":[{"id":1,"text":"a","at":"2026-03-01"}]}}`))
	f.Add("https://example.org/api/list?page=1", []byte(`{"list":[{"id":1,"at":1772500000000}],"pages":3}`))
	f.Fuzz(func(t *testing.T, url string, body []byte) {
		for _, p := range []*Parser{board, api} {
			page := parsers.Page{URL: url, Body: body, Seen: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)}
			if r, err := p.Parse(page); err == nil {
				parsertest.Check(t, p, page, r)
			}
		}
	})
}

func FuzzPath(f *testing.F) {
	f.Add("$.a.b[*]['c'][-1]..d")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := parsePath(s); err == nil {
			p.find(located{value: []any{map[string]any{"a": "b"}}}, located{value: true})
		}
	})
}

func BenchmarkParse(b *testing.B) {
	p := parser(b, boardURL, boardSite)
	page := ask(b)
	answer := `<div class="answer" id="a%d" data-role="gov"><b class="who">Отдел</b><time>5 марта 2026, 14:00</time><div class="body"><p>Почистят 10 марта.</p></div></div>`
	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, answer, i+100)
	}
	page.Body = []byte(strings.Replace(string(page.Body), `<div class="answers">`, `<div class="answers">`+many.String(), 1))
	b.SetBytes(int64(len(page.Body)))
	b.ReportAllocs()
	for b.Loop() {
		if r, err := p.Parse(page); err != nil || len(r.Items) != 204 {
			b.Fatal(err, len(r.Items))
		}
	}
}
