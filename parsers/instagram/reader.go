package instagram

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/graph"
	"qulaq/parsers/jsonpage"
)

// answer is a medium with its first comments, or a page of media, comments or
// replies, as far as it is read.
type answer struct {
	Error  *graph.Failure `json:"error"`
	Data   *[]entry       `json:"data"`
	Paging *graph.Paging  `json:"paging"`
	entry
}

// entry is a medium, a comment or a reply.
type entry struct {
	ID        string `json:"id"`
	Username  string `json:"username"`
	Timestamp string `json:"timestamp"`

	Caption  string `json:"caption"` // of a medium
	Count    *int   `json:"comments_count"`
	Comments *list  `json:"comments"`

	Text string `json:"text"` // of a comment
	From *struct {
		ID       string `json:"id"`
		Username string `json:"username"`
	} `json:"from"`
	Parent  string `json:"parent_id"` // of a reply
	Replies *list  `json:"replies"`
}

type list struct {
	Data   []entry       `json:"data"`
	Paging *graph.Paging `json:"paging"`
}

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
	if answer.Error != nil {
		return answer.Error.Refusal()
	}
	if in.at.method == medium {
		return in.medium(&answer.entry)
	}
	if answer.Data == nil && in.at.method == comments {
		answer.Data = byID(body)
	}
	if answer.Data == nil {
		return parsers.Refuse(parsers.Drift, "the answer has no data")
	}
	page := list{*answer.Data, answer.Paging}
	if in.at.method == media {
		in.media(page)
		return nil
	}
	in.comments(page, in.at.Carried.Get(carryOwner), in.at.declared())
	return nil
}

// byID reads the answer to a call for many comments at once (?ids=1,2), an object
// with a comment under each id, in the order of the ids.
func byID(body []byte) *[]entry {
	var many map[string]entry
	if json.Unmarshal(body, &many) != nil || len(many) == 0 {
		return nil
	}
	var all []entry
	for _, id := range slices.Sorted(maps.Keys(many)) {
		if many[id].ID != id {
			return nil
		}
		all = append(all, many[id])
	}
	return &all
}

// media reads a page of what an account shows. Each medium is an item of its own
// thread and leads to it.
func (in reader) media(page list) {
	for i := range page.Data {
		e := &page.Data[i]
		item, ok := in.item(e, e.Username)
		if !ok {
			continue
		}
		item.Thread, item.Kind, item.Role, item.Text = e.ID, parsers.KindPost, parsers.RoleOfficial, e.Caption
		thread := in.at.medium(e.ID)
		thread.Published = item.Published
		if e.Count != nil && *e.Count >= 0 {
			thread.Declared = *e.Count
		}
		if in.Item(item) {
			in.Lead(thread)
		}
	}
	if after := page.Paging.After(); after != "" {
		in.Next = in.at.media().With("after", after).Next()
	}
	in.Settle("medium")
}

// medium reads a medium with its first comments.
func (in reader) medium(e *entry) *parsers.Refusal {
	switch {
	case e.ID != in.at.id:
		return parsers.Refuse(parsers.Drift, "the answer is not about", in.at.id)
	case e.Count == nil || *e.Count < 0:
		return parsers.Refuse(parsers.Drift, "the answer has no comments_count")
	}
	var page list
	if e.Comments != nil { // left out where there is none
		page = *e.Comments
	}
	in.comments(page, e.Username, *e.Count)
	if in.State == parsers.Empty && *e.Count > 0 {
		in.State, in.Reason = parsers.Partial, "the medium counts comments and shows none"
	}
	return nil
}

// comments reads a page of comments, each with the first replies to it, or of
// replies.
func (in reader) comments(page list, owner string, declared int) {
	var cut []string
	for i := range page.Data {
		e := &page.Data[i]
		in.comment(e, "", owner)
		if e.Replies == nil {
			continue
		}
		for j := range e.Replies.Data {
			in.comment(&e.Replies.Data[j], e.ID, owner)
		}
		if after := e.Replies.Paging.After(); after != "" && api.IsNumber(e.ID) && !strings.ContainsAny(after, ",") {
			cut = append(cut, after+"@"+e.ID)
		}
	}
	in.Declared, in.Thread.Declared, in.Counted = declared, declared, len(in.Items)
	after := page.Paging.After()
	if in.at.method == replies && after != "" {
		cut = []string{after + "@" + in.at.id}
	}
	in.Next = in.at.next(after, owner, declared, cut)
	in.Settle("comment")
}

// comment reads a comment, or a reply to the comment parent.
func (in reader) comment(e *entry, parent, owner string) {
	item, ok := in.item(e, owner)
	if !ok {
		return
	}
	item.Thread, item.Kind, item.Text, item.Parent = in.Thread.ID, parsers.KindComment, e.Text, parent
	switch {
	case e.Parent != "":
		item.Parent = e.Parent
	case in.at.method == replies:
		item.Parent = in.at.id
	}
	in.Item(item)
}

// item is what media, comments and replies have in common.
func (in reader) item(e *entry, owner string) (parsers.Item, bool) {
	published, precision, ok := in.Clock.Read(e.Timestamp)
	switch {
	case !api.IsNumber(e.ID):
		in.Lacks("id")
		return parsers.Item{}, false
	case !ok:
		in.Lacks("a readable timestamp")
		return parsers.Item{}, false
	}
	item := parsers.Item{ID: e.ID, Published: published, Precision: precision, Author: parsers.Author{Name: e.Username}}
	if e.From != nil {
		item.Author.ID = e.From.ID
		if item.Author.Name == "" {
			item.Author.Name = e.From.Username
		}
	}
	if owner != "" && item.Author.Name == owner {
		item.Role = parsers.RoleOfficial
	}
	return item, true
}
