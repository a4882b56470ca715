package dataegov

import (
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
)

func load(t testing.TB, fixture string, replace ...string) parsers.Page {
	t.Helper()
	return parsertest.Edited(t, fixture, replace...)
}

func parse(t testing.TB, page parsers.Page) parsers.Result {
	t.Helper()
	return parsertest.Parse(t, New(), page)
}

func TestRecordIsFoundWhereItsThreadSays(t *testing.T) {
	list := parse(t, load(t, "list"))
	for i, fixture := range []string{"answered", "open", "answered_untold"} {
		page := load(t, fixture)
		page.URL = list.Found[i].Address.URL
		if r := parse(t, page); r.State != parsers.OK || r.Thread.ID != list.Found[i].ID || r.Items[0].ID != r.Thread.ID {
			t.Errorf("at %s: state %s (%s) of %q, want ok of %q", page.URL, r.State, r.Reason, r.Thread.ID, list.Found[i].ID)
		}
	}
}

func TestQueryFindsWordsInCommon(t *testing.T) {
	r := parse(t, load(t, "answered"))
	if len(r.Items) != 2 || r.Items[0].Text != "Когда откроют мост?" {
		t.Errorf("items %v, want the question and its answer alone", r.Items)
	}
	if r := parse(t, load(t, "other")); r.State != parsers.Drift || len(r.Items) > 0 {
		t.Errorf("another record: state %s with %d items, want drift with none", r.State, len(r.Items))
	}
}

func TestAnswerWithoutText(t *testing.T) {
	r := parse(t, load(t, "answered_untold"))
	if len(r.Items) != 2 || r.Items[1].Text != "" || r.Items[1].Published.Lo.IsZero() {
		t.Errorf("items %v, want an answer of 6 August without a text", r.Items)
	}
}

func TestAnswerWithoutTime(t *testing.T) {
	a := parse(t, load(t, "answered", "05.08.2026 10:30", "")).Items[1]
	if !a.Published.IsZero() || a.Precision != parsers.PrecisionVisit || a.Text == "" {
		t.Errorf("published %v to the %s, want between two visits", a.Published, a.Precision)
	}
	if r := parse(t, load(t, "answered", "05.08.2026 10:30", "скоро")); r.State != parsers.Partial || len(r.Items) != 1 {
		t.Errorf("a time that cannot be read: state %s with %d items, want partial with 1", r.State, len(r.Items))
	}
}

func TestNothingIsNoAnswer(t *testing.T) {
	for _, nothing := range []string{`null`, `""`, `"  "`} {
		if r := parse(t, load(t, "open", `"otvet": null`, `"otvet": `+nothing)); len(r.Items) != 1 || r.State != parsers.OK {
			t.Errorf("answer %s: state %s with %d items, want ok with the question alone", nothing, r.State, len(r.Items))
		}
	}
}

func TestNumberIsAnID(t *testing.T) {
	if got := parse(t, load(t, "list")).Found[2].ID; !strings.HasSuffix(got, "/503") {
		t.Errorf("the third record is %s, want 503", got)
	}
}

func TestStateAndBody(t *testing.T) {
	r := parse(t, load(t, "open"))
	if r.Items[0].Outcome != "на рассмотрении" || r.Addressee != "Акимат города Образцовска" {
		t.Errorf("outcome %q, put to %q", r.Items[0].Outcome, r.Addressee)
	}
}

func TestSentencesInPlaceOfRecords(t *testing.T) {
	for said, want := range map[string]parsers.State{
		`{"error":"apiKey is not valid"}`:                    parsers.LoginWall,
		`{"message":"Неверный ключ"}`:                        parsers.LoginWall,
		`{"error":"Rate limit of your key exceeded"}`:        parsers.Throttled,
		`{"message":"Набор данных не найден"}`:               parsers.Gone,
		`{"error":"IndexMissingException[[x] missing]"}`:     parsers.Gone,
		`{"error":{"reason":"no handler"}, "status":400}`:    parsers.Drift,
		`{"suraktar":{"mappings":{"v1":{"properties":{}}}}}`: parsers.Drift,
	} {
		page := load(t, "list")
		page.Body = []byte(said)
		if r := parse(t, page); r.State != want || len(r.Found) > 0 {
			t.Errorf("%s = %s (%s), want %s", said, r.State, r.Reason, want)
		}
	}
}

func TestFieldsThatTheDataSetLacks(t *testing.T) {
	for _, field := range []string{"nomer", "data", "tekst"} {
		r := parse(t, load(t, "list", `"`+field+`"`, `"x"`))
		if r.State != parsers.Drift || !strings.Contains(r.Reason, field) || len(r.Found) > 0 {
			t.Errorf("without %s: state %s (%s), want drift that names it", field, r.State, r.Reason)
		}
	}
	if r := parse(t, load(t, "list", "04.08.2026", "2026-08-04")); r.State != parsers.Partial || len(r.Found) != 2 {
		t.Errorf("one date of another shape: state %s (%s), %d found, want partial, 2", r.State, r.Reason, len(r.Found))
	}
}

func TestPaging(t *testing.T) {
	r := parse(t, load(t, "list"))
	if r.Next == nil || !strings.Contains(r.Next.URL, "%22from%22%3A3%2C%22size%22%3A3") {
		t.Errorf("next %v, want that from 3", r.Next)
	}
	page := load(t, "list_last")
	page.URL = r.Next.URL
	if last := parse(t, page); last.Next != nil || last.Thread.ID != r.Thread.ID {
		t.Errorf("next %v of %q, want none of %q", last.Next, last.Thread.ID, r.Thread.ID)
	}
}

func TestTruncatedAnywhere(t *testing.T) {
	for _, fixture := range []string{"list", "answered"} {
		page := load(t, fixture)
		for end := len(page.Body) - 3; end > 0; end -= 17 {
			cut := page
			cut.Body = page.Body[:end]
			if r := parse(t, cut); r.State != parsers.Partial || len(r.Items)+len(r.Found) > 0 {
				t.Fatalf("%s cut at %d: state %s (%s), want partial with nothing", fixture, end, r.State, r.Reason)
			}
		}
	}
}

func TestKeyNeverEntersAResult(t *testing.T) {
	const key = "hunter2hunter2"
	for _, fixture := range []string{"list", "answered"} {
		page := load(t, fixture)
		page.URL = strings.Replace(page.URL, "?", "?apiKey="+key+"&", 1)
		encoded, err := parsertest.Encode(parse(t, page))
		if err != nil || strings.Contains(string(encoded), key) {
			t.Errorf("the result of %s holds the key, or %v", fixture, err)
		}
	}
	if _, err := New().Start("https://data.egov.kz/api/v4/x/v1?apiKey=" + key); err == nil || strings.Contains(err.Error(), key) {
		t.Errorf("Start of a source that is not read: %v", err)
	}
}

func TestStart(t *testing.T) {
	const fields = "#asked=data&id=nomer&question=tekst"
	for _, test := range []struct{ source, id, address string }{
		{"data.egov.kz/api/v4/suraktar/v1" + fields, "suraktar/v1", "https://data.egov.kz/api/v4/suraktar/v1?source=%7B%22size%22%3A100%7D" + fields},
		{"http://127.0.0.1:80/x/api/v4/suraktar" + fields, "suraktar", "http://127.0.0.1:80/x/api/v4/suraktar?source=%7B%22size%22%3A100%7D" + fields},
		{"https://data.egov.kz/api/v4/suraktar/v1", "", ""},
		{"https://data.egov.kz/api/v4/suraktar/v1#id=a&asked=b", "", ""},
		{"https://data.egov.kz/api/v4/suraktar/v1" + fields + "&dates=someday", "", ""},
		{"https://data.egov.kz/datasets/view?index=suraktar" + fields, "", ""},
		{"https://data.egov.kz/api/v4/a/b/c" + fields, "", ""},
		{"https://example.org/api/v4/suraktar/v1" + fields, "", ""},
	} {
		thread, err := New().Start(test.source)
		if thread.ID != test.id || thread.Address.URL != test.address || (err == nil) != (test.id != "") {
			t.Errorf("Start(%q) = %q at %q, %v, want %q at %q", test.source, thread.ID, thread.Address.URL, err, test.id, test.address)
		}
	}
}

func TestMisuse(t *testing.T) {
	for _, address := range []string{"", "records.json", "https://data.egov.kz/", "https://data.egov.kz/api/v4/x/v1"} {
		if r, err := New().Parse(parsers.Page{URL: address, Body: []byte("[]"), Seen: time.Now()}); err == nil {
			t.Errorf("Parse of a page at %q = %s, want an error", address, r.State)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, fixture := range []string{"list", "answered"} {
		b.Run(fixture, func(b *testing.B) {
			page := load(b, fixture)
			p := New()
			b.SetBytes(int64(len(page.Body)))
			b.ReportAllocs()
			for b.Loop() {
				if r, err := p.Parse(page); err != nil || r.State != parsers.OK {
					b.Fatal(r.State, err)
				}
			}
		})
	}
}
