package pipeline

import (
	"cmp"
	"slices"
	"time"

	"qulaq/schema"
)

// Method tells how a reply was tied to its need.
type Method string

// The methods, in the order in which they are tried. [Confidence] has their weights.
const (
	ByPage     Method = "page"     // the page puts the reply below the need, or is made for one need
	ByParent   Method = "parent"   // the reply names the need by its id
	ByQuote    Method = "quote"    // the reply repeats the need's words
	ByNumber   Method = "number"   // the reply names the number of the need's appeal
	ByMention  Method = "mention"  // the reply addresses the person who asked, by account or name
	ByAdjacent Method = "adjacent" // the reply follows the need, and nothing else ties it
)

// Methods lists them in that order.
var Methods = []Method{ByPage, ByParent, ByQuote, ByNumber, ByMention, ByAdjacent}

// Confidence is the weight of each method: the share of its ties that are right, no
// higher than was measured on a republic whose truth is known (docs/accuracy.md); real
// officials may be less clear. Adjacent ties are kept and left out of the
// statistics by default.
var Confidence = map[Method]float32{ByPage: 1, ByParent: 1, ByQuote: 0.9, ByNumber: 0.9, ByMention: 0.85, ByAdjacent: 0.4}

// AdjacentWithin bounds how long after a need a reply may still be taken for its
// answer merely because it follows.
const AdjacentWithin = 7 * 24 * time.Hour

// reply is what makes an official's item a reply.
type reply struct {
	need   *utterance
	method Method
}

// linkSource ties the official items of a source to its needs: thread by thread, and
// then, by the number of the appeal alone, those that stand in another thread than the
// need. The utterances come ordered by thread; those of a thread are put in order of
// time.
func linkSource(source []*utterance) {
	var named []naming
	var loose []*utterance
	for thread := range byThread(source) {
		slices.SortFunc(thread, byTime)
		n, l := link(thread)
		named, loose = append(named, n...), append(loose, l...)
	}
	if len(loose) == 0 {
		return
	}
	slices.SortStableFunc(named, func(a, b naming) int { return byTime(a.by, b.by) })
	appeals := register{}
	for _, n := range named {
		appeals.enter(n.number, n.need)
	}
	for _, u := range loose {
		need := appeals.find(u, func(n *utterance) bool {
			return n.BodyID == u.BodyID && !n.PublishedLo.After(u.PublishedHi) && (len(u.mentions) == 0 || u.addresses(n))
		})
		if need != nil {
			u.reply = &reply{need, ByNumber}
		}
	}
}

// link ties the official items of one thread to its needs. The utterances are
// those of the thread, in order of time. named tells which need has which number, and
// loose lists the official items that name a number and are not tied by anything
// but order.
func link(thread []*utterance) (named []naming, loose []*utterance) {
	byID := make(map[string]*utterance, len(thread))
	for _, u := range thread {
		byID[u.ItemID] = u
	}
	answered := map[*utterance]bool{}
	appeals := register{}
	enter := func(by, need *utterance, numbers []string) {
		for _, number := range numbers {
			appeals.enter(number, need)
			named = append(named, naming{by, need, number})
		}
	}
	for i, u := range thread {
		if u.Role != official {
			if need := needAbove(u, byID); need == u || need != nil && u.Author != "" {
				enter(u, need, u.numbers) // also those of a detail that is added to one's own need
			}
			continue
		}
		if u.opens() {
			continue
		}
		need, method := tie(u, thread[:i], byID, answered, appeals)
		if need != nil && !need.PublishedLo.After(u.PublishedHi) {
			u.reply = &reply{need, method}
			answered[need] = true
		}
		switch parent := byID[u.ParentID]; {
		case len(u.numbers) == 0:
		case u.reply != nil && method != ByAdjacent:
			enter(u, need, u.numbers[:1]) // "registered under …"; further ones are those of others
		case parent == nil || parent.Role == official:
			loose = append(loose, u)
		}
	}
	return named, loose
}

// tie finds the need that an official's item replies to: nil when nothing in the
// thread speaks for one.
func tie(u *utterance, before []*utterance, byID map[string]*utterance, answered map[*utterance]bool, appeals register) (*utterance, Method) {
	if parent := byID[u.ParentID]; parent != nil {
		if need := needAbove(parent, byID); need != nil {
			if u.nested {
				return need, ByPage
			}
			return need, ByParent
		}
		if parent.Role != official {
			return nil, "" // it answers praise or chatter, and says so
		}
	}
	// Who is addressed goes before what is quoted or named: officials repeat to one
	// what they have answered to another.
	var mentioned *utterance
	if len(u.mentions) > 0 {
		mentioned = lastBefore(before, u.addresses)
	}
	fits := func(n *utterance) bool { return mentioned == nil || u.addresses(n) }
	if u.quotedHash != "" {
		quoted := func(n *utterance) bool { return slices.Contains(n.saidHashes, u.quotedHash) && fits(n) }
		if need := lastBefore(before, quoted); need != nil {
			return need, ByQuote
		}
	}
	if need := appeals.find(u, fits); need != nil {
		return need, ByNumber
	}
	if len(u.mentions) > 0 {
		return mentioned, ByMention
	}
	if opening := byID[u.ThreadID]; opening != nil && opening.Need {
		return opening, ByPage // the thread is one citizen's question
	}
	return lastBefore(before, func(n *utterance) bool {
		return !answered[n] && u.PublishedLo.Sub(n.PublishedHi) <= AdjacentWithin
	}), ByAdjacent
}

// addresses tells whether an official's item addresses the one who has said n.
func (u *utterance) addresses(n *utterance) bool {
	return n.Author != "" && slices.Contains(u.mentions, n.Author)
}

// naming is a number of an appeal as an item names it, with the need whose it is.
type naming struct {
	by, need *utterance
	number   string
}

// register has the needs by the number of their appeal, in the order of naming.
type register map[string][]*utterance

// enter gives a need a number. A number belongs to whoever names it first: who asks
// about another's appeal does not take it over.
func (r register) enter(number string, need *utterance) {
	if have := r[number]; len(have) == 0 || have[0].Author != "" && have[0].Author == need.Author {
		r[number] = append(have, need)
	}
}

// find is the latest need with a number that an item names and that satisfies ok: with
// the first such number, for officials begin with the appeal that they answer.
func (r register) find(u *utterance, ok func(*utterance) bool) *utterance {
	for _, number := range u.numbers {
		for _, need := range slices.Backward(r[number]) {
			if ok(need) {
				return need
			}
		}
	}
	return nil
}

// needAbove walks from the item that a reply names up to the need that it
// belongs to: people add details to their own question, and officials answer
// the details.
func needAbove(item *utterance, byID map[string]*utterance) *utterance {
	author := item.Author
	for steps := 0; item != nil && steps < len(byID); steps++ {
		if item.Need && (item.Author == author || steps == 0) {
			return item
		}
		if item.Role != official && item.Author != author {
			return nil
		}
		item = byID[item.ParentID]
	}
	return nil
}

// lastBefore is the latest need before an item that satisfies ok.
func lastBefore(before []*utterance, ok func(*utterance) bool) *utterance {
	for _, n := range slices.Backward(before) {
		if n.Need && ok(n) {
			return n
		}
	}
	return nil
}

// byTime orders utterances by when they were published, then by id.
func byTime(a, b *utterance) int {
	return cmp.Or(a.PublishedLo.Compare(b.PublishedLo), a.PublishedHi.Compare(b.PublishedHi), cmp.Compare(a.ItemID, b.ItemID))
}

// replies lists the replies of one source by need, in order of time.
func replies(source []*utterance) map[*utterance][]*utterance {
	byNeed := map[*utterance][]*utterance{}
	for _, u := range source {
		if u.reply != nil {
			byNeed[u.reply.need] = append(byNeed[u.reply.need], u)
		}
	}
	for _, answers := range byNeed {
		slices.SortFunc(answers, byTime)
	}
	return byNeed
}

// exchange is the row of a need with its replies.
func exchange(need *utterance, answers []*utterance) schema.Exchange {
	e := schema.Exchange{
		SourceID:   need.SourceID,
		ThreadID:   need.ThreadID,
		NeedID:     need.ItemID,
		BodyID:     need.BodyID,
		Asker:      need.Author,
		AskedLo:    need.PublishedLo,
		AskedHi:    need.PublishedHi,
		Precision:  need.Precision,
		CensoredAt: need.censoredAt,
		Vanished:   need.Vanished,
		Class:      need.Class,
		Language:   need.Language,
		Theme:      need.Theme,
		Classifier: need.Classifier,
	}
	if len(answers) == 0 && !need.ended.IsZero() && need.ended.Before(e.CensoredAt) {
		e.CensoredAt = need.ended
	}
	if e.CensoredAt.Before(need.PublishedHi) {
		e.CensoredAt = need.PublishedHi
	}
	for _, a := range answers {
		e.ReplyID = append(e.ReplyID, a.ItemID)
		e.ReplyBodyID = append(e.ReplyBodyID, a.BodyID)
		e.ReplyLo = append(e.ReplyLo, a.PublishedLo)
		e.ReplyHi = append(e.ReplyHi, a.PublishedHi)
		e.ReplyKind = append(e.ReplyKind, a.Class)
		e.ReplyTemplate = append(e.ReplyTemplate, a.Template)
		e.ReplyMethod = append(e.ReplyMethod, string(a.reply.method))
		e.ReplyConfidence = append(e.ReplyConfidence, Confidence[a.reply.method])
		e.ReplyWatched = append(e.ReplyWatched, !a.FirstSeenAt.After(need.censoredAt))
	}
	return e
}
