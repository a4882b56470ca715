package simulate

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// Exchange is a need and what truly became of it. Ids are those that the
// registry and the parser of the platform give.
type Exchange struct {
	Source   string
	Thread   string
	Item     string
	Body     string // to whom it is addressed
	Asker    string // the account's id where the page shows one, else the name
	Asked    time.Time
	Class    string    // question, request, complaint
	Language string    // kk, ru, mixed
	Theme    string    // what it is about; "" on the portal
	Cluster  string    // first need of the petition drive that it belongs to; "" for none
	Repeats  string    // the same person's earlier need in the same words; "" for none
	Edited   time.Time // zero for never, like all times below
	Deleted  time.Time
	Hidden   bool // the platform held it back: no page ever shows it
	Replies  []Reply
}

// Reply is an official reply, in order of time. Some come after [Republic.End].
type Reply struct {
	Item     string
	Account  string // as the page shows it; "" on the portal, which prints the body's name
	Body     string // on whose behalf
	Kind     string // acknowledgement, redirect, refusal, closing, substantive
	Template bool   // at least three earlier replies of the body have its words, but for names and numbers
	At       time.Time
	Edited   time.Time
	Deleted  time.Time
	Link     string // how the page ties it to the need: page, parent, quote, number, mention, or "" not at all
}

// Item is one utterance, of whatever kind.
type Item struct {
	Source   string
	Thread   string
	ID       string
	Parent   string // as a page shows it while both are there; "" for none
	Body     string // of an official author; of the addressee otherwise
	Account  string // the author's id as the page shows it, but for the host where that is part of it
	Name     string // as the page shows it
	Class    string // of a citizen: question … praise, chatter, rhetorical, ad, thanks, quarrel; of an official: the reply's kind, or post
	Language string
	Text     string // as first published
	Revised  string // after Edited
	Official bool
	Need     bool
	Hidden   bool
	Undated  bool          // no page tells when it was said
	Rulings  []Ruling      // what the platform says of it, in order of time
	Width    time.Duration // of the span that pages leave around At, unless Undated
	Marked   bool          // a page shows a mark in its place once it is deleted
	At       time.Time
	Edited   time.Time
	Deleted  time.Time
}

// number gives every item and thread the number that its platform would have
// given it: one sequence in order of time, for a channel's posts, for its
// discussion, for a wall, for the portal. Then it orders what was drawn out of
// order, and flags the templates.
func (r *Republic) number() {
	r.byDraft = map[int64]*thread{}
	for _, s := range r.sources {
		r.numberSource(s)
	}
	for _, n := range r.needs {
		slices.SortStableFunc(n.replies, byTime)
	}
	order := map[*source]int{}
	for i, s := range r.sources {
		order[s] = i
	}
	slices.SortStableFunc(r.needs, func(a, b *need) int {
		return cmp.Or(cmp.Compare(order[a.item.thread.source], order[b.item.thread.source]), byTime(a.item, b.item))
	})
}

func byTime(a, b *item) int { return cmp.Compare(a.at, b.at) }

func (r *Republic) numberSource(s *source) {
	d := newDice(r.config.Seed, "numbers/"+s.id)
	next := s.first
	step := func() int64 { // numbers are lost to what nobody sees
		next++
		if d.chance(0.06) {
			next += int64(d.between(1, 3))
		}
		return next
	}
	type event struct {
		at     int64
		number *int64
	}
	var events []event
	next, onTelegram := s.first, s.platform == "telegram"
	for i, t := range s.threads {
		opened := &t.number
		if onTelegram { // posts have numbers of their own, and a copy in the discussion
			if i == 0 {
				next = 0 // the channel's first message is number 1
			}
			t.number = step()
			next += t.post.album
			opened = &t.post.copied
		}
		events = append(events, event{t.at, opened})
		for _, it := range t.items {
			events = append(events, event{it.at, &it.number})
		}
	}
	if onTelegram {
		next = s.first
	}
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	for _, e := range events {
		*e.number = step()
	}
	for _, t := range s.threads {
		if t.opener != nil {
			t.opener.number = t.number
		}
		if s.site != nil {
			s.site.items[t.number] = t.opener
			for _, it := range t.items {
				s.site.items[it.number] = it
			}
		}
	}
	if s.site != nil {
		s.arrange()
	}
	for _, t := range s.threads {
		if s == r.portal {
			r.byDraft[t.number] = t
		}
		slices.SortStableFunc(t.items, byTime)
	}
}

// arrange makes of what is said on a further platform what its pages can tell.
func (s *source) arrange() {
	for _, t := range s.threads {
		slices.SortStableFunc(t.items, byTime) // what is answered comes first
		for _, it := range t.items {
			if it.parent == nil {
				continue
			}
			if s.site.flat {
				it.parent = it.root()
			}
			if s.site.orphans && it.parent.deleted <= it.deleted && it.parent.deleted != never {
				it.deleted, it.lost = it.parent.deleted, true
			}
		}
		if s.site.settle != nil {
			s.site.settle(t)
		}
	}
}

// find gives the thread of a number on a source of posts; nil for none.
func (s *source) find(number int64) *thread {
	i := sort.Search(len(s.threads), func(i int) bool { return s.threads[i].number >= number })
	if i < len(s.threads) && s.threads[i].number == number {
		return s.threads[i]
	}
	return nil
}

// Truth gives all needs with their replies, ordered by source and time asked.
func (r *Republic) Truth() []Exchange {
	templates := r.templates()
	out := make([]Exchange, 0, len(r.needs))
	for _, n := range r.needs {
		it := n.item
		s := it.thread.source
		e := Exchange{
			Source: s.id, Thread: it.thread.id(), Item: it.id(), Body: it.thread.body.id,
			Asker: cmp.Or(it.who.id(s), it.who.name), Asked: r.moment(it.at),
			Class: it.class, Language: it.lang, Theme: it.theme,
			Edited: r.event(it.edited), Deleted: r.event(it.deleted), Hidden: it.hidden,
		}
		if s == r.portal {
			e.Theme = ""
		}
		if n.cluster != nil {
			e.Cluster = n.cluster.item.id()
		}
		if n.repeats != nil {
			e.Repeats = n.repeats.item.id()
		}
		for _, reply := range n.replies {
			e.Replies = append(e.Replies, Reply{
				Item: reply.id(), Account: reply.who.id(s), Body: reply.who.body.id,
				Kind: reply.class, Template: templates[reply], At: r.moment(reply.at),
				Edited: r.event(reply.edited), Deleted: r.event(reply.deleted), Link: reply.link,
			})
		}
		out = append(out, e)
	}
	return out
}

// templates tells which replies repeat at least three earlier ones of the body.
func (r *Republic) templates() map[*item]bool {
	var all []*item
	for _, n := range r.needs {
		for _, reply := range n.replies {
			if reply.canned != "" {
				all = append(all, reply)
			}
		}
	}
	slices.SortStableFunc(all, byTime)
	type use struct {
		body    *body
		formula string
	}
	sent := map[use]int{}
	flagged := map[*item]bool{}
	for _, reply := range all {
		u := use{reply.who.body, reply.canned}
		flagged[reply] = sent[u] >= 3
		sent[u]++
	}
	return flagged
}

// Items gives every utterance of the republic, by source, thread and time.
func (r *Republic) Items() []Item {
	var out []Item
	for _, s := range r.sources {
		for _, t := range s.threads {
			if t.opener != nil && !t.post.service && (s.site == nil || !s.site.mute) {
				out = append(out, r.item(t.opener))
			}
			for _, it := range t.items {
				out = append(out, r.item(it))
			}
		}
	}
	return out
}

func (r *Republic) item(it *item) Item {
	t := it.thread
	out := Item{
		Source: t.source.id, Thread: t.id(), ID: it.id(), Body: t.body.id,
		Account: it.who.id(t.source), Name: it.who.name, Class: it.class, Language: it.lang,
		Text: it.text, Revised: it.revised, Official: it.who.body != nil, Need: it.need != nil, Hidden: it.hidden,
		At: r.moment(it.at), Edited: r.event(it.edited), Deleted: r.event(it.deleted),
		Undated: it.undated, Rulings: r.told(it), Width: it.width(),
	}
	if it.who.body != nil {
		out.Body = it.who.body.id
	}
	if s := t.source; s.site != nil {
		out.Marked = s.site.Deletions && !it.lost
	}
	switch {
	case it.parent != nil:
		out.Parent = it.parent.id()
	case it == t.opener && t.post.replyTo != nil:
		out.Parent = t.post.replyTo.id()
	}
	return out
}

// event is a moment that may never come; zero then.
func (r *Republic) event(at int64) time.Time {
	if at == never {
		return time.Time{}
	}
	return r.moment(at)
}
