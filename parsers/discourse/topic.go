package discourse

import (
	"fmt"
	"slices"
	"strconv"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/stamp"
)

// reader turns an answer into a result.
type reader struct {
	at      address
	answer  *answer
	clock   stamp.Clock
	missing string // what some post lacked, so that it could not be read
}

// list reads a list of topics.
func (in *reader) list(r *parsers.Result) *parsers.Refusal {
	if in.answer.List == nil || in.answer.List.Topics == nil {
		return parsers.Refuse(parsers.Drift, "the answer has no topic_list.topics")
	}
	seen := map[int64]bool{}
	for _, t := range *in.answer.List.Topics {
		published, _, ok := in.clock.Read(t.Created)
		if t.ID <= 0 || !ok {
			return parsers.Refuse(parsers.Drift, "a topic is without id or created_at")
		}
		if seen[t.ID] {
			continue
		}
		seen[t.ID] = true
		at := in.at
		at.topic = t.ID
		thread := at.thread()
		thread.Published = published
		if t.Posts != nil {
			thread.Declared = *t.Posts
		}
		r.Found = append(r.Found, thread)
	}
	r.State = parsers.OK
	if len(r.Found) == 0 {
		r.State, r.Reason = parsers.Empty, "the list has no topics"
	} else if in.answer.List.More != "" {
		r.Next = in.at.next()
	}
	return nil
}

// topic reads a page of a topic.
func (in *reader) topic(r *parsers.Result) *parsers.Refusal {
	if in.answer.Stream == nil || in.answer.Stream.Posts == nil {
		return parsers.Refuse(parsers.Drift, "the answer has no post_stream.posts")
	}
	posts := *in.answer.Stream.Posts
	if published, _, ok := in.clock.Read(in.answer.Created); ok {
		r.Thread.Published = published
	}
	last := (in.at.page - 1) * pageSize // the place behind which a gap is one of this page
	if last > 0 && len(posts) > 0 {
		last = posts[0].Place - 1 // what was deleted before is told by no page
	}
	if in.at.some { // a choice of posts has gaps of its own
		last = -1
	}
	for i := range posts {
		p := &posts[i]
		if p.Topic != 0 && p.Topic != in.at.topic {
			return parsers.Refuse(parsers.Drift, fmt.Sprintf("a post of %s in the answer for %s", topicID(p.Topic), r.Thread.ID))
		}
		item, ok := in.item(p)
		if !ok || slices.ContainsFunc(r.Items, func(other parsers.Item) bool { return other.ID == item.ID }) {
			continue
		}
		if last >= 0 && p.Place-last <= maxGap {
			for place := last + 1; place < p.Place; place++ {
				r.Items = append(r.Items, in.gap(place))
			}
		}
		if last >= 0 {
			last = p.Place
		}
		r.Items = append(r.Items, item)
		r.Counted++
		if p.TopicPosts != nil {
			r.Declared = *p.TopicPosts
		}
	}
	ids := in.answer.Stream.IDs
	if ids != nil {
		r.Declared = len(ids)
	}
	r.Thread.Declared = r.Declared
	more := !in.at.some && len(posts) > 0 && len(ids) > 0 && posts[len(posts)-1].ID != ids[len(ids)-1]
	if more {
		r.Next = in.at.next()
	}
	switch {
	case in.missing != "" && r.Counted == 0:
		return parsers.Refuse(parsers.Drift, "no post has "+in.missing)
	case in.missing != "":
		r.State, r.Reason = parsers.Partial, "a post is without "+in.missing
	case !more && (in.answer.Closed || in.answer.Archived): // told with the last page, for it ends a visit
		r.State, r.Reason = parsers.CommentsClosed, "the topic is closed"
	case r.Counted > 0:
		r.State = parsers.OK
	case in.at.page > 1:
		r.State, r.Reason = parsers.Empty, "the page is behind the last one"
	default:
		return parsers.Refuse(parsers.Drift, "a topic without posts")
	}
	return nil
}

// maxGap bounds how many deleted posts in a row are told of. Where a topic was
// split or merged, thousands of places may be free that nothing ever had.
const maxGap = 100

// gap is the place of a post that was deleted, which has nothing else.
func (in *reader) gap(place int) parsers.Item {
	return parsers.Item{
		ID:        postID(in.at.topic, place),
		Thread:    topicID(in.at.topic),
		Kind:      parsers.KindComment,
		Precision: parsers.PrecisionVisit,
		Deleted:   true,
	}
}

// item is a post; false when it cannot be read.
func (in *reader) item(p *post) (parsers.Item, bool) {
	published, precision, ok := in.clock.Read(p.Created)
	switch {
	case p.Place <= 0:
		in.missing = "post_number"
		return parsers.Item{}, false
	case !ok:
		in.missing = "created_at"
		return parsers.Item{}, false
	}
	item := parsers.Item{
		ID:        postID(in.at.topic, p.Place),
		Thread:    topicID(in.at.topic),
		Kind:      parsers.KindComment,
		Author:    parsers.Author{Name: p.Name},
		Published: published,
		Precision: precision,
		Edited:    p.Version > 1,
		Deleted:   p.Type == smallAction || p.UserDeleted || p.Deleted != nil || p.Hidden,
	}
	if item.Author.Name == "" {
		item.Author.Name = p.Username
	}
	if p.UserID != 0 {
		item.Author.ID = in.at.host + "/u/" + strconv.FormatInt(p.UserID, 10)
	}
	if p.Staff || p.Moderator || p.Admin {
		item.Role = parsers.RoleOfficial
	}
	switch {
	case p.Place == 1 && item.Role == parsers.RoleOfficial:
		item.Kind = parsers.KindPost
	case p.Place == 1:
		item.Kind = parsers.KindQuestion
	}
	if p.ReplyTo > 0 && p.ReplyTo != p.Place {
		item.Parent = postID(in.at.topic, p.ReplyTo)
	}
	if item.Deleted {
		return item, true
	}
	item.Text, item.Quoted = htmlpage.Fragment(p.Cooked)
	for _, m := range p.Mentioned {
		item.Mentions = append(item.Mentions, in.at.host+"/u/"+strconv.FormatInt(m.ID, 10))
	}
	return item, true
}
