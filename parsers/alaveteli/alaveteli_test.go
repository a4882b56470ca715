package alaveteli

import (
	"fmt"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

const requestURL = "https://foi.example/request/costs_of_examples.json"

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "request") }

func TestEventsThatAreUtterances(t *testing.T) {
	r := parsertest.Result(t, New(), "request")
	var got []string
	for _, item := range r.Items {
		got = append(got, fmt.Sprintf("%s %s %q of %q, parent %q", item.ID, item.Kind, item.Role, item.Author.ID, item.Parent))
	}
	want := []string{
		`outgoing-11 question "citizen" of "user/example_person", parent ""`,
		`incoming-21 answer "official" of "body/example_ministry", parent "outgoing-11"`,
		`outgoing-12 comment "citizen" of "user/example_person", parent ""`,
		`comment-31 comment "" of "", parent ""`,
		`incoming-22 answer "official" of "body/example_ministry", parent "outgoing-11"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

func TestOutcomeIsThePersonsLabelNotTheCalculatedOne(t *testing.T) {
	for _, test := range []struct {
		name     string
		replace  []string
		question string
	}{
		{"described", nil, "successful"},
		{"awaiting a description", []string{`"awaiting_description": false`, `"awaiting_description": true`}, ""},
	} {
		r := parsertest.Result(t, New(), "request", test.replace...)
		if got := parsertest.Find(t, r, "outgoing-11").Outcome; got != test.question {
			t.Errorf("%s: the request has outcome %q, want %q", test.name, got, test.question)
		}
		if first, last := parsertest.Find(t, r, "incoming-21").Outcome, parsertest.Find(t, r, "incoming-22").Outcome; first != "" || last != "successful" {
			t.Errorf("%s: responses have outcomes %q and %q, want none and successful", test.name, first, last)
		}
	}
}

func TestBothFormsOfDates(t *testing.T) {
	for in, want := range map[string]time.Time{
		"2013/06/18 10:18:19 +1000": time.Date(2013, 6, 18, 0, 18, 19, 0, time.UTC),
		"2025-02-05T02:16:22+01:00": time.Date(2025, 2, 5, 1, 16, 22, 0, time.UTC),
	} {
		r := parsertest.Result(t, New(), "request", "2025-01-05T09:00:01.000+00:00", in)
		if got := parsertest.Find(t, r, "outgoing-11").Published; got != parsers.At(want) {
			t.Errorf("sent %q: %v, want %v", in, got, want)
		}
	}
}

func TestFeedOnlyLeads(t *testing.T) {
	r := parsertest.Result(t, New(), "feed")
	if len(r.Items) != 0 || len(r.Found) != 1 || r.Found[0].ID != "costs_of_examples" || r.Found[0].Declared != parsers.Unknown {
		t.Errorf("%d items, threads %v; want none, and one request of unknown size", len(r.Items), r.Found)
	}
}

func TestEditedMessage(t *testing.T) {
	r := parsertest.Result(t, New(), "request")
	if item := parsertest.Find(t, r, "outgoing-11"); !item.Edited || item.EditedAt.Lo.Day() != 20 || item.Published.Lo.Day() != 5 {
		t.Errorf("edited %t at %v, published %v", item.Edited, item.EditedAt, item.Published)
	}
}

func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want parsers.State
	}{
		"another request": {`{"url_title":"other","info_request_events":[]}`, parsers.Drift},
		"hidden":          {`{"url_title":"costs_of_examples","prominence":"hidden","info_request_events":[]}`, parsers.DiscussionUnavailable},
		"no events":       {`{"url_title":"costs_of_examples"}`, parsers.Drift},
		"empty":           {`{"url_title":"costs_of_examples","info_request_events":[]}`, parsers.Empty},
		"no message":      {`{"url_title":"costs_of_examples","info_request_events":[{"event_type":"sent","created_at":"2025-01-05T09:00:00Z"}]}`, parsers.Drift},
		"no time":         {`{"url_title":"costs_of_examples","info_request_events":[{"event_type":"sent","outgoing_message_id":1}]}`, parsers.Drift},
		"a page":          {`<html></html>`, parsers.Drift},
	} {
		if r := parsertest.Read(t, New(), requestURL, test.body); r.State != test.want {
			t.Errorf("%s: state %s (%s), want %s", name, r.State, r.Reason, test.want)
		}
	}
	parsertest.CutShowsNothing(t, New(), "request")
}

func TestStart(t *testing.T) {
	parsertest.Start(t, New(), map[string]string{
		"https://foi.example/request/costs_of_examples":               "costs_of_examples " + requestURL,
		requestURL + "?utm_source=x":                                  "costs_of_examples " + requestURL,
		"https://foi.example/en/request/costs_of_examples#incoming-1": "costs_of_examples https://foi.example/en/request/costs_of_examples.json",
		"https://www.foi.example/body/example_ministry":               "body/example_ministry https://www.foi.example/feed/body/example_ministry.json",
		"https://foi.example/list/successful":                         "list/successful https://foi.example/feed/list/successful.json",
		"https://foi.example/feed/body/example_ministry":              "body/example_ministry https://foi.example/feed/body/example_ministry.json",
		"http://127.0.0.1:80/request/x":                               "x http://127.0.0.1:80/request/x.json",
		"https://foi.example/user/example_person":                     "",
		"https://foi.example/":                                        "",
		"":                                                            "",
	})
}

func TestCaptured(t *testing.T) {
	page := parsertest.Capture(t, "alaveteli/righttoknow_event_feed_2013.json", "https://www.righttoknow.org.au/feed/body/diac.json", parsertest.Seen)
	r := parsertest.Parse(t, New(), page)
	want := parsers.At(time.Date(2013, 6, 15, 0, 18, 18, 0, time.UTC))
	if r.State != parsers.OK || len(r.Found) != 1 || r.Found[0].ID != "foi_request_for_detail_incident_92" || r.Found[0].Published != want {
		t.Errorf("state %s (%s), threads %v; want the request of %v", r.State, r.Reason, r.Found, want)
	}
}
