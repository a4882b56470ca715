package ukwq

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
)

const base = "https://questions-statements-api.parliament.uk/api/writtenquestions/questions"

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "answered") }

func TestHoldingAnswerIsNotAnAnswer(t *testing.T) {
	r := parsertest.Result(t, New(), "holding")
	for _, item := range r.Items {
		if item.Kind == parsers.KindAnswer {
			t.Errorf("%s is an answer: %q", item.ID, item.Text)
		}
	}
	held := parsertest.Find(t, r, "2000003/holding")
	if held.Outcome != "holding" || held.Role != parsers.RoleOfficial || held.Text == "" {
		t.Errorf("the holding answer has outcome %q, role %q, text %q", held.Outcome, held.Role, held.Text)
	}
	r = parsertest.Result(t, New(), "answered")
	held, answer := parsertest.Find(t, r, "2000001/holding"), parsertest.Find(t, r, "2000001/answer")
	if held.Text != "" || answer.Kind != parsers.KindAnswer || !held.Published.Hi.Before(answer.Published.Lo) {
		t.Errorf("once answered: holding %q of %v, answer of %v", held.Text, held.Published, answer.Published)
	}
}

func TestDaysAreWholeDaysInLondon(t *testing.T) {
	summer := parsertest.Result(t, New(), "withdrawn").Items[0]
	want := parsers.Within(time.Date(2024, 7, 8, 23, 0, 0, 0, time.UTC), 24*time.Hour)
	if summer.Published != want || summer.Precision != parsers.PrecisionDay {
		t.Errorf("tabled within %v to the %s, want %v to the day", summer.Published, summer.Precision, want)
	}
	winter := parsertest.Result(t, New(), "holding").Items[0]
	if want := parsers.Within(time.Date(2025, 1, 9, 0, 0, 0, 0, time.UTC), 24*time.Hour); winter.Published != want {
		t.Errorf("tabled within %v, want %v", winter.Published, want)
	}
}

func TestListLeadsAndDoesNotQuoteCutTexts(t *testing.T) {
	r := parsertest.Result(t, New(), "list")
	var declared []int
	for _, thread := range r.Found {
		declared = append(declared, thread.Declared)
	}
	if len(r.Items) != 0 || r.Declared != parsers.Unknown || !slices.Equal(declared, []int{2, 1, 3}) {
		t.Errorf("%d items, declared %d, threads with %v items; want none, unknown, 2 1 3", len(r.Items), r.Declared, declared)
	}
	if want := base + "?answeringBodies=99&skip=103&take=100"; r.Next == nil || r.Next.URL != want {
		t.Errorf("next %v, want %s", r.Next, want)
	}
}

func TestCorrectedAnswerIsEdited(t *testing.T) {
	answer := parsertest.Find(t, parsertest.Result(t, New(), "answered"), "2000001/answer")
	if !answer.Edited || answer.EditedAt.Lo.Day() != 22 || answer.Published.Lo.Day() != 20 {
		t.Errorf("published %v, edited %t at %v", answer.Published, answer.Edited, answer.EditedAt)
	}
}

func TestWithdrawnIsAnOutcome(t *testing.T) {
	r := parsertest.Result(t, New(), "withdrawn")
	if len(r.Items) != 1 || r.Items[0].Outcome != "withdrawn" {
		t.Errorf("items %v, want one question that was withdrawn", r.Items)
	}
}

func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		address, body string
		want          parsers.State
	}{
		"gone":             {base + "/1", `{"title":"Not Found","status":404}`, parsers.Gone},
		"throttled":        {base + "/1", `{"title":"Too Many Requests","status":429}`, parsers.Throttled},
		"another question": {base + "/1", `{"value":{"id":2,"dateTabled":"2024-01-05T00:00:00"}}`, parsers.Drift},
		"no date":          {base + "/1", `{"value":{"id":1}}`, parsers.Drift},
		"no id":            {base, `{"totalResults":1,"results":[{"value":{}}]}`, parsers.Drift},
		"no results":       {base, `{"totalResults":1}`, parsers.Drift},
		"answer undated":   {base + "/1", `{"value":{"id":1,"dateTabled":"2024-01-05T00:00:00","dateAnswered":"soon"}}`, parsers.Partial},
	} {
		if r := parsertest.Read(t, New(), test.address, test.body); r.State != test.want {
			t.Errorf("%s: state %s (%s), want %s", name, r.State, r.Reason, test.want)
		}
	}
	parsertest.CutShowsNothing(t, New(), "answered")
}

func TestStart(t *testing.T) {
	const list = "questions?answeringBodies=13 " + base + "?answeringBodies=13&skip=0&take=100"
	parsertest.Start(t, New(), map[string]string{
		base + "?answeringBodies=13&skip=200&take=20&key=SECRET":                          list,
		"https://questions-statements.parliament.uk/written-questions?AnsweringBodies=13": list,
		"https://questions-statements.parliament.uk/written-questions":                    "questions " + base + "?skip=0&take=100",
		base + "/1679703": "1679703 " + base + "/1679703?expandMember=true",
		"http://127.0.0.1:8080/api/writtenquestions/questions/7":        "7 http://127.0.0.1:8080/api/writtenquestions/questions/7?expandMember=true",
		"https://questions-statements.parliament.uk/written-statements": "",
		base + "/abc":          "",
		"https://example.org/": "",
		"":                     "",
	})
}

// The answers of the captured list, each as its own page would have it, took 6
// to 67 days, 26 in the median.
func TestCaptured(t *testing.T) {
	seen := time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)
	page := parsertest.Capture(t, "other/uk_written_questions_list.json", base+"?take=20", seen)
	if r := parsertest.Parse(t, New(), page); r.State != parsers.OK || len(r.Found) != 20 || r.Next != nil {
		t.Fatalf("state %s (%s), %d questions, next %v; want ok, 20, none", r.State, r.Reason, len(r.Found), r.Next)
	}
	var list struct {
		Results []struct {
			Value json.RawMessage `json:"value"`
		} `json:"results"`
	}
	if err := json.Unmarshal(page.Body, &list); err != nil {
		t.Fatal(err)
	}
	var days []int
	holding := 0
	for _, result := range list.Results {
		var id struct {
			ID int `json:"id"`
		}
		if err := json.Unmarshal(result.Value, &id); err != nil {
			t.Fatal(err)
		}
		r := parsertest.Parse(t, New(), parsers.Page{URL: fmt.Sprint(base, "/", id.ID), Body: fmt.Appendf(nil, `{"value":%s}`, result.Value), Seen: seen})
		asked := parsertest.Find(t, r, fmt.Sprint(id.ID))
		answer := parsertest.Find(t, r, fmt.Sprint(id.ID, "/answer"))
		days = append(days, int(answer.Published.Lo.Sub(asked.Published.Lo).Round(24*time.Hour).Hours()/24))
		for _, item := range r.Items {
			if item.Outcome == "holding" {
				holding++
			}
		}
	}
	slices.Sort(days)
	if median := (days[9] + days[10]) / 2; days[0] != 6 || days[19] != 67 || median != 26 || holding != 1 {
		t.Errorf("answered after %v days (median %d), %d holding; want 6 to 67, median 26, 1 holding", days, median, holding)
	}
}
