package simulate

import (
	"math"
	"strings"
)

// openThreads draws what officials publish on a source: posts in the rhythm of
// the desk, and on the portal draft laws.
func (r *Republic) openThreads(s *source) {
	if s == r.portal {
		r.openDrafts(s)
		return
	}
	if s.questions() {
		return // opened by citizens
	}
	d := newDice(r.config.Seed, "posts/"+s.id)
	perDay := d.within(1.6, 2.6) * math.Sqrt(r.config.Load)
	moments := r.hours.arrivals(d, r.start+1800, r.end, perDay, &desk, 0)
	// Something to write under is there within the first minutes.
	moments = append([]int64{r.start, r.start + 60 + d.Int64N(1500)}, moments...)
	who := s.body.official(s)
	for i, at := range moments {
		t := &thread{source: s, body: s.body, at: at, closed: s.closed || i > 0 && s.closes() && d.chance(0.04*s.eventful())}
		lang := pick(d, []string{"ru", "kk"})
		t.opener = &item{
			thread: t, who: who, at: at, class: "post", lang: lang, edited: never, deleted: never,
			text: r.phrases.fill(d, pick(d, r.phrases.official[key{"post", lang, "*"}]), lang, nil),
		}
		if s.platform == "telegram" {
			r.shapePost(d, s, t, i)
		}
		if !s.fixed() && d.chance(0.06*s.eventful()) {
			t.opener.edited = at + d.exponential(2)
			t.opener.revised = t.opener.text + " (" + r.phrases.slot(d, "unit", lang) + ")"
		}
		s.threads = append(s.threads, t)
	}
}

// shapePost gives a Telegram post one of the forms that posts have. The first
// posts of a channel show one form each, so that every channel has them all.
func (r *Republic) shapePost(d dice, s *source, t *thread, i int) {
	form := d.Float64()
	if i < 5 {
		form = [...]float64{0.02, 0.9, 0.10, 0.16, 0.2}[i]
	}
	switch {
	case form < 0.05:
		t.post.service, t.closed = true, true
		t.opener.text = "Channel photo updated"
		if i == 0 {
			t.opener.text = "Channel created"
		}
	case form < 0.12:
		t.post.album = int64(d.between(1, 3))
	case form < 0.18:
		t.post.forward = true
	case form < 0.24:
		t.post.replyTo = pick(d, s.threads[1:]).opener
	case form < 0.5:
		t.post.photo = true
	case form > 0.985 && i > 5:
		t.opener.deleted = t.at + d.exponential(30)
	}
}

// draftsNeeds is how many needs a draft law has on average: the portal's page
// shows ten comments, and its counter more where there are more.
const draftsNeeds = 3.2

// openDrafts draws the draft laws of all bodies on the portal.
func (r *Republic) openDrafts(s *source) {
	for _, b := range r.bodies {
		if b.share(s) == 0 || b.sources[0] != s {
			continue
		}
		d := newDice(r.config.Seed, "drafts/"+b.id)
		perDay := b.needsADay * b.share(s) * r.config.Load / draftsNeeds
		moments := r.hours.arrivals(d, r.start+1800, r.end, perDay, &desk, 0)
		if len(moments) == 0 || moments[0] > r.start+10*3600 {
			moments = append([]int64{r.start + 1800 + d.Int64N(3600)}, moments...)
		}
		for _, at := range moments {
			topic := strings.Split(pick(d, r.phrases.drafts[key{a: "topic", b: "0"}]), "|")
			title := func(lang, topic string) string {
				return r.phrases.fill(d, pick(d, r.phrases.drafts[key{a: "title", b: lang}]), lang, map[string]string{"topic": topic})
			}
			s.threads = append(s.threads, &thread{source: s, body: b, at: at, draft: &draft{
				title: names{ru: title("ru", topic[0]), kk: title("kk", topic[1])},
				until: at + int64(d.between(5, 15))*24*3600,
			}})
		}
	}
	sortThreads(s.threads)
}

// under picks the thread under which somebody writes at a moment: mostly the
// latest that is open, sometimes one before. nil when there is none yet.
func (s *source) under(d dice, b *body, at int64) *thread {
	last := s.before(at)
	skip := d.geometric(0.6)
	var found *thread
	for i := last; i >= 0; i-- {
		t := s.threads[i]
		switch {
		case t.body != b || t.closed || t.at >= at || t.opener != nil && t.opener.deleted != never:
		case t.opener != nil && t.opener.need != nil: // a citizen's own post
		case t.draft != nil && (at >= t.draft.until || t.asked() >= draftsShown && !d.chance(0.05)):
		case at-t.at > 15*24*3600:
			return found
		default:
			if found = t; skip == 0 {
				return found
			}
			skip--
		}
	}
	return found
}

// asked counts the needs in a thread.
func (t *thread) asked() int {
	n := 0
	for _, it := range t.items {
		if it.need != nil {
			n++
		}
	}
	return n
}
