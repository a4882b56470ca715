package simulate

import (
	"cmp"
	"slices"
	"sort"
)

// live draws all that is said: what officials publish, what citizens write and
// what officials answer.
func (r *Republic) live() {
	for _, s := range r.sources {
		r.openThreads(s)
	}
	for _, b := range r.bodies {
		for _, s := range b.sources {
			if share := b.share(s); share > 0 {
				r.ask(b, s, share)
				r.scenes(b, s)
			}
		}
	}
}

// before is the index of the last thread that was opened before a moment, −1
// for none.
func (s *source) before(at int64) int {
	return sort.Search(len(s.threads), func(i int) bool { return s.threads[i].at >= at }) - 1
}

// ask draws the needs of a body on one source, and what surrounds them.
func (r *Republic) ask(b *body, s *source, share float64) {
	d := newDice(r.config.Seed, "needs/"+b.id+"/"+s.id)
	perDay := b.needsADay * share * r.config.Load
	var walls []*thread
	for _, at := range r.hours.arrivals(d, r.start, r.end, perDay, &awake, 0.6) {
		who := r.citizen(d, s, b)
		if s.site != nil && s.site.single && len(walls) > 0 {
			break
		}
		if s.onWall(d) {
			it := r.need(d, s, b, who, at)
			t := &thread{source: s, body: b, at: at, opener: it}
			it.thread = t
			walls = append(walls, t)
			r.aftermath(d, b, it)
			continue
		}
		t := s.under(d, b, at)
		if t == nil {
			continue
		}
		it := t.add(r.need(d, s, b, who, at))
		r.aftermath(d, b, it)
		r.chatter(d, s, b, t, at)
		if d.chance(0.03) {
			r.again(d, b, it)
		}
	}
	if len(walls) > 0 {
		s.threads = append(s.threads, walls...)
		sortThreads(s.threads)
	}
}

// onWall draws whether a citizen opens a thread: VK lets them post on the wall
// itself, as some further platforms do, and on question sites there is no other way.
func (s *source) onWall(d dice) bool {
	walls := s.platform == "vk" || s.site != nil && s.site.walls
	return walls && d.chance(0.25) || s.questions()
}

// need words a need. The caller puts it into its thread.
func (r *Republic) need(d dice, s *source, b *body, who *account, at int64) *item {
	class := "question"
	if x := d.Float64(); x > 0.75 {
		class = "request"
	} else if x > 0.45 {
		class = "complaint"
	}
	it := &item{who: who, at: at, class: class, theme: pick(d, b.themes), lang: language(d, who), edited: never, deleted: never}
	if s == r.portal {
		if it.lang == "mixed" {
			it.lang = who.lang
		}
		it.text = r.phrases.fill(d, pick(d, r.phrases.drafts[key{a: class, b: it.lang}]), it.lang, nil)
		if d.chance(0.06) {
			it.text += " " + r.betray(d, it, s)
		}
	} else {
		r.complain(d, it, s)
		r.nameAppeal(d, it)
	}
	r.enlist(it)
	return it
}

// enlist makes an item a need.
func (r *Republic) enlist(it *item) *need {
	it.need = &need{item: it}
	r.needs = append(r.needs, it.need)
	return it.need
}

// aftermath decides what becomes of a need: hidden, edited, deleted, argued
// about, and answered or not.
func (r *Republic) aftermath(d dice, b *body, it *item) {
	s := it.thread.source
	switch {
	case d.chance(0.008 * s.eventful()):
		it.hidden = true
		return
	case !s.fixed() && d.chance(0.04*s.eventful()):
		it.edited = it.at + d.exponential(1.5)
		it.revised = it.text + "\n" + r.phrases.fill(d, pick(d, r.phrases.around[key{a: "update", b: it.lang}]), it.lang, nil)
	}
	if d.chance(0.03*s.eventful()) && it != it.thread.opener {
		it.deleted = it.at + d.exponential(30)
	}
	r.answer(d, b, it)
	if !s.quiet() && d.chance(0.08) {
		r.quarrel(d, b, it)
	}
}

// again has the same person ask the same once more under another thread.
func (r *Republic) again(d dice, b *body, it *item) {
	at := it.at + d.exponential(20)
	t := it.thread.source.under(d, b, at)
	if t == nil || at >= r.end || it.hidden {
		return
	}
	second := t.add(&item{who: it.who, at: at, class: it.class, theme: it.theme, lang: it.lang, text: it.text, appeal: it.appeal, private: it.private})
	r.enlist(second).repeats = it.need
	r.answer(d, b, second)
}

// chatter adds what citizens say around a need that calls for no reply.
func (r *Republic) chatter(d dice, s *source, b *body, t *thread, at int64) {
	if s.quiet() {
		return // every comment there is a need
	}
	for range d.poisson(0.75) {
		class := "chatter"
		switch x := d.Float64(); {
		case x > 0.93:
			class = "ad"
		case x > 0.82:
			class = "rhetorical"
		case x > 0.62:
			class = "praise"
		}
		r.remark(d, b, t, nil, class, at+d.exponential(3))
	}
}

// remark adds a citizen's item that is no need; to names what it answers.
func (r *Republic) remark(d dice, b *body, t *thread, to *item, class string, at int64) *item {
	s := t.source
	who := r.citizen(d, s, b)
	lang := who.lang
	if d.chance(0.1) && r.phrases.chatter[key{a: class, b: "mixed"}] != nil {
		lang = "mixed"
	}
	it := t.add(&item{who: who, at: at, class: class, lang: lang})
	r.disclose(d, it, s, pick(d, r.phrases.chatter[key{a: class, b: lang}]))
	if to != nil && to != t.opener {
		it.parent = to
	}
	if s.platform == "vk" && to != nil {
		it.text = mention(to.who) + it.text
	}
	if d.chance(0.02) {
		it.deleted = at + d.exponential(10)
	}
	return it
}

// quarrel has citizens talk to each other below a need.
func (r *Republic) quarrel(d dice, b *body, it *item) {
	last, at := it, it.at
	for range d.between(2, 5) {
		at += d.exponential(0.7)
		if at >= last.deleted {
			return
		}
		last = r.remark(d, b, it.thread, last, pick(d, []string{"quarrel", "quarrel", "chatter"}), at)
	}
}

func sortMoments(moments []int64) { slices.Sort(moments) }

func sortThreads(threads []*thread) {
	slices.SortStableFunc(threads, func(a, b *thread) int { return cmp.Compare(a.at, b.at) })
}
