package x

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/stamp"
)

// page is what the lines of an answer hold together.
type page struct {
	reader
	all    []post
	latest map[string]int    // first id → where its latest version is in all
	first  map[string]string // id of a version → that of the first
	names  map[string]user
	byName map[string]string // user name → id
	texts  map[string]string // of posts that others refer to
	author string            // of whoever opened the conversation
}

// gather takes in one answer. Of the versions of a post the latest is kept.
func (p *page) gather(a *answer) {
	for _, u := range a.Includes.Users {
		p.names[u.ID] = u
		p.byName[strings.ToLower(u.Username)] = u.ID
	}
	for i := range a.Includes.Tweets {
		t := &a.Includes.Tweets[i]
		p.version(t)
		p.texts[t.ID] = t.text()
	}
	for i := range a.Data {
		t := &a.Data[i]
		p.version(t)
		if at, known := p.latest[t.first()]; !known {
			p.latest[t.first()] = len(p.all)
			p.all = append(p.all, *t)
		} else if newer(t.ID, p.all[at].ID) {
			p.all[at] = *t
		}
	}
}

// version notes the ids of a post, and its author if it opens the conversation.
func (p *page) version(t *post) {
	for _, id := range t.Versions {
		p.first[id] = t.first()
	}
	if p.at.method == search && slices.Contains(p.at.ids, t.first()) {
		p.author = t.Author
	}
}

// newer tells whether a is the later of two ids, which are numbers.
func newer(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a > b }

// read turns the posts into items, and leads to their conversations.
func (p *page) read() *parsers.Refusal {
	if p.author == "" {
		p.author = p.at.Carried.Get(carryAuthor)
	}
	for i := range p.all {
		t := &p.all[i]
		if t.reference("retweeted") != "" || p.at.method == timeline && !t.opens() {
			continue
		}
		item, ok := p.item(t)
		if !ok {
			continue
		}
		switch p.at.method {
		case timeline:
			item.Thread, item.Kind, item.Role = item.ID, parsers.KindPost, parsers.RoleOfficial
			if t.Author != p.at.id {
				return parsers.Refuse(parsers.Drift, "a post of", t.Author, "in the answer for", p.at.id)
			}
			ids := append([]string{item.ID}, item.Parts...)
			thread := p.at.conversation(ids, t.Author)
			thread.Published = item.Published
			if t.Metrics != nil && t.Metrics.Replies >= 0 {
				thread.Declared = t.Metrics.Replies
			}
			if p.Item(item) {
				p.Lead(thread)
			}
			continue
		case search:
			if t.Conversation != "" && !slices.Contains(p.at.ids, t.Conversation) {
				return parsers.Refuse(parsers.Drift, "a post of the conversation", t.Conversation, "in the answer for", p.Thread.ID)
			}
			item.Thread = p.Thread.ID
		default:
			if item.Thread = t.Conversation; t.opens() {
				item.Thread = item.ID
			}
			if item.Thread == "" {
				p.Lacks("conversation_id")
				continue
			}
			if first, ok := p.first[item.Thread]; ok {
				item.Thread = first
			}
		}
		if item.Kind = parsers.KindComment; item.ID == item.Thread {
			item.Kind = parsers.KindPost
		}
		if p.author != "" && t.Author == p.author {
			item.Role = parsers.RoleOfficial
		}
		p.Item(item)
	}
	return nil
}

// item is what all posts have in common.
func (p *page) item(t *post) (parsers.Item, bool) {
	created, precision, ok := p.Clock.Read(t.CreatedAt)
	switch {
	case !api.IsNumber(t.ID):
		p.Lacks("id")
		return parsers.Item{}, false
	case t.Author == "":
		p.Lacks("author_id")
		return parsers.Item{}, false
	case !ok:
		p.Lacks("a readable created_at")
		return parsers.Item{}, false
	}
	item := parsers.Item{
		ID: t.first(), Parent: t.reference("replied_to"),
		Author:    parsers.Author{ID: t.Author, Name: p.names[t.Author].Name},
		Published: created, Precision: precision,
		Text: t.text(), Quoted: p.texts[t.reference("quoted")],
	}
	if first, ok := p.first[item.Parent]; ok {
		item.Parent = first
	}
	if len(t.Versions) > 1 {
		item.Parts = slices.Clone(t.Versions[1:])
		item.Edited = true
		if t.ID != t.Versions[0] { // else this is the first version, and the edit's time is not told
			item.EditedAt = created
		}
		if at, ok := timeOf(item.ID); ok {
			if span, ok := stamp.Seen(parsers.At(at), p.Clock.Seen); ok && !span.Lo.After(created.Lo) {
				item.Published = span
			}
		}
	}
	if t.Withheld != nil && len(t.Withheld.Countries) > 0 {
		item.Outcome = "withheld in " + strings.Join(t.Withheld.Countries, ", ")
	}
	item.Mentions = p.mentions(t)
	return item, true
}

// mentions are the accounts that a post addresses, as far as their ids are told.
func (p *page) mentions(t *post) []string {
	var ids []string
	add := func(id string) {
		if id != "" && id != t.Author && !slices.Contains(ids, id) && len(ids) < 100 {
			ids = append(ids, id)
		}
	}
	add(t.ReplyToWho)
	for _, m := range t.Entities.Mentions {
		if m.ID == "" {
			m.ID = p.byName[strings.ToLower(m.Username)]
		}
		add(m.ID)
	}
	return ids
}

// timeOf is the time that an id holds: milliseconds since X's own epoch above 22
// bits (github.com/twitter-archive/snowflake). Ids before November 2010 hold none.
func timeOf(id string) (time.Time, bool) {
	const epoch, oldest = 1288834974657, 1 << 36
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n < oldest {
		return time.Time{}, false
	}
	return time.UnixMilli(n>>22 + epoch), true
}
