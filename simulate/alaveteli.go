package simulate

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A site made with Alaveteli: /feed/body/NAME.json and /request/NAME.json. Events
// at which nobody says anything stand between the others.

// alaveteliEvents is how many events a feed has at most. A real one has 25, so that
// what happens between two visits is missed where more does.
const alaveteliEvents = 80

func alaveteli() *platform {
	return &platform{
		name:      "alaveteli",
		Shows:     Shows{Parents: true, Edits: true, Lasting: true},
		questions: true,
		settle:    (*thread).describe,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /feed/body/{name}": at.alaveteliFeed,
				"GET /request/{name}":   at.alaveteliRequest,
			}
		},
		address: func(s *source) string { return "/body/" + s.handle },
		thread:  func(t *thread) string { return fmt.Sprintf("suraq_%d", t.number) },
		item: func(it *item) string {
			if it.who.body != nil {
				return fmt.Sprintf("incoming-%d", it.number)
			}
			return fmt.Sprintf("outgoing-%d", it.number)
		},
		account: func(_ string, who *account) string {
			if who.body != nil {
				return "body/" + who.handle
			}
			return "user/" + who.handle
		},
	}
}

// describe has the person label a request: as waiting from the start, not at all
// once there is a reply, and by how it ended some hours after the last one.
func (t *thread) describe() {
	t.opener.rulings = []ruling{{t.at, "waiting_response"}}
	replies := t.answers()
	if len(replies) == 0 {
		return
	}
	last, words := replies[len(replies)-1], "successful"
	switch last.class {
	case "refusal":
		words = "rejected"
	case "redirect", "acknowledgement":
		words = "waiting_response"
	}
	described := ruling{last.at + 5*3600, words}
	t.opener.rulings = append(t.opener.rulings, ruling{replies[0].at, ""}, described)
	last.rulings = []ruling{described}
}

// alaveteliFeed answers the feed of a body: the latest events of its requests.
func (at *site) alaveteliFeed(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.source(jsonName(q.PathValue("name")))
	if s == nil {
		return append(b, "Not found"...), answer{status: http.StatusNotFound}
	}
	found, changed := s.latest(now)
	type timed struct {
		at    int64
		event map[string]any
	}
	var events []timed
	for _, t := range found {
		shown, _ := t.replies(now)
		for _, it := range append(shown, t.opener) {
			event := it.event(now)
			event["info_request"] = map[string]any{"url_title": s.site.thread(t), "created_at": t.stamp(t.at)}
			events = append(events, timed{it.at, event})
		}
	}
	slices.SortFunc(events, func(a, b timed) int { return int(b.at - a.at) })
	list := []any{}
	for _, e := range events[:min(len(events), alaveteliEvents)] {
		list = append(list, e.event)
	}
	return asJSON(b, list, answer{changed: changed})
}

// alaveteliRequest answers a request with its events.
func (at *site) alaveteliRequest(b []byte, q *http.Request, now int64) ([]byte, answer) {
	number, _ := strconv.ParseInt(strings.TrimPrefix(jsonName(q.PathValue("name")), "suraq_"), 10, 64)
	t := at.find(number, now)
	if t == nil {
		return append(b, "Not found"...), answer{status: http.StatusNotFound}
	}
	shown, changed := t.replies(now)
	events := []any{t.opener.event(now)}
	for _, it := range shown {
		events = append(events, it.event(now), map[string]any{
			"event_type": "status_update", "created_at": t.stamp(it.at + 60), "described_state": "waiting_response", "snippet": "",
		})
	}
	if now >= t.opener.edited {
		events = append(events, map[string]any{
			"event_type": "edit_outgoing", "created_at": t.stamp(t.opener.edited), "outgoing_message_id": t.opener.number, "snippet": "",
		})
	}
	described := t.opener.ruling(now)
	who := t.source.body.official(t.source)
	return asJSON(b, map[string]any{
		"id": t.number, "url_title": t.id(), "created_at": t.stamp(t.at), "updated_at": t.stamp(now),
		"described_state": described, "awaiting_description": described == "", "prominence": "normal",
		"user":                map[string]any{"name": t.opener.who.name, "url_name": t.opener.who.handle},
		"public_body":         map[string]any{"name": who.name, "url_name": who.handle},
		"info_request_events": events,
	}, answer{changed: changed})
}

// event is an item as an event of its request.
func (it *item) event(now int64) map[string]any {
	e := map[string]any{
		"id": it.number, "event_type": "sent", "created_at": it.thread.stamp(it.at), "described_state": nil,
		"incoming_message_id": nil, "outgoing_message_id": it.number, "comment_id": nil,
		"snippet": string(escape(nil, it.words(now))),
	}
	if it.who.body != nil {
		e["event_type"], e["incoming_message_id"], e["outgoing_message_id"] = "response", it.number, nil
	}
	if words := it.ruling(now); words != "" {
		e["described_state"] = words
	}
	return e
}

// stamp is a time as old and new versions of Alaveteli print it.
func (t *thread) stamp(at int64) string {
	r := t.source.site.republic
	if t.source.index() == 0 {
		return r.day(at, "2006/01/02 15:04:05 -0700")
	}
	return r.day(at, time.RFC3339)
}
