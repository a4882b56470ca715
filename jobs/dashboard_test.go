package jobs

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What the dashboard shows now it shows again under its permanent link, number by
// number; and what it shows of an earlier moment is another thing.
func (r *rehearsal) testDashboard(t *testing.T) {
	d := Dashboard{Env: r.env}
	now, err := d.Snapshot(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Snapshot(t.Context(), now.Evidence.AsOf)
	if err != nil {
		t.Fatal(err)
	}
	now.Evidence.Index, again.Evidence.Index = nil, nil
	if diff := cmp.Diff(now, again); diff != "" {
		t.Errorf("as of the last visit it is not as it is now (-now +then):\n%s", diff)
	}
	if len(now.Replies) == 0 || len(now.Weeks) == 0 {
		t.Errorf("%d counts of replies and %d weeks of sources, want some", len(now.Replies), len(now.Weeks))
	}
	ctx, stop := context.WithCancel(t.Context())
	site, err := WebSite(ctx, r.env, WebSiteOptions{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer site.Wait()
	defer stop()
	ranking := func(query string) string {
		t.Helper()
		for {
			w := httptest.NewRecorder()
			site.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/en/?csv=ranking"+query, nil))
			switch w.Code {
			case http.StatusOK:
				return w.Body.String()
			case http.StatusAccepted: // still being computed
			default:
				t.Fatalf("the ranking is %d:\n%s", w.Code, w.Body)
			}
		}
	}
	asOf := now.Evidence.AsOf
	live := ranking("")
	if diff := cmp.Diff(live, ranking("&asof="+asOf.Format(time.RFC3339Nano))); diff != "" {
		t.Errorf("the ranking of the permanent link is another (-now +then):\n%s", diff)
	}
	if before := ranking("&asof=" + asOf.Add(-5*aDay).Format(time.RFC3339)); before == live || strings.Count(before, "\n") < 2 {
		t.Errorf("the ranking of five days before is\n%s", before)
	}
}
