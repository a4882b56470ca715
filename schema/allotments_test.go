package schema

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What was sent replaces what was set aside, in whatever order the rows come; what
// nobody ended stays set aside.
func TestAllotments(t *testing.T) {
	s := open(t)
	reserved := Allotment{Owner: "t.me", ID: "a-1", ReservedAt: at(10), EndedAt: epoch, Requests: 40}
	ended := Allotment{Owner: "t.me", ID: "a-1", ReservedAt: at(10), EndedAt: at(30), Requests: 7, Ended: 1}
	killed := Allotment{Owner: "t.me", ID: "b-1", ReservedAt: at(10), EndedAt: epoch, Requests: 5}
	early := Allotment{Owner: "t.me", ID: "a-0", ReservedAt: at(1), EndedAt: at(2), Requests: 1, Ended: 1}
	for _, rows := range [][]Allotment{{ended, early}, {reserved, killed}} {
		if err := s.PutAllotments(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Allotments(t.Context(), at(5))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Allotment{ended, killed}, got); diff != "" {
		t.Errorf("Allotments() (-want +got):\n%s", diff)
	}
}
