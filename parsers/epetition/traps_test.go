package epetition

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
)

const id = "11111111-2222-4333-8444-555555555501"

func load(t testing.TB, fixture string, replace ...string) parsers.Page {
	t.Helper()
	return parsertest.Edited(t, fixture, replace...)
}

func parse(t testing.TB, page parsers.Page) parsers.Result {
	t.Helper()
	return parsertest.Parse(t, New(), page)
}

func TestTimeWithoutZoneIsReadBothWays(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 5, 3, hour, 5, 10, 123e6, time.UTC) }
	item := parse(t, load(t, "petition")).Items[0]
	if want := (parsers.Span{Lo: at(9), Hi: at(14)}); item.Published != want || item.Precision != parsers.PrecisionHour {
		t.Errorf("published %v to the %s, want %v to the hour", item.Published, item.Precision, want)
	}
	item = parse(t, load(t, "petition", "14:05:10.123", "14:05:10.123+05:00")).Items[0]
	if want := parsers.At(at(9)); item.Published != want || item.Precision != parsers.PrecisionSecond {
		t.Errorf("with a zone published %v to the %s, want %v to the second", item.Published, item.Precision, want)
	}
}

func TestReadingThatHasNotComeYetIsWrong(t *testing.T) {
	page := load(t, "comments", "2026-05-05T09:00:00", "2026-09-01T10:59:00") // 05:59 UTC if Almaty's, seen at 06:00
	item := parse(t, page).Items[0]
	if want := (parsers.Span{Lo: page.Seen.Add(-time.Minute), Hi: page.Seen}); item.Published != want {
		t.Errorf("published %v, want %v", item.Published, want)
	}
}

func TestDecisionInTwoLanguagesIsOneAnswer(t *testing.T) {
	for fixture, want := range map[string]string{"petition": "Петиция удовлетворена", "petition_kk": "Петиция қанағаттандырылды"} {
		r := parse(t, load(t, fixture))
		if len(r.Items) != 2 {
			t.Fatalf("%s: %d items, want the petition and one decision", fixture, len(r.Items))
		}
		if a := r.Items[1]; !strings.HasPrefix(a.Text, want) || a.Role != parsers.RoleOfficial || a.Kind != parsers.KindAnswer || a.Parent != r.Thread.ID {
			t.Errorf("%s: decided %q as %q below %q", fixture, a.Text, a.Role, a.Parent)
		}
	}
}

func TestStateIsTheOutcome(t *testing.T) {
	if got := parse(t, load(t, "petition_open")).Items[0].Outcome; got != "signing" {
		t.Errorf("outcome %q, want signing", got)
	}
}

func TestAddresseeHasAName(t *testing.T) {
	for fixture, want := range map[string]string{"petition": "Акимат города Образцовска", "petition_open": "Образцовск қаласының әкімдігі"} {
		if got := parse(t, load(t, fixture)).Addressee; got != want {
			t.Errorf("%s: put to %q, want %q", fixture, got, want)
		}
	}
}

func TestRepliesThatAreNotShownAreDeclared(t *testing.T) {
	if r := parse(t, load(t, "comments")); r.Declared != 2 || r.Counted != 2 {
		t.Errorf("declared %d, counted %d, want 2, 2", r.Declared, r.Counted)
	}
	if r := parse(t, load(t, "comments", `"repliesCount": 1`, `"repliesCount": 4`)); r.Declared != 5 || r.Counted != 2 {
		t.Errorf("four replies, one shown: declared %d, counted %d, want 5, 2", r.Declared, r.Counted)
	}
}

func TestPetitionAndCommentsAreOneThread(t *testing.T) {
	r := parse(t, load(t, "petition"))
	if r.Next == nil {
		t.Fatal("the petition does not lead to its comments")
	}
	page := load(t, "comments")
	page.URL = r.Next.URL
	if c := parse(t, page); c.Thread.ID != r.Thread.ID || c.Items[0].Thread != r.Thread.ID || c.Next != nil {
		t.Errorf("the comments belong to %q and go on at %v, want %q and an end", c.Thread.ID, c.Next, r.Thread.ID)
	}
}

func TestNextKeepsTheSize(t *testing.T) {
	if r, want := parse(t, load(t, "comments_more")), "page=1&size=1"; r.Next == nil || !strings.HasSuffix(r.Next.URL, want) {
		t.Errorf("next %v, want %s", r.Next, want)
	}
}

func TestErrors(t *testing.T) {
	for status, want := range map[int]parsers.State{
		401: parsers.LoginWall, 403: parsers.LoginWall, 404: parsers.Gone, 429: parsers.Throttled, 500: parsers.Throttled, 400: parsers.Drift,
	} {
		body := fmt.Appendf(nil, `{"status":%d,"error":"said"}`, status)
		r := parse(t, parsers.Page{URL: "https://epetition.kz/api/public/v1/petitions/" + id, Body: body, Seen: time.Now()})
		if r.State != want || !strings.Contains(r.Reason, "said") {
			t.Errorf("%d = %s (%s), want %s", status, r.State, r.Reason, want)
		}
	}
}

func TestDriftNamesWhatIsMissing(t *testing.T) {
	for _, test := range []struct{ name, fixture, old, new, missing string }{
		{"time", "petition", "applyDate", "x", "applyDate"},
		{"text", "petition_open", `"title"`, `"x"`, "title"},
		{"another petition", "petition", id, strings.Replace(id, "1", "9", 1), "9111"},
		{"content", "comments", `"content"`, `"x"`, "content"},
		{"comment ids", "comments", `"id"`, `"x"`, "id"},
		{"comment times", "comments", "createdDate", "x", "createdDate"},
		{"another petition's comments", "comments", id, strings.Replace(id, "1", "9", 1), "9111"},
		{"ids in a list", "list", `"id"`, `"x"`, "id"},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := load(t, test.fixture, test.old, test.new)
			if test.name == "text" {
				page.Body = []byte(strings.ReplaceAll(string(page.Body), `"description"`, `"y"`))
			}
			r := parse(t, page)
			if r.State != parsers.Drift || !strings.Contains(r.Reason, test.missing) {
				t.Errorf("state %s (%s), want drift for %s", r.State, r.Reason, test.missing)
			}
		})
	}
	if r := parse(t, load(t, "petition", "replyDate", "x")); r.State != parsers.Partial || len(r.Items) != 1 {
		t.Errorf("a decision without a time: state %s with %d items, want partial with 1", r.State, len(r.Items))
	}
}

func TestTruncatedAnywhere(t *testing.T) {
	for _, fixture := range []string{"petition", "comments"} {
		page := load(t, fixture)
		for end := len(page.Body) - 3; end > 0; end -= 29 {
			cut := page
			cut.Body = page.Body[:end]
			if r := parse(t, cut); r.State != parsers.Partial || len(r.Items) > 0 {
				t.Fatalf("%s cut at %d: state %s (%s) with %d items, want partial with none", fixture, end, r.State, r.Reason, len(r.Items))
			}
		}
	}
}

func TestStart(t *testing.T) {
	const list, petition = "https://epetition.kz/api/public/v1/petitions/short?page=0&size=10", "https://epetition.kz/api/public/v1/petitions/" + id
	for _, test := range []struct{ source, id, address string }{
		{"epetition.kz", "petitions", list},
		{"https://www.epetition.kz/petitions", "petitions", list},
		{"https://epetition.kz/api/public/v1/petitions/short?size=1000&page=7", "petitions", list},
		{"https://epetition.kz/petition/" + strings.ToUpper(id), id, petition},
		{petition + "/comments?page=3", id, petition},
		{"http://127.0.0.1:80/", "petitions", "http://127.0.0.1:80/api/public/v1/petitions/short?page=0&size=10"},
		{"https://epetition.kz/about", "", ""},
		{petition + "/signers", "", ""},
		{"https://example.org/", "", ""},
	} {
		thread, err := New().Start(test.source)
		if err != nil {
			thread = parsers.Thread{}
		}
		if thread.ID != test.id || thread.Address.URL != test.address || (err == nil) != (test.id != "") {
			t.Errorf("Start(%q) = %q at %q, %v, want %q at %q", test.source, thread.ID, thread.Address.URL, err, test.id, test.address)
		}
	}
}

func TestMisuse(t *testing.T) {
	for _, address := range []string{"", "petition.json", "https://epetition.kz/", "https://epetition.kz/api/public/v1/petitions/7"} {
		if r, err := New().Parse(parsers.Page{URL: address, Body: []byte("{}"), Seen: time.Now()}); err == nil {
			t.Errorf("Parse of a page at %q = %s, want an error", address, r.State)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, fixture := range []string{"petition", "comments"} {
		b.Run(fixture, func(b *testing.B) {
			page := load(b, fixture)
			p := New()
			b.SetBytes(int64(len(page.Body)))
			b.ReportAllocs()
			for b.Loop() {
				if r, err := p.Parse(page); err != nil || r.State != parsers.OK {
					b.Fatal(r.State, err)
				}
			}
		})
	}
}
