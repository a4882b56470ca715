package vk

import (
	"fmt"
	"time"

	"qulaq/parsers"
)

// ahead is how far VK's clock may be ahead of the one that saw the answer.
const ahead = 24 * time.Hour

// reader turns an answer into a result.
type reader struct {
	page   parsers.Page
	at     address
	answer *answer
}

// wall reads a page of posts. Each is an item of its own thread and leads to it.
func (in reader) wall(r *parsers.Result) {
	names := in.names()
	seen := make(map[string]bool, len(*in.answer.Items))
	missing := ""
	for i := range *in.answer.Items {
		e := &(*in.answer.Items)[i]
		if e.OwnerID == 0 {
			e.OwnerID = in.at.owner
		}
		if in.at.owner != 0 && e.OwnerID != in.at.owner {
			r.State, r.Reason = parsers.Drift, fmt.Sprintf("a post of %s in the answer for %s", wallID(e.OwnerID), wallID(in.at.owner))
			r.Items, r.Found = nil, nil
			return
		}
		published, lacks := in.check(e)
		if e.OwnerID == 0 {
			lacks = "owner_id"
		}
		if lacks != "" {
			missing = lacks
			continue
		}
		thread := in.at.postThread(e.OwnerID, e.ID)
		if seen[thread.ID] { // a pinned post can come twice
			continue
		}
		seen[thread.ID] = true
		thread.Published = published
		if e.Comments != nil && e.Comments.Count != nil {
			thread.Declared = *e.Comments.Count
		}
		item := in.item(e, e.OwnerID, names)
		item.ID, item.Thread, item.Kind = thread.ID, thread.ID, parsers.KindPost
		item.Published = published
		if len(e.History) > 0 {
			item.Quoted = e.History[0].Text
		}
		r.Items = append(r.Items, item)
		r.Found = append(r.Found, thread)
	}
	r.Declared, r.Counted = *in.answer.Count, len(r.Items)
	r.Thread.Declared = r.Declared
	in.settle(r, missing, "post")
	if r.State == parsers.OK || r.State == parsers.Partial {
		r.Next = in.at.next(len(*in.answer.Items), *in.answer.Count, nil)
	}
}

// check gives the time of a post or comment, or the field without which it
// cannot be read.
func (in reader) check(e *entry) (published parsers.Span, missing string) {
	published, ok := in.time(e.Date)
	switch {
	case e.ID <= 0:
		return published, "id"
	case e.FromID == 0 && !bool(e.Deleted):
		return published, "from_id"
	case !ok:
		return published, "date"
	}
	return published, ""
}

// item is what posts and comments have in common.
func (in reader) item(e *entry, owner int64, names map[int64]string) parsers.Item {
	item := parsers.Item{
		Precision: parsers.PrecisionSecond,
		Deleted:   bool(e.Deleted),
		Text:      e.Text,
		Mentions:  mentioned(e.Text),
	}
	if e.FromID != 0 {
		item.Author = parsers.Author{ID: decimal(e.FromID), Name: names[e.FromID]}
	}
	if e.FromID == owner {
		item.Role = parsers.RoleOfficial
	}
	if edited, ok := in.time(e.Edited); ok {
		item.Edited, item.EditedAt = true, edited
	}
	return item
}

// time is the span of a unix time; ok is false when it can be none. Where the
// two clocks disagree about what has already been, the span holds both.
func (in reader) time(unix int64) (span parsers.Span, ok bool) {
	t := time.Unix(unix, 0).UTC()
	seen := in.page.Seen.UTC().Truncate(time.Millisecond)
	switch {
	case unix <= 0 || t.After(seen.Add(ahead)):
		return parsers.Span{}, false
	case t.After(seen):
		return parsers.Span{Lo: seen, Hi: t}, true
	}
	return parsers.At(t), true
}

// names are the shown names of an extended answer by author id.
func (in reader) names() map[int64]string {
	names := make(map[int64]string, len(in.answer.Profiles)+len(in.answer.Groups))
	for _, p := range in.answer.Profiles {
		names[p.ID] = p.FirstName + " " + p.LastName
	}
	for _, g := range in.answer.Groups {
		names[-g.ID] = g.Name
	}
	return names
}

// settle tells what the items make of the page. A page after the first may be
// without any; the thread is not empty for that.
func (in reader) settle(r *parsers.Result, missing, what string) {
	switch {
	case missing != "" && len(r.Items) == 0:
		r.State, r.Reason = parsers.Drift, fmt.Sprintf("no %s has %s", what, missing)
	case missing != "":
		r.State, r.Reason = parsers.Partial, fmt.Sprintf("a %s is without %s", what, missing)
	case len(r.Items) > 0 || in.at.offset > 0 || in.at.comment != 0:
		r.State = parsers.OK
	case *in.answer.Count > 0:
		r.State, r.Reason = parsers.Partial, fmt.Sprintf("the answer counts %d and shows none", *in.answer.Count)
	default:
		r.State, r.Reason = parsers.Empty, fmt.Sprintf("there is no %s", what)
	}
}
