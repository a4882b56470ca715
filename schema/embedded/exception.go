package embedded

import (
	"fmt"
	"regexp"
	"strconv"
)

// Exception is an error of the engine, in the words in which a ClickHouse
// server sends it: "Code: 60. DB::Exception: … (UNKNOWN_TABLE)". Over
// [Engine.RoundTrip] it travels as an HTTP response, from which clickhouse-go
// makes its own *clickhouse.Exception.
type Exception struct { //nolint:errname // as ClickHouse and its driver call it
	Code int
	Text string
}

func (e *Exception) Error() string { return e.Text }

// Codes of ClickHouse's (src/Common/ErrorCodes.cpp) that this package raises itself.
const (
	codeUnsupportedMethod = 1
	codeBadArguments      = 36
	codeSyntaxError       = 62
	codeNoDataToInsert    = 108
	codeReadOnly          = 164
)

func exceptionf(code int, name, format string, args ...any) *Exception {
	return &Exception{Code: code, Text: fmt.Sprintf("Code: %d. DB::Exception: %s. (%s)", code, fmt.Sprintf(format, args...), name)}
}

var (
	codeOf = regexp.MustCompile(`^Code: (\d+)\.`)
	// Errors on a statement's settings come wrapped in a second copy of their frame.
	twice = regexp.MustCompile(`(?s)^Code: \d+\. DB::Exception: (Code: \d+\. DB::Exception: .*) \(version [^()]*\)\. \([A-Z_]+\)$`)
)

func newException(text string) *Exception {
	if m := twice.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	e := &Exception{Code: codeUnsupportedMethod, Text: text}
	if m := codeOf.FindStringSubmatch(text); m != nil {
		e.Code, _ = strconv.Atoi(m[1]) // Digits: only an overflow fails, and leaves 0.
	} else {
		e.Text = fmt.Sprintf("Code: %d. DB::Exception: %s", e.Code, text)
	}
	return e
}
