package parsertest

import (
	"bytes"
	"iter"
	"strings"
	"testing"

	"qulaq/parsers"

	"github.com/google/go-cmp/cmp"
)

// Drift checks that a page which has changed shows nothing and names what it
// lacks. A row has a name, the fixture, what the reason must name, and the texts
// to replace as for Page.
func Drift(t *testing.T, p parsers.Parser, table [][]string) {
	t.Helper()
	for _, row := range table {
		t.Run(row[0], func(t *testing.T) {
			r := Result(t, p, row[1], row[3:]...)
			if r.State != parsers.Drift || !strings.Contains(r.Reason, row[2]) || len(r.Items)+len(r.Found) > 0 {
				t.Errorf("state %s (%s), %d items, %d found; want drift for %s and none", r.State, r.Reason, len(r.Items), len(r.Found), row[2])
			}
		})
	}
}

// Cuts parses a page cut off at many places, by the length that is left. What is
// shown of it must be shown as it is of the whole page.
func Cuts(t *testing.T, p parsers.Parser, page parsers.Page) iter.Seq2[int, parsers.Result] {
	t.Helper()
	whole := map[string]parsers.Item{}
	for _, item := range Parse(t, p, page).Items {
		whole[item.ID] = item
	}
	body := bytes.TrimSuffix(bytes.TrimSpace(page.Body), []byte("</html>")) // without it a page ends early already
	return func(yield func(int, parsers.Result) bool) {
		for end := len(body) - 1; end > 0; end -= 1 + len(body)/250 {
			page.Body = body[:end]
			r := Parse(t, p, page)
			for _, item := range r.Items {
				if diff := cmp.Diff(whole[item.ID], item); diff != "" {
					t.Fatalf("cut at %d: %s differs (-whole +cut):\n%s", end, item.ID, diff)
				}
			}
			if !yield(end, r) {
				return
			}
		}
	}
}

// CutAnywhere checks that fixtures are partial wherever they end too early.
func CutAnywhere(t *testing.T, p parsers.Parser, fixtures ...string) {
	t.Helper()
	for _, fixture := range fixtures {
		for end, r := range Cuts(t, p, Page(t, fixture)) {
			if r.State != parsers.Partial {
				t.Fatalf("%s cut at %d: state %s (%s), want partial", fixture, end, r.State, r.Reason)
			}
		}
	}
}

// CutShowsNothing is CutAnywhere for answers that can only be read whole.
func CutShowsNothing(t *testing.T, p parsers.Parser, fixtures ...string) {
	t.Helper()
	for _, fixture := range fixtures {
		for end, r := range Cuts(t, p, Page(t, fixture)) {
			if r.State != parsers.Partial || len(r.Items)+len(r.Found) > 0 {
				t.Fatalf("%s cut at %d: state %s (%s), %d items, %d found; want partial with none", fixture, end, r.State, r.Reason, len(r.Items), len(r.Found))
			}
		}
	}
}
