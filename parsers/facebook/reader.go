package facebook

import (
	"net/url"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/jsonpage"
)

// reader turns an answer into a result.
type reader struct {
	*api.Reading
	at address
}

func (in reader) read(body []byte) *parsers.Refusal {
	var answer answer
	if refused := jsonpage.Unmarshal(body, &answer); refused != nil {
		return refused
	}
	switch {
	case answer.Error != nil:
		return answer.Error.Refusal()
	case answer.Data == nil:
		return parsers.Refuse(parsers.Drift, "the answer has no data")
	case in.at.post == "":
		in.feed(&answer)
	default:
		in.comments(&answer)
	}
	return nil
}

// feed reads a page of posts, the page's own and those of visitors. Each is an
// item of its own thread and leads to it.
func (in reader) feed(answer *answer) {
	for i := range *answer.Data {
		e := &(*answer.Data)[i]
		if !isPost(e.ID) {
			in.Lacks("id")
			continue
		}
		thread := in.at.comments(e.ID)
		item, ok := in.item(e, e.ID)
		if !ok {
			continue
		}
		item.ID, item.Thread, item.Kind = e.ID, e.ID, parsers.KindPost
		thread.Published = item.Published
		if total := e.Comments.Summary.Total; total != nil && *total >= 0 {
			thread.Declared = *total
		}
		if in.Item(item) {
			in.Lead(thread)
		}
	}
	if after := answer.Paging.After(); after != "" {
		in.Next = in.at.feed().With("after", after).Next()
	}
	in.Settle("post")
}

// comments reads a page of comments with the replies to them.
func (in reader) comments(answer *answer) {
	top := 0
	for i := range *answer.Data {
		e := &(*answer.Data)[i]
		id, parent := in.ids(e)
		if id == "" {
			in.Lacks("id")
			continue
		}
		item, ok := in.item(e, in.Thread.ID)
		if !ok {
			continue
		}
		item.ID, item.Parent, item.Thread, item.Kind = id, parent, in.Thread.ID, parsers.KindComment
		if in.Item(item) && parent == "" {
			top++
		}
	}
	in.Counted = top
	if in.at.Query.Get("filter") == "stream" {
		in.Counted = len(in.Items)
	}
	if total := answer.Summary.Total; total != nil && *total >= 0 {
		in.Declared, in.Thread.Declared = *total, *total
	}
	if after := answer.Paging.After(); after != "" {
		next := in.at.commentsCall(in.at.post).With("after", after)
		next = next.With("filter", in.at.Query.Get("filter")) // a cursor belongs to its order
		in.Next = next.Next()
	}
	in.Settle("comment")
}

// ids are the ids of a comment and of the one that it answers. Where the call did
// not ask for them, its address tells: …?comment_id=1&reply_comment_id=2.
func (in reader) ids(e *entry) (id, parent string) {
	_, post, _ := strings.Cut(in.at.post, "_")
	var link url.Values
	if u, err := url.Parse(e.Link); err == nil {
		link = u.Query()
	}
	comment, reply := link.Get("comment_id"), link.Get("reply_comment_id")
	switch {
	case api.IsNumber(comment) && api.IsNumber(reply):
		id, parent = post+"_"+reply, post+"_"+comment
	case api.IsNumber(comment):
		id = post + "_" + comment
	}
	if e.ID != "" {
		id = e.ID
	}
	if e.Parent != nil {
		parent = e.Parent.ID
	}
	return id, parent
}

// item is what posts and comments have in common. The page whose post it is is
// told by the id of the post.
func (in reader) item(e *entry, post string) (parsers.Item, bool) {
	published, precision, ok := in.Clock.Read(e.Created)
	if !ok {
		in.Lacks("a readable created_time")
		return parsers.Item{}, false
	}
	item := parsers.Item{Published: published, Precision: precision, Text: e.Message}
	if e.From != nil {
		item.Author = parsers.Author{ID: e.From.ID, Name: e.From.Name}
		if page, _, _ := strings.Cut(post, "_"); e.From.ID == page {
			item.Role = parsers.RoleOfficial
		}
	}
	for _, tag := range e.Tags {
		if tag.ID != "" {
			item.Mentions = append(item.Mentions, tag.ID)
		}
	}
	return item, true
}
