package open311

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

const base = "https://311.example/open311/v2"

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "list") }

func TestUpdatedIsNeverAReply(t *testing.T) {
	r := parsertest.Result(t, New(), "list")
	for _, item := range r.Items {
		if item.Thread == "25000102" && item.Kind == parsers.KindAnswer {
			t.Errorf("an open request that was touched has the reply %s", item.ID)
		}
	}
	closed := parsertest.Find(t, r, "101000000103/closed")
	if !closed.Published.IsZero() || closed.Precision != parsers.PrecisionVisit || closed.Text != "Duplicate of 25-00000101" {
		t.Errorf("a closing without a note is of %v to the %s: %q; want of no time that the page tells", closed.Published, closed.Precision, closed.Text)
	}
}

func TestOnlyActivityAndClosingSpeakToTheCitizen(t *testing.T) {
	r := parsertest.Result(t, New(), "request")
	var got []string
	for _, item := range r.Items {
		got = append(got, fmt.Sprintf("%s %s %s", item.Kind, item.Outcome, item.Published.Lo.Format(time.RFC3339)))
	}
	want := []string{
		"question closed 2025-10-31T00:02:21Z",
		"answer activity 2025-11-03T20:11:00Z",
		"answer closed 2025-11-12T16:15:40Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

func TestRequestWithATokenAloneIsLeftForLater(t *testing.T) {
	r := parsertest.Result(t, New(), "list")
	if r.State != parsers.OK || len(r.Found) != 3 {
		t.Errorf("state %s (%s), %d requests, want ok, 3", r.State, r.Reason, len(r.Found))
	}
}

func TestTimeWithoutAnOffsetNeedsAZone(t *testing.T) {
	page := parsertest.Page(t, "request", "2025-10-30T19:02:21-05:00", "2025-10-30T19:02:21")
	if r := parsertest.Parse(t, New(), page); r.State != parsers.Drift {
		t.Errorf("without a zone: state %s (%s), want drift", r.State, r.Reason)
	}
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	page.Zone = zone
	want := parsers.At(time.Date(2025, 10, 30, 14, 2, 21, 0, time.UTC))
	if got := parsertest.Find(t, parsertest.Parse(t, New(), page), "25-00000101").Published; got != want {
		t.Errorf("in Almaty: published %v, want %v", got, want)
	}
}

func TestServerThatDoesNotPageIsAskedOnce(t *testing.T) {
	answer := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`{"service_request_id":"r%d","requested_datetime":"2025-01-01T00:00:00Z"}`, i))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	thread, err := New().Start(base)
	if err != nil {
		t.Fatal(err)
	}
	if pages := parsertest.Follow(t, New(), thread.Address, func(string, url.Values) string { return answer(1000) }); len(pages) != 1 {
		t.Errorf("%d pages of 1000 requests, want one", len(pages))
	}
	pages := parsertest.Follow(t, New(), thread.Address, func(_ string, query url.Values) string {
		if query.Get("page") == "3" {
			return answer(0)
		}
		return answer(100)
	})
	if len(pages) != 3 {
		t.Errorf("%d pages of 100 requests, want 3, the last without any", len(pages))
	}
}

func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		address, body string
		want          parsers.State
	}{
		"gone":            {base + "/requests/1.json", `[{"code":404,"description":"not found"}]`, parsers.Gone},
		"none":            {base + "/requests/1.json", `[]`, parsers.Gone},
		"forbidden":       {base + "/requests.json", `[{"code":"403","description":"API key"}]`, parsers.LoginWall},
		"server":          {base + "/requests.json", `{"errors":[{"code":500}]}`, parsers.Throttled},
		"bad call":        {base + "/requests.json", `[{"code":400,"description":"jurisdiction_id"}]`, parsers.Drift},
		"another request": {base + "/requests/1.json", `[{"service_request_id":"2","requested_datetime":"2025-01-01T00:00:00Z"}]`, parsers.Drift},
		"no id":           {base + "/requests.json", `[{"requested_datetime":"2025-01-01T00:00:00Z"}]`, parsers.Drift},
		"alone":           {base + "/requests/1.json", `{"service_request_id":1,"requested_datetime":"2025-01-01T00:00:00Z"}`, parsers.OK},
	} {
		if r := parsertest.Read(t, New(), test.address, test.body); r.State != test.want {
			t.Errorf("%s: state %s (%s), want %s", name, r.State, r.Reason, test.want)
		}
	}
	parsertest.CutShowsNothing(t, New(), "list")
}

func TestStart(t *testing.T) {
	const all = "requests " + base + "/requests.json?extensions=true&page=1&page_size=100"
	parsertest.Start(t, New(), map[string]string{
		base:               all,
		base + "/requests": all,
		base + "/requests.json?api_key=SECRET&start_date=2025-01-01T00:00:00Z&page=7": all,
		base + "/requests.json?jurisdiction_id=city.example":                          "requests?jurisdiction_id=city.example " + base + "/requests.json?extensions=true&jurisdiction_id=city.example&page=1&page_size=100",
		base + "/requests/25-1.json":                                                  "25-1 " + base + "/requests/25-1.json?extensions=true",
		"http://127.0.0.1:80/v2/requests.json":                                        "requests http://127.0.0.1:80/v2/requests.json?extensions=true&page=1&page_size=100",
		base + "/services.json":                                                       "",
		base + "/requests/.json":                                                      "",
		base + "/requests.xml":                                                        "",
		"https://311.example/":                                                        "",
		"":                                                                            "",
	})
}

// Of the captured requests, 49 were closed, all of them by a note, 572 days after
// they were opened in the median; the first word came after 81.8 days.
func TestCaptured(t *testing.T) {
	seen := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	r := parsertest.Parse(t, New(), parsertest.Capture(t, "open311/chicago_open311_requests_2014_2015.json", base+"/requests.json", seen))
	asked := map[string]time.Time{}
	first, closed := map[string]float64{}, map[string]float64{}
	activities := 0
	for _, item := range r.Items {
		after := item.Published.Lo.Sub(asked[item.Parent]).Hours() / 24
		switch {
		case item.Kind == parsers.KindQuestion:
			asked[item.ID] = item.Published.Lo
			continue
		case item.Outcome == "closed":
			closed[item.Thread] = after
		case item.Outcome == "activity":
			activities++
		}
		if was, ok := first[item.Thread]; !ok || after < was {
			first[item.Thread] = after
		}
	}
	if len(asked) != 50 || len(r.Found) != 50 || len(closed) != 49 || activities != 61 {
		t.Errorf("%d requests, %d closed, %d activities, want 50, 49, 61", len(asked), len(closed), activities)
	}
	if toFirst, toClosed := median(first), median(closed); fmt.Sprintf("%.1f %.1f", toFirst, toClosed) != "81.8 572.0" {
		t.Errorf("medians %.1f days to the first word, %.1f to closing, want 81.8 and 572.0", toFirst, toClosed)
	}
	r = parsertest.Parse(t, New(), parsertest.Capture(t, "open311/boston_issue181_imported_case.json", base+"/requests/101002585932.json", time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)))
	if closed := parsertest.Find(t, r, "101002585932/closed"); !closed.Published.IsZero() {
		t.Errorf("the import of a closed case dates its closing %v, want no time", closed.Published)
	}
}

func median(days map[string]float64) float64 {
	var all []float64
	for _, d := range days {
		all = append(all, d)
	}
	slices.Sort(all)
	if n := len(all); n%2 == 1 {
		return all[n/2]
	} else if n > 0 {
		return (all[n/2-1] + all[n/2]) / 2
	}
	return 0
}

func TestHasOffset(t *testing.T) {
	for in, want := range map[string]bool{
		"2018-07-19T08:36:00.000Z": true, "2014-05-09T19:02:21-05:00": true, "2021-08-12T18:30:51+0000": true,
		"2018-07-19T08:36:00": false, "2018-07-19": false, "": false,
	} {
		if got := hasOffset(in); got != want {
			t.Errorf("hasOffset(%q) = %t, want %t", in, got, want)
		}
	}
}
