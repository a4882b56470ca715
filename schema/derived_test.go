package schema

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPutRegistry(t *testing.T) {
	s := open(t)
	body := func(id string) Body {
		return Body{BodyID: id, Country: "kz", Level: "central", NameKK: "Атауы " + id, NameRU: "Имя", NameEN: "Name", ValidFrom: "2019-02-25"}
	}
	source := func(id, body string) Source {
		return Source{SourceID: id, BodyID: body, Platform: "telegram", URL: "https://example.org/" + id, Zone: "Asia/Almaty", Status: "active"}
	}
	changed := body("b")
	changed.NameEN = "Another"
	loads := []struct {
		bodies  []Body
		sources []Source
	}{
		{[]Body{body("a"), body("b")}, []Source{source("s1", "a"), source("s2", "b")}},
		{[]Body{body("a"), body("b")}, []Source{source("s1", "a"), source("s2", "b")}},
		{[]Body{changed, body("c")}, []Source{source("s2", "b")}},
		{[]Body{body("a"), body("b")}, nil},
		{nil, nil},
	}
	for i, load := range loads {
		if err := s.PutRegistry(t.Context(), load.bodies, load.sources); err != nil {
			t.Fatal(err)
		}
		var bodies []Body
		if err := each(t.Context(), s.conn, func(b Body) { bodies = append(bodies, b) }, "SELECT * FROM bodies_now ORDER BY body_id"); err != nil {
			t.Fatal(err)
		}
		var sources []Source
		if err := each(t.Context(), s.conn, func(b Source) { sources = append(sources, b) }, "SELECT * FROM sources_now ORDER BY source_id"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(load.bodies, bodies); diff != "" {
			t.Errorf("load %d: bodies_now (-want +got):\n%s", i, diff)
		}
		if diff := cmp.Diff(load.sources, sources); diff != "" {
			t.Errorf("load %d: sources_now (-want +got):\n%s", i, diff)
		}
	}
}

func sampleDerived(source string, n, from int) ([]Item, []Exchange) {
	var items []Item
	var exchanges []Exchange
	for i := from; i < from+n; i++ {
		id := fmt.Sprintf("%d", i)
		items = append(items, Item{
			SourceID: source, ThreadID: "t", ItemID: id, BodyID: "b", Kind: "comment", Role: "citizen", PublishedLo: at(i), PublishedHi: at(i),
			Precision: "second", FirstSeenAt: at(i), LastSeenAt: at(i), VanishedLo: epoch, VanishedHi: epoch, Text: "Когда?", Need: true, Edits: uint16(i),
		})
		exchanges = append(exchanges, Exchange{
			SourceID: source, ThreadID: "t", NeedID: id, BodyID: "b", AskedLo: at(i), AskedHi: at(i), CensoredAt: at(i + 60), Cluster: id,
			ReplyID: []string{"r" + id}, ReplyBodyID: []string{"b"}, ReplyLo: moments(at(i + 5)), ReplyHi: moments(at(i + 6)),
			ReplyKind: []string{"substantive"}, ReplyTemplate: []bool{false}, ReplyMethod: []string{"parent"}, ReplyConfidence: []float32{0.5}, ReplyWatched: []bool{true},
		})
	}
	return items, exchanges
}

// derivedRows reads the derived tables as an analyst would.
func derivedRows(t *testing.T, s *Store, source string) ([]Item, []Exchange) {
	t.Helper()
	var items []Item
	if err := each(t.Context(), s.conn, func(i Item) { items = append(items, i) },
		"SELECT * FROM items_now WHERE source_id = ? ORDER BY thread_id, toUInt32(item_id)", source); err != nil {
		t.Fatal(err)
	}
	var exchanges []Exchange
	if err := each(t.Context(), s.conn, func(e Exchange) { exchanges = append(exchanges, e) },
		"SELECT * FROM exchanges_now WHERE source_id = ? ORDER BY thread_id, toUInt32(need_id)", source); err != nil {
		t.Fatal(err)
	}
	return items, exchanges
}

// checkDerived compares the derived tables with what was put there last, the
// version aside.
func checkDerived(t *testing.T, s *Store, source string, items []Item, exchanges []Exchange) {
	t.Helper()
	gotItems, gotExchanges := derivedRows(t, s, source)
	noVersion := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Version" }, cmp.Ignore())
	if diff := cmp.Diff(items, gotItems, noVersion); diff != "" {
		t.Errorf("items_now of %s (-want +got):\n%s", source, diff)
	}
	if diff := cmp.Diff(exchanges, gotExchanges, noVersion); diff != "" {
		t.Errorf("exchanges_now of %s (-want +got):\n%s", source, diff)
	}
}

func TestReplaceDerived(t *testing.T) {
	s := open(t)
	others, otherExchanges := sampleDerived("other", 3, 0)
	if err := s.ReplaceDerived(t.Context(), []string{"other"}, others, otherExchanges); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ n, from int }{{5, 0}, {5, 0}, {3, 1}, {4, 10}, {0, 0}, {2, 0}} {
		items, exchanges := sampleDerived("src", step.n, step.from)
		if err := s.ReplaceDerived(t.Context(), []string{"src"}, items, exchanges); err != nil {
			t.Fatal(err)
		}
		checkDerived(t, s, "src", items, exchanges)
		checkDerived(t, s, "other", others, otherExchanges)
	}
	items, exchanges := sampleDerived("src", 2, 0)
	if err := s.ReplaceDerived(t.Context(), []string{"other"}, items, exchanges); err == nil {
		t.Error("rows of a source that is not being replaced were taken")
	}
	if err := s.ReplaceDerived(t.Context(), nil, nil, nil); err != nil {
		t.Errorf("ReplaceDerived of nothing = %v", err)
	}
	if err := s.conn.Exec(t.Context(), "OPTIMIZE TABLE items FINAL"); err != nil {
		t.Fatal(err)
	}
	items, exchanges = sampleDerived("src", 2, 0)
	checkDerived(t, s, "src", items, exchanges) // Also when the parts have been merged.
}

// failing carries out the first inserts and fails the others.
type failingInserts struct {
	http.RoundTripper
	left int
}

var errStopped = errors.New("the process was stopped")

func (f *failingInserts) RoundTrip(req *http.Request) (*http.Response, error) {
	insert := strings.HasPrefix(req.URL.Query().Get("query"), "INSERT")
	if req.URL.Query().Get("query") == "" && req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		var head [6]byte
		_, _ = body.Read(head[:])
		insert = string(head[:]) == "INSERT"
	}
	if insert {
		if f.left--; f.left < 0 {
			return nil, errStopped
		}
	}
	return f.RoundTripper.RoundTrip(req)
}

func TestReplaceDerivedInterrupted(t *testing.T) {
	s := open(t)
	for writes := 0; ; writes++ {
		old, oldExchanges := sampleDerived("src", 6, 0)
		if err := s.ReplaceDerived(t.Context(), []string{"src"}, old, oldExchanges); err != nil {
			t.Fatal(err)
		}
		line := &failingInserts{RoundTripper: shared.store.engine, left: writes}
		interrupted := over(t, line, s.database)
		items, exchanges := sampleDerived("src", 4, 3)
		err := interrupted.ReplaceDerived(context.WithoutCancel(t.Context()), []string{"src"}, items, exchanges)
		if err == nil {
			if writes != 5 {
				t.Errorf("ReplaceDerived has %d writes, want 5", writes)
			}
			return
		}
		if !errors.Is(err, errStopped) {
			t.Fatal(err)
		}
		if err := s.ReplaceDerived(t.Context(), []string{"src"}, items, exchanges); err != nil {
			t.Fatal(err)
		}
		checkDerived(t, s, "src", items, exchanges)
	}
}
