package jobs

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"qulaq/pipeline"
	"qulaq/simulate"

	"github.com/google/go-cmp/cmp"
)

// Of a republic whose officials seldom name what they answer, replies are tied to the
// right needs by their words: each method holds its own bounds. The tables stand in
// docs/accuracy.md.
func TestLinking(t *testing.T) {
	r := rehearse(t, simulate.Config{Seed: 21, Bodies: 12, Days: 10, Unthreaded: true})
	audit := func(byHand bool) []Linking {
		rows, err := AuditLinking(t.Context(), r.env, r.republic, time.Time{}, byHand)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	byHand, read := audit(true), audit(false)
	bounds := map[string]struct{ precision, recall float64 }{
		"page": {1, 0.99}, "parent": {0.99, 0.99}, "quote": {0.88, 0.8}, "number": {0.9, 0.9}, "mention": {0.95, 0.93},
		"adjacent": {0.25, 0.25}, AllMethods: {0.97, 0.82},
	}
	for _, l := range byHand {
		if want := bounds[l.Method]; l.Precision < want.precision || l.Recall < want.recall || l.Shown < 30 {
			t.Errorf("%s: precision %.3f of %d ties, recall %.3f of %d pairs; want %.2f and %.2f of 30 or more",
				l.Method, l.Precision, l.Made, l.Recall, l.Shown, want.precision, want.recall)
		}
		if c, ok := pipeline.Confidence[pipeline.Method(l.Method)]; ok && float64(c) > l.PrecisionHi {
			t.Errorf("%s: a confidence of %.2f is claimed, precision is %.3f [%.2f–%.2f]", l.Method, c, l.Precision, l.PrecisionLo, l.PrecisionHi)
		}
	}
	if len(byHand) != len(bounds) {
		t.Errorf("%d methods were audited, want %d", len(byHand), len(bounds))
	}
	t.Run("no number of an appeal is stored", r.testTold)

	var page strings.Builder
	fmt.Fprintf(&page, "Needs and kinds of replies told by the truth, so that what errs is linking alone:\n\n%s\nThe same, both as the classifier reads them:\n\n%s",
		linkingTable(byHand), linkingTable(read))
	if *update {
		if err := os.WriteFile("linking.md", []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(linkingTables, page.String()); diff != "" && !*update {
		t.Errorf("linking.md differs; go test ./jobs -run TestLinking -update, then Accuracy (-file +test):\n%s", diff)
	}
}
