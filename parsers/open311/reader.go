package open311

import (
	"fmt"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
)

// reader turns an answer into a result.
type reader struct {
	*api.Reading
	at address
}

// list reads a page of requests. Each stands there in full, as items of its own
// thread, and leads to it.
func (in reader) list(requests []request) {
	for i := range requests {
		r := &requests[i]
		if r.ID == "" && r.Token != "" {
			continue // without a number yet
		}
		if asked, ok := in.request(r); ok {
			thread := in.at.toRequest(string(r.ID))
			thread.Published = asked.Published
			in.Lead(thread)
		}
	}
	if len(requests) == in.at.size {
		in.Next = in.at.listPage(in.at.page + 1).Next()
	}
	in.Settle("request")
}

// one reads a page of one request.
func (in reader) one(requests []request) *parsers.Refusal {
	if len(requests) == 0 {
		return parsers.Refuse(parsers.Gone, "there is no such request")
	}
	if id := string(requests[0].ID); id != in.Thread.ID {
		return parsers.Refuse(parsers.Drift, fmt.Sprintf("the request %q in the answer for %s", id, in.Thread.ID))
	}
	in.request(&requests[0])
	in.Addressee = requests[0].Agency
	in.Settle("request")
	return nil
}

// request reads a request with what the city said to it.
func (in reader) request(r *request) (asked parsers.Item, ok bool) {
	id := string(r.ID)
	if id == "" || strings.ContainsAny(id, "/%?#") {
		in.Lacks("a usable service_request_id")
		return asked, false
	}
	published, precision, ok := in.time(r.Requested)
	if !ok {
		in.Lacks("a readable requested_datetime")
		return asked, false
	}
	asked = parsers.Item{
		ID: id, Thread: id, Kind: parsers.KindQuestion, Role: parsers.RoleCitizen,
		Published: published, Precision: precision, Text: r.text(), Outcome: strings.ToLower(r.Status),
	}
	in.Item(asked)
	closed := false
	same := map[string]int{}
	for i := range r.Notes {
		n := &r.Notes[i]
		if !n.speaks() {
			continue
		}
		reply := in.reply(r, "/"+n.Type+"-"+n.Time) // not its place, which later notes may move
		if reply.Published, reply.Precision, ok = in.time(n.Time); !ok {
			in.Lacks("a readable datetime of a note")
			continue
		}
		reply.Text, reply.Outcome = n.text(), n.Type
		closed = closed || n.Type == "closed"
		if same[reply.ID]++; same[reply.ID] > 1 { // Chicago notes several things at once
			reply.ID = fmt.Sprint(reply.ID, "-", same[reply.ID])
		}
		in.Item(reply)
	}
	if r.isClosed() && !closed { // at a time that nothing tells
		reply := in.reply(r, "/closed")
		reply.Precision = parsers.PrecisionVisit
		reply.Text, reply.Outcome = r.StatusNotes, "closed"
		in.Item(reply)
	}
	return asked, true
}

func (in reader) reply(r *request, suffix string) parsers.Item {
	id := string(r.ID)
	return parsers.Item{
		ID: id + suffix, Thread: id, Parent: id, Nested: true, Kind: parsers.KindAnswer, Role: parsers.RoleOfficial,
		Author: parsers.Author{Name: r.Agency},
	}
}

// time reads a time that says how far its clock is from UTC, or one of the
// source's zone.
func (in reader) time(s string) (parsers.Span, parsers.Precision, bool) {
	if in.Clock.Grammar.Zone == nil && !hasOffset(s) {
		return parsers.Span{}, "", false
	}
	return in.Clock.Read(s)
}

// hasOffset tells whether a time in the form of ISO 8601 says how far its clock
// is from UTC.
func hasOffset(s string) bool {
	const date = len("2006-01-02T15:04")
	if len(s) <= date {
		return false
	}
	return strings.HasSuffix(strings.ToUpper(s), "Z") || strings.ContainsAny(s[date:], "+-")
}
