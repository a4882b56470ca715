package qapage

import (
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

func find(t testing.TB, r parsers.Result, suffix string) parsers.Item {
	t.Helper()
	i := slices.IndexFunc(r.Items, func(item parsers.Item) bool { return strings.HasSuffix(item.ID, suffix) })
	if i < 0 {
		t.Fatalf("no item %s in a page of state %s (%s)", suffix, r.State, r.Reason)
	}
	return r.Items[i]
}

func TestOnlyAStateBodyIsOfficial(t *testing.T) {
	for _, fixture := range []string{"jsonld", "microdata"} {
		r := parsertest.Result(t, New(), fixture)
		if a := find(t, r, "#answer-72"); a.Role != parsers.RoleOfficial || a.Kind != parsers.KindAnswer || a.Outcome != "accepted" {
			t.Errorf("%s: the body's is a %s as %q, %q; want an official answer, accepted", fixture, a.Kind, a.Role, a.Outcome)
		}
		if a := find(t, r, "#answer-71"); a.Role != parsers.RoleUnknown || a.Kind != parsers.KindComment || a.Outcome != "" {
			t.Errorf("%s: the guess is a %s as %q, %q; want a comment of nobody known", fixture, a.Kind, a.Role, a.Outcome)
		}
	}
	for _, kind := range []string{"Organization", "Person", "NGO"} {
		r := parsertest.Result(t, New(), "jsonld", "GovernmentOrganization", kind)
		if a := find(t, r, "#answer-72"); a.Role == parsers.RoleOfficial || a.Kind == parsers.KindAnswer {
			t.Errorf("an accepted answer of a %s is a %s as %q", kind, a.Kind, a.Role)
		}
	}
}

func TestAcceptedAndSuggestedIsOneAnswer(t *testing.T) {
	if r := parsertest.Result(t, New(), "microdata"); r.Counted != 2 || r.Declared != 3 {
		t.Errorf("counted %d, declared %d, want 2, 3", r.Counted, r.Declared)
	}
	// As JSON-LD without an address: told by time and text.
	r := parsertest.Result(t, New(), "jsonld", `"url": "https://ask.example.org/q/501#answer-72",`, "", `"suggestedAnswer": [`,
		`"suggestedAnswer": [{"@type": "Answer", "text": "<p>Первого октября.</p>", "dateCreated": "2026-08-04T09:00:00+05:00"},`)
	if r.Counted != 2 {
		t.Errorf("counted %d, want 2", r.Counted)
	}
}

func TestPlaceOfAnAnswerSaysNothing(t *testing.T) {
	const first, second = `"text": "а", "dateCreated": "2026-08-03T01:00:00Z"`, `"text": "б", "dateCreated": "2026-08-03T02:00:00Z"`
	ids := func(a, b string) []string {
		body := `<script type="application/ld+json">{"@type": "QAPage", "mainEntity": {"@type": "Question", "text": "в", "suggestedAnswer": [{` + a + `}, {` + b + `}]}}</script></html>`
		r := parsertest.Parse(t, New(), parsers.Page{URL: "https://ask.example.org/q/1", Body: []byte(body), Seen: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)})
		var ids []string
		for _, item := range r.Items {
			ids = append(ids, item.ID+" "+item.Text)
		}
		slices.Sort(ids)
		return ids
	}
	if diff := cmp.Diff(ids(first, second), ids(second, first)); diff != "" {
		t.Errorf("after a vote (-before +after):\n%s", diff)
	}
	if same := ids(first, strings.Replace(first, "а", "г", 1)); len(same) != 3 {
		t.Errorf("two at one moment: %q, want both and the question", same)
	}
}

func TestBothMarkupsAreOneQuestion(t *testing.T) {
	page := parsertest.Page(t, "microdata")
	page.URL = parsertest.Page(t, "jsonld").URL
	a, b := parsertest.Result(t, New(), "jsonld"), parsertest.Parse(t, New(), page)
	if a.Thread.ID != b.Thread.ID || a.Items[0].Text != b.Items[0].Text || a.Items[0].Published != b.Items[0].Published {
		t.Errorf("JSON-LD has %+v, microdata %+v", a.Items[0], b.Items[0])
	}
}

func TestRawLineBreaksInJSON(t *testing.T) {
	if r := parsertest.Result(t, New(), "raw_breaks"); r.State != parsers.OK || r.Items[0].Text != "Где расписание парома?" {
		t.Errorf("state %s (%s), items %v", r.State, r.Reason, r.Items)
	}
}

func TestOwnQuestionsOfABody(t *testing.T) {
	r := parsertest.Result(t, New(), "faq")
	if r.State != parsers.Drift || !strings.Contains(r.Reason, "FAQPage") || len(r.Items) > 0 {
		t.Errorf("state %s (%s) with %d items, want drift for FAQPage", r.State, r.Reason, len(r.Items))
	}
}

func TestQuestionIsTheCitizens(t *testing.T) {
	q := parsertest.Result(t, New(), "jsonld").Items[0]
	if q.Role != parsers.RoleCitizen || q.Kind != parsers.KindQuestion || q.ID != "ask.example.org/q/501" {
		t.Errorf("the %s %s of %q", q.Kind, q.ID, q.Role)
	}
}

func TestDayIsAsWideAsItIs(t *testing.T) {
	if a := find(t, parsertest.Result(t, New(), "jsonld"), "#answer-71"); a.Precision != parsers.PrecisionDay || a.Published.Hi.Sub(a.Published.Lo) < 23*time.Hour {
		t.Errorf("published %v to the %s, want a day", a.Published, a.Precision)
	}
}

func TestListOfQuestionsIsNoQuestion(t *testing.T) {
	page := parsertest.Page(t, "microdata")
	body := string(page.Body)
	from, to := strings.Index(body, "<main"), strings.Index(body, "</main>")
	page.Body = []byte(body[:to] + body[from:])
	if r := parsertest.Parse(t, New(), page); r.State != parsers.Drift || len(r.Items) > 0 {
		t.Errorf("state %s with %d items, want drift with none", r.State, len(r.Items))
	}
}

func TestDriftNamesWhatIsMissing(t *testing.T) {
	parsertest.Drift(t, New(), [][]string{
		{"markup", "plain", "QAPage", "Вопрос", "Сұрақ"},
		{"question", "jsonld", "mainEntity", `"mainEntity"`, `"about"`},
		{"text", "graph", "text", "Где расписание парома?", ""},
		{"syntax", "broken", "JSON-LD", "Вопрос", "Сұрақ"},
	})
	if r := parsertest.Result(t, New(), "jsonld", `"text": "Говорят, осенью.",`, ""); r.State != parsers.Partial || r.Counted != 1 {
		t.Errorf("an answer without a text: state %s (%s), counted %d, want partial, 1", r.State, r.Reason, r.Counted)
	}
}

func TestTruncatedAnywhere(t *testing.T) { parsertest.CutAnywhere(t, New(), "jsonld", "microdata") }

func TestStart(t *testing.T) {
	parsertest.Start(t, New(), map[string]string{
		"ask.example.org/q/501": "ask.example.org/q/501 https://ask.example.org/q/501",
		"https://Ask.example.org/q?id=7&utm_medium=x&fbclid=y#answer-3": "ask.example.org/q?id=7 https://ask.example.org/q?id=7",
		"http://127.0.0.1:80/q/5?token=SECRET":                          "127.0.0.1:80/q/5 http://127.0.0.1:80/q/5",
		"ftp://ask.example.org":                                         "",
	})
}

func TestMisuse(t *testing.T) {
	parsertest.Misuse(t, New(), "", "page.html", "ftp://ask.example.org/q/1")
}

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "jsonld", "microdata") }
