package schema

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const day = 24 * 60 // minutes

// filled is a visit that read comments, of which some had a text.
func filled(id, source, thread string, minutes int, comments, texts uint32) Visit {
	return Visit{
		VisitID: id, SourceID: source, ThreadID: thread, SeenAt: at(minutes), Outcome: OK, Complete: true, Parser: "vk", ParserVersion: 3,
		Fill: map[string]uint32{"comment": comments, "comment.text": texts, "comment.parent": 0},
	}
}

// fillVisits are of Wednesday 28 February to Tuesday 5 March 2024.
var fillVisits = []Visit{
	filled("1", "a", "t1", 0, 10, 10),
	filled("2", "a", "t1", 60, 12, 11), // looked at again: counts instead
	{VisitID: "3", SourceID: "a", ThreadID: "t1", SeenAt: at(120), Outcome: NotModified, Complete: true, Parser: "vk", ParserVersion: 3},
	filled("4", "a", "t2", 60, 8, 8),
	filled("5", "b", "t1", 60, 1, 0),
	filled("6", "a", "t1", 6*day, 20, 2), // the next week
}

func TestFillCountsAnItemOnce(t *testing.T) {
	s := open(t)
	if err := s.Append(t.Context(), Batch{Visits: fillVisits}); err != nil {
		t.Fatal(err)
	}
	row := func(source, field string, items, n uint64) FieldCount {
		return FieldCount{SourceID: source, Parser: "vk", Kind: "comment", Field: field, Items: items, Filled: n}
	}
	tests := map[string]struct {
		after, until time.Time
		want         []FieldCount
	}{
		"first week": {at(-1), at(5 * day), []FieldCount{
			row("a", "parent", 20, 0), row("a", "text", 20, 19), row("b", "parent", 1, 0), row("b", "text", 1, 0),
		}},
		"after is not included, until is": {at(60), at(6 * day), []FieldCount{row("a", "parent", 20, 0), row("a", "text", 20, 2)}},
		"nothing":                         {at(-day), at(-1), nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := s.Fill(t.Context(), tt.after, tt.until)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Fill(%v, %v) (-want +got):\n%s", tt.after, tt.until, diff)
			}
		})
	}
	got := ask(t, s, "SELECT source_id, parser, parser_version, week, kind, items, filled, rate FROM fill_rates WHERE field = 'text' ORDER BY ALL")
	want := "a\tvk\t3\t2024-02-26\tcomment\t20\t19\t0.95\na\tvk\t3\t2024-03-04\tcomment\t20\t2\t0.1\nb\tvk\t3\t2024-02-26\tcomment\t1\t0\t0"
	if got != want {
		t.Errorf("fill_rates =\n%s\nwant\n%s", got, want)
	}
}

func TestOutagesView(t *testing.T) {
	type look struct {
		minutes int
		outcome Outcome
	}
	// every answers at each step until last, and at the end.
	every := func(step, last, end int) (looks []look) {
		for m := 0; m <= last; m += step {
			looks = append(looks, look{m, OK})
		}
		return append(looks, look{end, OK})
	}
	// A source is due an hour after an answer; three hours without one are no outage
	// yet. The last visit of all is made after 100 hours, on 3 March at 16:00. What is
	// retired is not out after its own last answer.
	tests := map[string]struct {
		status string
		looks  []look
		want   string
	}{
		"answers in time":             {"retired", []look{{0, OK}, {60, NotModified}, {240, Empty}}, ""},
		"the crawler did not run":     {"retired", []look{{0, OK}, {day, OK}}, "28 13:00\t29 12:00\t23\t0\t{}"},
		"the site refused":            {"retired", []look{{0, OK}, {60, LoginWall}, {120, Captcha}, {600, LoginWall}, {660, OK}}, "28 13:00\t28 23:00\t10\t3\t{'captcha':1,'login_wall':2}"},
		"an answer need not be whole": {"retired", []look{{0, OK}, {120, Partial}, {240, Gone}, {360, CommentsClosed}, {480, DiscussionUnavailable}, {600, OK}}, ""},
		"a failure and its retry":     {"retired", []look{{0, OK}, {60, NetworkError}, {120, OK}}, ""},
		"as late as patience allows":  {"retired", []look{{0, OK}, {180, OK}}, ""},
		"two outages":                 {"retired", []look{{0, OK}, {300, OK}, {360, TooLarge}, {600, OK}}, "28 13:00\t28 17:00\t4\t0\t{}\n28 18:00\t28 22:00\t4\t1\t{'too_large':1}"},
		"failed until retired":        {"retired", []look{{0, OK}, {60, Captcha}}, ""},
		"never answered":              {"active", []look{{0, Drift}, {60, Drift}}, "28 12:00\t03 16:00\t100\t2\t{'drift':2}"},
		"still out":                   {"active", []look{{0, OK}, {60, Throttled}}, "28 13:00\t03 16:00\t99\t1\t{'throttled':1}"},
		"visited every six hours":     {"retired", every(360, 3600, 5400), "02 06:00\t03 06:00\t24\t0\t{}"},
		"what must not be crawled":    {"import", []look{{0, OK}, {600, OK}}, ""},
	}
	s := open(t)
	sources := []Source{{SourceID: "last", Status: "active"}}
	visits := []Visit{{VisitID: "last", SourceID: "last", ThreadID: "t", SeenAt: at(6000), Outcome: OK, Complete: true}}
	for name, tt := range tests {
		sources = append(sources, Source{SourceID: name, Status: tt.status})
		for i, l := range tt.looks {
			visits = append(visits, Visit{
				VisitID: fmt.Sprint(name, i), SourceID: name, ThreadID: fmt.Sprint("t", i%2), SeenAt: at(l.minutes), Outcome: l.outcome, Complete: l.outcome.EarnsSilence(),
			})
		}
	}
	if err := s.PutRegistry(t.Context(), nil, sources); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), Batch{Visits: visits}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := ask(t, s, `SELECT formatDateTime(lo, '%d %H:%i'), formatDateTime(hi, '%d %H:%i'), hours, failed, outcomes
				FROM outages(due = 3600, patience = 10800) WHERE source_id = '`+name+`' ORDER BY lo`)
			if got != tt.want {
				t.Errorf("outages =\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
