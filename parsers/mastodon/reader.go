package mastodon

import (
	"qulaq/parsers"
	"qulaq/parsers/api"
)

// The limits of statuses/ID/context for whoever is not logged in, and of replies
// for whoever is: Mastodon's app/controllers/api/v1/statuses_controller.rb.
const (
	descendantsLimit = 60
	depthLimit       = 20
	contextLimit     = 4096
)

// reader turns an answer into a result.
type reader struct {
	*api.Reading
	at address
}

// account reads an answer of accounts/lookup, which only leads to what the
// account posts.
func (in reader) account(body []byte) *parsers.Refusal {
	var a account
	if refused := decode(body, &a); refused != nil {
		return refused
	}
	switch {
	case a.Suspended:
		return parsers.Refuse(parsers.Gone, "the account is suspended")
	case a.home() != "":
		return elsewhere(&a)
	case !isID(a.ID):
		in.Lacks("id")
	default:
		in.Next = in.at.statuses(a.ID, in.at.id).Next()
	}
	in.Settle("account")
	return nil
}

// elsewhere refuses an account of another instance.
func elsewhere(a *account) *parsers.Refusal {
	return parsers.Refuse(parsers.DiscussionUnavailable, "the account lives on", a.home()+"; only some of the replies to it are known here")
}

// statuses reads a page of what an account posts. Each post is an item of its own
// thread and leads to it. What the account says below its own posts is read
// there.
func (in reader) statuses(body []byte) *parsers.Refusal {
	var list []status
	if refused := decode(body, &list); refused != nil {
		return refused
	}
	for i := range list {
		s := &list[i]
		if s.Account != nil && s.Account.home() != "" && s.Reblog == nil {
			return elsewhere(s.Account)
		}
		if s.Reblog != nil || s.ReplyTo != "" || s.Visibility != "" && !s.isPublic() {
			continue
		}
		item, ok := in.item(s)
		if !ok {
			continue
		}
		thread := in.at.post(s.ID, item.Author.ID)
		thread.Published = item.Published
		if s.Replies >= 0 {
			thread.Declared = s.Replies
		}
		item.Thread, item.Kind, item.Role = s.ID, parsers.KindPost, parsers.RoleOfficial
		if in.Item(item) {
			in.Lead(thread)
		}
	}
	if n := len(list); n > 0 && isID(list[n-1].ID) && list[n-1].ID != in.at.Query.Get("max_id") {
		in.Next = in.at.statuses(in.at.id, in.at.Carried.Get(carryName)).With("max_id", list[n-1].ID).Next()
	}
	in.Settle("status")
	return nil
}

// context reads what was said below a status and, when it is a reply itself,
// above it.
func (in reader) context(body []byte) *parsers.Refusal {
	var answer struct {
		Ancestors   []status  `json:"ancestors"`
		Descendants *[]status `json:"descendants"`
	}
	if refused := decode(body, &answer); refused != nil {
		return refused
	}
	if answer.Descendants == nil {
		return parsers.Refuse(parsers.Drift, "the answer has no descendants")
	}
	below := *answer.Descendants
	owner := in.at.Carried.Get(carryAccount)
	if len(answer.Ancestors) > 0 && isID(answer.Ancestors[0].ID) && answer.Ancestors[0].ID != in.at.id {
		first := &answer.Ancestors[0]
		owner = ""
		if first.Account != nil {
			owner = first.Account.address()
		}
		in.Thread = in.at.post(first.ID, owner)
		next := in.Thread.Address
		in.Next = &next
	} else if owner == "" {
		owner = ownerOf(in.at.id, below)
	}
	for _, part := range [...][]status{answer.Ancestors, below} {
		for i := range part {
			s := &part[i]
			if !s.isPublic() {
				continue
			}
			item, ok := in.item(s)
			if !ok {
				continue
			}
			item.Thread, item.Kind = in.Thread.ID, parsers.KindComment
			if s.ID == in.Thread.ID {
				item.Kind = parsers.KindPost
			}
			if owner != "" && item.Author.ID == owner {
				item.Role = parsers.RoleOfficial
			}
			in.Item(item)
		}
	}
	in.Settle("public reply")
	if cut := cutOff(in.at.id, below); cut != "" && in.State == parsers.OK && in.Next == nil {
		in.State, in.Reason = parsers.Partial, cut
	}
	return nil
}

// ownerOf is the address of whoever opened a thread, as far as the replies to it
// tell: they name the account that they answer, and it may be among them.
func ownerOf(thread string, below []status) string {
	who := ""
	for i := range below {
		if below[i].ReplyTo == thread {
			who = below[i].ReplyToWho
		}
	}
	for i := range below {
		if a := below[i].Account; who != "" && a != nil && a.ID == who {
			return a.address()
		}
	}
	return ""
}

// cutOff tells at which limit the replies end, "" when they end by themselves.
func cutOff(thread string, below []status) string {
	if n := len(below); n == descendantsLimit || n >= contextLimit {
		return "the instance shows no more replies than these to whoever asks"
	}
	depth := map[string]int{thread: 0}
	for i := range below { // a reply stands behind what it answers
		s := &below[i]
		above, ok := depth[s.ReplyTo]
		if !ok {
			continue
		}
		depth[s.ID] = above + 1
		if above+1 >= depthLimit && s.Replies > 0 {
			return "the instance shows no replies below the twentieth level"
		}
	}
	return ""
}

// history reads the versions of a status. It is as old as the first of them.
func (in reader) history(body []byte) *parsers.Refusal {
	var versions []status
	if refused := decode(body, &versions); refused != nil {
		return refused
	}
	if n := len(versions); n > 0 {
		first, last := &versions[0], &versions[n-1]
		first.ID = in.at.id
		if item, ok := in.item(first); ok {
			item.Text, item.Thread, item.Kind = last.text(), in.Thread.ID, parsers.KindComment
			if item.ID == item.Thread {
				item.Kind = parsers.KindPost
			}
			if owner := in.at.Carried.Get(carryAccount); owner != "" && item.Author.ID == owner {
				item.Role = parsers.RoleOfficial
			}
			if at, _, ok := in.Clock.Read(last.CreatedAt); ok && n > 1 {
				item.Edited, item.EditedAt = true, at
			}
			in.Item(item)
		}
	}
	in.Settle("version")
	return nil
}

// item is what all statuses have in common.
func (in reader) item(s *status) (parsers.Item, bool) {
	published, precision, ok := in.Clock.Read(s.CreatedAt)
	switch {
	case s.ID == "":
		in.Lacks("id")
		return parsers.Item{}, false
	case s.Account == nil || s.Account.Acct == "":
		in.Lacks("account.acct")
		return parsers.Item{}, false
	case !ok:
		in.Lacks("a readable created_at")
		return parsers.Item{}, false
	}
	item := parsers.Item{
		ID: s.ID, Parent: s.ReplyTo,
		Author:    parsers.Author{ID: s.Account.address(), Name: s.Account.Name},
		Published: published, Precision: precision,
		Text: s.text(),
	}
	if edited, _, ok := in.Clock.Read(s.EditedAt); ok {
		item.Edited, item.EditedAt = true, edited
	}
	for i := range s.Mentions {
		if who := s.Mentions[i].address(); who != "" {
			item.Mentions = append(item.Mentions, who)
		}
	}
	if s.Quote != nil && s.Quote.Status != nil {
		item.Quoted = api.Text(s.Quote.Status.Content)
	}
	return item, true
}
