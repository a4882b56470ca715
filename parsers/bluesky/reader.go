package bluesky

import (
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
	if refused := answer.refusal(); refused != nil {
		return refused
	}
	if in.at.method == authorFeed {
		return in.feed(&answer)
	}
	if answer.Thread == nil {
		return parsers.Refuse(parsers.Drift, "the answer has no thread")
	}
	return in.thread(answer.Thread)
}

// feed reads a page of what an account posts. Each post is an item of its own
// thread and leads to it.
func (in reader) feed(answer *answer) *parsers.Refusal {
	if answer.Feed == nil {
		return parsers.Refuse(parsers.Drift, "the answer has no feed")
	}
	for i := range answer.Feed {
		p := &answer.Feed[i].Post
		if reason := answer.Feed[i].Reason; reason != nil && reason.Type == reasonRepost || p.Record.Reply != nil {
			continue
		}
		item, ok := in.item(p)
		if !ok {
			continue
		}
		item.Thread, item.Kind, item.Role = p.URI, parsers.KindPost, parsers.RoleOfficial
		thread := in.at.post(p.URI)
		thread.Published, thread.Declared = item.Published, max(0, p.ReplyCount)
		if in.Item(item) {
			in.Lead(thread)
		}
	}
	if answer.Cursor != "" && answer.Cursor != in.at.Query.Get("cursor") {
		in.Next = in.at.feed().With("cursor", answer.Cursor).Next()
	}
	in.Settle("post")
	return nil
}

// thread reads a post with the replies to it, or a part of them.
func (in reader) thread(top *node) *parsers.Refusal {
	switch {
	case top.Type == notFoundPost:
		return parsers.Refuse(parsers.Gone, "the post does not exist")
	case top.Type == blockedPost:
		return parsers.Refuse(parsers.LoginWall, "the post is not shown to whoever asks")
	case top.Post == nil || top.Post.URI == "":
		return parsers.Refuse(parsers.Drift, "the answer has no thread.post")
	}
	first := in.at.Carried.Get(carryThread) == ""
	if first {
		in.Thread = in.at.post(top.Post.URI)
		if reply := top.Post.Record.Reply; reply != nil && isPost(reply.Root.URI) && reply.Root.URI != top.Post.URI {
			in.Thread = in.at.post(reply.Root.URI)
			whole := in.Thread.Address // a link into the middle of a thread
			in.Next = &whole
		}
	}
	walk := walk{reader: in, owner: ownerOf(in.Thread.ID), declared: in.at.declared()}
	if first {
		walk.node(top, "")
	} else {
		walk.below(top) // the page before has shown the post and told of its replies
	}
	if in.Next == nil {
		in.Declared, in.Counted = walk.declared, walk.replies
		in.Thread.Declared = walk.declared
		in.Next = in.at.next(in.Thread.ID, walk.cut, walk.declared)
	}
	in.Settle("post")
	return nil
}

// ownerOf is the account that opened a thread.
func ownerOf(thread string) string {
	owner, _, _ := strings.Cut(strings.TrimPrefix(thread, "at://"), "/")
	return owner
}

// walk gathers posts and the replies to them in the order of the answer.
type walk struct {
	reader
	owner    string
	declared int
	replies  int      // that were read, or shown as not to be had
	cut      []string // posts whose replies are not in the answer
}

// node reads a post and what is below it.
func (w *walk) node(n *node, parent string) {
	switch {
	case n.Type == notFoundPost && n.URI != "":
		if w.Item(parsers.Item{
			ID: w.id(n.URI), Thread: w.Thread.ID, Parent: parent, Kind: parsers.KindComment,
			Precision: parsers.PrecisionVisit, Deleted: true,
		}) {
			w.replies++
		}
		return
	case n.Type == blockedPost: // it is there, but not for whoever asks
		return
	case n.Post == nil:
		w.Lacks("post")
		return
	}
	item, ok := w.item(n.Post)
	if !ok {
		return
	}
	item.Thread, item.Kind = w.Thread.ID, parsers.KindComment
	if item.ID == w.Thread.ID {
		item.Kind = parsers.KindPost
	}
	if item.Author.ID == w.owner {
		item.Role = parsers.RoleOfficial
	}
	item.ID, item.Parent = w.id(item.ID), w.id(item.Parent)
	if w.Item(item) {
		if item.Kind == parsers.KindComment {
			w.replies++
		}
		count := max(0, n.Post.ReplyCount)
		w.declared += count
		if count > 0 && len(n.Replies) == 0 && parent != "" {
			w.cut = append(w.cut, n.Post.URI)
		}
	}
	w.below(n)
}

// id is what a post of the thread is called: by its URI if the opener wrote it, and
// else by what of its URI does not tell who did.
func (w *walk) id(uri string) string {
	if ownerOf(uri) == w.owner {
		return uri
	}
	return uri[strings.LastIndexByte(uri, '/')+1:]
}

func (w *walk) below(n *node) {
	for i := range n.Replies {
		w.node(&n.Replies[i], w.id(n.Post.URI))
	}
}

// item is what posts and replies have in common.
func (in reader) item(p *post) (parsers.Item, bool) {
	published, precision, ok := in.Clock.Read(p.IndexedAt)
	switch {
	case !isPost(p.URI):
		in.Lacks("uri")
		return parsers.Item{}, false
	case p.Author.DID == "":
		in.Lacks("author.did")
		return parsers.Item{}, false
	case !ok:
		in.Lacks("a readable indexedAt")
		return parsers.Item{}, false
	}
	item := parsers.Item{
		ID:        p.URI,
		Author:    parsers.Author{ID: p.Author.DID, Name: p.name()},
		Published: published, Precision: precision,
		Text: p.Record.Text, Quoted: p.quoted(), Mentions: p.mentions(),
	}
	if p.Record.Reply != nil {
		item.Parent = p.Record.Reply.Parent.URI
	}
	return item, true
}
