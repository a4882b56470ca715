package legalacts

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
)

func TestBothLanguagesAreOneDocument(t *testing.T) {
	ru, kk := parsertest.Result(t, New(), "document_ru"), parsertest.Result(t, New(), "document_kk")
	if ru.Addressee == kk.Addressee {
		t.Fatal("the fixtures name the body alike in both languages, so that they show nothing")
	}
	ignoreNames := cmp.FilterPath(func(p cmp.Path) bool {
		return p.Last().String() == ".Addressee" || p.Last().String() == ".Name"
	}, cmp.Ignore())
	if diff := cmp.Diff(ru, kk, ignoreNames); diff != "" {
		t.Errorf("the Kazakh page differs (-ru +kk):\n%s", diff)
	}
}

func TestDecemberToJanuary(t *testing.T) {
	want := map[string]string{
		"8000299": "2025-12-30 11:05", "8000333": "2025-12-31 09:50", "8000301": "2025-12-30 18:40",
		"8000450": "2026-01-03 09:05", "8000460": "2026-01-05 10:00",
	}
	page := parsertest.Page(t, "document_ru")
	page.Seen = page.Seen.AddDate(3, 0, 0) // found in the archive years later: the same years
	for _, item := range parsertest.Parse(t, New(), page).Items {
		got := item.Published.Lo.In(New().Properties().Zone).Format("2006-01-02 15:04")
		if got != want[item.ID] {
			t.Errorf("%s was published at %s, want %s", item.ID, got, want[item.ID])
		}
	}
}

func TestNumberedLateStaysInItsYear(t *testing.T) {
	// Comment 8000301 was numbered after 8000299, but its clock shows an earlier time.
	r := parsertest.Result(t, New(), "document_ru", "30/12 - 18:40", "30/12 - 11:04")
	for _, item := range r.Items {
		if item.ID == "8000301" && item.Published.Lo.Year() != 2025 {
			t.Errorf("published %v, want 2025", item.Published.Lo)
		}
	}
	if len(r.Items) != 5 {
		t.Errorf("%d items, want 5", len(r.Items))
	}
}

func TestTimeInTheFutureIsLeftOut(t *testing.T) {
	r := parsertest.Result(t, New(), "document_ru", "05/01 - 10:00", "25/03 - 10:00")
	if r.State != parsers.Partial || len(r.Items) != 4 {
		t.Errorf("state %s with %d items, want partial with 4: that time has not come yet", r.State, len(r.Items))
	}
}

func TestHourThatHappenedTwice(t *testing.T) {
	page := parsertest.Page(t, "document_ru", "29/12/2025", "20/02/2024", "30/12 - 11:05", "29/02 - 23:30",
		"31/12 - 09:50", "01/03 - 00:10", "30/12 - 18:40", "01/03 - 00:11", "03/01 - 09:05", "02/03 - 09:00", "05/01 - 10:00", "03/03 - 10:00")
	for _, item := range parsertest.Parse(t, New(), page).Items {
		if item.ID != "8000299" {
			continue
		}
		want := parsers.Span{
			Lo: time.Date(2024, 2, 29, 17, 30, 0, 0, time.UTC),
			Hi: time.Date(2024, 2, 29, 18, 30, 59, 999e6, time.UTC),
		}
		if item.Published != want {
			t.Errorf("23:30 of 29 February 2024 in Almaty is %v, want %v", item.Published, want)
		}
	}
}

func TestZoneOfTheSource(t *testing.T) {
	page := parsertest.Page(t, "document_ru")
	page.Zone = time.UTC
	want := time.Date(2025, 12, 30, 11, 5, 0, 0, time.UTC)
	for _, item := range parsertest.Parse(t, New(), page).Items {
		if item.ID == "8000299" && !item.Published.Lo.Equal(want) {
			t.Errorf("published %v, want %v", item.Published.Lo, want)
		}
	}
}

func TestUnjudgedCommentHasAStrokeBehindItsTime(t *testing.T) {
	for _, item := range parsertest.Result(t, New(), "document_ru").Items {
		if item.ID == "8000450" && item.Outcome == "" {
			return
		}
	}
	t.Error("the comment without a verdict is missing")
}

func TestCitedPartIsNoTime(t *testing.T) {
	for _, item := range parsertest.Result(t, New(), "document_ru").Items {
		if item.ID == "8000299" && item.Published.Lo.Month() != time.December {
			t.Errorf("published %v: read from the link to the part commented on", item.Published.Lo)
		}
	}
}

func TestDriftNamesWhatIsMissing(t *testing.T) {
	parsertest.Drift(t, New(), [][]string{
		{"landmark", "document_ru", ".blog-info", `class="blog-info"`, `class="x"`},
		{"counter", "document_ru", "i.fa-comments", "fa-comments", "fa-x"},
		{"creation label", "document_ru", "date of creation", "Дата создания:", "Создан:"},
		{"creation date", "document_ru", "date of creation", "29/12/2025", "2025-12-29"},
		{"comments", "document_ru", ".main-comments", "main-comments", "x"},
		{"comment", "document_ru", ".media", `class="media"`, `class="x"`},
		{"comment id", "document_ru", "p[id]", `<p tabindex="0" id=`, `<p tabindex="0" data-id=`},
		{"comment time", "document_ru", "a time", " - ", " @ "},
		{"cards", "list", "contentlist", `"contentlist"`, `"cardlist"`, "pagination-container", "x"},
		{"card link", "list", "h3 a[href]", "/npa/view?", "/npa/show?"},
		{"card counter", "list", ".icon1", "icon1", "icon9"},
		{"card date", "list", "date of creation", "Дата создания:", "Создан:"},
	})
}

func TestOneUnreadableCommentIsPartial(t *testing.T) {
	r := parsertest.Result(t, New(), "document_ru", `id="8000301"`, `id="c-8000301"`)
	if r.State != parsers.Partial || len(r.Items) != 4 || !strings.Contains(r.Reason, "p[id]") {
		t.Errorf("state %s (%s) with %d items, want partial for p[id] with 4", r.State, r.Reason, len(r.Items))
	}
}

func TestCountedButNotShownIsNeverComplete(t *testing.T) {
	r := parsertest.Result(t, New(), "document_no_comments", "</i> 0</li>\n                    <li tabindex=\"0\"><i class=\"fa fa-tags\">", "</i> 6</li>\n                    <li tabindex=\"0\"><i class=\"fa fa-tags\">")
	if r.State != parsers.Empty || r.Declared != 6 || r.Counted != 0 {
		t.Errorf("state %s, declared %d, counted %d, want empty, 6, 0", r.State, r.Declared, r.Counted)
	}
}

// A page that ends anywhere yields whole items only, and never a finished visit.
func TestTruncatedAnywhere(t *testing.T) { parsertest.CutAnywhere(t, New(), "document_ru") }

func TestCharsets(t *testing.T) {
	want := parsertest.Result(t, New(), "document_ru").Items
	page := parsertest.Page(t, "document_ru", `<meta charset="utf-8">`, "")
	page.ContentType = "text/html; charset=windows-1251"
	page.Body = windows1251(t, page.Body)
	if diff := cmp.Diff(want, parsertest.Parse(t, New(), page).Items); diff != "" {
		t.Errorf("windows-1251 as declared (-want +got):\n%s", diff)
	}
	page.ContentType = "text/html; charset=utf-8"
	if r := parsertest.Parse(t, New(), page); r.State != parsers.Partial || len(r.Items) > 0 {
		t.Errorf("windows-1251 declared as UTF-8: state %s with %d items, want partial with none", r.State, len(r.Items))
	}
}

func TestStart(t *testing.T) {
	parsertest.Start(t, New(), map[string]string{
		"https://legalacts.egov.kz":                                                  "list https://legalacts.egov.kz/list",
		"legalacts.egov.kz/list?status=IN_ARCHIVE&page=7":                            "list https://legalacts.egov.kz/list?status=IN_ARCHIVE",
		"http://legalacts.egov.kz/npa/view?id=15906353":                              "15906353 https://legalacts.egov.kz/npa/view?id=15906353",
		"https://legalacts.egov.kz/npa/view?typeComment=6&pageComment=2&id=15906353": "15906353 https://legalacts.egov.kz/npa/view?id=15906353",
		"http://127.0.0.1:8080/list":                                                 "list http://127.0.0.1:8080/list",
		"http://localhost:8080/portal/list":                                          "list http://localhost:8080/portal/list",
		"https://example.org/list":                                                   "",
		"https://legalacts.egov.kz/report?id=1":                                      "",
		"https://legalacts.egov.kz/npa/view":                                         "",
		"https://legalacts.egov.kz/npa/view?id=1a":                                   "",
		"": "",
	})
}

func TestListLeadsNowhereElse(t *testing.T) {
	r := parsertest.Result(t, New(), "list", `href="/npa/view?id=8000402"`, `href="https://elsewhere.example/npa/view?id=8000402"`)
	for _, thread := range r.Found {
		if !strings.HasPrefix(thread.Address.URL, "https://legalacts.egov.kz/") {
			t.Errorf("found %s", thread.Address.URL)
		}
	}
}

func TestMisuse(t *testing.T) {
	parsertest.Misuse(t, New(), "", "saved.html", "https://legalacts.egov.kz/about", "ftp://legalacts.egov.kz/list", "https://legalacts.egov.kz/npa/view?id=-1")
}

// navigation stands before the content of a real page and outweighs it.
func navigation(size int) string {
	var b strings.Builder
	b.WriteString(`<select id="governmentId">`)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "<option value=\"%d\">Управление мостов и дорог города Образцовска № %d</option>\n", i, i)
	}
	b.WriteString("</select>")
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	for _, bench := range []struct {
		fixture    string
		navigation int
	}{{"document_ru", 460e3}, {"list", 1200e3}} {
		page := parsertest.Page(b, bench.fixture, `<div id="main_1"`, navigation(bench.navigation)+`<div id="main_1"`)
		parsertest.BenchPage(b, bench.fixture, New(), page)
	}
}

func windows1251(t testing.TB, utf8 []byte) []byte {
	t.Helper()
	encoded, err := charmap.Windows1251.NewEncoder().Bytes(utf8)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}
