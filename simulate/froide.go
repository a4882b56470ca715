package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// A site made with Froide: /api/v1/request/ and /api/v1/request/N/. A letter is
// dated by hand, to the day; a message that was written and not sent stands there
// all the same.

// froideRequests is how many requests a page of a list has at most.
const froideRequests = 6

func froide() *platform {
	return &platform{
		name:      "froide",
		Shows:     Shows{Parents: true, Lasting: true},
		questions: true, fixed: true,
		settle: (*thread).settleRequest,
		width: func(it *item) time.Duration {
			if it.postal() {
				return 24 * time.Hour
			}
			return 0
		},
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /api/v1/request/{$}":      at.froideList,
				"GET /api/v1/request/{id}/{$}": at.froideRequest,
			}
		},
		address: func(s *source) string { return fmt.Sprintf("/behoerde/%d/", s.body.official(s).number) },
		thread:  func(t *thread) string { return fmt.Sprint(t.number) },
		item:    func(it *item) string { return fmt.Sprintf("message-%d", it.number) },
		account: func(_ string, who *account) string {
			if who.body == nil {
				return "" // people are not named
			}
			return fmt.Sprintf("body/%d", who.number)
		},
	}
}

// postal tells whether a reply came as a letter.
func (it *item) postal() bool { return it.who.body != nil && it.number%3 == 0 }

// settleRequest has the person tell, some hours after the last reply, how the
// request ended.
func (t *thread) settleRequest() {
	replies := t.answers()
	if len(replies) == 0 {
		return
	}
	last, words := replies[len(replies)-1], "successful"
	if last.class == "refusal" {
		words = "refused"
	}
	t.opener.rulings = []ruling{{last.at + 5*3600, words}}
}

func (at *site) froideList(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.ofBody(q.FormValue("public_body"))
	if s == nil {
		return asJSON(b, map[string]any{"meta": map[string]any{"total_count": 0}, "objects": []any{}}, answer{})
	}
	found, changed := s.latest(now)
	offset, _ := strconv.Atoi(q.FormValue("offset"))
	shown, _ := cut(found, offset, froideRequests)
	objects := []any{}
	for _, t := range shown {
		objects = append(objects, t.requested(now))
	}
	return asJSON(b, map[string]any{
		"meta": map[string]any{"limit": froideRequests, "offset": offset, "total_count": len(found)}, "objects": objects,
	}, answer{changed: changed})
}

func (at *site) froideRequest(b []byte, q *http.Request, now int64) ([]byte, answer) {
	number, _ := strconv.ParseInt(q.PathValue("id"), 10, 64)
	t := at.find(number, now)
	if t == nil {
		return asJSON(b, map[string]string{"detail": "Not found."}, answer{status: http.StatusNotFound})
	}
	replies, changed := t.replies(now)
	request := t.requested(now)
	messages := []any{t.opener.message(t.opener.number)}
	if t.number%4 == 0 {
		draft := t.opener.message(t.number + spacing/2)
		draft["sent"] = false
		messages = append(messages, draft)
	}
	for _, it := range replies {
		messages = append(messages, it.message(it.number))
	}
	request["messages"] = messages
	return asJSON(b, request, answer{changed: changed})
}

// requested is a request without its messages.
func (t *thread) requested(now int64) map[string]any {
	who := t.source.body.official(t.source)
	return map[string]any{
		"id": t.number, "url": fmt.Sprintf("/anfrage/%d/", t.number), "created_at": t.source.site.republic.day(t.at, time.RFC3339),
		"status": "awaiting_response", "resolution": t.opener.ruling(now),
		"public_body": map[string]any{"id": who.number, "name": who.name},
	}
}

// message is an item as a message of a request.
func (it *item) message(number int64) map[string]any {
	r := it.thread.source.site.republic
	m := map[string]any{
		"id": number, "sent": true, "is_response": it.who.body != nil, "is_postal": it.postal(), "status": nil,
		"timestamp": r.day(it.at, "2006-01-02T15:04:05.000000-07:00"), "content": it.text, "sender_public_body": nil,
	}
	if it.postal() {
		day := r.moment(it.at)
		midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, day.Location())
		m["timestamp"] = midnight.UTC().Format("2006-01-02T15:04:05-07:00")
	}
	if it.who.body != nil {
		m["sender_public_body"] = fmt.Sprintf("http://foi.xq.example/api/v1/publicbody/%d/", it.who.number)
	}
	return m
}
