package selectors

import (
	"strings"
	"testing"

	"qulaq/parsers"
)

// Each rule that a description can break, with the place that is blamed.
func TestFaults(t *testing.T) {
	answers := "select: .answer\n"
	for _, test := range []struct {
		name string
		edit []string
		want string // path: reason, the beginning
	}{
		{"format", []string{"format: html", "format: xml"}, `format: format "xml" must be one of html, json`},
		{"kind of page", []string{"kind: listing", "kind: list"}, `pages[0].kind: kind "list" must be one of`},
		{"address", []string{"address: /asks/{id}", "address: asks/{id}"}, `pages[1].address: address "asks/{id}": must begin with /`},
		{"address of a secret", []string{"address: /asks/{id}", "address: /asks/{id}?api_key={k}"}, `pages[1].address: address "/asks/{id}?api_key={k}": the parameter api_key is a secret`},
		{"address with a fragment", []string{"address: /asks/{id}", "address: '/asks#{id}'"}, `pages[1].address: address "/asks#{id}": must not have a fragment`},
		{"selector", []string{answers, "select: '.answer['\n"}, `pages[1].items[1].select: ".answer[" cannot be read as a selector`},
		{"regular expression", []string{`^a(\d+)$`, `^a(\d+$`}, `pages[1].items[1].id.match: match "^a(\\d+$" is not a regular expression`},
		{"two groups", []string{`^a(\d+)$`, `^(a)(\d+)$`}, `pages[1].items[1].id.match: match "^(a)(\\d+)$" has 2 groups`},
		{"shape", []string{"shapes: [named, named-no-year]", "shapes: [named, nmaed]"}, `pages[1].items[1].time.shapes: no shape "nmaed": it is one of iso, dots`},
		{"shapes of two readings", []string{"shapes: [named, named-no-year]", "shapes: [slashes, month-first]"}, `pages[1].items[1].time.shapes: slashes and month-first read 03/04/2024 as two days`},
		{"no shape", []string{"shapes: [named, named-no-year]", "shapes: []"}, `pages[1].items[1].time: shapes are missing`},
		{"number with another shape", []string{"shapes: [named, named-no-year]", "shapes: [unix, iso]"}, `pages[1].items[1].time.shapes: shape unix is a number and stands alone`},
		{"no id", []string{"        id: {attribute: id, match: '^a(\\d+)$'}\n", ""}, `pages[1].items[1]: id is missing`},
		{"no text", []string{"        kind: answer\n        id: {attribute: id, match: '^a(\\d+)$'}\n        parent: {place: around}\n        text: {select: .body}\n", "        kind: answer\n        id: {attribute: id}\n"}, `pages[1].items[1]: text is missing`},
		{"id of the opening", []string{"opens: true", "opens: true\n        id: {attribute: id}"}, `pages[1].items[0].id: the item that opens the thread has`},
		{"two open", []string{"kind: answer\n        id: {attribute: id, match: '^a(\\d+)$'}\n        parent: {place: around}", "kind: answer\n        opens: true", "        none: .no-answers\n", ""}, `pages[1].items[1].opens: items[0] opens the thread already`},
		{"place", []string{"place: around", "place: above"}, `pages[1].items[1].parent.place: place "above" must be one of`},
		{"place of an opening that is not", []string{"opens: true", "id: {attribute: id}\n        optional: true", "place: around", "place: opening"}, `pages[1].items[1].parent.place: no item opens the thread`},
		{"role of no list", []string{"official: [gov], citizen: [user]", "official: []"}, `pages[1].items[1].role: list the values`},
		{"role of both lists", []string{"citizen: [user]", "citizen: [gov]"}, `pages[1].items[1].role.official: "gov" stands in both lists`},
		{"role without a value", []string{"attribute: data-role, official", "official"}, `pages[1].items[1].role: select is missing`},
		{"role is", []string{"is: citizen", "is: clerk"}, `pages[1].items[0].role.is: is "clerk" must be one of`},
		{"absence proves nothing", []string{"        none: .no-answers\n", "", "of: [answer]", "of: [comment]"}, `pages[1].items[1]: nothing tells a page without these items from one whose layout has changed`},
		{"none of a listing", []string{"    none: p.empty\n", ""}, `pages[0]: none is missing`},
		{"no threads", []string{"    threads:\n      select: li.ask\n      link: {select: a}\n      published: {select: time, shapes: [dots]}\n", ""}, `pages[0]: threads are missing`},
		{"closed listing", []string{"none: p.empty", "none: p.empty\n    closed: {select: p}"}, `pages[0].closed: a listing has no closed of its own`},
		{"next without a number", []string{"next: {select: a.next, parameter: p}", "next: {select: a.next}"}, `pages[0].next: name what tells a page's number`},
		{"next of other placeholders", []string{"{select: a.next, parameter: p}\n  - kind", "{select: a.next, address: '/asks/{id}/{page}'}\n  - kind"}, `pages[0].next.address: address "/asks/{id}/{page}" must have the placeholders`},
		{"json attribute", []string{"format: html", "format: json"}, `pages[0].threads.select: select "li.ask" must begin with $`},
		{"url of no page", []string{"address: /asks\n", "address: /questions\n"}, `pages: the source's url is of no kind of page`},
		{"start elsewhere", []string{"question_site: true", "start: ['https://other.example.org/asks']"}, `start[0]: start "https://other.example.org/asks" is on another host`},
		{"start of no page", []string{"question_site: true", "start: [/old]"}, `start[0]: start "/old" is of no kind of page`},
		{"start again", []string{"question_site: true", "start: ['/asks?state=old']"}, `start[0]: start "/asks?state=old" is listing /asks again`},
		{"start is no listing", []string{"question_site: true", "start: [/asks/5]"}, `start[0]: start "/asks/5": only a listing leads on`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, faults := New(boardURL, site(t, boardSite, test.edit...))
			if p != nil || len(faults) == 0 {
				t.Fatalf("New = %v, %v, want a fault", p, faults)
			}
			if got := faults[0].Path + ": " + faults[0].Reason; !strings.HasPrefix(got, test.want) {
				t.Errorf("New = %s\nwant %s…", got, test.want)
			}
		})
	}
}

func TestFixtures(t *testing.T) {
	fixture := "question_site: true\nfixtures: [{file: board.html, url: 'https://board.example.org/asks/57', seen: 2026-03-10T12:00:00Z, items: 4}]"
	page := func(name string) ([]byte, bool) { return ask(t).Body, name == "board.html" }
	for _, test := range []struct {
		name string
		edit []string
		want string
	}{
		{"right", nil, ""},
		{"another count", []string{"items: 4", "items: 5"}, "fixtures[0]: read as ok with 4 items and 0 threads, not as ok with 5 and 0"},
		{"a selector that matches nothing", []string{"select: .body", "select: .bodi"}, "fixtures[0]: read as drift"},
		{"no such file", []string{"board.html", "bord.html"}, `fixtures[0].file: file "bord.html" is not in the folder fixtures`},
		{"no time", []string{"seen: 2026-03-10T12:00:00Z", "seen: 10.03.2026"}, `fixtures[0].seen: seen "10.03.2026" is not a time`},
		{"another site", []string{"asks/57", "news/57"}, `fixtures[0].url: selectors: address`},
	} {
		t.Run(test.name, func(t *testing.T) {
			description := strings.Replace(boardSite, "question_site: true", fixture, 1)
			faults := Check(boardURL, "Asia/Almaty", site(t, description, test.edit...), page)
			got := ""
			if len(faults) > 0 {
				got = faults[0].Path + ": " + faults[0].Reason
			}
			if !strings.HasPrefix(got, test.want) || (test.want == "") != (got == "") {
				t.Errorf("Check = %q, want %q…", got, test.want)
			}
		})
	}
}

func TestProbeTellsWhatLooksWrong(t *testing.T) {
	for _, test := range []struct {
		name string
		site []string
		page []string
		want string // a finding; "" for none that is wrong
	}{
		{"nothing", nil, nil, ""},
		{"time of another shape", nil, []string{"7 марта, 10:00", "07.03.2026"}, `pages[1].items[1].time: "07.03.2026" cannot be read as declared`},
		{"role never official", []string{"official: [gov]", "official: [clerk]"}, nil, ": none of 4 items is official"},
		{"id twice", nil, []string{`id="a13"`, `id="a11"`}, "two items have the id /asks/57#11"},
		{"parent that is not there", []string{"parent: {place: around}", "parent: {attribute: data-to}"}, []string{`id="a13"`, `id="a13" data-to="99"`}, ": 1 of 4 items answer one that is not there"},
		{"empty text", nil, []string{"И мне ответьте.", ""}, ": 1 of 4 items have an empty text"},
		{"fewer than declared", nil, []string{"Ответы: 3", "Ответы: 30"}, "3 of 30 declared items were read (10 %)"},
		{"author that is nowhere", []string{"author: {select: .who}", "author: {select: .name}"}, nil, "pages[1].items[0].author: matches nothing, in 1 places"},
	} {
		t.Run(test.name, func(t *testing.T) {
			probe, err := parser(t, boardURL, boardSite, test.site...).Probe([]parsers.Page{ask(t, test.page...)})
			if err != nil {
				t.Fatal(err)
			}
			var wrong []string
			for _, f := range probe.Findings {
				if f.Wrong {
					wrong = append(wrong, f.Path+": "+f.Text)
				}
			}
			if got := strings.Join(wrong, "\n"); test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("Probe found wrong:\n%s\nwant %q", got, test.want)
			}
		})
	}
}
