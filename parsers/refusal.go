package parsers

import (
	"strings"
)

// Refusal is why a page is not what its address promises.
type Refusal struct {
	State  State
	Reason string // one sentence for people, on one line
}

// Refuse is a refusal; the parts of its reason are joined, and brought onto one
// line.
func Refuse(state State, reason ...string) *Refusal {
	return &Refusal{state, strings.Join(strings.Fields(strings.Join(reason, " ")), " ")}
}

// Apply makes the refusal the result of a page: nothing that was read so far
// stays, but for what the thread is.
func (f *Refusal) Apply(r *Result) {
	r.State, r.Reason, r.Items, r.Found, r.Next, r.Counted = f.State, f.Reason, nil, nil, nil, 0
}
