package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// The UK Parliament's API of written questions: days printed as midnight, one
// answer, and before it perhaps a holding answer, whose words the answer replaces.

const ukwqRoot = "/api/writtenquestions/questions"

// ukwqQuestions is how many questions a page has at most.
const ukwqQuestions = 6

func ukwq() *platform {
	return &platform{
		name:      "ukwq",
		Shows:     Shows{Precision: 24 * time.Hour, Parents: true, Lasting: true},
		questions: true, fixed: true,
		settle: (*thread).settleWritten,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET " + ukwqRoot:           at.ukwqList,
				"GET " + ukwqRoot + "/{id}": at.ukwqQuestion,
			}
		},
		address: func(s *source) string {
			return fmt.Sprintf("%s?answeringBodies=%d", ukwqRoot, s.body.official(s).number)
		},
		thread: func(t *thread) string { return fmt.Sprint(t.number) },
		item: func(it *item) string {
			switch {
			case it == it.thread.opener:
				return fmt.Sprint(it.thread.number)
			case it.class == "acknowledgement":
				return fmt.Sprintf("%d/holding", it.thread.number)
			}
			return fmt.Sprintf("%d/answer", it.thread.number)
		},
		account: func(_ string, who *account) string {
			if who.body != nil {
				return fmt.Sprintf("body/%d", who.number)
			}
			return fmt.Sprintf("member/%d", who.number)
		},
	}
}

// settleWritten leaves a question one answer and one holding answer. A third of
// those that nobody has answered are withdrawn.
func (t *thread) settleWritten() {
	answer := t.settling()
	var holding *item
	for _, it := range t.answers() {
		if it.class == "acknowledgement" && holding == nil && (answer == nil || it.at < answer.at) {
			holding = it
		}
	}
	t.keep(answer, holding)
	switch {
	case holding != nil:
		holding.rulings = []ruling{{holding.at, "holding"}}
		if answer != nil {
			holding.edited, holding.revised = answer.at, ""
		}
	case answer == nil && t.number%3 == 0:
		t.opener.rulings = []ruling{{t.at + 48*3600, "withdrawn"}}
	}
}

// ukwqList answers the list of questions to a body. It cuts texts.
func (at *site) ukwqList(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.ofBody(q.FormValue("answeringBodies"))
	if s == nil {
		return asJSON(b, map[string]any{"totalResults": 0, "results": []any{}}, answer{})
	}
	found, changed := s.latest(now)
	skip, _ := strconv.Atoi(q.FormValue("skip"))
	shown, _ := cut(found, skip, ukwqQuestions)
	results := []any{}
	for _, t := range shown {
		results = append(results, map[string]any{"value": t.written(now, 255)})
	}
	return asJSON(b, map[string]any{"totalResults": len(found), "results": results}, answer{changed: changed})
}

// ukwqQuestion answers one question, with its texts in full.
func (at *site) ukwqQuestion(b []byte, q *http.Request, now int64) ([]byte, answer) {
	number, _ := strconv.ParseInt(q.PathValue("id"), 10, 64)
	t := at.find(number, now)
	if t == nil {
		return asJSON(b, map[string]any{"status": http.StatusNotFound, "title": "Not Found"}, answer{status: http.StatusNotFound})
	}
	_, changed := t.replies(now)
	return asJSON(b, map[string]any{"value": t.written(now, 1<<20)}, answer{changed: changed})
}

// written is a question as the API has it, with texts of at most a length.
func (t *thread) written(now int64, most int) map[string]any {
	r := t.source.site.republic
	midnight := func(at int64) string { return r.day(at, "2006-01-02T00:00:00") }
	text := func(s string) string {
		if letters := []rune(s); len(letters) > most {
			s = string(letters[:most]) + "..."
		}
		return s
	}
	who := t.source.body.official(t.source)
	q := map[string]any{
		"id": t.number, "askingMemberId": t.opener.who.number, "askingMember": map[string]any{"name": t.opener.who.name},
		"house": "Commons", "dateTabled": midnight(t.at), "uin": fmt.Sprint(t.number % 100_000),
		"questionText": text(t.opener.words(now)), "answeringBodyId": who.number, "answeringBodyName": who.name,
		"isWithdrawn": t.opener.ruling(now) == "withdrawn", "answerIsHolding": false,
		"dateAnswered": nil, "answerText": nil, "dateHoldingAnswer": nil, "dateAnswerCorrected": nil,
	}
	replies, _ := t.shownAnswers(now)
	for _, it := range replies {
		q["dateAnswered"], q["answerText"] = midnight(it.at), paragraph(text(it.text))
		if q["answerIsHolding"] = it.class == "acknowledgement"; it.class == "acknowledgement" {
			q["dateHoldingAnswer"] = midnight(it.at)
		}
	}
	return q
}
