package disqus

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/stamp"
)

// reader turns an answer into a result.
type reader struct {
	at    address
	clock stamp.Clock
}

// threads reads the threads of a forum. They are pages of the site and no
// utterances.
func (in reader) threads(answer *answer, r *parsers.Result) *parsers.Refusal {
	var list []thread
	if err := json.Unmarshal(answer.Response, &list); err != nil {
		return parsers.Refuse(parsers.Drift, "the threads are not what the API sends: "+err.Error())
	}
	for _, t := range list {
		published, _, ok := in.clock.Read(t.Created)
		if t.ID == "" || !ok {
			return parsers.Refuse(parsers.Drift, "a thread is without id or createdAt")
		}
		if t.Deleted || slices.ContainsFunc(r.Found, func(f parsers.Thread) bool { return f.ID == string(t.ID) }) {
			continue
		}
		at := in.at
		at.thread, at.closed = string(t.ID), t.Closed
		found := at.listed()
		found.Published = published
		if t.Posts != nil {
			found.Declared = *t.Posts
		}
		r.Found = append(r.Found, found)
	}
	r.State = parsers.OK
	if len(list) == 0 {
		r.State, r.Reason = parsers.Empty, "the forum has no threads"
	}
	in.page(answer, r)
	return nil
}

// page tells the next page.
func (in reader) page(answer *answer, r *parsers.Result) {
	if answer.Cursor.More && answer.Cursor.Next != "" {
		r.Next = in.at.next(answer.Cursor.Next)
	}
}

// posts reads the posts of a thread.
func (in reader) posts(answer *answer, r *parsers.Result) *parsers.Refusal {
	var list []post
	if err := json.Unmarshal(answer.Response, &list); err != nil {
		return parsers.Refuse(parsers.Drift, "the posts are not what the API sends: "+err.Error())
	}
	accounts := make(map[string]string, len(list)) // id by account name
	for i := range list {
		if a := list[i].Author; a.ID != "" && a.Username != "" {
			accounts[a.Username] = string(a.ID)
		}
	}
	seen := make(map[id]bool, len(list))
	missing := ""
	for i := range list {
		p := &list[i]
		published, precision, ok := in.clock.Read(p.Created)
		switch {
		case p.Thread != "" && string(p.Thread) != in.at.thread:
			return parsers.Refuse(parsers.Drift, fmt.Sprintf("a post of thread %s in the answer for %s", p.Thread, in.at.thread))
		case p.ID == "":
			missing = "id"
			continue
		case !ok:
			missing = "createdAt"
			continue
		case seen[p.ID]:
			continue
		}
		seen[p.ID] = true
		item := parsers.Item{
			ID:        string(p.ID),
			Thread:    in.at.thread,
			Kind:      parsers.KindComment,
			Author:    parsers.Author{ID: string(p.Author.ID), Name: p.Author.Name},
			Published: published,
			Precision: precision,
			Edited:    p.Edited,
			Deleted:   p.Deleted || p.Spam,
		}
		if p.Parent != p.ID {
			item.Parent = string(p.Parent)
		}
		if !item.Deleted {
			item.Text, item.Quoted = htmlpage.Fragment(p.Message)
			item.Mentions = mentioned(p.Message, accounts)
		}
		r.Items = append(r.Items, item)
	}
	r.Counted = len(r.Items)
	if answer.Cursor.Total != nil {
		r.Declared = *answer.Cursor.Total
		r.Thread.Declared = r.Declared
	}
	in.page(answer, r)
	switch {
	case missing != "" && len(r.Items) == 0:
		return parsers.Refuse(parsers.Drift, "no post has "+missing)
	case missing != "":
		r.State, r.Reason = parsers.Partial, "a post is without "+missing
	case in.at.closed && r.Next == nil: // told with the last page, for it ends a visit
		r.State, r.Reason = parsers.CommentsClosed, "the thread is closed"
	case len(r.Items) > 0 || in.at.own.Query().Has("cursor"):
		r.State = parsers.OK
	default:
		r.State, r.Reason = parsers.Empty, "nobody has commented"
	}
	return nil
}

// maxMentions bounds what a text can address; only spam has more.
const maxMentions = 100

// mentioned are the accounts that a text addresses, of those that are known:
// "@name:disqus", or a link to disqus.com/by/name.
func mentioned(message string, accounts map[string]string) []string {
	var ids []string
	for _, mark := range [...]string{"@", "disqus.com/by/"} {
		rest := message
		for len(ids) < maxMentions {
			var ok bool
			if _, rest, ok = strings.Cut(rest, mark); !ok {
				break
			}
			end := strings.IndexFunc(rest, func(r rune) bool {
				return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
			})
			if end < 0 {
				end = len(rest)
			}
			if mark == "@" && !strings.HasPrefix(rest[end:], ":disqus") {
				continue
			}
			if id := accounts[rest[:end]]; id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}
