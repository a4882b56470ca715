package dialog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

func TestQuestionHasADayAndAnswerAMinute(t *testing.T) {
	r := parsertest.Result(t, New(), "question")
	for i, want := range []struct {
		precision parsers.Precision
		width     time.Duration
	}{{parsers.PrecisionDay, 24 * time.Hour}, {parsers.PrecisionMinute, time.Minute}, {parsers.PrecisionMinute, time.Minute}} {
		item := r.Items[i]
		if got := item.Published.Hi.Sub(item.Published.Lo) + time.Millisecond; item.Precision != want.precision || got != want.width {
			t.Errorf("%s is exact to the %s, %v wide, want %s, %v", item.ID, item.Precision, got, want.precision, want.width)
		}
	}
}

func TestDateInTheTextIsNotTheAnswers(t *testing.T) {
	for _, item := range parsertest.Result(t, New(), "question").Items {
		if item.ID == "766201/answer/1" && (item.Published.Lo.Day() != 24 || !strings.Contains(item.Text, "01.10.2026")) {
			t.Errorf("published %v with text %q", item.Published.Lo, item.Text)
		}
	}
}

func TestNoticesAreOutcomes(t *testing.T) {
	for fixture, want := range map[string]string{"inlist_rejected": "rejected", "inlist_under_review": "under_review"} {
		r := parsertest.Result(t, New(), fixture)
		if len(r.Items) != 1 {
			t.Fatalf("%s: %d items, want the question alone: a notice is no answer", fixture, len(r.Items))
		}
		q := r.Items[0]
		if q.Kind != parsers.KindQuestion || q.Role != parsers.RoleCitizen || q.Outcome != want || q.Text != "" {
			t.Errorf("%s: a %s of %s with outcome %q and text %q, want a citizen's question, %q, none", fixture, q.Kind, q.Role, q.Outcome, q.Text, want)
		}
		if !strings.HasPrefix(r.Addressee, "Председатель правления") {
			t.Errorf("%s: put to %q, want what the notice names", fixture, r.Addressee)
		}
	}
}

func TestRejectionHasItsDay(t *testing.T) {
	q := parsertest.Result(t, New(), "inlist_rejected").Items[0]
	if want := time.Date(2026, 8, 24, 19, 0, 0, 0, time.UTC); !q.Edited || !q.EditedAt.Lo.Equal(want) {
		t.Errorf("edited %t at %v, want true at 25 August in Almaty", q.Edited, q.EditedAt)
	}
}

func TestTextLikeANoticeIsNone(t *testing.T) {
	r := parsertest.Result(t, New(), "question", "Объезд занимает час.", "Обращение с регистрационным номером 7, направленное в Блог акима, находится на рассмотрении у ГО уже год")
	if q := r.Items[0]; q.Outcome != "" || !strings.Contains(q.Text, "уже год") {
		t.Errorf("outcome %q, text %q, want the citizen's own text", q.Outcome, q.Text)
	}
}

func TestCopyHasTheNumberOfItsAddress(t *testing.T) {
	r := parsertest.Result(t, New(), "inlist_copy")
	if q := r.Items[0]; q.ID != "766204" || !slices.Equal(q.Parts, []string{"766201/1"}) {
		t.Errorf("the copy is %s with parts %v, want 766204 with 766201/1", q.ID, q.Parts)
	}
	if len(r.Items) != 2 {
		t.Errorf("%d items, want the copy and its own answer only", len(r.Items))
	}
}

func TestCopyWithoutALink(t *testing.T) {
	list := parsertest.Page(t, "blog", "766205</li>", "766201/2</li>")
	for _, found := range parsertest.Parse(t, New(), list).Found {
		if found.ID != "766201/2" {
			continue
		}
		list.URL = found.Address.URL
		if r := parsertest.Parse(t, New(), list); len(r.Items) != 1 || r.Items[0].ID != "766201/2" || r.Items[0].Outcome != "under_review" {
			t.Errorf("at %s: state %s (%s), items %v", list.URL, r.State, r.Reason, r.Items)
		}
		return
	}
	t.Error("the copy under review was not found")
}

func TestUnfilledPageIsDrift(t *testing.T) {
	for _, text := range []string{"{{blog.question.text}}", "blog?.question?.text"} {
		r := parsertest.Result(t, New(), "question_script", "{{blog.question.text}}", text)
		if r.State != parsers.Drift || len(r.Items) > 0 {
			t.Errorf("text %q: state %s with %d items, want drift with none", text, r.State, len(r.Items))
		}
	}
}

func TestDeclaredButNotShown(t *testing.T) {
	r := parsertest.Result(t, New(), "question", "Ответы (2)", "Ответы (3)")
	if r.Declared != 3 || r.Counted != 2 {
		t.Errorf("declared %d, counted %d, want 3, 2", r.Declared, r.Counted)
	}
}

func TestFilteredListIsNoSource(t *testing.T) {
	for _, source := range []string{
		"https://dialog.egov.kz/blogs/all-questions?categoryBlogFilter=2&answeredFilter=yes",
		"https://dialog.egov.kz/blogs/32000/questions?answered=true",
	} {
		if thread, err := New().Start(source); err == nil {
			t.Errorf("Start(%q) = %s, want an error: it hides the silence", source, thread.ID)
		}
	}
}

func TestArticlesOfTheBodyAreNoQuestions(t *testing.T) {
	if found := parsertest.Result(t, New(), "blog").Found; len(found) != 5 {
		t.Errorf("%d questions, want 5: an article has no number", len(found))
	}
}

func TestSameQuestionTwiceIsTwoQuestions(t *testing.T) {
	page := parsertest.Page(t, "blog", "Көпірді қашан жөндейсіздер?", "Когда откроют мост на улице Образцовой?<br>Объезд занимает час.", "02.08.2026", "03.08.2026", "ЕРЛАН", "АЙГҮЛ")
	texts := map[string]string{}
	for _, id := range []string{"766201", "766150"} {
		page.URL = "https://dialog.egov.kz/blogs/32000/questions#" + id
		r := parsertest.Parse(t, New(), page)
		texts[r.Items[0].ID] = r.Items[0].Text
	}
	if len(texts) != 2 || texts["766201"] != texts["766150"] {
		t.Errorf("read %q, want one text twice", texts)
	}
}

func TestBothLanguagesAreOneQuestion(t *testing.T) {
	for fixture, labels := range map[string][]string{
		"question":        {"Ответы (2)", "Жауаптар (2)", `lang="ru"`, `lang="kk"`},
		"inlist_answered": {"Ответы", "Жауаптар", "Подробнее", "Толығырақ"},
	} {
		if diff := cmp.Diff(parsertest.Result(t, New(), fixture), parsertest.Result(t, New(), fixture, labels...)); diff != "" {
			t.Errorf("%s in Kazakh differs (-ru +kk):\n%s", fixture, diff)
		}
	}
}

func TestListThatDoesNotTellItsPages(t *testing.T) {
	page := parsertest.Page(t, "blog", "totalPages", "x")
	if r := parsertest.Parse(t, New(), page); r.State != parsers.OK || r.Next != nil {
		t.Errorf("a short list: state %s, next %v, want ok, none", r.State, r.Next)
	}
	body := string(page.Body)
	from, to := strings.Index(body, `<div class="row">`), strings.Index(body, "<script>")
	page.Body = []byte(body[:from] + strings.Repeat(body[from:to], 2) + body[to:])
	if r := parsertest.Parse(t, New(), page); r.State != parsers.Drift || !strings.Contains(r.Reason, "totalPages") {
		t.Errorf("a full list: state %s (%s), want drift for totalPages", r.State, r.Reason)
	}
}

// A blog grows by a page, and a question is removed: the visit follows the
// question to where it stands, and never wanders for ever.
func TestQuestionIsFollowedThroughTheList(t *testing.T) {
	const pages, perPage, newest = 7, 10, 766999
	list := func(page int) []byte {
		var b strings.Builder
		for i := range perPage {
			n := newest - ((page-1)*perPage+i)*3
			fmt.Fprintf(&b, `<div class="row"><div><h3>А</h3><p>Вопрос %d</p><ul class="blog-info"><li><i class="fa-pencil"></i>%d</li><li><i class="fa-calendar"></i>01.08.2026</li></ul></div></div>`, n, n)
		}
		fmt.Fprintf(&b, "<script>totalPages: %d,</script></html>", pages)
		return []byte(b.String())
	}
	for _, test := range []struct {
		question, from, pages int
		state                 parsers.State
	}{
		{newest, 1, 1, parsers.OK},
		{newest - 3*35, 1, 4, parsers.OK},
		{newest - 3*35, 4, 1, parsers.OK},
		{newest - 3*5, 5, 5, parsers.OK},
		{newest - 3*35 - 1, 2, 3, parsers.DiscussionUnavailable}, // was removed
		{newest - 3*9 - 1, 1, 2, parsers.DiscussionUnavailable},  // between two pages
		{newest - 3*9 - 1, 2, 2, parsers.DiscussionUnavailable},
		{newest + 1, 1, 1, parsers.DiscussionUnavailable},
		{700000, 1, pages, parsers.DiscussionUnavailable},
	} {
		at := address{base: "https://dialog.egov.kz", place: onBlog, blog: "32000", page: test.from, question: fmt.Sprint(test.question)}
		next := at.list(test.from)
		var r parsers.Result
		read := 0
		for to := &next; to != nil; to = r.Next {
			if read++; read > 2*pages {
				t.Fatalf("question %d from page %d: no end at %s", test.question, test.from, to.URL)
			}
			a, err := parseAddress(to.URL)
			if err != nil {
				t.Fatal(err)
			}
			r = parsertest.Parse(t, New(), parsers.Page{URL: to.URL, Body: list(a.page), Seen: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)})
		}
		if r.State != test.state || read != test.pages || r.State == parsers.OK && len(r.Items) != 1 {
			t.Errorf("question %d from page %d: state %s (%s) with %d items after %d pages, want %s after %d",
				test.question, test.from, r.State, r.Reason, len(r.Items), read, test.state, test.pages)
		}
	}
}

func TestDriftNamesWhatIsMissing(t *testing.T) {
	parsertest.Drift(t, New(), [][]string{
		{"question", "question", ".b-question", "b-question", "x"},
		{"question's day", "question", "fa-calendar", "03.08.2026", "3 августа"},
		{"question's text", "question", "a text", "<p>Когда откроют мост на улице Образцовой?</p>\n<p>Объезд занимает час.</p>", ""},
		{"answers", "question", "#answers", `id="answers"`, `id="x"`},
		{"number in a list", "blog", "fa-pencil", "766210</li>", "№ 766210</li>"},
		{"day in a list", "blog", "fa-calendar", "12.08.2026", "12/08/2026"},
		{"day of a folded answer", "inlist_answered", "answer-info", "24.08.2026", "24 августа"},
		{"who answered in a list", "inlist_answered", "answer-info", `<span class="answer-info">`, `<span>`},
	})
}

func TestOneUnreadableAnswerIsPartial(t *testing.T) {
	r := parsertest.Result(t, New(), "question", "24.08.2026, 09:05", "вчера")
	if r.State != parsers.Partial || len(r.Items) != 2 {
		t.Errorf("state %s (%s) with %d items, want partial with 2", r.State, r.Reason, len(r.Items))
	}
}

func TestTruncatedAnywhere(t *testing.T) {
	parsertest.CutAnywhere(t, New(), "question", "blog")
	page := parsertest.Page(t, "inlist_answered")
	behind := strings.Index(string(page.Body), "766150") // the question that follows
	for end, r := range parsertest.Cuts(t, New(), page) {
		if r.State != parsers.Partial && (r.State != parsers.OK || end <= behind) {
			t.Fatalf("cut at %d: state %s (%s), want partial", end, r.State, r.Reason)
		}
	}
}

func TestStart(t *testing.T) {
	parsertest.Start(t, New(), map[string]string{
		"dialog.egov.kz": "all-questions https://dialog.egov.kz/blogs/all-questions",
		"http://dialog.egov.kz/blogs/all-questions?page=4&categoryBlogFilter=2": "all-questions https://dialog.egov.kz/blogs/all-questions?categoryBlogFilter=2",
		"https://dialog.egov.kz/blogs/32777/welcome":                            "blog/32777 https://dialog.egov.kz/blogs/32777/questions",
		"https://dialog.egov.kz/blogs/32777/questions?page=3":                   "blog/32777 https://dialog.egov.kz/blogs/32777/questions",
		"https://DIALOG.egov.kz/blogs/all-questions/766201/":                    "766201 https://dialog.egov.kz/blogs/all-questions/766201",
		"http://127.0.0.1:8080/blogs/5/questions":                               "blog/5 http://127.0.0.1:8080/blogs/5/questions",
		"https://dialog.egov.kz/search?searchText=x":                            "",
		"https://dialog.egov.kz/blogs/posts/5510":                               "",
		"https://example.org/blogs/5/questions":                                 "",
		"":                                                                      "",
	})
}

func TestMisuse(t *testing.T) {
	parsertest.Misuse(t, New(), "", "saved.html", "https://dialog.egov.kz/about", "https://dialog.egov.kz/blogs/32777/posts")
}

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "blog", "inlist_answered", "question") }

// A question that was sent again is one question, before and after it is published:
// only then has it a link, with a number of its own.
func TestCopyIsOneQuestionThroughout(t *testing.T) {
	const published = "Прошу ответить, когда откроют мост на улице Образцовой. Отправляю повторно."
	const notice = "Обращение с регистрационным номером 766201/1, направленное в Блог Председатель правления находится на рассмотрении у ГО"
	before := parsertest.Page(t, "blog", published, notice, `<a class="readmore" href="/blogs/all-questions/766204">Подробнее</a>`, "")
	after := parsertest.Page(t, "blog")
	for name, page := range map[string]parsers.Page{"under review": before, "published": after} {
		r := parsertest.Parse(t, New(), page)
		found := 0
		for _, thread := range r.Found {
			if thread.ID == "766201/1" || thread.ID == "766204" {
				found++
				page.URL = thread.Address.URL
			}
		}
		q := parsertest.Parse(t, New(), page)
		if found != 1 || len(q.Items) == 0 || q.Items[0].ID != "766201/1" || q.Thread.ID != "766201/1" {
			t.Errorf("%s: %d threads, the question read as %+v in thread %s, want one, 766201/1", name, found, q.Items, q.Thread.ID)
		}
	}
}
