package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"qulaq/parsers"
)

// Refusal is why an answer is not what its address asks for.
type Refusal struct {
	State  parsers.State
	Reason string
}

// Refuse is a refusal; its reason is brought onto one line.
func Refuse(state parsers.State, reason ...string) *Refusal {
	return &Refusal{state, strings.Join(strings.Fields(strings.Join(reason, " ")), " ")}
}

// Put makes the refusal the result of a page.
func (f *Refusal) Put(r *parsers.Result) {
	r.State, r.Reason = f.State, f.Reason
	r.Items, r.Found, r.Next, r.Counted = nil, nil, nil, 0
}

// Decode reads an answer. The refusal is nil when there is one: an answer that
// ends too early or is damaged is partial, one that is something else is drift.
func Decode(body []byte, into any) *Refusal {
	body, refused := check(body)
	if refused != nil {
		return refused
	}
	return unmarshal(body, into)
}

// check looks at what encoding/json would not tell.
func check(body []byte) ([]byte, *Refusal) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	switch {
	case len(body) == 0:
		return nil, Refuse(parsers.Partial, "the answer has no content")
	case !utf8.Valid(body): // encoding/json puts U+FFFD in place of damaged bytes
		return nil, Refuse(parsers.Partial, "the answer is damaged: not all of it is UTF-8")
	case body[0] == '<':
		return nil, Refuse(parsers.Drift, "a page for browsers in place of an answer")
	case body[0] != '{' && body[0] != '[':
		return nil, Refuse(parsers.Drift, "the answer is no JSON object or array")
	}
	return body, nil
}

func unmarshal(body []byte, into any) *Refusal {
	err := json.Unmarshal(body, into)
	if err == nil {
		return nil
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && syntax.Offset >= int64(len(body)) {
		return Refuse(parsers.Partial, "the answer is cut off")
	}
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		if mismatch.Field == "" {
			mismatch.Field = "the answer"
		}
		return Refuse(parsers.Drift, mismatch.Field, "is unexpectedly of type", mismatch.Value)
	}
	return Refuse(parsers.Drift, "the answer is no JSON:", err.Error())
}

// Lines reads an answer of one document, or of one on each line as streams and
// collectors write them. Empty lines keep a stream alive and are none. It calls
// read with each document and returns how many lines could not be read; a body
// without any that can is refused.
func Lines[T any](body []byte, read func(*T)) (broken int, refused *Refusal) {
	body, refused = check(body)
	if refused != nil {
		return 0, refused
	}
	if json.Valid(body) {
		var document T
		if refused := unmarshal(body, &document); refused != nil {
			return 0, refused
		}
		read(&document)
		return 0, nil
	}
	good := 0
	var first *Refusal
	for line := range bytes.Lines(body) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var document T
		if bad := unmarshal(line, &document); bad != nil {
			broken++
			if first == nil {
				first = bad
			}
			continue
		}
		good++
		read(&document)
	}
	if good == 0 {
		return broken, first
	}
	return broken, nil
}
