package pipeline

import (
	"cmp"
	"slices"
	"time"

	"qulaq/schema"
)

// Method tells how a reply was tied to its need.
type Method string

// The methods, from the surest to the weakest. [Confidence] has their weights.
const (
	ByPage     Method = "page"     // the page puts the reply below the need, or is made for one need
	ByParent   Method = "parent"   // the reply names the need by its id
	ByQuote    Method = "quote"    // the reply repeats the need's words
	ByMention  Method = "mention"  // the reply addresses the person who asked
	ByAdjacent Method = "adjacent" // the reply follows the need, and nothing else ties it
)

// Confidence is the weight of each method: the share of ties that are right, as
// judged when the method was written. Adjacent ties are kept and left out of the
// statistics by default.
var Confidence = map[Method]float32{ByPage: 1, ByParent: 1, ByQuote: 0.9, ByMention: 0.85, ByAdjacent: 0.4}

// AdjacentWithin bounds how long after a need a reply may still be taken for its
// answer merely because it follows.
const AdjacentWithin = 7 * 24 * time.Hour

// reply is what makes an official's item a reply.
type reply struct {
	need   *utterance
	method Method
}

// link ties the official items of one thread to its needs. The utterances are
// those of the thread, in order of time.
func link(thread []*utterance) {
	byID := make(map[string]*utterance, len(thread))
	for _, u := range thread {
		byID[u.ItemID] = u
	}
	answered := map[*utterance]bool{}
	for i, u := range thread {
		if u.Role != official || u.opens() {
			continue
		}
		need, method := tie(u, thread[:i], byID, answered)
		if need == nil || need.PublishedLo.After(u.PublishedHi) {
			continue
		}
		u.reply = &reply{need, method}
		answered[need] = true
	}
}

// tie finds the need that an official's item replies to: nil when nothing in the
// thread speaks for one.
func tie(u *utterance, before []*utterance, byID map[string]*utterance, answered map[*utterance]bool) (*utterance, Method) {
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
	if need := lastBefore(before, func(n *utterance) bool { return u.quotedHash != "" && n.textHash == u.quotedHash }); need != nil {
		return need, ByQuote
	}
	if len(u.mentions) > 0 {
		return lastBefore(before, func(n *utterance) bool { return n.Author != "" && slices.Contains(u.mentions, n.Author) }), ByMention
	}
	if opening := byID[u.ThreadID]; opening != nil && opening.Need {
		return opening, ByPage // the thread is one citizen's question
	}
	return lastBefore(before, func(n *utterance) bool {
		return !answered[n] && u.PublishedLo.Sub(n.PublishedHi) <= AdjacentWithin
	}), ByAdjacent
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

// replies lists the replies of one thread by need, in order of time.
func replies(thread []*utterance) map[*utterance][]*utterance {
	byNeed := map[*utterance][]*utterance{}
	for _, u := range thread {
		if u.reply != nil {
			byNeed[u.reply.need] = append(byNeed[u.reply.need], u)
		}
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
