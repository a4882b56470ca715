package alaveteli

import (
	"strconv"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/jsonpage"
)

// request is a request with its events, as far as it is read.
type request struct {
	Name      string   `json:"url_title"`
	CreatedAt string   `json:"created_at"`
	Described string   `json:"described_state"`
	Awaiting  bool     `json:"awaiting_description"` // the label is older than the last response
	Shown     string   `json:"prominence"`
	User      account  `json:"user"`
	Body      account  `json:"public_body"`
	Events    *[]event `json:"info_request_events"`
}

// account is a person or a public body.
type account struct {
	Name    string `json:"name"`
	URLName string `json:"url_name"` // lasting, other than the name
}

// event is something that happened to a request. In a feed it says to which.
type event struct {
	Type      string   `json:"event_type"`
	CreatedAt string   `json:"created_at"`
	Described string   `json:"described_state"`
	Outgoing  int64    `json:"outgoing_message_id"`
	Incoming  int64    `json:"incoming_message_id"`
	Comment   int64    `json:"comment_id"`
	Snippet   string   `json:"snippet"`
	Request   *request `json:"info_request"`
}

// reader turns an answer into a result.
type reader struct {
	*api.Reading
	at address
}

// feed reads events of many requests, to which they lead.
func (in reader) feed(body []byte) *parsers.Refusal {
	var events []event
	if refused := jsonpage.Unmarshal(body, &events); refused != nil {
		return refused
	}
	for i := range events {
		request := events[i].Request
		if request == nil || !isName(request.Name) {
			in.Lacks("info_request.url_title")
			continue
		}
		thread := in.at.toRequest(request.Name)
		if created, _, ok := in.Clock.Read(request.CreatedAt); ok {
			thread.Published = created
		}
		in.Lead(thread)
	}
	in.Settle("event")
	return nil
}

// request reads the events of one request in the order in which they happened.
func (in reader) request(body []byte) *parsers.Refusal {
	var answer request
	if refused := jsonpage.Unmarshal(body, &answer); refused != nil {
		return refused
	}
	switch {
	case answer.Events == nil || in.at.request == "":
		return parsers.Refuse(parsers.Drift, "the answer has no events")
	case answer.Name != in.Thread.ID:
		return parsers.Refuse(parsers.Drift, "another request than", in.Thread.ID)
	case answer.Shown == "hidden" || answer.Shown == "requester_only":
		return parsers.Refuse(parsers.DiscussionUnavailable, "the request is", answer.Shown)
	}
	in.Addressee = answer.Body.Name
	if created, _, ok := in.Clock.Read(answer.CreatedAt); ok {
		in.Thread.Published = created
	}
	opening := ""
	edits := map[string]parsers.Span{}
	for i := range *answer.Events {
		e := &(*answer.Events)[i]
		item := e.utterance(&answer)
		if item.Kind == "" {
			if at, _, ok := in.Clock.Read(e.CreatedAt); ok && e.isEdit() {
				edits[item.ID] = at
			}
			continue
		}
		item.Thread = in.Thread.ID
		var ok bool
		item.Published, item.Precision, ok = in.Clock.Read(e.CreatedAt)
		switch {
		case item.ID == "":
			in.Lacks("the id of its message")
			continue
		case !ok:
			in.Lacks("a readable created_at")
			continue
		}
		if item.Kind == parsers.KindQuestion && opening == "" {
			opening = item.ID
			if !answer.Awaiting {
				item.Outcome = answer.Described
			}
		} else if item.Kind == parsers.KindQuestion {
			item.Kind = parsers.KindComment // to a further body, or in a batch
		}
		if item.Kind == parsers.KindAnswer && opening != "" {
			item.Parent, item.Nested = opening, true
		}
		in.Item(item)
	}
	for i := range in.Items {
		if at, ok := edits[in.Items[i].ID]; ok {
			in.Items[i].Edited, in.Items[i].EditedAt = true, at
		}
	}
	in.Settle("event")
	return nil
}

// isEdit tells whether the event is a change of an earlier message.
func (e *event) isEdit() bool {
	return e.Type == "edit_outgoing" || e.Type == "edit_incoming" || e.Type == "edit_comment"
}

// utterance is what was said, and by whom. Its Kind is "" for an event at which
// nobody said anything; its ID then is that of the message that it is about.
func (e *event) utterance(of *request) parsers.Item {
	item := parsers.Item{ID: e.message(), Text: api.Text(e.Snippet)}
	switch e.Type {
	case "sent":
		item.Kind = parsers.KindQuestion
	case "followup_sent": // "resent" is the same message once more, which did not arrive
		item.Kind = parsers.KindComment
	case "response":
		item.Kind, item.Role, item.Outcome = parsers.KindAnswer, parsers.RoleOfficial, e.Described
		item.Author = parsers.Author{ID: named("body/", of.Body.URLName), Name: of.Body.Name}
		return item
	case "comment":
		item.Kind = parsers.KindComment // an annotation: anybody's, who is not told
		return item
	}
	item.Role = parsers.RoleCitizen
	item.Author = parsers.Author{ID: named("user/", of.User.URLName), Name: of.User.Name}
	return item
}

func named(kind, name string) string {
	if name == "" {
		return ""
	}
	return kind + name
}

// message is the id of the message that the event is about, as the request's
// page has it in its anchors.
func (e *event) message() string {
	switch {
	case e.Incoming > 0:
		return "incoming-" + strconv.FormatInt(e.Incoming, 10)
	case e.Outgoing > 0:
		return "outgoing-" + strconv.FormatInt(e.Outgoing, 10)
	case e.Comment > 0:
		return "comment-" + strconv.FormatInt(e.Comment, 10)
	}
	return ""
}
