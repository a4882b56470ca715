package wordpress

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/stamp"
	"qulaq/parsers/when"
)

// reader turns the entries of an answer into items.
type reader struct {
	page    parsers.Page
	at      address
	seen    map[int64]bool
	missing string // what some entry lacked, so that it could not be read
}

// entry reads a post or a comment.
func (in *reader) entry(e *entry, r *parsers.Result) *parsers.Refusal {
	if in.at.resource == comments && e.Post != 0 && e.Post != in.at.post {
		return parsers.Refuse(parsers.Drift, fmt.Sprintf("a comment on %s in the answer for %s: the site does not read the parameters", postID(e.Post), postID(in.at.post)))
	}
	published, precision, ok := in.time(e)
	switch {
	case e.ID <= 0:
		in.missing = "id"
		return nil
	case !ok:
		in.missing = "date_gmt"
		return nil
	case in.seen[e.ID]:
		return nil
	}
	in.seen[e.ID] = true
	item := parsers.Item{Published: published, Precision: precision, Author: parsers.Author{Name: e.AuthorName}}
	if e.Author > 0 {
		item.Author.ID = in.at.host + "/author/" + strconv.FormatInt(e.Author, 10)
	}
	item.Text, item.Quoted = htmlpage.Fragment(e.Content.HTML)
	if in.at.resource == posts {
		thread := in.at.commentsOf(e)
		thread.Published = published
		title, _ := htmlpage.Fragment(e.Title.HTML)
		item.ID, item.Thread, item.Kind, item.Role = thread.ID, thread.ID, parsers.KindPost, parsers.RoleOfficial
		item.Text = strings.TrimSpace(title + "\n" + item.Text)
		r.Found = append(r.Found, thread)
	} else {
		item.ID, item.Thread, item.Kind = commentID(e.ID), postID(in.at.post), parsers.KindComment
		if e.Parent > 0 && e.Parent != e.ID {
			item.Parent = commentID(e.Parent)
		}
		if e.Author > 0 && e.Author == in.at.author {
			item.Role = parsers.RoleOfficial
		}
	}
	r.Items = append(r.Items, item)
	return nil
}

// The clocks of the earth are between 12 hours behind UTC and 14 ahead of it.
const (
	behind  = 12 * time.Hour
	further = 14 * time.Hour
)

// time is when an entry was published.
func (in *reader) time(e *entry) (parsers.Span, parsers.Precision, bool) {
	clock := stamp.Clock{Grammar: when.Grammar{Shapes: when.ISO, Zone: time.UTC}, Seen: in.page.Seen}
	if span, precision, ok := clock.Read(e.DateGMT); ok {
		return span, precision, true
	}
	if in.page.Zone != nil && in.page.Zone != time.UTC {
		clock.Grammar.Zone = in.page.Zone
		return clock.Read(e.Date)
	}
	date, err := clock.Grammar.Parse(e.Date, when.Context{})
	if err != nil {
		return parsers.Span{}, "", false
	}
	span, ok := stamp.Seen(parsers.Span{Lo: date.Span.Lo.Add(-further), Hi: date.Span.Hi.Add(behind)}, in.page.Seen)
	return span, parsers.PrecisionDay, ok
}
