package simulate

// scenes adds to a body's source what happens now and then: a petition drive,
// one person who asks ten times and gets the same answer ten times, a citizen
// under a name that looks official.
func (r *Republic) scenes(b *body, s *source) {
	d := newDice(r.config.Seed, "scenes/"+b.id+"/"+s.id)
	months := float64(r.end-r.start) / (28 * 24 * 3600)
	n := d.poisson(1.2 * months)
	if months > 0.3 {
		n = max(1, n)
	}
	for range n {
		if s == r.portal {
			r.burst(d, b, s)
		} else {
			r.petition(d, b, s)
			r.lookalike(d, b, s)
		}
	}
}

// sceneAt draws when a scene begins.
func (r *Republic) sceneAt(d dice) int64 {
	return r.start + 3600 + d.Int64N(max(1, r.end-r.start-12*3600))
}

// petition has many people write nearly the same within hours. Officials answer
// nobody, the first, or everybody with one formula.
func (r *Republic) petition(d dice, b *body, s *source) {
	at := r.sceneAt(d)
	t := s.under(d, b, at)
	if t == nil {
		return
	}
	theme, lang := pick(d, b.themes), pick(d, []string{"ru", "kk"})
	part := func(name string) string {
		return r.phrases.fill(d, pick(d, r.phrases.around[key{a: name, b: lang}]), lang, nil)
	}
	text := part("context") + " " + r.phrases.fill(d, pick(d, r.phrases.citizens[key{theme, "request", lang}]), lang, nil) + ". " + part("context")
	reaction := d.IntN(3)
	words := formula{lang, pick(d, b.phrases[key{"canned", lang, "*"}])}
	var first *need
	for range d.between(6, 14) {
		it := t.add(&item{who: r.citizen(d, s, b), at: at, class: "request", theme: theme, lang: lang, text: text})
		if d.chance(0.5) {
			it.text += " " + part("tail")
		}
		n := r.enlist(it)
		if first == nil {
			first = n
		}
		n.cluster = first
		if reaction == 2 || reaction == 1 && n == first {
			r.say(d, b, it, "canned", words, r.hours.after(at, d.lognormal(b.median*meanPace, 0.4)))
		}
		if at += d.exponential(0.3); at >= r.end {
			return
		}
	}
}

// burst has one person comment on a draft again and again, and the body answer
// each comment with the same words.
func (r *Republic) burst(d dice, b *body, s *source) {
	at := r.sceneAt(d)
	t := s.under(d, b, at)
	if t == nil || t.asked() > 3 {
		return
	}
	who := r.citizen(d, s, b)
	words := formula{who.lang, pick(d, b.phrases[key{"canned", who.lang, "*"}])}
	replied := r.hours.after(at+3600, d.lognormal(b.median*meanPace, 0.3))
	for range d.between(4, 6) {
		it := r.need(d, s, b, who, at)
		t.add(it)
		r.say(d, b, it, "canned", words, replied)
		at += d.exponential(0.05)
		replied = max(replied, at) + int64(d.between(20, 90))
	}
}

// lookalike has a citizen with an official-sounding name answer a need. It is
// nobody's reply.
func (r *Republic) lookalike(d dice, b *body, s *source) {
	if s.platform != "telegram" {
		return
	}
	at := r.sceneAt(d)
	t := s.under(d, b, at)
	if t == nil || t.asked() == 0 {
		return
	}
	to := t.items[0]
	for _, it := range t.items {
		if it.need != nil && it.at < at && at < it.deleted && !it.hidden {
			to = it
		}
	}
	if to.need == nil || to.at >= at || at >= to.deleted || to.hidden {
		return
	}
	t.add(&item{
		who: &account{name: "Народный " + b.names.ru, lang: "ru"}, at: at, class: "chatter", lang: "ru", parent: to,
		text: r.phrases.fill(d, pick(d, r.phrases.official[key{"acknowledgement", "ru", "*"}]), "ru", nil),
	})
}
