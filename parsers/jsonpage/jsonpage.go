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
// that v does not know are no fault.
func Decode(page parsers.Page, v any) *htmlpage.Refusal {
	body := bytes.TrimSpace(bytes.TrimPrefix(page.Body, []byte("\xef\xbb\xbf")))
	if len(body) == 0 {
		return &htmlpage.Refusal{State: parsers.Partial, Reason: "the answer has no content"}
	}
	if body[0] == '<' {
		shown, refused := htmlpage.Read(page)
		if refused != nil {
			return refused
		}
		return shown.StandIn("JSON")
	}
	// encoding/json puts U+FFFD in place of damaged bytes, so look before.
	if !utf8.Valid(body) {
		return &htmlpage.Refusal{State: parsers.Partial, Reason: "the answer is damaged: not all of it is UTF-8"}
	}
	if err := json.Unmarshal(body, v); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) && syntax.Offset >= int64(len(body)) {
			return &htmlpage.Refusal{State: parsers.Partial, Reason: "the answer is cut off"}
		}
		return &htmlpage.Refusal{State: parsers.Drift, Reason: "the answer is not what the API sends: " + err.Error()}
	}
	return nil
}
