package legalacts

import (
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"

	"github.com/google/go-cmp/cmp"
)

// captured is when the pages of others were saved, or later.
var captured = time.Date(2026, 9, 20, 12, 0, 0, 0, time.UTC)

func TestCapturedDocument(t *testing.T) {
	const url = "https://legalacts.egov.kz/npa/view?id=15906353"
	r := parsertest.Parse(t, New(), parsertest.Capture(t, "kz_portals/legalacts_npa_view_15906353_comments.html", url, captured))
	if r.State != parsers.OK || r.Thread.ID != "15906353" || r.Declared != 24 || r.Counted != 20 || len(r.Items) != 20 {
		t.Fatalf("state %s (%s), thread %s, declared %d, counted %d, %d items; want ok, 15906353, 24, 20, 20",
			r.State, r.Reason, r.Thread.ID, r.Declared, r.Counted, len(r.Items))
	}
	asked := map[string]parsers.Item{}
	var latencies []int
	replies := map[string]bool{}
	for _, item := range r.Items {
		if item.Role == parsers.RoleCitizen {
			asked[item.ID] = item
			if item.Kind != parsers.KindComment || item.Outcome != "not_accepted" {
				t.Errorf("comment %s is a %s with the verdict %q, want comment, not_accepted", item.ID, item.Kind, item.Outcome)
			}
			continue
		}
		latencies = append(latencies, int(middle(item.Published).Sub(middle(asked[item.Parent].Published)).Minutes()))
		replies[item.Text] = true
		if item.Kind != parsers.KindAnswer || !item.Nested || item.Author.Name != r.Addressee {
			t.Errorf("reply %s is a %s (nested %t) of %q, want an answer of %q", item.ID, item.Kind, item.Nested, item.Author.Name, r.Addressee)
		}
	}
	want := []int{79, 79, 78, 1151, 1151, 1151, 121, 121, 121, 122}
	if diff := cmp.Diff(want, latencies); diff != "" || len(asked) != 10 {
		t.Errorf("%d comments; minutes until the reply (-want +got):\n%s", len(asked), diff)
	}
	if len(replies) != 1 {
		t.Errorf("%d different replies, want one text in all ten", len(replies))
	}
	if first := r.Items[0]; first.ID != "15907499" || r.Items[1].ID != "15907783" || r.Items[1].Parent != first.ID {
		t.Errorf("first pair %s → %s, want 15907499 → 15907783", first.ID, r.Items[1].ID)
	}
}

func TestCapturedList(t *testing.T) {
	r := parsertest.Parse(t, New(), parsertest.Capture(t, "kz_portals/legalacts_list_archive_2026_excerpt.html", "https://legalacts.egov.kz/list?status=IN_ARCHIVE", captured))
	var ids []string
	var counters []int
	for _, thread := range r.Found {
		ids = append(ids, thread.ID)
		counters = append(counters, thread.Declared)
	}
	if diff := cmp.Diff([]string{"15908401", "15907944", "15906353", "15904836", "15902831"}, ids); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{18, 2, 24, 10, 6}, counters); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	if want := "https://legalacts.egov.kz/list?page=2&status=IN_ARCHIVE"; r.Next == nil || r.Next.URL != want {
		t.Errorf("next page %v, want %s", r.Next, want)
	}
}

func middle(s parsers.Span) time.Time { return s.Lo.Add(s.Hi.Sub(s.Lo) / 2) }
