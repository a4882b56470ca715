package simulate

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The open JSON of epetition.kz, each body's petitions in a folder of its own. A
// petition gets one decision. Times have no zone: the first source prints the
// republic's clock, the second UTC, and nothing tells which.

// epetitionComments is how many comments a page has at most, whatever is asked for.
const epetitionComments = 2

const epetitionRoot = "/{body}/api/public/v1/petitions"

func epetition() *platform {
	return &platform{
		name:      "epetition",
		Shows:     Shows{Precision: 5 * time.Hour, Parents: true, Lasting: true}, // from UTC to the clock of Almaty
		questions: true, fixed: true,
		settle: (*thread).decide,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET " + epetitionRoot + "/short":         at.epetitionList,
				"GET " + epetitionRoot + "/{id}":          at.epetitionPetition,
				"GET " + epetitionRoot + "/{id}/comments": at.epetitionComments,
			}
		},
		address: func(s *source) string {
			return strings.Replace(epetitionRoot, "{body}", s.handle, 1) + "/short"
		},
		thread: func(t *thread) string { return uuid(t.number) },
		item: func(it *item) string {
			if it.who.body != nil {
				return uuid(it.thread.number) + "/decision"
			}
			return uuid(it.number)
		},
		account: func(string, *account) string { return "" },
	}
}

// uuid is a number in the form of a UUID.
func uuid(number int64) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", number, number) }

// decide leaves a petition its first answer, which is the decision, and has those
// who signed it say so.
func (t *thread) decide() {
	decision := t.settling()
	t.keep(decision)
	t.opener.rulings = []ruling{{t.at, "registered"}}
	if decision != nil {
		t.opener.rulings = append(t.opener.rulings, ruling{decision.at, "decision_made"})
	}
	for i := range t.number % 4 {
		it := t.add(&item{who: t.opener.who, at: t.at + (i+1)*7*3600, class: "chatter", lang: "kk", text: "Қолдаймын!", hidden: t.opener.hidden})
		it.number = t.number + (i+1)*spacing/8
	}
}

// wallClock is a time as the portal prints it.
func (t *thread) wallClock(at int64) string {
	clock := t.source.site.republic.moment(at)
	if t.source.index() > 0 {
		clock = clock.UTC()
	}
	return clock.Format("2006-01-02T15:04:05")
}

func (at *site) epetitionList(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.source(q.PathValue("body"))
	if s == nil {
		return epetitionMissing(b)
	}
	found, changed := s.latest(now)
	page, _ := strconv.Atoi(q.FormValue("page"))
	size, err := strconv.Atoi(q.FormValue("size"))
	if err != nil || size < 1 {
		size = 20
	}
	shown, more := cut(found, page*size, size)
	content := []any{}
	for _, t := range shown {
		content = append(content, map[string]any{"id": uuid(t.number), "title": t.opener.words(now), "applyDate": t.wallClock(t.at)})
	}
	return asJSON(b, map[string]any{"content": content, "number": page, "size": size, "last": !more, "totalElements": len(found)}, answer{changed: changed})
}

func epetitionMissing(b []byte) ([]byte, answer) {
	return asJSON(b, map[string]any{"status": http.StatusNotFound, "error": "Not Found"}, answer{status: http.StatusNotFound})
}

// petition finds the petition that a request is about; nil for none.
func (at *site) petition(q *http.Request, now int64) *thread {
	head, _, _ := strings.Cut(q.PathValue("id"), "-")
	number, _ := strconv.ParseInt(head, 16, 64)
	if t := at.find(number, now); t != nil && t.source.handle == q.PathValue("body") {
		return t
	}
	return nil
}

func (at *site) epetitionPetition(b []byte, q *http.Request, now int64) ([]byte, answer) {
	t := at.petition(q, now)
	if t == nil {
		return epetitionMissing(b)
	}
	replies, changed := t.shownAnswers(now)
	petition := map[string]any{
		"id": uuid(t.number), "title": "Петиция", "description": paragraph(t.opener.words(now)), "state": strings.ToUpper(t.opener.ruling(now)),
		"applyDate": t.wallClock(t.at), "applicant": map[string]string{"firstName": t.opener.who.name},
		"organization": map[string]string{"nameRu": t.source.body.names.ru, "nameKk": t.source.body.names.kk}, "decision": nil,
	}
	for _, it := range replies {
		petition["decision"] = map[string]any{"messageRu": paragraph(it.words(now)), "messageKk": nil, "replyDate": t.wallClock(it.at)}
	}
	return asJSON(b, petition, answer{changed: changed})
}

// epetitionComments answers the comments on a petition, newest first.
func (at *site) epetitionComments(b []byte, q *http.Request, now int64) ([]byte, answer) {
	t := at.petition(q, now)
	if t == nil {
		return epetitionMissing(b)
	}
	all, changed := t.replies(now)
	content := []any{}
	for _, it := range slices.Backward(all) {
		if it.who.body == nil {
			content = append(content, map[string]any{
				"id": uuid(it.number), "petitionId": uuid(t.number), "parentId": nil, "fio": it.who.name,
				"comment": it.words(now), "repliesCount": 0, "createdDate": t.wallClock(it.at),
			})
		}
	}
	page, _ := strconv.Atoi(q.FormValue("page"))
	shown, more := cut(content, page*epetitionComments, epetitionComments)
	return asJSON(b, map[string]any{"content": shown, "last": !more, "totalElements": len(content)}, answer{changed: changed})
}
