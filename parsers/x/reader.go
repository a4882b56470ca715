package x

import (
	"fmt"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/jsonpage"
)

// recent is how far back recent search reaches.
const recent = 7 * 24 * time.Hour

// reader turns an answer into a result.
type reader struct {
	*api.Reading
	at address
}

// account reads an answer of users/by/username, which only leads to the posts of
// the account.
func (in reader) account(body []byte) *parsers.Refusal {
	var answer struct {
		Data   *user     `json:"data"`
		Errors []problem `json:"errors"`
		problem
	}
	if refused := jsonpage.Unmarshal(body, &answer); refused != nil {
		return refused
	}
	if answer.Data == nil {
		if refused := refusal(answer.problem, answer.Errors); refused != nil {
			return refused
		}
		return parsers.Refuse(parsers.Drift, "the answer has no data")
	}
	if !api.IsNumber(answer.Data.ID) {
		in.Lacks("id")
	} else {
		in.Next = in.at.timeline(answer.Data.ID, in.at.id).Next()
	}
	in.Settle("account")
	return nil
}

// posts reads a page, or a stream of pages, of posts.
func (in reader) posts(body []byte) *parsers.Refusal {
	page := page{
		reader: in,
		latest: map[string]int{}, first: map[string]string{}, texts: map[string]string{},
		names: map[string]user{}, byName: map[string]string{},
	}
	var failed *parsers.Refusal
	token := ""
	known := false
	broken, refused := jsonpage.Lines(body, func(a *answer) {
		if failed == nil && len(a.Data) == 0 {
			failed = refusal(a.problem, a.Errors)
		}
		known = known || a.Data != nil || a.Meta != nil
		if a.Meta != nil {
			token = a.Meta.NextToken
		}
		page.gather(a)
	})
	switch {
	case refused != nil:
		return refused
	case failed != nil && len(page.all) == 0:
		return failed
	case !known:
		return parsers.Refuse(parsers.Drift, "the answer has no data or meta")
	}
	if refused := page.read(); refused != nil {
		return refused
	}
	in.Next = in.at.next(token)
	in.Settle("post")
	switch {
	case in.State == parsers.Drift:
	case broken > 0:
		in.State, in.Reason = parsers.Partial, fmt.Sprintf("broken lines: %d", broken)
	case failed != nil:
		in.State, in.Reason = parsers.Partial, failed.Reason
	case in.at.method == search && strings.HasSuffix(in.at.Path, "/recent"):
		if opened, ok := timeOf(in.Thread.ID); ok && in.Clock.Seen.Sub(opened) > recent {
			in.State, in.Reason = parsers.Partial, "recent search shows only the last seven days of an older conversation"
		}
	}
	return nil
}

// compliance reads what has become of posts.
func (in reader) compliance(body []byte) *parsers.Refusal {
	type line struct {
		ID        string `json:"id"`
		Action    string `json:"action"`
		CreatedAt string `json:"created_at"`
		Reason    string `json:"reason"`
	}
	broken, refused := jsonpage.Lines(body, func(l *line) {
		published, precision, ok := in.Clock.Read(l.CreatedAt)
		switch {
		case l.Action != "delete" || l.Reason == "scrub_geo":
			return // only its place on the map is taken away
		case !api.IsNumber(l.ID):
			in.Lacks("id")
			return
		case !ok:
			in.Lacks("a readable created_at")
			return
		}
		item := parsers.Item{
			ID: l.ID, Thread: in.Thread.ID, Kind: parsers.KindComment, Published: published, Precision: precision,
			Deleted: true, Outcome: l.Reason,
		}
		if l.ID == in.Thread.ID {
			item.Kind = parsers.KindPost
		}
		in.Item(item)
	})
	if refused != nil {
		return refused
	}
	in.Settle("deletion")
	switch { // never complete: it tells of what is gone, not of all that there is
	case in.State == parsers.Drift:
	case broken > 0:
		in.State, in.Reason = parsers.Partial, fmt.Sprintf("broken lines: %d", broken)
	default:
		in.State, in.Reason = parsers.Partial, "the results of a compliance job show only what was deleted"
	}
	return nil
}
