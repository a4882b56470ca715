package froide

import (
	"fmt"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

const base = "https://foi.example/api/v1/request/"

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "request") }

func TestMessages(t *testing.T) {
	r := parsertest.Result(t, New(), "request")
	var got []string
	for _, item := range r.Items {
		got = append(got, fmt.Sprintf("%s %s %s %q %q, parent %q, outcome %q", item.ID, item.Kind, item.Role, item.Author.ID, item.Author.Name, item.Parent, item.Outcome))
	}
	want := []string{
		`message-114 question citizen "" "", parent "", outcome "partially_successful"`,
		`message-115 answer official "body/90" "Bundesamt für Beispiele", parent "message-114", outcome ""`,
		`message-117 comment citizen "" "", parent "", outcome ""`,
		`message-118 answer official "body/90" "Bundesamt für Beispiele", parent "message-114", outcome "partially_successful"`,
		`message-119 answer official "body/305" "", parent "message-114", outcome ""`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages, without the draft 116 (-want +got):\n%s", diff)
	}
}

func TestLetterIsDatedToTheDayOfItsZone(t *testing.T) {
	r := parsertest.Result(t, New(), "request")
	letter := parsertest.Find(t, r, "message-118") // 22:00 UTC is the next day in Berlin
	want := parsers.Within(time.Date(2024, 8, 2, 22, 0, 0, 0, time.UTC), 24*time.Hour)
	if letter.Published != want || letter.Precision != parsers.PrecisionDay {
		t.Errorf("letter of %v to the %s, want %v to the day", letter.Published, letter.Precision, want)
	}
	mail := parsertest.Find(t, r, "message-114")
	if want := parsers.At(time.Date(2024, 7, 1, 8, 0, 0, 123e6, time.UTC)); mail.Published != want || mail.Precision != parsers.PrecisionSecond {
		t.Errorf("e-mail of %v to the %s, want %v", mail.Published, mail.Precision, want)
	}
}

func TestListLeads(t *testing.T) {
	r := parsertest.Result(t, New(), "list")
	if len(r.Items) != 0 || len(r.Found) != 2 || r.Next == nil || r.Next.URL != base+"?limit=50&offset=52&public_body=90" {
		t.Errorf("%d items, %d requests, next %v", len(r.Items), len(r.Found), r.Next)
	}
}

func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		address, body string
		want          parsers.State
	}{
		"gone":            {base + "1/", `{"detail":"Not found."}`, parsers.Gone},
		"not public":      {base + "1/", `{"detail":"Authentication credentials were not provided."}`, parsers.LoginWall},
		"throttled":       {base, `{"detail":"Request was throttled."}`, parsers.Throttled},
		"something new":   {base, `{"detail":"Teapot."}`, parsers.Drift},
		"another request": {base + "1/", `{"id":2,"messages":[]}`, parsers.Drift},
		"no messages":     {base + "1/", `{"id":1}`, parsers.Drift},
		"none sent":       {base + "1/", `{"id":1,"messages":[{"id":3,"sent":false}]}`, parsers.Empty},
		"no time":         {base + "1/", `{"id":1,"messages":[{"id":3}]}`, parsers.Drift},
		"no number":       {base, `{"objects":[{}]}`, parsers.Drift},
	} {
		if r := parsertest.Read(t, New(), test.address, test.body); r.State != test.want {
			t.Errorf("%s: state %s (%s), want %s", name, r.State, r.Reason, test.want)
		}
	}
	parsertest.CutShowsNothing(t, New(), "request")
}

func TestStart(t *testing.T) {
	parsertest.Start(t, New(), map[string]string{
		"https://foi.example/a/82": "82 " + base + "82/",
		base + "82":                "82 " + base + "82/",
		"https://foi.example/behoerde/90/beispiele/":     "requests?public_body=90 " + base + "?limit=50&offset=0&public_body=90",
		base + "?public_body=90&offset=100&token=SECRET": "requests?public_body=90 " + base + "?limit=50&offset=0&public_body=90",
		"http://127.0.0.1:80/api/v1/request/5/":          "5 http://127.0.0.1:80/api/v1/request/5/",
		"https://foi.example/anfrage/kosten/":            "",
		"https://foi.example/api/v1/publicbody/90/":      "",
		"https://foi.example/":                           "",
		"":                                               "",
	})
}

func TestCaptured(t *testing.T) {
	page := parsertest.Capture(t, "froide/test_foi_req.json", "https://fragdenstaat.de/api/v1/request/82/", parsertest.Seen)
	r := parsertest.Parse(t, New(), page)
	want := parsers.At(time.Date(2011, 8, 2, 10, 37, 16, 468e6, time.UTC))
	if r.State != parsers.OK || len(r.Items) != 1 || r.Items[0].Published != want || r.Items[0].Kind != parsers.KindQuestion {
		t.Errorf("state %s (%s), items %v; want one question of %v", r.State, r.Reason, r.Items, want)
	}
	if want := "Bundesministerium für Ernährung und Landwirtschaft"; r.Addressee != want {
		t.Errorf("addressee %q, want %q", r.Addressee, want)
	}
}

// An error in a language that is not known is told by its status.
func TestErrorInAnotherLanguage(t *testing.T) {
	for status, want := range map[int]parsers.State{
		404: parsers.Gone, 403: parsers.LoginWall, 429: parsers.Throttled, 503: parsers.Throttled, 0: parsers.Drift,
	} {
		page := parsers.Page{URL: base + "82/", Status: status, Body: []byte(`{"detail": "Табылмады."}`), Seen: parsertest.Seen}
		if r := parsertest.Parse(t, New(), page); r.State != want {
			t.Errorf("status %d: state %s (%s), want %s", status, r.State, r.Reason, want)
		}
	}
}
