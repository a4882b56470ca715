package schema

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// exported is a store of one body that was asked ten times, and of one that was
// asked three times. Every text and pseudonym in it has the word planted.
func exported(t testing.TB) *Store {
	t.Helper()
	s := open(t)
	var items []Item
	var exchanges []Exchange
	add := func(body string, i int, language string) {
		id := fmt.Sprintf("%s%d", body, i)
		items = append(items, Item{
			SourceID: "s", ThreadID: "t" + body, ItemID: id, BodyID: body, Role: "citizen", Author: "planted " + id,
			Text: "planted, \"quoted\"\nand broken", PublishedLo: at(i), PublishedHi: at(i), Need: true,
		})
		e := Exchange{
			SourceID: "s", ThreadID: "t" + body, NeedID: id, BodyID: body, Asker: "planted " + id, AskedLo: at(i), AskedHi: at(i),
			CensoredAt: at(10_000), Class: "question", Language: language, Cluster: id,
		}
		if i%2 == 0 {
			e.ReplyID, e.ReplyBodyID, e.ReplyKind, e.ReplyMethod = []string{"r" + id}, []string{body}, []string{"substantive"}, []string{"parent"}
			e.ReplyLo, e.ReplyHi = []time.Time{at(i + 30)}, []time.Time{at(i + 60)}
			e.ReplyTemplate, e.ReplyConfidence, e.ReplyWatched = []bool{false}, []float32{1}, []bool{true}
		}
		exchanges = append(exchanges, e)
	}
	for i := range 10 {
		add("big", i, map[bool]string{true: "kk", false: "ru"}[i < 7])
	}
	for i := range 3 {
		add("few", i, "kk")
	}
	if err := s.ReplaceDerived(t.Context(), []string{"s"}, items, exchanges); err != nil {
		t.Fatal(err)
	}
	visits := []Visit{{VisitID: "v1", SourceID: "s", ThreadID: "tbig", SeenAt: at(20), Outcome: OK, Complete: true, Declared: 10, Parsed: 10}}
	if err := s.Append(t.Context(), Batch{Threads: []Thread{{SourceID: "s", ThreadID: "tbig", Kind: "post", FoundAt: at(20)}}, Visits: visits}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutRegistry(t.Context(), []Body{{BodyID: "big"}, {BodyID: "few"}}, []Source{{SourceID: "s"}}); err != nil {
		t.Fatal(err)
	}
	return s
}

func exportText(t testing.TB, s *Store, table, format string, o ExportOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Export(t.Context(), &b, table, format, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExportsAreDescribed(t *testing.T) {
	s := exported(t)
	for _, table := range ExportTables() {
		title, fields, err := s.ExportFields(t.Context(), table)
		if err != nil {
			t.Fatal(err)
		}
		if title == "" || len(fields) < 7 {
			t.Errorf("ExportFields(%s) = %q, %d fields, want a title and some fields", table, title, len(fields))
		}
		for _, f := range fields {
			if f.Meaning == "" {
				t.Errorf("column %s.%s has no meaning", table, f.Name)
			}
		}
		header, _, _ := strings.Cut(exportText(t, s, table, CSV, ExportOptions{}), "\n")
		if got := strings.Count(header, ",") + 1; got != len(fields) {
			t.Errorf("%s has %d columns, %d are described", table, got, len(fields))
		}
	}
}

// Two exports of the same rows are the same bytes, also when the rows were written
// in another order and many times over.
func TestExportsAreDeterministic(t *testing.T) {
	one, other := exported(t), exported(t)
	for range 3 {
		if err := other.ReplaceDerived(t.Context(), []string{"none"}, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range ExportTables() {
		for _, format := range []string{CSV, NDJSON, Parquet, Arrow} {
			a, b := exportText(t, one, table, format, ExportOptions{}), exportText(t, other, table, format, ExportOptions{})
			if a != b {
				t.Errorf("%s as %s: %d and %d bytes that differ", table, format, len(a), len(b))
			}
		}
	}
}

// A Parquet file of many row groups is the same bytes each time, too.
func TestLargeParquetIsDeterministic(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 300,000 rows")
	}
	s := open(t)
	cells := make([][]any, 300_000)
	for i := range cells {
		cells[i] = []any{fmt.Sprintf("row %d", i*7919%len(cells)), math.Sqrt(float64(i))}
	}
	fields := []Field{{Name: "name", Type: "String"}, {Name: "x", Type: "Float64"}}
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := s.ExportRows(t.Context(), b, Parquet, fields, cells); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) || !strings.HasPrefix(first.String(), "PAR1") {
		t.Errorf("two files of %d and %d bytes differ", first.Len(), second.Len())
	}
}

func TestExportTellsNothingOfCitizens(t *testing.T) {
	s := exported(t)
	for _, table := range ExportTables() {
		if text := exportText(t, s, table, CSV, ExportOptions{Least: 5}); strings.Contains(text, "planted") {
			t.Errorf("export of %s tells what was planted:\n%s", table, text)
		}
	}
	for _, table := range []string{"items", "exchanges"} {
		if text := exportText(t, s, table, CSV, ExportOptions{Private: true}); strings.Count(text, "planted") < 13 {
			t.Errorf("private export of %s lacks what was planted:\n%s", table, text)
		}
	}
}

func TestNeedsLeaveSmallCellsOut(t *testing.T) {
	text := exportText(t, exported(t), "needs", CSV, ExportOptions{Least: 5})
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 11 {
		t.Fatalf("%d rows, want the header and the ten of the body that was asked often:\n%s", len(rows), text)
	}
	languages := map[string]int{}
	for _, r := range rows[1:] {
		languages[r[5]]++
		if r[2] != "big" || strings.Contains(strings.Join(r, " "), "tbig") {
			t.Errorf("row %v: want body big, and no id of a thread", r)
		}
	}
	if languages["kk"] != 7 || languages["ru"] != 0 || languages[""] != 3 {
		t.Errorf("languages %v, want 7 kk and 3 that are too few to be told", languages)
	}
	if got := strings.Join(rows[1], ","); got != "1,1,big,s,question,kk,2024-02-26,1800,3600,1800,3600" {
		t.Errorf("first row = %s", got)
	}
}

func TestExportOfNothing(t *testing.T) {
	err := open(t).Export(t.Context(), &bytes.Buffer{}, "texts", CSV, ExportOptions{})
	if err == nil || !strings.Contains(err.Error(), "there are: bodies, coverage, exchanges") {
		t.Errorf("Export(texts) = %v, want what there is", err)
	}
}

// What comes after the moment is not in the copy, and closing it leaves nothing.
func TestFreeze(t *testing.T) {
	s := populated(t)
	later := Batch{
		Threads:   []Thread{{SourceID: "a", ThreadID: "1", Kind: "post", URL: "https://example.org/1", Declared: 7, FoundAt: at(9)}},
		Sightings: []Sighting{{VisitID: "v2", SourceID: "a", ThreadID: "1", ItemID: "i3", SeenAt: at(9), Change: First, Kind: "comment"}},
		Visits:    []Visit{{VisitID: "v2", SourceID: "a", ThreadID: "1", SeenAt: at(9), Outcome: OK, Sightings: 1}},
	}
	before := func(f *Frozen) string {
		return ask(t, f.Store, "SELECT (SELECT count() FROM visits), (SELECT groupArray(item_id) FROM sightings), (SELECT (kind, declared) FROM threads_now), (SELECT count() FROM readings), (SELECT count() FROM items)")
	}
	var seen []string
	for range 2 {
		f, err := s.Freeze(t.Context(), at(5))
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, before(f))
		if err := f.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Append(t.Context(), later); err != nil {
			t.Fatal(err)
		}
	}
	if want := "1\t['i1','i2']\t('post',-1)\t1\t0"; seen[0] != want || seen[1] != want {
		t.Errorf("frozen before and after a later visit: %q, want %q twice", seen, want)
	}
	if got := ask(t, s, "SELECT count() FROM system.databases WHERE name LIKE '%"+frozen+"'"); got != "0" {
		t.Errorf("%s databases were left behind", got)
	}
	if got := ask(t, s, "SELECT count() FROM visits"); got != "2" {
		t.Errorf("the store has %s visits, want 2", got)
	}
}

func BenchmarkExport(b *testing.B) {
	s := exported(b)
	b.ReportAllocs()
	for b.Loop() {
		exportText(b, s, "latencies", Parquet, ExportOptions{})
	}
}
