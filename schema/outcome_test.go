package schema

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outcomeRow is a row of the table of outcomes in docs/architecture.md: names in
// code, whether they earn silence, and whether they show that the source answers.
var outcomeRow = regexp.MustCompile("(?m)^\\| (`[a-z_`, ]+`) \\| (yes|no) \\| (yes|no) \\| .+ \\|$")

// documented reads that table.
func documented(t *testing.T) (order []Outcome, earns, answers map[Outcome]bool) {
	t.Helper()
	page, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	earns, answers = map[Outcome]bool{}, map[Outcome]bool{}
	for _, row := range outcomeRow.FindAllStringSubmatch(string(page), -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			o := Outcome(strings.Trim(name, "`"))
			order = append(order, o)
			earns[o], answers[o] = row[2] == "yes", row[3] == "yes"
		}
	}
	return order, earns, answers
}

// Which outcomes earn silence is one table, in code and in docs.
func TestOutcomesAreAsDocumented(t *testing.T) {
	order, earns, _ := documented(t)
	if diff := cmp.Diff(Outcomes, order); diff != "" {
		t.Errorf("outcomes of docs/architecture.md (-code +docs):\n%s", diff)
	}
	for _, o := range Outcomes {
		if got := o.EarnsSilence(); got != earns[o] {
			t.Errorf("%s.EarnsSilence() = %t, docs/architecture.md says %t", o, got, earns[o])
		}
	}
}

// View outages holds those outcomes for answers that the docs do.
func TestOutagesKnowsTheOutcomes(t *testing.T) {
	s := open(t)
	_, _, want := documented(t)
	var visits []Visit
	var sources []Source
	for _, o := range Outcomes {
		sources = append(sources, Source{SourceID: string(o), Status: "active"})
		for _, minutes := range []int{0, 600} {
			visits = append(visits, Visit{VisitID: string(o) + at(minutes).String(), SourceID: string(o), ThreadID: "t", SeenAt: at(minutes), Outcome: o})
		}
	}
	if err := s.PutRegistry(t.Context(), nil, sources); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), Batch{Visits: visits}); err != nil {
		t.Fatal(err)
	}
	type row struct {
		SourceID string `ch:"source_id"`
		Failed   uint64 `ch:"failed"`
	}
	got := map[Outcome]bool{}
	if err := each(t.Context(), s.conn, func(r row) { got[Outcome(r.SourceID)] = r.Failed == 0 },
		"SELECT source_id, failed FROM outages(due = 3600, patience = 10800)"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes that answer (-docs +view):\n%s", diff)
	}
}
