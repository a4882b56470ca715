package parsers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRefusalLeavesNothingThatWasRead(t *testing.T) {
	thread := Thread{ID: "7", Kind: Question}
	r := Result{
		State: OK, Thread: thread, Addressee: "A body", Items: []Item{{ID: "1"}}, Declared: 3, Counted: 1,
		Next: &Address{URL: "https://site.example/2"}, Found: []Thread{{ID: "8"}},
	}
	Refuse(Gone, "the site says:", "no\n such  page ").Apply(&r)
	want := Result{State: Gone, Reason: "the site says: no such page", Thread: thread, Addressee: "A body", Declared: 3}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}
