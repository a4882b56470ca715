// Package graph has what answers of Meta's Graph API have in common, be they of
// Facebook or of Instagram: the version in a path, errors and cursors.
package graph

import (
	"fmt"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
)

// Version is asked for where a source's address names none.
const Version = "v21.0"

// Path takes an address apart: the version ("" when it names none) and the parts
// behind it.
func Path(path string) (version string, parts []string) {
	parts = api.Segments(path)
	if len(parts) > 0 && isVersion(parts[0]) {
		return parts[0], parts[1:]
	}
	return "", parts
}

func isVersion(s string) bool {
	major, minor, ok := strings.Cut(strings.TrimPrefix(s, "v"), ".")
	return ok && s[0] == 'v' && api.IsNumber(major) && api.IsNumber(minor)
}

// To is a call for an object or for what hangs on it.
func To(c api.Call, version string, parts ...string) api.Call {
	if version == "" {
		version = Version
	}
	return c.To("/" + version + "/" + strings.Join(parts, "/"))
}

// Paging leads from one page to the next.
type Paging struct {
	Cursors struct {
		After string `json:"after"`
	} `json:"cursors"`
	Next string `json:"next"` // the whole address, with the caller's token: only whether it is there counts
}

// After is the cursor of the next page; "" on the last one, which has a cursor
// all the same.
func (p *Paging) After() string {
	if p == nil || p.Next == "" {
		return ""
	}
	return p.Cursors.After
}

// Failure is an error.
type Failure struct {
	Code    int    `json:"code"`
	Subcode int    `json:"error_subcode"`
	Message string `json:"message"`
}

// Refusal says what an error means; see "Error Handling" in the documentation of
// the Graph API. It does not tell an object that was deleted from one that the
// caller may not see (code 100, subcode 33, "does not exist, cannot be loaded due
// to missing permissions"): neither then does this.
func (f *Failure) Refusal() *parsers.Refusal {
	state := parsers.Drift
	switch c := f.Code; {
	case c == 1, c == 2, c == 4, c == 17, c == 32, c == 341, c == 368, c == 613, 80000 <= c && c <= 80014:
		state = parsers.Throttled
	case c == 803:
		state = parsers.Gone
	case c == 100 && (f.Subcode == 33 || strings.Contains(f.Message, "missing permission")),
		c == 3, c == 10, c == 102, c == 104, c == 190, c == 200, 201 <= c && c <= 299, c == 459, c == 463, c == 464, c == 467:
		state = parsers.LoginWall
	}
	return parsers.Refuse(state, fmt.Sprintf("Graph error %d: %s", f.Code, f.Message))
}
