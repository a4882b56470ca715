package jsonpage

import (
	"bytes"
	"encoding/json"

	"qulaq/parsers"
)

// Lines reads an answer of one document, or of one on each line as streams and
// collectors write them. Empty lines keep a stream alive and are none. It calls
// read with each document and returns how many lines could not be read; a body
// without any that can is refused.
func Lines[T any](body []byte, read func(*T)) (broken int, refused *parsers.Refusal) {
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
	var first *parsers.Refusal
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
