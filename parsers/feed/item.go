package feed

import (
	"fmt"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/stamp"
	"qulaq/parsers/when"
)

// reader turns a feed into a result.
type reader struct {
	at   address
	feed *document
	page parsers.Page
}

// read reads a feed of posts or of comments.
func (in reader) read(r *parsers.Result) *parsers.Refusal {
	seen := make(map[string]bool, len(in.feed.entries))
	missing := 0
	for i := range in.feed.entries {
		e := &in.feed.entries[i]
		item, ok := in.item(e, r.Thread.ID)
		if !ok {
			missing++
			continue
		}
		if seen[item.ID] || in.at.comments && item.ID == r.Thread.ID { // some feeds begin with the post itself
			continue
		}
		seen[item.ID] = true
		r.Items = append(r.Items, item)
		if thread, ok := in.at.replies(e.replies, item.ID); ok && !in.at.comments {
			thread.Published = item.Published
			if n, err := strconv.Atoi(strings.TrimSpace(e.count)); err == nil && n >= 0 {
				thread.Declared = n
			}
			r.Found = append(r.Found, thread)
		}
	}
	r.Counted = len(r.Items)
	if n, err := strconv.Atoi(strings.TrimSpace(in.feed.total)); err == nil && n >= 0 {
		r.Declared = n
		r.Thread.Declared = n
	}
	if !in.feed.cut {
		r.Next = in.at.next(in.feed.next)
	}
	whole := r.Declared >= 0 || in.feed.complete || in.feed.paged
	switch {
	case missing > 0 && len(r.Items) == 0:
		return parsers.Refuse(parsers.Drift, "no entry has an id or a link")
	case in.feed.cut:
		r.State, r.Reason = parsers.Partial, "the feed is cut off"
	case missing > 0:
		r.State, r.Reason = parsers.Partial, fmt.Sprintf("%d entries have neither an id nor a link", missing)
	case len(r.Items) == 0:
		r.State, r.Reason = parsers.Empty, "the feed has no entries"
	case in.at.comments && !whole:
		r.State, r.Reason = parsers.Partial, "the feed shows the latest comments and does not tell whether there are more"
	default:
		r.State = parsers.OK
	}
	return nil
}

// item is an entry as a post or as a comment; false when it cannot be told from
// others.
func (in reader) item(e *entry, thread string) (parsers.Item, bool) {
	id := strings.TrimSpace(e.id)
	if id == "" {
		id = strings.TrimSpace(e.link)
	}
	if id == "" {
		return parsers.Item{}, false
	}
	item := parsers.Item{
		ID:        id,
		Thread:    thread,
		Kind:      parsers.KindComment,
		Author:    parsers.Author{ID: strings.TrimSpace(e.account), Name: strings.TrimSpace(e.name)},
		Precision: parsers.PrecisionVisit,
	}
	item.Text, item.Quoted = htmlpage.Fragment(e.text)
	if span, precision, ok := in.time(e.published); ok {
		item.Published, item.Precision = span, precision
		if changed, _, ok := in.time(e.updated); ok && changed.Lo.After(span.Hi) {
			item.Edited, item.EditedAt = true, changed
		}
	}
	if in.at.comments {
		if parent := strings.TrimSpace(e.inReplyTo); parent != id && parent != in.at.post {
			item.Parent = parent
		}
		return item, true
	}
	item.Thread, item.Kind, item.Role = id, parsers.KindPost, parsers.RoleOfficial
	title, _ := htmlpage.Fragment(e.title)
	item.Text = strings.TrimSpace(title + "\n" + item.Text)
	return item, true
}

// zones are the names that RFC 5322, 4.3 gives to zones.
var zones = map[string]string{
	"UT": "+0000", "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
	"MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
}

// time reads a time of RSS (RFC 5322) or of Atom and Dublin Core (RFC 3339).
func (in reader) time(printed string) (parsers.Span, parsers.Precision, bool) {
	printed = strings.TrimSpace(printed)
	if i := strings.LastIndexByte(printed, ' '); i >= 0 {
		if offset, ok := zones[printed[i+1:]]; ok {
			printed = printed[:i+1] + offset
		}
	}
	zone := in.page.Zone
	clock := stamp.Clock{Grammar: when.Grammar{Shapes: when.ISO | when.Named, Zone: zone}, Seen: in.page.Seen}
	return clock.Read(printed)
}
