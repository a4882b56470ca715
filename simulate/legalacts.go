package simulate

import (
	"net/http"
	"strconv"
	"time"
)

// The portal of draft laws, in the markup of legalacts.egov.kz.

const (
	draftsListed = 5  // cards on a page of the list
	draftsShown  = 10 // comments on a page of a document
)

// portalLabels are what the portal prints in one interface language.
type portalLabels struct {
	lang, home, comment, status, open, archive, kind, order, created, until string
	all, like, dislike, views, accepted, refused, judgedYes, judgedNo       string
	goTo, see, more, load, none                                             string
}

var (
	inRussian = portalLabels{
		lang: "ru", home: "Домой", comment: "Комментарий", status: "Статус:", open: "Публичное обсуждение", archive: "Архив",
		kind: "Тип НПА:", order: "Приказ", created: "Дата создания:", until: "Публичное обсуждение до:",
		all: "Всего комментариев", like: "Нравится", dislike: "Не нравится", views: "Количество просмотров",
		accepted: "Количество принятых комментарии", refused: "Количество непринятых комментарии",
		judgedYes: "Принято", judgedNo: "Не принято", goTo: "Переход на комментируемый текст", see: "посмотреть текст",
		more: "Подробнее", load: "Скачать (docx)", none: "Нет комментариев",
	}
	inKazakh = portalLabels{
		lang: "kk", home: "Басты бет", comment: "Пікір", status: "Статус:", open: "Қоғамдық талқылауда", archive: "Мұрағат",
		kind: "НҚА түрі:", order: "Бұйрық", created: "Құру күні:", until: "Қоғамдық талқылаудың мерзімі:",
		all: "Түсіндермелердің барлығы", like: "Ұнайды", dislike: "Ұнамайды", views: "Қараулар саны",
		accepted: "Қабылданған пікірлер саны", refused: "Қабылданбаған пікірлер саны",
		judgedYes: "Қабылданды", judgedNo: "Қабылданбады", goTo: "Пікірі бар мәтінге өту", see: "мәтінді қарау",
		more: "Толығырақ", load: "Жүктеу (docx)", none: "Пікірлер жоқ",
	}
)

// labels picks the interface language: Kazakh, unless the site's cookie says
// otherwise.
func labels(q *http.Request) *portalLabels {
	if cookie, err := q.Cookie("egovLang"); err == nil && cookie.Value == "ru" {
		return &inRussian
	}
	return &inKazakh
}

func (l *portalLabels) name(n names) string {
	if l.lang == "ru" {
		return n.ru
	}
	return n.kk
}

// printed is how the portal prints the name of a body: in Russian sometimes
// under another name.
func (l *portalLabels) printed(b *body, t *thread) string {
	if l.lang == "ru" && t.number%3 == 0 {
		return b.alias
	}
	return l.name(b.names)
}

// tally counts a document's comments and replies at a moment. The counter also
// counts what the portal holds back, which no page shows; top does not, and
// counts comments only.
type tally struct{ counted, accepted, refused, top int }

func (t *thread) tally(now int64) (n tally, changed int64) {
	changed = t.at
	if t.draft.until <= now {
		changed = t.draft.until // the status changed
	}
	for _, it := range t.items {
		if it.at > now || now >= it.deleted {
			changed = max(changed, it.changed(now))
			continue
		}
		n.counted++
		if it.parent == nil && !it.hidden {
			n.top++
		}
		changed = max(changed, it.at)
		switch it.verdict(now) {
		case accepted:
			n.accepted++
		case refused:
			n.refused++
		}
	}
	return n, changed
}

type verdict int

const (
	undecided verdict = iota
	accepted
	refused
)

// verdict is what the body decided about a comment when it replied.
func (it *item) verdict(now int64) verdict {
	if it.need == nil {
		return undecided
	}
	for _, reply := range it.need.replies {
		if !reply.shown(now) || reply.class == "acknowledgement" {
			continue
		}
		if reply.class == "substantive" && reply.canned == "" && it.class != "complaint" {
			return accepted
		}
		return refused
	}
	return undecided
}

// listPage serves /list?page=N, newest first.
func (r *Republic) listPage(b []byte, q *http.Request, now int64) ([]byte, answer) {
	l := labels(q)
	page, err := strconv.Atoi(q.URL.Query().Get("page"))
	if err != nil || page < 1 {
		page = 1
	}
	drafts := r.portal.threads[:r.portal.before(now+1)+1]
	changed := r.start
	if len(drafts) > 0 {
		changed = drafts[len(drafts)-1].at
	}
	b = join(b, "<!DOCTYPE html>\n<html lang=\"", l.lang, "\"><head><meta charset=\"utf-8\"><title>Открытые НПА</title></head><body>\n<div class=\"content\">\n<div>\n")
	for i := range draftsListed {
		k := len(drafts) - 1 - (page-1)*draftsListed - i
		if k < 0 || page > len(drafts) {
			break
		}
		n, at := drafts[k].tally(now)
		changed = max(changed, at)
		b = r.card(b, l, drafts[k], n, now)
	}
	total := max(1, (len(drafts)+draftsListed-1)/draftsListed)
	b = join(b, "            <hr class=\"hide-mobile\">\n            <div class=\"pagination-container\">\n            </div>\n</div>\n</div>\n<script>\n    jQuery(document).ready(function(){\n        $(\".pagination-container\").twbsPagination({\n            startPage: ", page, ",\n            totalPages: ", total, ",\n            href: arrayToUrl(types)+'&page={{number}}'+extraParameters,\n        });\n    });\n</script>\n</body></html>\n")
	return b, answer{changed: changed}
}

func (r *Republic) card(b []byte, l *portalLabels, t *thread, n tally, now int64) []byte {
	b = join(b, "                    <div class=\"contentlist\">\n                        <h3>\n                            <a href=\"/npa/view?id=", t.number, "\">")
	b = escape(b, l.name(t.draft.title))
	b = join(b, "</a>\n                        </h3>\n                        <div class=\"info\">\n                            <strong> ", l.status, "</strong> ", t.state(l, now), "<br />\n                            <strong>", l.kind, "</strong>\n                            \n                            ", l.order, "\n                            \n                            <br />\n                            <strong>", l.created, "</strong> ")
	b = r.local(t.at).AppendFormat(b, "02/01/2006")
	b = join(b, " <br />\n                            \n                            <strong>", l.until, "</strong> ")
	b = r.local(t.draft.until).AppendFormat(b, "02/01/2006")
	b = join(b, "<br />\n                            \n                        </div>\n                        <div class=\"tags\">\n                            \n                            <span class=\"icon1\"></span>", n.counted, "\n                            \n                            <span class=\"icon2\"></span>")
	b = escape(b, l.printed(t.body, t))
	// The second judged number stands outside of its span: the portal's own slip.
	b = join(b, "\n                            <span class=\"likeSpan\"><span class=\"icon3\"></span>", t.number%4, "</span>\n                            <span class=\"dislikeSpan\"><span class=\"icon4\"></span>", t.number%3, "</span>\n                            <span class=\"icon5\"></span>", 90+t.number%900,
		"\n                            <span title=\"", l.accepted, "\"><i class=\"liker fa fa-check-square\" style=\"color: #67bd3c !important; padding: 0 7px\"></i>", n.accepted, "</span>\n                            <span title=\"", l.refused, "\"><i class=\"liker fa fa-times-circle\" style=\"color: red !important; padding: 0 7px\"></i></span>", n.refused,
		"\n                        </div>\n                        <div class=\"readmore\">\n                            <a href=\"/npa/view?id=", t.number, "\">", l.more, "</a>\n                            <a href=\"/application/downloadnpa?id=", t.number+1, "\" class=\"more margin-left-20\">", l.load, " <i class=\"icon-angle-right\"></i></a>\n                        </div>\n                    </div>\n")
	return b
}

func (t *thread) state(l *portalLabels, now int64) string {
	if now < t.draft.until {
		return l.open
	}
	return l.archive
}

func (r *Republic) local(at int64) time.Time { return time.Unix(at, 0).In(r.hours.zone) }

// draftPage serves /npa/view?id=N&pageComment=N: a document and ten comments,
// newest first, with the replies inside the comments.
func (r *Republic) draftPage(b []byte, q *http.Request, now int64) ([]byte, answer) {
	query := q.URL.Query()
	id, _ := strconv.ParseInt(query.Get("id"), 10, 64)
	t := r.byDraft[id]
	if t == nil || t.at > now {
		return append(b, "<!DOCTYPE html>\n<html lang=\"ru\"><head><meta charset=\"utf-8\"><title>404 Страница не найдена</title></head><body><h1>Страница не найдена</h1></body></html>\n"...), answer{status: http.StatusNotFound}
	}
	l := labels(q)
	n, changed := t.tally(now)
	b = r.draftHead(b, l, t, n, now)
	if tab := query.Get("typeComment"); n.top == 0 || tab != "" && tab != "6" {
		b = join(b, "            <div>\n                <label>", l.none, "</label>\n            </div>\n")
		return append(b, draftFoot...), answer{changed: changed}
	}
	page, err := strconv.Atoi(query.Get("pageComment"))
	if err != nil || page < 1 {
		page = 1
	}
	b = join(b, "            <h2 tabindex=\"0\">", l.comment, "</h2>\n            <div class=\"comments\">\n\n                <div class=\"main-comments\">\n")
	top, skip := 0, (page-1)*draftsShown
	for i := len(t.items) - 1; i >= 0; i-- {
		it := t.items[i]
		if it.parent != nil || !it.shown(now) {
			continue
		}
		if top >= skip && top < skip+draftsShown {
			b = r.draftComment(b, l, t, it, now)
		}
		top++
	}
	b = append(b, "                    <p>&nbsp</p>\n                    <div id=\"pagination2\">\n                    </div>\n                    <div id=\"filtered-comments\" class=\"comments-hide\"></div>\n                </div>\n            </div>\n"...)
	if pages := (n.top + draftsShown - 1) / draftsShown; pages > 1 {
		b = join(b, "<script>\n    $(\"#pagination2\").twbsPagination({\n        startPage: ", page, ",\n        totalPages: ", pages, ",\n        visiblePages: 7,\n        href: '/npa/view?typeComment=6&pageComment={{number}}&id=' + ", t.number, ",\n        pageClass: ''\n    });\n</script>\n")
	}
	return append(b, draftFoot...), answer{changed: changed}
}

const draftFoot = "\n        </div>\n    </div>\n</div>\n                    </div>\n                </div>\n            </div>\n        </div>\n    </div>\n</div>\n</body>\n<!-- END BODY -->\n</html>\n"

// draftHead appends all that stands above the comments.
func (r *Republic) draftHead(b []byte, l *portalLabels, t *thread, n tally, now int64) []byte {
	title, owner := l.name(t.draft.title), l.printed(t.body, t)
	b = join(b, "<!DOCTYPE html>\n<html lang=\"", l.lang, "\"><head><meta charset=\"utf-8\"><title>Открытые НПА</title></head><body>\n<div id=\"main_1\" class=\"mainblock\">\n    <div class=\"container\">\n        <ul class=\"breadcrumb\">\n            <li><a href=\"/\">", l.home, "</a></li>\n                            <li><a href=\"/list?governmentId=", 1_733_000+t.body.number, "\">")
	b = escape(b, owner)
	b = join(b, "</a></li>\n                    <li class=\"active\">\n                                                                        ", t.state(l, now), "\n            </li>\n        </ul>\n        <div class=\"message-container\"></div>\n        <div class=\"mainleft full-width\" style=\"width: 100%\">\n            <div class=\"maincontent\">\n                <div class=\"row margin-bottom-40\">\n                    <div class=\"col-md-12 col-sm-12\">\n<div class=\"content-page\">\n    <div class=\"row tab-content\" style=\"background-color: white\">\n        <div class=\"tab-pane fade in active\" id=\"panel1\">\n                <div class=\"view-npa\">\n                    <h2 tabindex=\"0\">")
	b = escape(b, title)
	b = join(b, "</h2>\n                    <small tabindex=\"0\" style=\"font-size: 12px;\"><b>", l.status, "</b>\n                        \n                        ", t.state(l, now), "\n                        \n                    </small><br>\n                    <small tabindex=\"0\" style=\"font-size: 12px;\"><b>", l.kind, "</b>    ", l.order, "</small>\n                    </br><small tabindex=\"0\" style=\"font-size: 12px;\"><b>", l.created, "</b> ")
	b = r.local(t.at).AppendFormat(b, "02/01/2006")
	b = join(b, "</small>\n                    </br><small tabindex=\"0\" style=\"font-size: 12px;\"><b>", l.until, "</b> ")
	b = r.local(t.draft.until).AppendFormat(b, "02/01/2006")
	b = join(b, "</small>\n                </div>\n                <div class=\"clear\"></div>\n                <ul class=\"blog-info\">\n                    <li tabindex=\"0\"><i title=\"", l.all, "\" class=\"fa fa-comments\"></i> ", n.counted, "</li>\n                    <li tabindex=\"0\"><i class=\"fa fa-tags\"></i><span class=\"gov-parent\">")
	b = escape(b, owner)
	return join(b, "</span></li>\n                    <li>\n                        <i title=\"", l.like, "\" tabindex=\"0\" class=\"liker fa fa-thumbs-o-up like like-green\"></i> <span class=\"likeCount-", t.number, "-1\">", t.number%4, "</span>\n                        <i title=\"", l.dislike, "\" tabindex=\"0\" class=\"liker fa fa-thumbs-o-down dislike\"></i> <span class=\"dislikeCount-", t.number, "-1\">", t.number%3, "</span>\n                    </li>\n                    <li tabindex=\"0\"><i class=\"liker fa fa-eye\" title=\"", l.views, "\"></i> ", 90+t.number%900,
		"</li>\n                    <li tabindex=\"0\"><i class=\"liker fa fa-check-square\" title=\"", l.accepted, "\"></i> ", n.accepted, "</li>\n                    <li tabindex=\"0\"><i class=\"liker fa fa-times-circle\" style=\"color: red !important;\" title=\"", l.refused, "\"></i> ", n.refused, "</li>\n                </ul>\n            <div class=\"commentsTab\" onload=\"setActive(6)\">\n                <div class=\"navbar-inner\">\n                    <ul class=\"nav nav-tabs\">\n                        <li id=\"tab-6\" class=\"tablinks\"><a href=\"\" onclick=\"openCommentGroup(6)\" data-toggle=\"tab\">", l.comment, "</a></li>\n                        <li id=\"tab-3\" class=\"tablinks\"><a href=\"\" onclick=\"openCommentGroup(3)\" data-toggle=\"tab\">НПП</a></li>\n                    </ul>\n                </div>\n            </div>\n            \n")
}

// draftComment appends a citizen's comment with the replies inside it.
func (r *Republic) draftComment(b []byte, l *portalLabels, t *thread, it *item, now int64) []byte {
	b = append(b, "                    <div class=\"media\">\n                        <a class=\"pull-left\">\n                            <img src=\"/public/images/no-avatar.png\" alt=\"\" class=\"media-object\">\n                        </a>\n                        <div class=\"media-body\">\n                            <h4 class=\"media-heading\" tabindex=\"0\">\n                                \n                                "...)
	b = escape(b, it.who.name)
	b = join(b, "\n                                \n                                <span style=\"font-size: 14px; font-weight: normal\"> </span>\n                            </h4>\n                            <h4 class=\"media-heading\" tabindex=\"0\">\n                                \n                                <a href=\"#3\" npa-id=\"3\" class=\"view-comment-part\" title=\"", l.goTo, "\"><span style=\"text-transform: lowercase\">", it.number%40+1, "\t\t\t…</span></a>\n                                \n\n                                <span>\n\n                                            \n                                                    <a href=\"#3\" npa-id=\"3\" class=\"view-comment-part\" title=\"", l.goTo, "\">", l.see, "</a>\n                                            \n\n                                            ")
	b = r.local(it.at).AppendFormat(b, "02/01 - 15:04")
	b = append(b, "\n\n                                            \n"...)
	switch it.verdict(now) {
	case accepted:
		b = join(b, "                                                <span><i class=\"liker fa fa-check-square\" title=\"", l.judgedYes, "\" style=\"color: #67bd3c !important; padding: 0 7px; font-size:18px\"></i></span>\n")
	case refused:
		b = join(b, "                                                <span><i class=\"liker fa fa-times-circle\" title=\"", l.judgedNo, "\" style=\"color: red !important; padding: 0 7px; font-size:18px\"></i></span>\n")
	}
	b = join(b, "                                            \n                                            /\n                                            \n\n                                        </span>\n                            </h4>\n                            <p tabindex=\"0\" id=\"", it.number, "\">")
	b = escape(b, it.words(now))
	b = append(b, "</p>\n\n                            \n\n                            <!-- Nested media object -->\n"...)
	for _, reply := range t.items {
		if reply.parent != it || !reply.shown(now) {
			continue
		}
		b = append(b, "                            <div class=\"media\" style=\"margin-left: 30px;\">\n                                <div class=\"media-body\">\n                                    <h4 class=\"media-heading\" tabindex=\"0\">\n                                        <i class=\"fa fa-tags\"></i>\n                                        "...)
		b = escape(b, l.printed(reply.who.body, t))
		b = append(b, "\n                                        <span>\n                                                        "...)
		b = r.local(reply.at).AppendFormat(b, "02/01 - 15:04")
		b = join(b, "\n                                                        \n                                                    </span>\n\n                                    </h4>\n                                    <p tabindex=\"0\" id=\"", reply.number, "\">")
		b = escape(b, reply.words(now))
		b = append(b, "</p>\n\n                                    \n                                </div>\n                            </div>\n                            <!--end media-->\n"...)
	}
	return append(b, "                            \n                            <!--end media-->\n                        </div>\n                    </div>\n                    \n"...)
}

// conclusionPage serves /npa/viewArvConclusion: a document that nobody comments on.
func (r *Republic) conclusionPage(b []byte, q *http.Request, now int64) ([]byte, answer) {
	id, _ := strconv.ParseInt(q.URL.Query().Get("id"), 10, 64)
	t := r.byDraft[id]
	if t == nil || t.at > now {
		return r.draftPage(b, q, now)
	}
	_, changed := t.tally(now)
	b = r.draftHead(b, labels(q), t, tally{}, now)
	return append(b, draftFoot...), answer{changed: changed}
}

// changeLanguage serves /application/changelang?lang=ru: a cookie, and back.
func (r *Republic) changeLanguage(w http.ResponseWriter, q *http.Request) {
	lang := "kk"
	if q.URL.Query().Get("lang") == "ru" {
		lang = "ru"
	}
	http.SetCookie(w, &http.Cookie{Name: "egovLang", Value: lang, Path: "/"})
	http.Redirect(w, q, "/list", http.StatusFound)
}
