package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

// script makes a thread of lines "hour id author [>parent] [@mention] ["quoted]":
// an id that begins with ? is a need, ! an official's item, . anything else, ^ the
// official post that opens the thread.
func script(lines ...string) []*utterance {
	var thread []*utterance
	for _, line := range lines {
		var hour int
		fields := strings.Fields(line)
		fmt.Sscan(fields[0], &hour)
		u := &utterance{Item: schema.Item{
			ItemID: fields[1], ThreadID: "thread", Author: fields[2], Kind: "comment",
			PublishedLo: at(hour), PublishedHi: at(hour), Role: citizen,
		}, textHash: "text of " + fields[1]}
		switch fields[1][0] {
		case '?':
			u.Need = true
		case '!':
			u.Role = official
		case '^':
			u.Role, u.Kind = official, "post"
		}
		for _, f := range fields[3:] {
			switch f[0] {
			case '>':
				u.ParentID = f[1:]
			case '@':
				u.mentions = append(u.mentions, f[1:])
			case '"':
				u.quotedHash = "text of " + f[1:]
			case '#':
				u.nested = true
			}
		}
		thread = append(thread, u)
	}
	slices.SortFunc(thread, byTime)
	return thread
}

func TestLink(t *testing.T) {
	for _, test := range []struct {
		name   string
		thread []string
		want   []string // "reply need method"
	}{
		{"the page nests it", []string{"1 ?q ann", "2 !r body >?q #"}, []string{"!r ?q page"}},
		{"an explicit id", []string{"1 ?q ann", "2 ?p bob", "3 !r body >?q"}, []string{"!r ?q parent"}},
		{"a detail of one's own question", []string{"1 ?q ann", "2 .d ann >?q", "3 !r body >.d"}, []string{"!r ?q parent"}},
		{"another's remark on a question", []string{"1 ?q ann", "2 .d bob >?q", "3 !r body >.d"}, nil},
		{"a reply to praise answers no question", []string{"1 ?q ann", "2 .thanks bob", "3 !r body >.thanks"}, nil},
		{"after an exchange with the official", []string{"1 ?q ann", "2 !ack body >?q", "3 .d ann >!ack", "4 !r body >.d"}, []string{"!ack ?q parent", "!r ?q parent"}},
		{"quoted words", []string{"0 ^post body", "1 ?q ann", "2 ?p bob", `3 !r body >^post "?q`}, []string{"!r ?q quote"}},
		{"an addressed name", []string{"1 ?q ann", "2 ?p bob", "3 !r body @ann"}, []string{"!r ?q mention"}},
		{"an addressed name, the latest need", []string{"1 ?q1 ann", "2 ?q2 ann", "3 !r body @ann"}, []string{"!r ?q2 mention"}},
		{"a name that asked nothing", []string{"1 ?q ann", "3 !r body @eve"}, nil},
		{"nothing but order", []string{"1 ?q ann", "2 !r body"}, []string{"!r ?q adjacent"}},
		{"order, the first is answered", []string{"1 ?q ann", "2 ?p bob", "3 !r body", "4 !s body"}, []string{"!r ?p adjacent", "!s ?q adjacent"}},
		{"too late for order", []string{"1 ?q ann", "400 !r body"}, nil},
		{"an answer cannot come before its question", []string{"1 !r body >?q", "2 ?q ann"}, nil},
		{"a post is no reply", []string{"1 ?q ann", "2 ^post body"}, nil},
		{"citizens do not answer for the state", []string{"1 ?q ann", "2 .r bob >?q"}, nil},
		{"a loop of parents ends", []string{"1 .a ann >.b", "2 .b ann >.a", "3 !r body >.a"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			thread := script(test.thread...)
			link(thread)
			var got []string
			for _, u := range thread {
				if u.reply != nil {
					got = append(got, fmt.Sprintf("%s %s %s", u.ItemID, u.reply.need.ItemID, u.reply.method))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("link of %q (-want +got):\n%s", test.thread, diff)
			}
		})
	}
}

func TestLinkToTheQuestionThatOpensTheThread(t *testing.T) {
	thread := script("1 ?q ann", "2 .c bob", "9 !r body")
	thread[0].ItemID = "thread"
	link(thread)
	if r := thread[2].reply; r == nil || r.need != thread[0] || r.method != ByPage {
		t.Errorf("reply = %+v, want one to the opening question by its page", r)
	}
}

// A page that declares 24 and shows 20 earns no silence, and so no answer either:
// were only its answered needs to count, all that count would be answered.
func TestReplyThatNoCompleteVisitConfirmsIsNotWatched(t *testing.T) {
	thread := script("1 ?q ann", "3 !r body", "6 !s body")
	need, confirmed, unconfirmed := thread[0], thread[1], thread[2]
	need.censoredAt = at(5) // the last complete visit
	confirmed.FirstSeenAt, unconfirmed.FirstSeenAt = at(5), at(7)
	confirmed.reply, unconfirmed.reply = &reply{need: need, method: ByParent}, &reply{need: need, method: ByParent}
	e := exchange(need, []*utterance{confirmed, unconfirmed})
	if want := []bool{true, false}; !cmp.Equal(want, e.ReplyWatched) {
		t.Errorf("watched = %v, want %v", e.ReplyWatched, want)
	}
	need.censoredAt = time.Time{} // there was none
	if e := exchange(need, []*utterance{confirmed}); e.ReplyWatched[0] {
		t.Error("a reply is watched in a thread without any complete visit")
	}
}

func TestExchangeIsCensoredNotBeforeItWasAsked(t *testing.T) {
	thread := script("5 ?q ann")
	thread[0].censoredAt = at(3) // the last complete visit came before the question
	if e := exchange(thread[0], nil); !e.CensoredAt.Equal(at(5)) {
		t.Errorf("censored at %v, want %v: nothing is known of the time after asking", e.CensoredAt, at(5))
	}
}
