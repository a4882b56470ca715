package schema

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sampleStates are counts of one body of a source: of ten needs in each of some
// buckets, six were answered.
func sampleStates(source string, buckets int) *States {
	states := &States{Calendar: "c", Needs: map[string]uint64{source: uint64(10 * buckets)}}
	for i := range uint32(buckets) {
		states.Cells = append(states.Cells, ReplyState{
			StateKey: allNeeds(source),
			Lo:       60 * i, Hi: 60 * (i + 1), Answered: 6, Open: 4,
		})
	}
	states.Threads = []ThreadSums{{
		StateKey: allNeeds(source), Horizon: 1, Threads: 5, Followed: 4, N: 8, K: 6, NN: 20, NK: 14, KK: 12,
	}}
	return states
}

func allNeeds(source string) StateKey {
	return StateKey{Unit: "need", Period: "all", Clock: "calendar", Kind: AnyReply, SourceID: source, Start: epoch, BodyID: "b"}
}

func groupsOf(t *testing.T, s *Store) []StateGroup {
	t.Helper()
	c, err := s.Counted(t.Context(), "c")
	if err != nil {
		t.Fatal(err)
	}
	groups, err := s.StateGroups(t.Context(), c, StateQuery{Unit: "need", Period: "all", Clocks: []string{"calendar"}, Kinds: []ReplyKind{AnyReply}})
	if err != nil {
		t.Fatal(err)
	}
	return groups
}

func TestReplaceStates(t *testing.T) {
	s := open(t)
	put := func(source string, buckets int) {
		t.Helper()
		if err := s.ReplaceStates(t.Context(), []string{source}, sampleStates(source, buckets)); err != nil {
			t.Fatal(err)
		}
	}
	put("a", 3)
	put("a", 2) // in the place of the first
	put("b", 1)
	key := StateKey{Clock: "calendar", Kind: AnyReply, Start: epoch}
	want := []StateGroup{{
		Clock: "calendar", Kind: AnyReply, Start: epoch,
		Lo: []uint32{0, 60}, Hi: []uint32{60, 120}, Answered: []uint64{12, 6}, Open: []uint64{8, 4}, Wide: []uint64{0, 0},
		Threads: []ThreadSums{{StateKey: key, Horizon: 1, Threads: 10, Followed: 8, N: 16, K: 12, NN: 40, NK: 28, KK: 24}},
	}}
	if diff := cmp.Diff(want, groupsOf(t, s)); diff != "" {
		t.Errorf("StateGroups (-want +got):\n%s", diff)
	}
	for range 2 { // the second time there is nothing to do
		if err := s.SumStates(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, groupsOf(t, s)); diff != "" {
		t.Errorf("StateGroups, added up beforehand (-want +got):\n%s", diff)
	}
	if c, err := s.Counted(t.Context(), "c"); err != nil || !c.Summed() {
		t.Errorf("Counted = %+v, %v, want it added up", c, err)
	}
	var rows uint64
	if err := s.conn.QueryRow(t.Context(), "SELECT count() FROM reply_states_now").Scan(&rows); err != nil || rows != 3 {
		t.Errorf("reply_states_now has %d rows, %v, want the 3 of sources a and b: sums are no source's", rows, err)
	}
	if got, err := s.Counted(t.Context(), "c"); err != nil || got.Needs != 30 || len(got.Stale) != 0 {
		t.Errorf("Counted = %+v, %v, want 30 needs", got, err)
	}
	if err := s.ReplaceStates(t.Context(), []string{"a"}, sampleStates("b", 1)); err == nil {
		t.Error("counts of a source that is not being replaced were taken")
	}
}

// Counts of exchanges that are no longer the ones counted must not be read.
func TestCountsOfReplacedExchangesAreStale(t *testing.T) {
	s := open(t)
	_, exchanges := sampleDerived("a", 2, 0)
	derive := func() {
		t.Helper()
		if err := s.ReplaceDerived(t.Context(), []string{"a"}, nil, exchanges); err != nil {
			t.Fatal(err)
		}
	}
	stale := func(calendar string) (bodies []string) {
		t.Helper()
		c, err := s.Counted(t.Context(), calendar)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range c.Stale {
			bodies = append(bodies, x.BodyID)
		}
		return bodies
	}
	derive()
	if got := stale("c"); !cmp.Equal(got, []string{"b"}) {
		t.Errorf("stale before counting: %v, want [b]", got)
	}
	if err := s.ReplaceStates(t.Context(), []string{"a"}, sampleStates("a", 1)); err != nil {
		t.Fatal(err)
	}
	if got := stale("c"); len(got) != 0 {
		t.Errorf("stale after counting: %v, want none", got)
	}
	if got := stale("another calendar"); !cmp.Equal(got, []string{"b"}) {
		t.Errorf("stale by another calendar: %v, want [b]", got)
	}
	derive()
	if got := stale("c"); !cmp.Equal(got, []string{"b"}) {
		t.Errorf("stale after deriving again: %v, want [b]", got)
	}
	if groups := groupsOf(t, s); len(groups) != 0 {
		t.Errorf("counts of replaced exchanges are read: %+v", groups)
	}
}

// What no longer counts is removed once it is the greater part.
func TestOldCountsAreSwept(t *testing.T) {
	s := open(t)
	for range 5 {
		if err := s.ReplaceStates(t.Context(), []string{"a"}, sampleStates("a", slack/2)); err != nil {
			t.Fatal(err)
		}
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		var rows uint64
		if err := s.conn.QueryRow(t.Context(), "SELECT count() FROM reply_states").Scan(&rows); err != nil {
			t.Fatal(err)
		}
		if rows < 5*slack/2 && rows >= slack/2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d rows are left of 5 countings of %d", rows, slack/2)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if got := groupsOf(t, s); len(got) != 1 || len(got[0].Hi) != slack/2 {
		t.Errorf("after sweeping, the last counting is not read whole")
	}
}

// The view over counts is the view over exchanges, within its band; with one need a
// bucket and none that left in one, it is equal.
func TestKaplanMeierFast(t *testing.T) {
	s := open(t)
	var exchanges []Exchange
	states := &States{Calendar: "c", Needs: map[string]uint64{"src": 40}}
	for i := range 40 {
		e := exchange(fmt.Sprint(i), 0, 0, 60*(i+1)) // watched for i+1 hours
		cell := ReplyState{StateKey: allNeeds("src"), Lo: uint32(60 * i), Hi: uint32(60 * (i + 1)), Open: 1}
		if i%3 > 0 {
			e = exchange(fmt.Sprint(i), 0, 0, 6000, reply{60*i + 30, 60*i + 30, "substantive", false, "parent"})
			cell.Answered, cell.Open = 1, 0
		}
		exchanges = append(exchanges, e)
		states.Cells = append(states.Cells, cell)
	}
	if err := s.ReplaceDerived(t.Context(), []string{"src"}, nil, exchanges); err != nil {
		t.Fatal(err)
	}
	if err := s.ReplaceStates(t.Context(), []string{"src"}, states); err != nil {
		t.Fatal(err)
	}
	read := func(view string, columns string, into ...any) {
		t.Helper()
		if err := s.conn.QueryRow(t.Context(), "SELECT "+columns+" FROM "+view+"(kind = 'any', days = 1)").Scan(into...); err != nil {
			t.Fatal(err)
		}
	}
	var want, wantSE, got, gotSE, lo, hi float64
	read("kaplan_meier", "rate, se", &want, &wantSE)
	read("kaplan_meier_fast", "rate, se, band_lo, band_hi", &got, &gotSE, &lo, &hi)
	var horizons, horizonsSE float64
	if err := s.conn.QueryRow(t.Context(), "SELECT rate_1d, se_1d FROM kaplan_meier_horizons(kind = 'any')").Scan(&horizons, &horizonsSE); err != nil {
		t.Fatal(err)
	}
	if math.Abs(horizons-got) > 1e-9 || math.Abs(horizonsSE-gotSE) > 1e-9 {
		t.Errorf("kaplan_meier_horizons = %v (se %v), want %v (%v)", horizons, horizonsSE, got, gotSE)
	}
	if math.Abs(got-want) > 1e-9 || math.Abs(gotSE-wantSE) > 1e-9 || lo > want || hi < want {
		t.Errorf("kaplan_meier_fast = %v (se %v, band %v to %v), want %v (%v)", got, gotSE, lo, hi, want, wantSE)
	}
}

// What was read together goes on being read, whatever is counted in the meantime; and
// what was counted of exchanges that have been replaced since does not count.
func TestCountsGoTogether(t *testing.T) {
	s := open(t)
	put := func(states *States) {
		t.Helper()
		if err := s.ReplaceStates(t.Context(), []string{"a"}, states); err != nil {
			t.Fatal(err)
		}
	}
	query := StateQuery{Unit: "need", Period: "all", Clocks: []string{"calendar"}, Kinds: []ReplyKind{AnyReply}, ByBody: true}
	buckets := func(c *Counted) int {
		t.Helper()
		groups, err := s.StateGroups(t.Context(), c, query)
		if err != nil || len(groups) != 1 {
			t.Fatalf("StateGroups = %+v, %v, want one group", groups, err)
		}
		return len(groups[0].Hi)
	}
	counted := func() *Counted {
		t.Helper()
		c, err := s.Counted(t.Context(), "c")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	put(sampleStates("a", 2))
	before := counted()
	since, err := s.Derivation(t.Context(), []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	put(sampleStates("a", 3))
	if got := buckets(before); got != 2 {
		t.Errorf("%d buckets of what was counted first, want 2", got)
	}
	late := sampleStates("a", 4)
	late.Since = since
	put(late)
	if got := buckets(counted()); got != 3 {
		t.Errorf("%d buckets after a counting that came too late, want 3", got)
	}
	s.sweeps.Add(1)
	if _, err := s.StateGroups(t.Context(), before, query); !errors.Is(err, ErrSwept) {
		t.Errorf("StateGroups after a sweep: %v, want ErrSwept", err)
	}
}
