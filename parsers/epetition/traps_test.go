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

func TestTimeWithoutZoneIsReadBothWays(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 5, 3, hour, 5, 10, 123e6, time.UTC) }
	item := parsertest.Result(t, New(), "petition").Items[0]
	if want := (parsers.Span{Lo: at(9), Hi: at(14)}); item.Published != want || item.Precision != parsers.PrecisionHour {
		t.Errorf("published %v to the %s, want %v to the hour", item.Published, item.Precision, want)
	}
	item = parsertest.Result(t, New(), "petition", "14:05:10.123", "14:05:10.123+05:00").Items[0]
	if want := parsers.At(at(9)); item.Published != want || item.Precision != parsers.PrecisionSecond {
		t.Errorf("with a zone published %v to the %s, want %v to the second", item.Published, item.Precision, want)
	}
}

func TestReadingThatHasNotComeYetIsWrong(t *testing.T) {
	page := parsertest.Page(t, "comments", "2026-05-05T09:00:00", "2026-09-01T10:59:00") // 05:59 UTC if Almaty's, seen at 06:00
	item := parsertest.Parse(t, New(), page).Items[0]
	if want := (parsers.Span{Lo: page.Seen.Add(-time.Minute), Hi: page.Seen}); item.Published != want {
		t.Errorf("published %v, want %v", item.Published, want)
	}
}

func TestDecisionInTwoLanguagesIsOneAnswer(t *testing.T) {
	for fixture, want := range map[string]string{"petition": "Петиция удовлетворена", "petition_kk": "Петиция қанағаттандырылды"} {
		r := parsertest.Result(t, New(), fixture)
		if len(r.Items) != 2 {
			t.Fatalf("%s: %d items, want the petition and one decision", fixture, len(r.Items))
		}
		if a := r.Items[1]; !strings.HasPrefix(a.Text, want) || a.Role != parsers.RoleOfficial || a.Kind != parsers.KindAnswer || a.Parent != r.Thread.ID {
			t.Errorf("%s: decided %q as %q below %q", fixture, a.Text, a.Role, a.Parent)
		}
	}
}

func TestStateIsTheOutcome(t *testing.T) {
	if got := parsertest.Result(t, New(), "petition_open").Items[0].Outcome; got != "signing" {
		t.Errorf("outcome %q, want signing", got)
	}
}

func TestAddresseeHasAName(t *testing.T) {
	for fixture, want := range map[string]string{"petition": "Акимат города Образцовска", "petition_open": "Образцовск қаласының әкімдігі"} {
		if got := parsertest.Result(t, New(), fixture).Addressee; got != want {
			t.Errorf("%s: put to %q, want %q", fixture, got, want)
		}
	}
}

func TestRepliesThatAreNotShownAreDeclared(t *testing.T) {
	if r := parsertest.Result(t, New(), "comments"); r.Declared != 2 || r.Counted != 2 {
		t.Errorf("declared %d, counted %d, want 2, 2", r.Declared, r.Counted)
	}
	if r := parsertest.Result(t, New(), "comments", `"repliesCount": 1`, `"repliesCount": 4`); r.Declared != 5 || r.Counted != 2 {
		t.Errorf("four replies, one shown: declared %d, counted %d, want 5, 2", r.Declared, r.Counted)
	}
}

func TestPetitionAndCommentsAreOneThread(t *testing.T) {
	r := parsertest.Result(t, New(), "petition")
	if r.Next == nil {
		t.Fatal("the petition does not lead to its comments")
	}
	page := parsertest.Page(t, "comments")
	page.URL = r.Next.URL
	if c := parsertest.Parse(t, New(), page); c.Thread.ID != r.Thread.ID || c.Items[0].Thread != r.Thread.ID || c.Next != nil {
		t.Errorf("the comments belong to %q and go on at %v, want %q and an end", c.Thread.ID, c.Next, r.Thread.ID)
	}
}

func TestNextKeepsTheSize(t *testing.T) {
	if r, want := parsertest.Result(t, New(), "comments_more"), "page=1&size=1"; r.Next == nil || !strings.HasSuffix(r.Next.URL, want) {
		t.Errorf("next %v, want %s", r.Next, want)
	}
}

func TestErrors(t *testing.T) {
	for status, want := range map[int]parsers.State{
		401: parsers.LoginWall, 403: parsers.LoginWall, 404: parsers.Gone, 429: parsers.Throttled, 500: parsers.Throttled, 400: parsers.Drift,
	} {
		body := fmt.Appendf(nil, `{"status":%d,"error":"said"}`, status)
		r := parsertest.Parse(t, New(), parsers.Page{URL: "https://epetition.kz/api/public/v1/petitions/" + id, Body: body, Seen: time.Now()})
		if r.State != want || !strings.Contains(r.Reason, "said") {
			t.Errorf("%d = %s (%s), want %s", status, r.State, r.Reason, want)
		}
	}
}

func TestDriftNamesWhatIsMissing(t *testing.T) {
	parsertest.Drift(t, New(), [][]string{
		{"time", "petition", "applyDate", "applyDate", "x"},
		{"text", "petition_open", "title", `"title"`, `"x"`, `"description"`, `"y"`},
		{"another petition", "petition", "9111", id, strings.Replace(id, "1", "9", 1)},
		{"content", "comments", "content", `"content"`, `"x"`},
		{"comment ids", "comments", "id", `"id"`, `"x"`},
		{"comment times", "comments", "createdDate", "createdDate", "x"},
		{"another petition's comments", "comments", "9111", id, strings.Replace(id, "1", "9", 1)},
		{"ids in a list", "list", "id", `"id"`, `"x"`},
	})
	if r := parsertest.Result(t, New(), "petition", "replyDate", "x"); r.State != parsers.Partial || len(r.Items) != 1 {
		t.Errorf("a decision without a time: state %s with %d items, want partial with 1", r.State, len(r.Items))
	}
}

func TestTruncatedAnywhere(t *testing.T) {
	parsertest.CutShowsNothing(t, New(), "petition", "comments")
}

func TestStart(t *testing.T) {
	const list, petition = "https://epetition.kz/api/public/v1/petitions/short?page=0&size=10", "https://epetition.kz/api/public/v1/petitions/" + id
	parsertest.Start(t, New(), map[string]string{
		"epetition.kz":                       "petitions " + list,
		"https://www.epetition.kz/petitions": "petitions " + list,
		"https://epetition.kz/api/public/v1/petitions/short?size=1000&page=7": "petitions " + list,
		"https://epetition.kz/petition/" + strings.ToUpper(id):                id + " " + petition,
		petition + "/comments?page=3":                                         id + " " + petition,
		"http://127.0.0.1:80/":                                                "petitions http://127.0.0.1:80/api/public/v1/petitions/short?page=0&size=10",
		"https://epetition.kz/about":                                          "",
		petition + "/signers":                                                 "",
		"https://example.org/":                                                "",
	})
}

func TestMisuse(t *testing.T) {
	parsertest.Misuse(t, New(), "", "petition.json", "https://epetition.kz/", "https://epetition.kz/api/public/v1/petitions/7")
}

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "petition", "comments") }
