package froide

import (
	"strconv"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/jsonpage"
)

// reader turns an answer into a result.
type reader struct {
	*api.Reading
	at api.Place
}

func (in reader) read(page parsers.Page) *parsers.Refusal {
	var answer answer
	if refused := jsonpage.Unmarshal(page.Body, &answer); refused != nil {
		return refused
	}
	switch {
	case answer.Detail != "":
		return answer.refusal(page.Status)
	case in.at.Record == "" && answer.Objects != nil:
		in.list(&answer)
	case in.at.Record != "" && answer.ID > 0 && answer.Messages != nil:
		return in.request(&answer.request)
	default:
		return parsers.Refuse(parsers.Drift, "the answer has no objects or messages")
	}
	return nil
}

// list reads a page of requests, which it leads to.
func (in reader) list(a *answer) {
	for i := range *a.Objects {
		request := &(*a.Objects)[i]
		if request.ID <= 0 {
			in.Lacks("id")
			continue
		}
		thread := in.at.ThreadOf(strconv.FormatInt(request.ID, 10))
		if created, _, ok := in.Clock.Read(request.Created); ok {
			thread.Published = created
		}
		in.Lead(thread)
	}
	in.Next = in.at.After(len(*a.Objects), a.Meta.Total)
	in.Settle("request")
}

// request reads a request with its messages in the order of the site.
func (in reader) request(q *request) *parsers.Refusal {
	if strconv.FormatInt(q.ID, 10) != in.Thread.ID {
		return parsers.Refuse(parsers.Drift, "another request than", in.Thread.ID)
	}
	if created, _, ok := in.Clock.Read(q.Created); ok {
		in.Thread.Published = created
	}
	if q.Body != nil {
		in.Addressee = q.Body.Name
	}
	opening := ""
	for i := range q.Messages {
		m := &q.Messages[i]
		if m.Sent != nil && !*m.Sent {
			continue
		}
		item := parsers.Item{
			ID: "message-" + strconv.FormatInt(m.ID, 10), Thread: in.Thread.ID,
			Kind: parsers.KindComment, Role: parsers.RoleCitizen, Text: strings.TrimSpace(m.Content),
		}
		var ok bool
		item.Published, item.Precision, ok = in.time(m)
		switch {
		case m.ID <= 0:
			in.Lacks("id of a message")
			continue
		case !ok:
			in.Lacks("a readable timestamp of a message")
			continue
		case m.IsResponse:
			item.Kind, item.Role, item.Outcome = parsers.KindAnswer, parsers.RoleOfficial, m.Status
			item.Author = in.sender(m, q.Body)
			item.Parent, item.Nested = opening, opening != ""
		case opening == "":
			opening = item.ID
			item.Kind, item.Outcome = parsers.KindQuestion, q.Resolution
		}
		in.Item(item)
	}
	in.Settle("message")
	return nil
}

// sender is the body that answers. Its resource ends in its number; its name is
// only told of the body that was asked.
func (in reader) sender(m *message, asked *body) parsers.Author {
	parts := api.Segments(m.From)
	if len(parts) == 0 {
		return parsers.Author{}
	}
	number := parts[len(parts)-1]
	author := parsers.Author{ID: "body/" + number}
	if asked != nil && strconv.FormatInt(asked.ID, 10) == number {
		author.Name = asked.Name
	}
	return author
}

// time is when a message was sent. That of a letter is the day that somebody
// entered, on the calendar of the source.
func (in reader) time(m *message) (parsers.Span, parsers.Precision, bool) {
	span, precision, ok := in.Clock.Read(m.Timestamp)
	if !ok || !m.IsPostal {
		return span, precision, ok
	}
	return in.Clock.Read(span.Hi.In(in.Clock.Grammar.Zone).Format(time.DateOnly))
}
