package selectors

import (
	"os"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/goccy/go-yaml"
)

// The board, an invented site: a listing and pages of one question.
const (
	boardURL  = "https://board.example.org/asks"
	boardSite = `
format: html
question_site: true
pages:
  - kind: listing
    address: /asks
    threads:
      select: li.ask
      link: {select: a}
      published: {select: time, shapes: [dots]}
    none: p.empty
    next: {select: a.next, parameter: p}
  - kind: question
    address: /asks/{id}
    items:
      - select: .ask
        kind: question
        opens: true
        text: {select: .body}
        time: {select: time, shapes: [named]}
        role: {is: citizen}
        author: {select: .who}
      - select: .answer
        kind: answer
        id: {attribute: id, match: '^a(\d+)$'}
        parent: {place: around}
        text: {select: .body}
        time: {select: time, shapes: [named, named-no-year]}
        role: {attribute: data-role, official: [gov], citizen: [user]}
        author: {select: .who}
        edited: {select: .edited}
        none: .no-answers
    declared: {select: .count, match: 'Ответы: ([\d ,]+)', of: [answer]}
    closed: {select: .closed}
    gone: {select: .removed}
    next: {select: a.next, parameter: p}
`
)

// site reads a description with texts replaced, in pairs of old and new.
func site(t testing.TB, description string, replace ...string) *Site {
	t.Helper()
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(description, replace[i]) {
			t.Fatalf("the description does not contain %q", replace[i])
		}
		description = strings.ReplaceAll(description, replace[i], replace[i+1])
	}
	s := new(Site)
	if err := yaml.UnmarshalWithOptions([]byte(description), s, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return s
}

// parser makes the parser of a site that must be without fault.
func parser(t testing.TB, url, description string, replace ...string) *Parser {
	t.Helper()
	p, faults := New(url, site(t, description, replace...))
	if len(faults) > 0 {
		t.Fatalf("New = %v", faults)
	}
	return p
}

var almaty = time.FixedZone("Almaty", 5*3600)

// saved is a page of testdata with texts replaced.
func saved(t testing.TB, file, url string, replace ...string) parsers.Page {
	t.Helper()
	body, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(text, replace[i]) {
			t.Fatalf("%s does not contain %q", file, replace[i])
		}
		text = strings.ReplaceAll(text, replace[i], replace[i+1])
	}
	return parsers.Page{URL: url, Body: []byte(text), Seen: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC), Zone: almaty}
}

// ask is the board's question 57, with texts replaced.
func ask(t testing.TB, replace ...string) parsers.Page {
	t.Helper()
	return saved(t, "board.html", "https://board.example.org/asks/57", replace...)
}

func parse(t testing.TB, p *Parser, page parsers.Page) parsers.Result {
	t.Helper()
	return parsertest.Parse(t, p, page)
}
