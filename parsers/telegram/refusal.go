package telegram

import (
	"fmt"
	"strings"

	"qulaq/parsers"

	"golang.org/x/net/html"
)

// drift is the refusal to read a message that lacks something.
func drift(missing string) *parsers.Refusal {
	return parsers.Refuse(parsers.Drift, "a message without "+missing)
}

// refusal is the result for a page without items.
func (d *document) refusal(f *parsers.Refusal) parsers.Result {
	r := parsers.Result{State: f.State, Reason: f.Reason, Declared: parsers.Unknown}
	switch {
	case d.at.channel == "":
	case d.at.place == onListing:
		r.Thread = d.at.listing()
	default:
		r.Thread = d.at.thread(d.at.channel, d.at.post)
	}
	if d.at.place == onWidget || d.at.place == onAnswer {
		r.Declared = d.declared()
		if f.State == parsers.Empty {
			r.Declared = 0
		}
	}
	return r
}

// withoutMessages tells what a page of a channel, or of a post, without any is.
func (d *document) withoutMessages() *parsers.Refusal {
	switch {
	case d.noticed && d.at.query.Get("q") != "":
		return parsers.Refuse(parsers.Empty, "nothing on the channel matches the search")
	case d.noticed:
		// The same words are said to whoever asks too often.
		return parsers.Refuse(parsers.Throttled, "Telegram says that it found no posts: perhaps a throttle, never proof of an empty channel")
	default:
		return d.without("tgme_widget_message")
	}
}

// withoutComments tells what a page of comments without any is. Only a count of
// zero that a reader of the page sees, or Telegram's invitation to be the first
// beside the form for that, is proof that there are none.
func (d *document) withoutComments() *parsers.Refusal {
	notice := strings.ToLower(d.notice)
	declared := d.declared()
	switch {
	case !d.discussion && d.answer == nil:
		return d.without("tgme_post_discussion")
	case strings.Contains(notice, "not available"):
		return parsers.Refuse(parsers.DiscussionUnavailable, "Telegram says that the discussion is not available: the post has none, or its group is private")
	case notice == "array": // a known fault of Telegram's
		return parsers.Refuse(parsers.DiscussionUnavailable, "Telegram shows a word of its own program in place of the discussion")
	case strings.Contains(notice, "open telegram"):
		return parsers.Refuse(parsers.DiscussionUnavailable, "Telegram shows this discussion in its app only")
	case declared > 0:
		return parsers.Refuse(parsers.Partial, fmt.Sprintf("the page declares %d comments and shows none", declared))
	case d.cut:
		return parsers.Refuse(parsers.Partial, "the page is cut off before the first comment")
	case declared == 0 && (d.answer != nil || countIn(d.header) == 0):
		return parsers.Refuse(parsers.Empty, "nobody has commented")
	case d.form["discussion_hash"] != "" && (strings.Contains(notice, "first") || strings.Contains(notice, "no comments")):
		return parsers.Refuse(parsers.Empty, "nobody has commented")
	case d.noticed:
		return parsers.Refuse(parsers.DiscussionUnavailable, "Telegram shows a notice in place of the discussion")
	default:
		return parsers.Refuse(parsers.Drift, "neither comments, nor a number in js-header, nor a notice")
	}
}

// without tells what a page is that does not have what its address promises.
func (d *document) without(landmark string) *parsers.Refusal {
	if f := d.wall(); f != nil {
		return f
	}
	switch {
	case d.landing && d.widget:
		return parsers.Refuse(parsers.DiscussionUnavailable, "the page only frames the post by script; with ?embed=1 it would hold it")
	case d.landing && d.title != "":
		return parsers.Refuse(parsers.DiscussionUnavailable, "Telegram shows only the page about the name: it is a group or a person, or its preview is off")
	case d.landing && d.noindex:
		return parsers.Refuse(parsers.Gone, "there is nothing of this name")
	case d.landing:
		return parsers.Refuse(parsers.Drift, "a page about a name without tgme_page_title")
	case d.cut:
		return parsers.Refuse(parsers.Partial, "the page is cut off before the first message")
	case d.frame:
		return parsers.Refuse(parsers.Drift, "a page without "+landmark+" in its frame of messages")
	default:
		return parsers.Refuse(parsers.Drift, "a page without "+landmark)
	}
}

// refused tells what the notice in place of a post says.
func (m *message) refused() *parsers.Refusal {
	if strings.Contains(strings.ToLower(m.notice), "not found") {
		return parsers.Refuse(parsers.Gone, "Telegram says that the post is not found")
	}
	return parsers.Refuse(parsers.DiscussionUnavailable, "Telegram shows a notice in place of the post")
}

// refused tells why an answer of the api is none.
func (a *answer) refused() *parsers.Refusal {
	fault := strings.ToLower(a.Error)
	switch {
	case strings.Contains(fault, "flood") || strings.Contains(fault, "too many") || strings.Contains(fault, "later"):
		return parsers.Refuse(parsers.Throttled, "Telegram asks to come back later")
	case fault != "" || (a.OK != nil && !*a.OK):
		return parsers.Refuse(parsers.DiscussionUnavailable, "Telegram refuses to show more comments")
	case a.OK == nil && a.Count == nil && a.HTML == "":
		return parsers.Refuse(parsers.Drift, "an answer without comments_html")
	default:
		return nil
	}
}

// wall recognises what stands in front of a page: a login, a test for humans, a
// throttle. It is asked only about pages that are not what they should be, so a
// post about passwords is no login.
func (d *document) wall() *parsers.Refusal {
	title := strings.ToLower(d.pageTitle)
	if strings.Contains(title, "too many requests") || strings.HasPrefix(title, "429") {
		return parsers.Refuse(parsers.Throttled, "the page says: too many requests")
	}
	login := false
	for n := range d.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "id", "class", "src", "action":
				value := strings.ToLower(a.Val)
				if strings.Contains(value, "captcha") || strings.Contains(value, "turnstile") || strings.Contains(value, "cf-challenge") {
					return parsers.Refuse(parsers.Captcha, "the page asks for proof of humanity")
				}
			}
		}
		if n.Data == "input" {
			login = login || attr(n, "type") == "password" || attr(n, "name") == "password" || attr(n, "name") == "phone"
		}
	}
	if login {
		return parsers.Refuse(parsers.LoginWall, "the page asks to log in")
	}
	return nil
}
