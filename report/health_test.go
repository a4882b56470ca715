package report

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

// looksOf makes looks of words: an outcome, of thread "first" or, with a star, of
// another; each an hour after the one before, "~" for a minute instead.
func looksOf(words string) iter.Seq2[schema.Look, error] {
	return func(yield func(schema.Look, error) bool) {
		at := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
		for word := range strings.FieldsSeq(words) {
			step := time.Hour
			if rest, ok := strings.CutPrefix(word, "~"); ok {
				word, step = rest, time.Minute
			}
			at = at.Add(step)
			thread := "first"
			if rest, ok := strings.CutSuffix(word, "*"); ok {
				word, thread = rest, "other"
			}
			if !yield(schema.Look{SourceID: "s", ThreadID: thread, SeenAt: at, Outcome: schema.Outcome(word), Reason: "why"}, nil) {
				return
			}
		}
	}
}

func TestHealthOf(t *testing.T) {
	for _, tt := range []struct {
		name, looks string
		want        string // states that were entered
	}{
		{"never seen", "", ""},
		{"it answers", "ok not_modified empty", "ok"},
		{"one failure is the weather", "ok network_error ok captcha captcha ok", "ok"},
		{"three failures in a row", "ok network_error network_error network_error", "ok degraded"},
		{"a round that fails at once is one failure", "ok network_error ~network_error* ~network_error* ~network_error* ok", "ok"},
		{"it comes back", "ok throttled throttled throttled ok", "ok degraded ok"},
		{"never seen, and failing", "network_error network_error", ""},
		{"never seen, and refused for good", "login_wall login_wall login_wall", "blocked"},
		{"the last failure names the state", "ok throttled throttled captcha", "ok blocked"},
		{"from one bad state to another", "ok drift drift drift login_wall", "ok drifted blocked"},
		{"robots.txt", "ok blocked_by_robots blocked_by_robots blocked_by_robots", "ok blocked"},
		{"threads that are gone are answers", "ok gone* gone* gone* gone*", "ok"},
		{"the first page is gone while old threads answer", "ok gone ok* gone ok* gone ok*", "ok gone"},
		{"only the first page ends that", "ok gone gone gone ok* ok* ok", "ok gone ok"},
		{"parts of pages, again and again", "ok partial* partial* partial*", "ok degraded"},
		{"every other look fails", "ok drift ok drift ok drift ok", "ok"},
		{"closed comments are an answer", "comments_closed discussion_unavailable", "ok"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all, err := HealthOf(looksOf(tt.looks), map[string]string{"s": "first"})
			if err != nil {
				t.Fatal(err)
			}
			h := all["s"]
			var got []string
			from := Unseen
			for _, step := range h.History {
				if step.From != from || step.Reason == "" {
					t.Errorf("transition %+v, want one from %s with a reason", step, from)
				}
				from = step.To
				got = append(got, string(step.To))
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("HealthOf(%s) entered %v, want %s", tt.looks, got, tt.want)
			}
			if len(got) > 0 && (h.State != from || h.Since.IsZero()) {
				t.Errorf("HealthOf(%s) = %s since %s, want the state that was entered last, %s", tt.looks, h.State, h.Since, from)
			}
		})
	}
}

// Every outcome has a state that it speaks for.
func TestJudgeKnowsAllOutcomes(t *testing.T) {
	got := map[schema.Outcome]State{}
	for _, o := range schema.Outcomes {
		got[o] = judge(o, true)
	}
	want := map[schema.Outcome]State{
		schema.OK: Healthy, schema.NotModified: Healthy, schema.Empty: Healthy, schema.CommentsClosed: Healthy, schema.DiscussionUnavailable: Healthy,
		schema.Partial: Degraded, schema.Throttled: Degraded, schema.TooLarge: Degraded, schema.NetworkError: Degraded,
		schema.LoginWall: Refused, schema.Captcha: Refused, schema.BlockedByRobots: Refused, schema.Gone: Vanished, schema.Drift: Drifted,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("judge (-want +got):\n%s", diff)
	}
}

func TestHealthOfSources(t *testing.T) {
	looks := func(yield func(schema.Look, error) bool) {
		for i := range 8 {
			look := schema.Look{SourceID: fmt.Sprint("s", i/4), ThreadID: "first", SeenAt: time.Unix(int64(i)*3600, 0), Outcome: schema.Drift}
			if i < 4 {
				look.Outcome = schema.OK
			}
			if !yield(look, nil) {
				return
			}
		}
	}
	all, err := HealthOf(looks, map[string]string{"s0": "first", "s1": "first"})
	if err != nil || all["s0"].State != Healthy || all["s1"].State != Drifted {
		t.Errorf("HealthOf() = %v, %v; want s0 ok and s1 drifted", all, err)
	}
	broken := errors.New("store away")
	if _, err := HealthOf(func(yield func(schema.Look, error) bool) { yield(schema.Look{}, broken) }, nil); !errors.Is(err, broken) {
		t.Errorf("HealthOf() error = %v, want that of the looks", err)
	}
}
