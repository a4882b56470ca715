// Package jsonpage reads answers that should be JSON, and tells what they are
// when they are not: cut off, damaged, of another shape, or a page for people in
// place of the answer.
package jsonpage

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
)

// Decode reads the body of page into v. The refusal is nil when it could; fields
// that v does not know are no fault. Where a page for people stands in place of
// the answer, the refusal says what that page is.
func Decode(page parsers.Page, v any) *parsers.Refusal {
	if body := trim(page.Body); len(body) == 0 || body[0] != '<' {
		return Unmarshal(body, v)
	}
	shown, refused := htmlpage.Read(page)
	if refused != nil {
		return refused
	}
	return shown.StandIn("JSON")
}

// Unmarshal is Decode for an API that has no pages for people. One in place of an
// answer is drift: it may be a proxy's, and its status tells more than its words.
func Unmarshal(body []byte, v any) *parsers.Refusal {
	body, refused := check(body)
	if refused != nil {
		return refused
	}
	return unmarshal(body, v)
}

// trim takes away what may stand around the JSON.
func trim(body []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
}

// check looks at what encoding/json would not tell.
func check(body []byte) ([]byte, *parsers.Refusal) {
	body = trim(body)
	switch {
	case len(body) == 0:
		return nil, parsers.Refuse(parsers.Partial, "the answer has no content")
	case !utf8.Valid(body): // encoding/json puts U+FFFD in place of damaged bytes
		return nil, parsers.Refuse(parsers.Partial, "the answer is damaged: not all of it is UTF-8")
	case body[0] == '<':
		return nil, parsers.Refuse(parsers.Drift, "a page for browsers in place of an answer")
	case body[0] != '{' && body[0] != '[':
		return nil, parsers.Refuse(parsers.Drift, "the answer is no JSON object or array")
	}
	return body, nil
}

func unmarshal(body []byte, v any) *parsers.Refusal {
	err := json.Unmarshal(body, v)
	if err == nil {
		return nil
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && syntax.Offset >= int64(len(body)) {
		return parsers.Refuse(parsers.Partial, "the answer is cut off")
	}
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		if mismatch.Field == "" {
			mismatch.Field = "the answer"
		}
		return parsers.Refuse(parsers.Drift, mismatch.Field, "is unexpectedly of type", mismatch.Value)
	}
	return parsers.Refuse(parsers.Drift, "the answer is no JSON:", err.Error())
}
