package simulate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// data.egov.kz, version 4 of its API: each body has a data set of questions with
// fields of its own. A record has room for one answer, tells its minute or nothing
// of when it was, and a query finds all records that have a word in common.

// dataegovFields tells a parser which field is which.
const dataegovFields = "#id=nomer&asked=data&question=tekst&answered=data_otveta&answer=otvet&body=organ&state=status&dates=dots"

func dataegov() *platform {
	return &platform{
		name:      "dataegov",
		Shows:     Shows{Parents: true, Lasting: true},
		questions: true, fixed: true,
		settle: (*thread).settleRecord,
		width: func(it *item) time.Duration {
			if it.who.body != nil || it.thread.source.site.republic.config.Undated {
				return time.Minute
			}
			return 24 * time.Hour
		},
		routes: func(at *site) map[string]renderer {
			refuse := func(b []byte) ([]byte, answer) {
				return asJSON(b, map[string]string{"error": "Forbidden: apiKey is not valid"}, answer{status: http.StatusForbidden})
			}
			return map[string]renderer{"GET /api/v4/{set}/v1": at.keyed("apiKey", at.dataegovRecords, refuse)}
		},
		address: func(s *source) string { return "/api/v4/" + s.dataset() + "/v1" + dataegovFields },
		thread:  func(t *thread) string { return t.source.dataset() + "/v1/" + t.record() },
		item: func(it *item) string {
			id := it.thread.id()
			if it.who.body != nil {
				id += "/answer"
			}
			return id
		},
		account: func(string, *account) string { return "" },
	}
}

func (s *source) dataset() string { return "suraqtar_" + s.handle }

// record is the number that a body gives to a question.
func (t *thread) record() string { return fmt.Sprintf("XQ-%d", t.number) }

// settleRecord leaves a question its first answer; of some the day is not told.
func (t *thread) settleRecord() {
	answer := t.settling()
	t.keep(answer)
	t.opener.rulings = []ruling{{t.at, "на рассмотрении"}}
	if answer != nil {
		t.opener.rulings = append(t.opener.rulings, ruling{answer.at, "отвечено"})
		answer.undated = t.number%5 == 0 || t.source.site.republic.config.Undated
	}
}

// dataegovRecords answers a query: the whole of a data set, or what has a word of
// a number.
func (at *site) dataegovRecords(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.source(strings.TrimPrefix(q.PathValue("set"), "suraqtar_"))
	if s == nil {
		return asJSON(b, map[string]string{"error": "IndexMissingException"}, answer{status: http.StatusNotFound})
	}
	var query struct {
		From, Size int
		Query      struct{ Match map[string]string }
	}
	if json.Unmarshal([]byte(q.FormValue("source")), &query) != nil || query.Size < 1 {
		query.Size = 10
	}
	found, changed := s.latest(now)
	sought := query.Query.Match["nomer"]
	var hits, others []*thread // all numbers have their letters in common
	for _, t := range found {
		if sought == "" || t.record() == sought {
			hits = append(hits, t)
		} else {
			others = append(others, t)
		}
	}
	shown, _ := cut(append(hits, others...), query.From, query.Size)
	records := []any{}
	for i := len(shown) - 1; i >= 0; i-- { // the best is not the first
		records = append(records, shown[i].asRecord(now))
	}
	return asJSON(b, records, answer{changed: changed})
}

func (t *thread) asRecord(now int64) map[string]any {
	r := t.source.site.republic
	asked := "02.01.2006"
	if r.config.Undated {
		asked += " 15:04"
	}
	record := map[string]any{
		"id": fmt.Sprint(t.number), "nomer": t.record(), "data": r.day(t.at, asked), "tekst": string(escape(nil, t.opener.words(now))),
		"otvet": nil, "data_otveta": "", "organ": t.source.body.names.ru, "status": "На рассмотрении",
	}
	replies, _ := t.shownAnswers(now)
	for _, it := range replies {
		record["otvet"], record["status"] = string(escape(nil, it.words(now))), "Отвечено"
		if !it.undated {
			record["data_otveta"] = r.day(it.at, "02.01.2006 15:04")
		}
	}
	return record
}
