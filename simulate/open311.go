package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Open311 GeoReport v2, each city at an endpoint of its own. The first city has
// notes, as Chicago does; the second tells a closing by its status alone, and
// nothing tells when. updated_datetime moves in both for reasons of its own.

func open311() *platform {
	return &platform{
		name:      "open311",
		Shows:     Shows{Parents: true, Lasting: true, Listed: true},
		questions: true, fixed: true,
		settle: (*thread).closeCase,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /{city}/open311/v2/requests.json":   at.open311List,
				"GET /{city}/open311/v2/requests/{file}": at.open311Request,
			}
		},
		address: func(s *source) string { return "/" + s.handle + "/open311/v2" },
		thread:  func(t *thread) string { return fmt.Sprint(t.number) },
		item: func(it *item) string {
			switch {
			case it == it.thread.opener:
				return fmt.Sprint(it.number)
			case it.undated:
				return fmt.Sprintf("%d/closed", it.thread.number)
			}
			return fmt.Sprintf("%d/%s-%s", it.thread.number, it.noteType(), it.noted())
		},
		account: func(string, *account) string { return "" },
	}
}

// noteType is the type of the note that a reply is.
func (it *item) noteType() string { return it.ruling(never) }

// noted is when the city says that it noted a reply.
func (it *item) noted() string {
	return it.thread.source.site.republic.day(it.at, "2006-01-02T15:04:05-07:00")
}

// closeCase has the last reply that settles anything close the case. A city
// without notes shows no other, and not when it was.
func (t *thread) closeCase() {
	t.opener.rulings = []ruling{{t.at, "open"}}
	var last *item
	for _, it := range t.answers() {
		it.rulings = []ruling{{it.at, "activity"}}
		if it.class != "acknowledgement" {
			last = it
		}
	}
	if t.source.index() > 0 {
		t.keep(last)
	}
	if last == nil {
		return
	}
	last.rulings = []ruling{{last.at, "closed"}}
	last.undated = t.source.index() > 0
	t.opener.rulings = append(t.opener.rulings, ruling{last.at, "closed"})
}

func (at *site) open311List(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.source(q.PathValue("city"))
	if s == nil {
		return open311Error(b, http.StatusNotFound, "jurisdiction_id not found")
	}
	found, changed := s.latest(now)
	size, err := strconv.Atoi(q.FormValue("page_size"))
	if err != nil || size < 1 {
		size = 50
	}
	page, _ := strconv.Atoi(q.FormValue("page"))
	shown, _ := cut(found, (max(page, 1)-1)*size, size)
	list := []any{}
	for _, t := range shown {
		list = append(list, t.serviceRequest(now))
	}
	return asJSON(b, list, answer{changed: changed})
}

func (at *site) open311Request(b []byte, q *http.Request, now int64) ([]byte, answer) {
	number, _ := strconv.ParseInt(jsonName(q.PathValue("file")), 10, 64)
	t := at.find(number, now)
	if t == nil || t.source.handle != q.PathValue("city") {
		return open311Error(b, http.StatusNotFound, "service_request_id not found")
	}
	_, changed := t.replies(now)
	return asJSON(b, []any{t.serviceRequest(now)}, answer{changed: changed})
}

func open311Error(b []byte, code int, words string) ([]byte, answer) {
	return asJSON(b, []any{map[string]any{"code": code, "description": words}}, answer{status: code})
}

// serviceRequest is a thread as the city shows it.
func (t *thread) serviceRequest(now int64) map[string]any {
	r := t.source.site.republic
	replies, _ := t.shownAnswers(now)
	touched := min(t.at+72*3600, now) // a job of the night, a change of departments
	for _, it := range replies {
		touched = max(touched, it.at)
	}
	request := map[string]any{
		"service_request_id": fmt.Sprint(t.number), "service_name": "Жол", "service_code": "zhol",
		"status": t.opener.ruling(now), "description": t.opener.words(now), "agency_responsible": t.source.body.names.ru,
		"requested_datetime": r.day(t.at, time.RFC3339), "updated_datetime": r.day(touched, time.RFC3339),
	}
	if t.source.index() > 0 {
		for _, it := range replies {
			request["status_notes"] = it.words(now)
		}
		return request
	}
	notes := []any{
		map[string]any{"datetime": r.day(t.at, time.RFC3339), "type": "opened", "summary": "Request opened"},
		map[string]any{"datetime": r.day(t.at+1, time.RFC3339), "type": "submitted", "summary": "Request submitted"},
	}
	for _, it := range replies {
		notes = append(notes, map[string]any{
			"datetime": it.noted(), "type": it.noteType(), "summary": "Жауап", "description": it.words(now),
		}, map[string]any{
			"datetime": r.day(it.at+1, time.RFC3339), "type": "follow_on_created", "summary": "Follow-on created",
		})
	}
	request["notes"] = notes
	return request
}
