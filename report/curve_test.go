package report

import (
	"fmt"
	"testing"

	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

func TestCurveRises(t *testing.T) {
	var needs []need
	for i := range 40 {
		n := need{"steady", date(2026, 3, 2), float64(i), float64(i)}
		if i%4 == 0 {
			n.hi = never
		}
		needs = append(needs, n)
	}
	points, err := Curve(evidence(t, needs...), "steady")
	if err != nil {
		t.Fatal(err)
	}
	if len(points) != len(CurveDays) {
		t.Fatalf("%d points, want %d", len(points), len(CurveDays))
	}
	for i, p := range points {
		if i > 0 && p.Any.Value() < points[i-1].Any.Value() {
			t.Errorf("the share falls from %v to %v days", points[i-1].Days, p.Days)
		}
		if l := p.Any.Limits(); !(l.Lo <= p.Any.Value() && p.Any.Value() <= l.Hi) || p.Any.Basis().Needs != 40 || p.Any.Basis().Horizon != (Horizon{Days: p.Days}).String() {
			t.Errorf("after %v days: %+v", p.Days, p.Any)
		}
	}
	if first, last := points[0].Any.Value(), points[len(points)-1].Any.Value(); first > 0.05 || last < 0.5 {
		t.Errorf("the curve goes from %v to %v", first, last)
	}
	if nobody, err := Curve(evidence(t, needs...), "silent"); err != nil || nobody != nil {
		t.Errorf("Curve of nobody = %v, %v, want nothing", nobody, err)
	}
}

func TestGroups(t *testing.T) {
	e := evidence(t,
		need{"steady", date(2026, 3, 2), 1, 1}, need{"steady", date(2026, 3, 2), 2, 2}, need{"lucky", date(2026, 3, 2), 30, never})
	e.Any.Language, e.Any.Class = []string{"kk", "ru", ""}, []string{"question", "question", "request"}
	e.Any.Theme = []string{"housing", "none", "housing"}
	for by, want := range map[GroupBy]string{
		ByLanguage: " 1 100, kk 1 0, ru 1 0",
		ByClass:    "question 2 0, request 1 100",
		ByTheme:    "housing 2 50, none 1 0",
		ByLevel:    "central 3 33",
		ByRegion:   " 3 33",
	} {
		groups, err := Groups(e, by, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for i, g := range groups {
			if i > 0 {
				got += ", "
			}
			got += fmt.Sprintf("%s %s %.0f", g.Key, g.Any.Median.Needs(), 100*g.Any.Median.Basis().Censored)
		}
		if got != want {
			t.Errorf("Groups by %s = %q (key, n, percent unanswered), want %q", by, got, want)
		}
		for _, g := range PublicGroups(groups) {
			if !g.Any.Median.Suppressed() || !g.Substantive.Rates[0].Suppressed() {
				t.Errorf("group %s of fewer than %d needs is published", g.Key, SmallCell)
			}
		}
	}
}

func TestReplyShares(t *testing.T) {
	var needs []need
	for range 6 {
		needs = append(needs, need{"steady", date(2026, 3, 2), 1, 1})
	}
	needs = append(needs, need{"lucky", date(2026, 3, 2), 1, 1})
	e := evidence(t, needs...)
	counts := []schema.ReplyCount{
		{BodyID: "steady", Kind: "substantive", Replies: 6},
		{BodyID: "steady", Kind: "acknowledgement", Template: true, Replies: 2},
		{BodyID: "lucky", Kind: "redirect", Replies: 20},
	}
	shares, err := ReplyShares(e, counts, "steady")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range shares {
		got[s.Kind] = fmt.Sprintf("%.2f of %s", s.Share.Value(), s.Share.Needs())
	}
	want := map[string]string{
		"substantive": "0.75 of 8", "refusal": "0.00 of 8", "redirect": "0.00 of 8", "acknowledgement": "0.25 of 8", "closing": "0.00 of 8", Template: "0.25 of 8",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReplyShares (-want +got):\n%s", diff)
	}
	// Twenty replies to one person are told as little as one.
	shares, err = ReplyShares(e, counts, "lucky")
	if err != nil || len(shares) == 0 || !shares[0].Share.Suppressed() {
		t.Errorf("ReplyShares of 20 replies to one need = %+v, %v, want them suppressed", shares, err)
	}
	if nobody, err := ReplyShares(e, counts, "silent"); err != nil || nobody != nil {
		t.Errorf("ReplyShares of nobody = %v, %v, want nothing", nobody, err)
	}
}
