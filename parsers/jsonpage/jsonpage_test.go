package jsonpage

import (
	"strings"
	"testing"

	"qulaq/parsers"

	"github.com/google/go-cmp/cmp"
)

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       parsers.State // "" for an answer
		reason     string
	}{
		{"an answer", `{"count": 3, "unknown": true}`, "", ""},
		{"byte order mark", "\xef\xbb\xbf{\"count\": 3}\n", "", ""},
		{"nothing", " \n", parsers.Partial, "no content"},
		{"cut off", `{"count": 3`, parsers.Partial, "cut off"},
		{"cut off in a string", `{"count": 3, "text": "а`, parsers.Partial, "cut off"},
		{"cut in a letter", "{\"count\": 3, \"text\": \"\xd0", parsers.Partial, "UTF-8"},
		{"damaged", "{\"text\": \"\xff\"}", parsers.Partial, "UTF-8"},
		{"another type", `{"count": "three"}`, parsers.Drift, "count is unexpectedly of type string"},
		{"another shape", `[1]`, parsers.Drift, "the answer is unexpectedly of type array"},
		{"a word", `null`, parsers.Drift, "no JSON object or array"},
		{"a warning before it", `Warning: x in y.php {"count": 3}`, parsers.Drift, "no JSON object or array"},
		{"garbage between", `{"count": }, "text": "x"}`, parsers.Drift, "no JSON"},
		{"two answers", `{"count": 3}{"count": 4}`, parsers.Drift, "no JSON"},
		{"a captcha", `<html><title>Just a moment...</title></html>`, parsers.Captcha, "browsers"},
		{"a page", `<!DOCTYPE html><html><title>Главная</title></html>`, parsers.Drift, "JSON"},
	} {
		t.Run(test.name, func(t *testing.T) {
			check := func(decode func(v any) *parsers.Refusal, want parsers.State, reason string) {
				t.Helper()
				var v struct {
					Count int    `json:"count"`
					Text  string `json:"text"`
				}
				refused := decode(&v)
				if refused == nil {
					refused = &parsers.Refusal{}
				}
				if refused.State != want || !strings.Contains(refused.Reason, reason) || want == "" && v.Count != 3 {
					t.Errorf("%q: state %q (%s) with count %d, want %q for %q", test.body, refused.State, refused.Reason, v.Count, want, reason)
				}
			}
			check(func(v any) *parsers.Refusal { return Decode(parsers.Page{Body: []byte(test.body)}, v) }, test.want, test.reason)
			if strings.HasPrefix(test.body, "<") { // whatever it says
				test.want, test.reason = parsers.Drift, "a page for browsers"
			}
			check(func(v any) *parsers.Refusal { return Unmarshal([]byte(test.body), v) }, test.want, test.reason)
		})
	}
}

func TestLinesCountsWhatIsBroken(t *testing.T) {
	type line struct{ A int }
	for _, test := range []struct {
		name, body string
		want       []int
		broken     int
		refused    bool
	}{
		{"one document", "{\n \"a\": 1\n}", []int{1}, 0, false},
		{"a stream", "{\"a\":1}\r\n\r\n{\"a\":2}\n", []int{1, 2}, 0, false},
		{"a broken line", "{\"a\":1}\n{\"a\":\n{\"a\":3}", []int{1, 3}, 1, false},
		{"all broken", "{\"a\":\n{\"b\":", nil, 2, true},
	} {
		var got []int
		broken, refused := Lines([]byte(test.body), func(l *line) { got = append(got, l.A) })
		if diff := cmp.Diff(test.want, got); diff != "" || broken != test.broken || (refused != nil) != test.refused {
			t.Errorf("%s: %d broken, refused %v, documents (-want +got):\n%s", test.name, broken, refused, diff)
		}
	}
}
