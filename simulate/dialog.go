package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// dialog.egov.kz: the questions put to the blog of a body's head, ten to a page,
// each with its answers folded in. Days alone are printed. A notice stands in the
// place of what is under review or was rejected; what was sent again has a number
// with a suffix.

const (
	dialogQuestions = 10
	dialogBlogs     = 32_000 // before the numbers of blogs
)

func dialog() *platform {
	return &platform{
		name:      "dialog",
		Shows:     Shows{Precision: 24 * time.Hour, Parents: true, Lasting: true},
		questions: true, fixed: true,
		settle: (*thread).moderate,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{"GET /blogs/{blog}/questions": at.dialogList}
		},
		address: func(s *source) string { return fmt.Sprintf("/blogs/%d/welcome", dialogBlogs+s.index()) },
		thread:  (*thread).printed,
		item: func(it *item) string {
			for i, reply := range it.thread.answers() {
				if reply == it {
					return fmt.Sprintf("%s/answer/%d", it.thread.printed(), i+1)
				}
			}
			return it.thread.printed()
		},
		account: func(string, *account) string { return "" },
	}
}

// moderate has the portal hold back some questions for a day, or until there is an
// answer, and reject some of those that nobody answers.
func (t *thread) moderate() {
	replies := t.answers()
	switch {
	case t.number%4 == 1 && len(replies) == 0:
		t.opener.rulings = []ruling{{t.at, "under_review"}, {t.at + 60*3600, "rejected"}}
	case t.number%4 == 2:
		until := t.at + 30*3600
		if len(replies) > 0 {
			until = min(until, replies[0].at)
		}
		t.opener.rulings = []ruling{{t.at, "under_review"}, {until, ""}}
	}
}

// printed is the number that the portal prints: that of the first question and a
// suffix for one that was sent again, which has a number of its own in its link.
func (t *thread) printed() string {
	if t.number%5 == 0 {
		return fmt.Sprintf("%d/1", t.number-3)
	}
	return fmt.Sprint(t.number)
}

func (at *site) dialogList(b []byte, q *http.Request, now int64) ([]byte, answer) {
	blog, _ := strconv.ParseInt(q.PathValue("blog"), 10, 64)
	s := at.of((blog - dialogBlogs + 1) * spacing)
	if s == nil {
		return append(b, "<!DOCTYPE html>\n<html><head><title>404</title></head><body><h1>Страница не найдена</h1></body></html>\n"...), answer{status: http.StatusNotFound}
	}
	found, changed := s.latest(now)
	page, _ := strconv.Atoi(q.FormValue("page"))
	shown, _ := cut(found, (max(page, 1)-1)*dialogQuestions, dialogQuestions)
	b = append(b, "<!DOCTYPE html>\n<html lang=\"ru\">\n<head><meta charset=\"utf-8\"><title>Блог</title></head>\n<body>\n<h1 class=\"blog-title\">"...)
	b = append(escape(b, s.body.names.ru), "</h1>\n"...)
	for _, t := range shown {
		b = t.dialogCard(b, now)
	}
	b = join(b, "<script>\n$('#pagination').twbsPagination({\n    totalPages: ", (len(found)+dialogQuestions-1)/dialogQuestions, ",\n    visiblePages: 5\n});\n</script>\n</body>\n</html>\n")
	return b, answer{changed: changed}
}

// dialogCard appends a question with its answers.
func (t *thread) dialogCard(b []byte, now int64) []byte {
	r := t.source.site.republic
	words, notice := t.opener.words(now), ""
	switch t.opener.ruling(now) {
	case "under_review":
		notice = "находится на рассмотрении у ГО"
	case "rejected":
		notice = "отклонено ГО " + r.day(t.opener.rulings[1].at, "02.01.2006")
	}
	if notice != "" {
		words = fmt.Sprintf("Обращение с регистрационным номером %s, направленное в Блог %s %s", t.printed(), t.source.body.names.ru, notice)
	}
	b = append(escape(append(b, "<div class=\"row\">\n  <div class=\"col-xs-12\">\n    <h3>"...), t.opener.who.name), "</h3>\n    <p>"...)
	b = lines(b, words, "<br>")
	b = join(b, "</p>\n    <ul class=\"blog-info\">\n      <li><i class=\"fa fa-pencil\"></i> ", t.printed(),
		"</li>\n      <li><i class=\"fa fa-calendar\"></i> ", r.day(t.at, "02.01.2006"), "</li>\n    </ul>\n")
	if notice == "" {
		b = join(b, "    <a class=\"readmore\" href=\"/blogs/all-questions/", t.number, "\">Подробнее</a>\n")
	}
	b = append(b, "  </div>\n</div>\n"...)
	replies, _ := t.shownAnswers(now)
	if len(replies) == 0 {
		return b
	}
	b = join(b, "<div class=\"row answers\" id=\"", t.number, "\" style=\"display:none\">\n  <h4>Ответы</h4>\n")
	for _, it := range replies {
		b = append(lines(append(b, "  <p>"...), it.words(now), "<br>"), "</p>\n  <span class=\"answer-info\">"...)
		b = append(escape(b, t.source.body.names.ru), "  "...)
		b = join(b, r.day(it.at, "02.01.2006"), "</span>\n")
	}
	return append(b, "</div>\n"...)
}
