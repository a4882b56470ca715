package telegram

import (
	"net/url"
	"strings"
	"time"

	"qulaq/parsers"
)

// fullPage is from how many message numbers on a page of a channel counts as
// full. It has up to 20; those of deleted messages are not filled up.
const fullPage = 16

// posts reads a page of a channel, or a single post. A single post is a listing
// that happens to have one entry: it shows no comments, so it must never pass
// for a visit of the thread that its comments are in.
func (d *document) posts() parsers.Result {
	if len(d.messages) == 0 {
		return d.refusal(d.withoutMessages())
	}
	items := make([]parsers.Item, 0, len(d.messages))
	for _, m := range d.whole() {
		if m.failure && len(d.messages) == 1 {
			return d.refusal(m.refused())
		}
		if m.failure || m.service {
			continue
		}
		item, missing := m.asPost(d.at, d.page.Seen)
		if missing != "" {
			return d.refusal(drift(missing))
		}
		items = append(items, item)
	}
	r := d.result(d.at.listing(), items)
	if r.State == parsers.Drift {
		return r
	}
	r.Counted = len(r.Items)
	r.Found = make([]parsers.Thread, 0, len(r.Items))
	for _, item := range r.Items {
		channel, post, _ := strings.Cut(item.ID, "/")
		found := d.at.thread(channel, post)
		found.Published = item.Published
		r.Found = append(r.Found, found)
	}
	if d.at.place == onListing {
		r.Next = d.olderPosts()
	}
	return r
}

// olderPosts is the next page of a channel: the one that the page links to, or,
// because Telegram now and then leaves out the link, the one before the lowest
// number on a full page. Never one that the page itself was asked for.
func (d *document) olderPosts() *parsers.Address {
	before := d.before
	if before == "" {
		if u, err := url.Parse(d.prev); err == nil && isNumber(u.Query().Get("before")) {
			before = u.Query().Get("before")
		}
	}
	if before == "" && d.at.query.Get("q") == "" {
		shown := 0
		for _, m := range d.messages {
			_, post, _ := strings.Cut(m.post, "/")
			if !isNumber(post) {
				continue
			}
			if before == "" || number(post) < number(before) {
				before = post
			}
			shown += 1 + len(m.parts(d.at))
		}
		if shown < fullPage || number(before) <= 1 {
			return nil
		}
	}
	if asked := d.at.query.Get("before"); before == "" || isNumber(asked) && number(before) >= number(asked) {
		return nil
	}
	return d.at.older(before)
}

// asPost makes an item of a message with data-post.
func (m *message) asPost(a address, seen time.Time) (parsers.Item, string) {
	r, ok := parsePath(m.post)
	if !ok || r.post == "" {
		return parsers.Item{}, "data-post"
	}
	item, missing := m.item(a, seen)
	if missing != "" {
		return item, missing
	}
	item.ID = m.post
	item.Thread = a.thread(r.channel, r.post).ID
	item.Kind = parsers.KindPost
	item.Parts = m.parts(a)
	item.Author = parsers.Author{ID: strings.ToLower(r.channel), Name: m.owner}
	if m.author != "" { // in a group anybody writes
		item.Author = parsers.Author{ID: a.account(m.authorHref), Name: m.author}
	}
	if item.Author.ID == strings.ToLower(r.channel) {
		item.Role = parsers.RoleOfficial
	}
	if to, ok := a.ref(m.replyHref); ok && to.post != "" && to != r {
		item.Parent = to.channel + "/" + to.post
	}
	return item, ""
}

// parts lists the further ids of an album. Its message has the id of the first
// part; the others stand only in the links to the single pictures.
func (m *message) parts(a address) []string {
	own, _ := parsePath(m.post)
	own.comment = m.comment
	var parts []string
	for _, href := range m.singles {
		r, ok := a.ref(href)
		switch {
		case !ok || r.post == "":
		case own.comment == "" && r.comment == "" && strings.EqualFold(r.channel, own.channel) && r.post != own.post:
			parts = appendOnce(parts, own.channel+"/"+r.post)
		case own.comment != "" && r.comment != "" && r.comment != own.comment:
			parts = appendOnce(parts, r.id())
		}
	}
	return parts
}

// id is what Telegram calls the post or comment that a link names.
func (r ref) id() string {
	if r.comment == "" {
		return r.channel + "/" + r.post
	}
	return r.channel + "/" + r.post + "?comment=" + r.comment
}

// account is the name of the account that a link leads to, in lower case; "" when
// it leads elsewhere.
func (a address) account(href string) string {
	if r, ok := a.ref(href); ok && r.post == "" {
		return strings.ToLower(r.channel)
	}
	return ""
}
