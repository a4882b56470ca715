package dataegov

import (
	"strings"
	"testing"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
)

func TestRecordIsFoundWhereItsThreadSays(t *testing.T) {
	list := parsertest.Result(t, New(), "list")
	for i, fixture := range []string{"answered", "open", "answered_untold"} {
		page := parsertest.Page(t, fixture)
		page.URL = list.Found[i].Address.URL
		if r := parsertest.Parse(t, New(), page); r.State != parsers.OK || r.Thread.ID != list.Found[i].ID || r.Items[0].ID != r.Thread.ID {
			t.Errorf("at %s: state %s (%s) of %q, want ok of %q", page.URL, r.State, r.Reason, r.Thread.ID, list.Found[i].ID)
		}
	}
}

func TestQueryFindsWordsInCommon(t *testing.T) {
	r := parsertest.Result(t, New(), "answered")
	if len(r.Items) != 2 || r.Items[0].Text != "Когда откроют мост?" {
		t.Errorf("items %v, want the question and its answer alone", r.Items)
	}
	if r := parsertest.Result(t, New(), "other"); r.State != parsers.Drift || len(r.Items) > 0 {
		t.Errorf("another record: state %s with %d items, want drift with none", r.State, len(r.Items))
	}
}

func TestAnswerWithoutText(t *testing.T) {
	r := parsertest.Result(t, New(), "answered_untold")
	if len(r.Items) != 2 || r.Items[1].Text != "" || r.Items[1].Published.Lo.IsZero() {
		t.Errorf("items %v, want an answer of 6 August without a text", r.Items)
	}
}

func TestAnswerWithoutTime(t *testing.T) {
	a := parsertest.Result(t, New(), "answered", "05.08.2026 10:30", "").Items[1]
	if !a.Published.IsZero() || a.Precision != parsers.PrecisionVisit || a.Text == "" {
		t.Errorf("published %v to the %s, want between two visits", a.Published, a.Precision)
	}
	if r := parsertest.Result(t, New(), "answered", "05.08.2026 10:30", "скоро"); r.State != parsers.Partial || len(r.Items) != 1 {
		t.Errorf("a time that cannot be read: state %s with %d items, want partial with 1", r.State, len(r.Items))
	}
}

func TestNothingIsNoAnswer(t *testing.T) {
	for _, nothing := range []string{`null`, `""`, `"  "`} {
		if r := parsertest.Result(t, New(), "open", `"otvet": null`, `"otvet": `+nothing); len(r.Items) != 1 || r.State != parsers.OK {
			t.Errorf("answer %s: state %s with %d items, want ok with the question alone", nothing, r.State, len(r.Items))
		}
	}
}

func TestNumberIsAnID(t *testing.T) {
	if got := parsertest.Result(t, New(), "list").Found[2].ID; !strings.HasSuffix(got, "/503") {
		t.Errorf("the third record is %s, want 503", got)
	}
}

func TestStateAndBody(t *testing.T) {
	r := parsertest.Result(t, New(), "open")
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
		page := parsertest.Page(t, "list")
		page.Body = []byte(said)
		if r := parsertest.Parse(t, New(), page); r.State != want || len(r.Found) > 0 {
			t.Errorf("%s = %s (%s), want %s", said, r.State, r.Reason, want)
		}
	}
}

func TestFieldsThatTheDataSetLacks(t *testing.T) {
	for _, field := range []string{"nomer", "data", "tekst"} {
		r := parsertest.Result(t, New(), "list", `"`+field+`"`, `"x"`)
		if r.State != parsers.Drift || !strings.Contains(r.Reason, field) || len(r.Found) > 0 {
			t.Errorf("without %s: state %s (%s), want drift that names it", field, r.State, r.Reason)
		}
	}
	if r := parsertest.Result(t, New(), "list", "04.08.2026", "2026-08-04"); r.State != parsers.Partial || len(r.Found) != 2 {
		t.Errorf("one date of another shape: state %s (%s), %d found, want partial, 2", r.State, r.Reason, len(r.Found))
	}
}

func TestPaging(t *testing.T) {
	r := parsertest.Result(t, New(), "list")
	if r.Next == nil || !strings.Contains(r.Next.URL, "%22from%22%3A3%2C%22size%22%3A3") {
		t.Errorf("next %v, want that from 3", r.Next)
	}
	page := parsertest.Page(t, "list_last")
	page.URL = r.Next.URL
	if last := parsertest.Parse(t, New(), page); last.Next != nil || last.Thread.ID != r.Thread.ID {
		t.Errorf("next %v of %q, want none of %q", last.Next, last.Thread.ID, r.Thread.ID)
	}
}

func TestTruncatedAnywhere(t *testing.T) { parsertest.CutShowsNothing(t, New(), "list", "answered") }

func TestNoKeyEntersAResult(t *testing.T) {
	parsertest.NoSecrets(t, New(), []string{"apiKey"}, "list", "answered")
}

func TestStart(t *testing.T) {
	const fields = "#asked=data&id=nomer&question=tekst"
	parsertest.Start(t, New(), map[string]string{
		"data.egov.kz/api/v4/suraktar/v1" + fields:                            "suraktar/v1 https://data.egov.kz/api/v4/suraktar/v1?source=%7B%22size%22%3A100%7D" + fields,
		"http://127.0.0.1:80/x/api/v4/suraktar" + fields:                      "suraktar http://127.0.0.1:80/x/api/v4/suraktar?source=%7B%22size%22%3A100%7D" + fields,
		"https://data.egov.kz/api/v4/x/v1?apiKey=SECRET":                      "",
		"https://data.egov.kz/api/v4/suraktar/v1":                             "",
		"https://data.egov.kz/api/v4/suraktar/v1#id=a&asked=b":                "",
		"https://data.egov.kz/api/v4/suraktar/v1" + fields + "&dates=someday": "",
		"https://data.egov.kz/datasets/view?index=suraktar" + fields:          "",
		"https://data.egov.kz/api/v4/a/b/c" + fields:                          "",
		"https://example.org/api/v4/suraktar/v1" + fields:                     "",
	})
}

func TestMisuse(t *testing.T) {
	parsertest.Misuse(t, New(), "", "records.json", "https://data.egov.kz/", "https://data.egov.kz/api/v4/x/v1")
}

func BenchmarkParse(b *testing.B) { parsertest.Bench(b, New(), "list", "answered") }
