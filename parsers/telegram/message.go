package telegram

import (
	"strings"
	"time"

	"qulaq/parsers"

	"golang.org/x/net/html"
)

// message is a post or comment in the page's own terms.
type message struct {
	post    string // data-post, "channel/13358"; "" for a comment
	comment string // data-post-id, "58"; "" for a post
	service bool   // "channel created", "pinned a message"
	failure bool   // stands for a message that cannot be shown
	notice  string // why

	author      string // name as shown
	authorHref  string // "" when the name is no link
	owner       string // the channel or group
	link        string // the message's own address
	time        string // datetime
	edited      bool
	replyTo     string // number of the message that it answers
	replyHref   string // or its address
	quoted      string
	bodies      []*html.Node // elements with the text
	singles     []string     // addresses of the parts of an album
	media       bool         // shows something besides text
	unsupported bool         // says that something is only to be seen in the app
	unknownText bool         // has text in an element that is not known to hold any
}

func newMessage(n *html.Node, class string) *message {
	return &message{
		post:    attr(n, "data-post"),
		comment: attr(n, "data-post-id"),
		service: hasClass(class, "service_message"),
		failure: hasClass(class, "err_message"),
	}
}

// element notes an element of the message. It returns false when what is below
// is not the message's own, or has been read.
func (m *message) element(n *html.Node, class string) (descend bool) {
	for c := range classes(class) {
		switch c {
		case "js-reply_tpl", "tgme_widget_message_forwarded_from":
			// A hidden copy of author and text for the reply form; another author.
			return false
		case "tgme_widget_message_reply", "js-reply_to":
			m.replyTo, m.replyHref = attr(n, "data-reply-to"), attr(n, "href")
			// A picture without text is answered as tgme_widget_message_metatext: "Photo".
			if q := find(n, "js-message_reply_text"); q != nil && !hasClass(attr(q, "class"), "tgme_widget_message_metatext") {
				m.quoted = textOf(q)
			}
			return false
		case "js-message_text":
			m.bodies = append(m.bodies, n) // in an album another one lies inside
			return false
		case "tgme_widget_message_text":
			if !hasClass(class, "js-message_text") {
				m.unknownText = m.unknownText || !hasClass(class, "js-message_reply_text")
				return false
			}
		case "tgme_widget_message_author_name":
			m.author = textOf(n)
			if n.Data == "a" {
				m.authorHref = attr(n, "href")
			}
			return false
		case "tgme_widget_message_owner_name":
			m.owner = textOf(n)
			return false
		case "tgme_widget_message_date":
			m.link = attr(n, "href")
			if t := findTime(n); t != nil {
				m.time = attr(t, "datetime")
			}
			return false
		case "tgme_widget_message_meta":
			m.edited = m.edited || marksEdit(n)
		case "tgme_widget_message_error":
			m.notice = textOf(n)
		case "message_media_not_supported":
			m.unsupported = true
		default:
			m.media = m.media || isMedia(c)
		}
	}
	if n.Data == "a" {
		if href := attr(n, "href"); strings.Contains(href, "single") {
			m.singles = append(m.singles, href)
		}
	}
	return true
}

// marksEdit looks for the word in the text of the element itself: what is inside
// its children can be the signature of an author who is called so.
func marksEdit(meta *html.Node) bool {
	for c := meta.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && strings.Contains(c.Data, "edited") {
			return true
		}
	}
	return false
}

// isMedia tells whether a class belongs to something shown besides text.
func isMedia(class string) bool {
	kind, ok := strings.CutPrefix(class, "tgme_widget_message_")
	if !ok {
		return false
	}
	kind, _, _ = strings.Cut(kind, "_")
	switch kind {
	case "photo", "video", "roundvideo", "voice", "audio", "document", "sticker", "grouped", "link",
		"poll", "location", "venue", "contact", "game", "invoice", "giveaway", "story", "dice":
		return true
	}
	return false
}

// item is what posts and comments have in common. It returns the name of the
// element or attribute that the message must have and does not.
func (m *message) item(a address, seen time.Time) (parsers.Item, string) {
	it := parsers.Item{Precision: parsers.PrecisionSecond, Edited: m.edited, Quoted: m.quoted}
	published, err := time.Parse(time.RFC3339, m.time)
	switch {
	case m.time == "":
		return it, "time[datetime] in tgme_widget_message_date"
	case err != nil || published.Year() < 2013: // when Telegram began
		return it, "a point of time in tgme_widget_message_date"
	case !seen.IsZero() && published.After(seen.Add(clockError)):
		return it, "a time in the past"
	case !seen.IsZero() && published.After(seen):
		published = seen
	}
	it.Published = parsers.At(published)
	if m.unknownText || (len(m.bodies) == 0 && !m.media && !m.unsupported) {
		return it, "js-message_text"
	}
	for i, body := range m.bodies {
		text := textOf(body)
		if i == 0 {
			it.Text = text
		} else if !strings.Contains(it.Text, text) {
			it.Text += "\n" + text
		}
		it.Mentions = a.mentionsIn(body, it.Mentions)
	}
	return it, ""
}

// clockError is by how much this machine's clock may lag behind Telegram's.
// What is newer than the page itself by less was said when the page was seen.
const clockError = 5 * time.Minute

// find is the first element below n with a class.
func find(n *html.Node, class string) *html.Node {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && hasClass(attr(c, "class"), class) {
			return c
		}
	}
	return nil
}

// findTime is the first time element below n that has a datetime: a video has
// one without, for its length.
func findTime(n *html.Node) *html.Node {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == "time" && attr(c, "datetime") != "" {
			return c
		}
	}
	return nil
}
