package jsonpage

import (
	"testing"

	"qulaq/parsers"
)

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       parsers.State
	}{
		{"an answer", `{"count": 3, "unknown": true}`, ""},
		{"byte order mark", "\xef\xbb\xbf{\"count\": 3}\n", ""},
		{"nothing", " \n", parsers.Partial},
		{"cut off", `{"count": 3`, parsers.Partial},
		{"cut off in a string", `{"count": 3, "text": "а`, parsers.Partial},
		{"cut in a letter", "{\"count\": 3, \"text\": \"\xd0", parsers.Partial},
		{"another type", `{"count": "three"}`, parsers.Drift},
		{"another shape", `[]`, parsers.Drift},
		{"a warning before it", `Warning: x in y.php {"count": 3}`, parsers.Drift},
		{"two answers", `{"count": 3}{"count": 4}`, parsers.Drift},
		{"a captcha", `<html><title>Just a moment...</title></html>`, parsers.Captcha},
		{"a page", `<!DOCTYPE html><html><title>Главная</title></html>`, parsers.Drift},
	} {
		t.Run(test.name, func(t *testing.T) {
			var v struct{ Count int }
			refused := Decode(parsers.Page{Body: []byte(test.body)}, &v)
			var got parsers.State
			if refused != nil {
				got = refused.State
			}
			if got != test.want || got == "" && v.Count != 3 {
				t.Errorf("Decode(%s) = %q with count %d, want %q", test.body, got, v.Count, test.want)
			}
		})
	}
}
