package simulate

import (
	"fmt"
	"math"
	"strings"
)

// item is one utterance and what becomes of it.
type item struct {
	thread *thread
	number int64 // the platform's
	who    *account
	at     int64
	class  string // of a citizen: question … ad; of an official: the reply's kind, or post
	lang   string
	theme  string
	text   string

	appeal string // the number that a need has in the body's register; "" for none yet

	private []string // what the text gives away about a person

	edited  int64 // when its text becomes revised; never if not
	revised string
	deleted int64 // when it is gone; never if not
	hidden  bool  // the platform holds it back for good
	lost    bool  // it is gone because what it answers is

	rulings []ruling // what the platform says of it, in order of time
	undated bool     // no page tells when it was said

	parent *item  // what the page says that it answers; nil for nothing
	quoted *item  // what it repeats without naming it
	link   string // of a reply to its need: page, parent, quote, number, mention or ""
	canned string // the formula behind a reply; "" for words of its own
	need   *need  // nil for what needs no reply
}

// never is later than any moment.
const never = math.MaxInt64

// need is an item that calls for a reply.
type need struct {
	item    *item
	replies []*item
	cluster *need // first of a petition drive
	repeats *need // what the same person has asked before in the same words
}

// post is the form that a post has on Telegram.
type post struct {
	album   int64 // further numbers that it takes up
	copied  int64 // number of its copy in the discussion group
	forward bool  // from another channel
	service bool  // not an utterance: "Channel photo updated"
	photo   bool
	replyTo *item // an earlier post
}

// draft is a draft law on the portal.
type draft struct {
	title names
	until int64 // end of the discussion
}

// shown tells whether pages have the item at the moment now.
func (it *item) shown(now int64) bool { return it.at <= now && now < it.deleted && !it.hidden }

// words is the item's text at the moment now.
func (it *item) words(now int64) string {
	if now >= it.edited {
		return it.revised
	}
	return it.text
}

// changed is the last moment until now at which anything about it changed, 0
// for none.
func (it *item) changed(now int64) int64 {
	last := int64(0)
	if it.hidden {
		return last
	}
	for _, at := range [...]int64{it.at, it.edited, it.deleted} {
		if at <= now {
			last = max(last, at)
		}
	}
	for _, v := range it.rulings {
		if v.at <= now {
			last = max(last, v.at)
		}
	}
	return last
}

// id is what the parser of the platform calls the item.
func (it *item) id() string {
	t := it.thread
	switch {
	case t.source.questions() && it.hidden && it != t.opener:
		return fmt.Sprintf("%s/withheld/%d", t.id(), it.number) // no page has an id for it
	case t.source.site != nil:
		return t.source.site.item(it)
	case it == t.opener:
		return t.id()
	case t.source.platform == "telegram":
		return fmt.Sprintf("%s/%d?comment=%d", t.source.handle, t.number, it.number)
	case t.source.platform == "vk":
		return fmt.Sprintf("wall-%d_%d?reply=%d", t.source.group, t.number, it.number)
	default:
		return fmt.Sprint(it.number)
	}
}

// id is what the parser of the platform calls the thread.
func (t *thread) id() string {
	if t.source.site != nil {
		return t.source.site.thread(t)
	}
	switch t.source.platform {
	case "telegram":
		return fmt.Sprintf("%s/%d", strings.ToLower(t.source.handle), t.number)
	case "vk":
		return fmt.Sprintf("wall-%d_%d", t.source.group, t.number)
	default:
		return fmt.Sprint(t.number)
	}
}

// add puts a new item into the thread.
func (t *thread) add(it *item) *item {
	it.thread = t
	if it.edited == 0 {
		it.edited = never
	}
	if it.deleted == 0 {
		it.deleted = never
	}
	t.items = append(t.items, it)
	return it
}
