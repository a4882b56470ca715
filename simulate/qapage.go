package simulate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Pages with one question each, marked up as schema.org's QAPage: half of them as
// JSON-LD, half as microdata. There is no list of them, so that each is a source.

func qapage() *platform {
	return &platform{
		name:      "qapage",
		Shows:     Shows{Parents: true, Edits: true, Lasting: true},
		questions: true, single: true,
		width: func(*item) time.Duration { return 0 },
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{"GET /q/{id}": at.qapage}
		},
		address: func(s *source) string {
			if len(s.threads) == 0 {
				return fmt.Sprintf("/q/%d", s.first) // which nobody asks
			}
			return fmt.Sprintf("/q/%d", s.threads[0].number)
		},
		thread: func(t *thread) string { return fmt.Sprintf("/q/%d", t.number) },
		item: func(it *item) string {
			if it.who.body != nil {
				return fmt.Sprintf("/q/%d#answer-%d", it.thread.number, it.number)
			}
			return fmt.Sprintf("/q/%d", it.thread.number)
		},
		account: func(_ string, who *account) string {
			if who.body != nil {
				return "https://xq.example/" + who.handle + "#org"
			}
			return "https://xq.example/u/" + who.handle
		},
	}
}

func (at *site) qapage(b []byte, q *http.Request, now int64) ([]byte, answer) {
	number, _ := strconv.ParseInt(q.PathValue("id"), 10, 64)
	t := at.find(number, now)
	if t == nil {
		return append(b, "<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>\n"...), answer{status: http.StatusNotFound}
	}
	replies, changed := t.replies(now)
	b = append(b, "<!DOCTYPE html>\n<html lang=\"ru\">\n<head><meta charset=\"utf-8\"><title>Вопрос</title>\n"...)
	if t.source.index()%2 == 0 {
		b = append(b, "<script type=\"application/ld+json\">\n"...)
		text, err := json.Marshal(t.linkedData(replies, now))
		if err != nil {
			panic(fmt.Sprintf("simulate: %v", err)) // unreachable: strings and numbers only
		}
		return append(append(b, text...), "\n</script>\n</head>\n<body></body>\n</html>\n"...), answer{changed: changed}
	}
	b = append(b, "</head>\n<body itemscope itemtype=\"https://schema.org/QAPage\">\n<div itemprop=\"mainEntity\" itemscope itemtype=\"https://schema.org/Question\">\n"...)
	b = join(b, "<span itemprop=\"answerCount\">", len(replies), "</span>\n")
	b = t.opener.microdata(b, now)
	for _, it := range replies {
		b = join(b, "<div itemprop=\"suggestedAnswer\" itemscope itemtype=\"https://schema.org/Answer\" id=\"answer-", it.number, "\">\n")
		b = append(it.microdata(b, now), "</div>\n"...)
	}
	return append(b, "</div>\n</body>\n</html>\n"...), answer{changed: changed}
}

// marked has what questions and answers have in common.
func (it *item) marked(now int64) (created, modified, person, id string) {
	created, person = it.thread.source.site.republic.day(it.at, time.RFC3339), "Person"
	if now >= it.edited {
		modified = it.thread.source.site.republic.day(it.edited, time.RFC3339)
	}
	if it.who.body != nil {
		person = "GovernmentOrganization"
	}
	return created, modified, person, it.who.id(it.thread.source)
}

func (it *item) microdata(b []byte, now int64) []byte {
	created, modified, person, id := it.marked(now)
	b = append(lines(append(b, "<div itemprop=\"text\"><p>"...), it.words(now), "<br>"), "</p></div>\n"...)
	b = join(b, "<time itemprop=\"dateCreated\" datetime=\"", created, "\"></time>\n")
	if modified != "" {
		b = join(b, "<time itemprop=\"dateModified\" datetime=\"", modified, "\"></time>\n")
	}
	b = join(b, "<span itemprop=\"author\" itemscope itemtype=\"https://schema.org/", person, "\"><link itemprop=\"url\" href=\"", id, "\"><span itemprop=\"name\">")
	return append(escape(b, it.who.name), "</span></span>\n"...)
}

func (t *thread) linkedData(replies []*item, now int64) map[string]any {
	node := func(it *item, kind string) map[string]any {
		created, modified, person, id := it.marked(now)
		n := map[string]any{
			"@type": kind, "text": strings.TrimSpace(string(lines(nil, it.words(now), "<br>"))), "dateCreated": created,
			"author": map[string]any{"@type": person, "name": it.who.name, "@id": id},
		}
		if modified != "" {
			n["dateModified"] = modified
		}
		return n
	}
	question := node(t.opener, "Question")
	question["answerCount"] = len(replies)
	var answers []any
	for _, it := range replies {
		a := node(it, "Answer")
		a["url"] = fmt.Sprintf("%s#answer-%d", t.id(), it.number)
		answers = append(answers, a)
	}
	question["suggestedAnswer"] = answers
	return map[string]any{"@context": "https://schema.org", "@type": "QAPage", "mainEntity": question}
}
