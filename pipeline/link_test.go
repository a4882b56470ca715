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

// script makes a thread of lines "hour id author [>parent] [@mention] ["quoted] [№number]":
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
		}, saidHashes: []string{"text of " + fields[1]}}
		switch fields[1][0] {
		case '?':
			u.Need = true
		case '!':
			u.Role = official
		case '^':
			u.Role, u.Kind = official, "post"
		}
		for _, f := range fields[3:] {
			if number, ok := strings.CutPrefix(f, "№"); ok {
				u.numbers = append(u.numbers, number)
				continue
			}
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
		{"a quoted word to somebody else", []string{"1 ?q ann", "2 ?p bob", `3 !r body @ann "?p`}, []string{"!r ?q mention"}},
		{"a quoted word, and an address that asked nothing", []string{"1 ?q ann", `3 !r body @office "?q`}, []string{"!r ?q quote"}},
		{"the number of the appeal", []string{"1 ?q ann №7", "2 ?p bob №8", "3 !r body №7"}, []string{"!r ?q number"}},
		{"the number of a detail of one's own question", []string{"1 ?q ann", "2 .d ann >?q №7", "3 ?p bob", "4 !r body №7"}, []string{"!r ?q number"}},
		{"a number in another's remark", []string{"1 ?q ann", "2 .d bob >?q №7", "3 !r body №7"}, []string{"!r ?q adjacent"}},
		{"the number that an official gave", []string{"1 ?q ann", "2 !ack body >?q №7", "3 ?p bob", "4 !r body №7"}, []string{"!ack ?q parent", "!r ?q number"}},
		{"a number given by order alone", []string{"1 ?q ann", "2 !ack body №7", "3 ?p bob", "4 !r body №7"}, []string{"!ack ?q adjacent", "!r ?p adjacent"}},
		{"a number that nobody has", []string{"1 ?q ann", "3 !r body №9"}, []string{"!r ?q adjacent"}},
		{"the number comes after the answer", []string{"1 ?p bob", "2 !r body №7", "3 ?q ann №7"}, []string{"!r ?p adjacent"}},
		{"two numbers, the first is answered", []string{"1 ?q ann №7", "2 ?p bob №8", "3 !r body №8 №7"}, []string{"!r ?p number"}},
		{"a number that another asks about", []string{"1 ?q ann №7", "2 ?p bob №7", "3 !r body №7"}, []string{"!r ?q number"}},
		{"a number that one asks about again", []string{"1 ?q1 ann №7", "2 ?q2 ann №7", "3 !r body №7"}, []string{"!r ?q2 number"}},
		{"a number of somebody else than is addressed", []string{"1 ?q ann №7", "2 ?p bob", "3 !r body @bob №7"}, []string{"!r ?p mention"}},
		{"a number that tells two needs of one person apart", []string{"1 ?q1 ann №7", "2 ?q2 ann", "3 !r body @ann №7"}, []string{"!r ?q1 number"}},
		{"a reply to praise that names a number", []string{"1 ?q ann №7", "2 .thanks bob", "3 !r body >.thanks №7"}, nil},
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
			if diff := cmp.Diff(test.want, links(thread)); diff != "" {
				t.Errorf("link of %q (-want +got):\n%s", test.thread, diff)
			}
		})
	}
}

// An official answers below another post than the one under which was asked.
func TestLinkAcrossThreadsByNumber(t *testing.T) {
	for _, test := range []struct {
		name    string
		threads [][]string
		want    []string
	}{
		{"the number of the asker", [][]string{{"1 ?q ann №7"}, {"2 ?p bob", "3 !r body №7"}}, []string{"!r ?q number"}},
		{"the number that an official gave", [][]string{{"1 ?q ann", "2 !ack body >?q №7"}, {"3 !r body №7"}}, []string{"!ack ?q parent", "!r ?q number"}},
		{"one of its own thread goes before", [][]string{{"1 ?q ann №7"}, {"2 ?p ann №7", "3 !r body №7"}}, []string{"!r ?p number"}},
		{"a parent goes before", [][]string{{"1 ?q ann №7"}, {"2 ?p bob", "3 !r body >?p №7"}}, []string{"!r ?p parent"}},
		{"a reply to praise", [][]string{{"1 ?q ann №7"}, {"2 .thanks bob", "3 !r body >.thanks №7"}}, nil},
		{"somebody else is addressed", [][]string{{"1 ?q ann №7"}, {"3 !r body @bob №7"}}, nil},
		{"another body", [][]string{{"1 ?q ann №7"}, {"3 !r other №7"}}, nil},
		{"before it was asked", [][]string{{"4 ?q ann №7"}, {"3 !r body №7"}}, nil},
		{"news", [][]string{{"1 ?q ann №7"}, {"3 ^post body №7"}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var source []*utterance
			for i, lines := range test.threads {
				thread := script(lines...)
				for _, u := range thread {
					u.ThreadID, u.BodyID = fmt.Sprint(i), "body"
					if u.Role == official {
						u.BodyID = u.Author
					}
				}
				source = append(source, thread...)
			}
			linkSource(source)
			if diff := cmp.Diff(test.want, links(source)); diff != "" {
				t.Errorf("links of %q (-want +got):\n%s", test.threads, diff)
			}
		})
	}
}

// links tells "reply need method" of each reply.
func links(all []*utterance) []string {
	var got []string
	for _, u := range all {
		if u.reply != nil {
			got = append(got, fmt.Sprintf("%s %s %s", u.ItemID, u.reply.need.ItemID, u.reply.method))
		}
	}
	return got
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
