package telegram

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"qulaq/parsers"
)

// comments reads a page of comments: the widget, or an answer of the api with
// more of them.
func (d *document) comments() parsers.Result {
	post, ok := d.commented()
	if len(d.messages) == 0 {
		return d.refusal(d.withoutComments())
	}
	if !ok {
		return d.refusal(drift("the address of its post"))
	}
	items := make([]parsers.Item, 0, len(d.messages))
	for _, m := range d.whole() {
		if m.failure && len(d.messages) == 1 {
			return d.refusal(m.refused())
		}
		if m.failure || m.service {
			continue
		}
		var item parsers.Item
		var missing string
		if m.post != "" { // some widgets repeat the post above its comments
			item, missing = m.asPost(d.at, d.page.Seen)
		} else {
			item, missing = m.asComment(d.at, post, d.top(), d.page.Seen)
		}
		if missing != "" {
			return d.refusal(drift(missing))
		}
		if d.cut && d.top() == "" && !answersOneOf(items, item, post) {
			continue // whom it answers stands in the part that is lost
		}
		items = append(items, item)
	}
	if !slices.ContainsFunc(items, isComment) {
		return d.refusal(d.withoutComments()) // the post alone tells nothing of its comments
	}
	r := d.result(d.at.thread(post.channel, post.post), items)
	if r.State == parsers.Drift {
		return r
	}
	r.Declared = d.declared()
	for _, item := range r.Items {
		if isComment(item) {
			r.Counted++
		}
	}
	if d.before != "" {
		r.Next = d.olderComments(post)
		// Where the page declares how many there are, the count tells what is missing.
		if r.Next == nil && r.State == parsers.OK && r.Declared <= r.Counted {
			r.State, r.Reason = parsers.Partial, "there are more comments, and the page does not tell how to ask for them"
		}
	}
	return r
}

func isComment(item parsers.Item) bool { return item.Kind == parsers.KindComment }

// answersOneOf tells whether a comment answers the post or a comment before it on
// the page.
func answersOneOf(items []parsers.Item, item parsers.Item, post ref) bool {
	return item.Parent == post.id() || slices.ContainsFunc(items, func(other parsers.Item) bool { return other.ID == item.Parent })
}

// commented is the post that the comments belong to, written as the page writes
// it: the header names it, and so does the address of every comment.
func (d *document) commented() (ref, bool) {
	asked := ref{channel: d.at.channel, post: d.at.post}
	hrefs := []string{d.headerHref}
	if len(d.messages) > 0 {
		hrefs = append(hrefs, d.messages[0].link)
	}
	for _, href := range hrefs {
		r, ok := d.at.ref(href)
		if ok && r.post != "" && (asked.channel == "" || strings.EqualFold(r.channel, asked.channel)) {
			return ref{channel: r.channel, post: r.post}, true
		}
	}
	return asked, asked.post != ""
}

// top is the number that the copy of the post has in the discussion group, ""
// when the page does not tell.
func (d *document) top() string {
	if top := d.form["top_msg_id"]; top != "" {
		return top
	}
	return d.at.sent.Get("top_msg_id")
}

// declared is how many comments the page says there are.
func (d *document) declared() int {
	header, exact := d.header, d.apiCount
	if d.answer != nil {
		header, exact = d.answer.Header, d.answer.Count
	}
	if exact != nil && *exact >= 0 {
		return *exact
	}
	return countIn(header)
}

// olderComments is the next page of comments, nil when the page does not tell how
// to ask for it. An answer does not repeat what it was asked with; its address does.
func (d *document) olderComments(post ref) *parsers.Address {
	method, form := d.at.method, d.at.sent
	if d.at.place == onWidget {
		api, err := url.Parse(d.api)
		if err != nil || api.Path != "/api/method" {
			return nil
		}
		method, form = api.RequestURI(), url.Values{}
		for _, name := range identifying {
			form.Set(name, strings.Clone(d.form[name]))
		}
	}
	for _, name := range identifying {
		if form.Get(name) == "" {
			return nil
		}
	}
	if asked := form.Get("before_id"); asked != "" && number(d.before) >= number(asked) {
		return nil // it would go round in circles
	}
	form.Set("before_id", strings.Clone(d.before))
	form.Set("method", "loadComments")
	return d.at.more(method, post.channel, post.post, form)
}

// identifying are the hidden inputs without which no more comments are to be had.
var identifying = []string{"peer", "top_msg_id", "discussion_hash"}

// asComment makes an item of a message with data-post-id, below a post whose copy
// in the discussion group has the number top.
func (m *message) asComment(a address, post ref, top string, seen time.Time) (parsers.Item, string) {
	if !isNumber(m.comment) {
		return parsers.Item{}, "data-post-id"
	}
	if m.author == "" && m.owner == "" {
		return parsers.Item{}, "tgme_widget_message_author_name"
	}
	item, missing := m.item(a, seen)
	if missing != "" {
		return item, missing
	}
	own := ref{post.channel, post.post, m.comment}
	item.ID = own.id()
	item.Thread = a.thread(post.channel, post.post).ID
	item.Kind = parsers.KindComment
	item.Parts = m.parts(a)
	item.Author = parsers.Author{ID: a.account(m.authorHref), Name: m.author}
	if m.author == "" {
		item.Author.Name = m.owner
	}
	if item.Author.ID != "" && item.Author.ID == strings.ToLower(post.channel) {
		item.Role = parsers.RoleOfficial
	}
	item.Parent = post.id()
	to := m.replyTo
	if to == "" {
		r, _ := a.ref(m.replyHref)
		to = r.comment
	}
	// Comments are numbered upwards from the copy of the post: what is not between
	// is that copy, or a message of the group that is no comment below this post.
	if isNumber(to) && number(top) < number(to) && number(to) < number(m.comment) {
		item.Parent = ref{post.channel, post.post, to}.id()
	}
	return item, ""
}

// countIn reads "44 comments", "1 234 комментария", "1,234 comments", "3 пікір".
// A rounded count ("1.2K comments", "12 тыс. комментариев") tells no number, and
// neither does a header without one.
func countIn(header string) int {
	i := strings.IndexFunc(header, func(r rune) bool { return !strings.ContainsRune("0123456789,. \u00a0\u202f", r) })
	if i <= 0 {
		return parsers.Unknown
	}
	digits, word := strings.Trim(header[:i], " \u00a0\u202f"), strings.ToLower(header[i:])
	known := false
	for _, stem := range []string{"comment", "коммент", "пікір"} {
		known = known || strings.HasPrefix(word, stem)
	}
	groups := strings.FieldsFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	for _, group := range groups[min(1, len(groups)):] {
		known = known && len(group) == 3 // else a decimal fraction
	}
	n, err := strconv.Atoi(strings.Join(groups, ""))
	if !known || err != nil {
		return parsers.Unknown
	}
	return n
}
