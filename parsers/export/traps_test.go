package export_test

import (
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/export"

	"github.com/google/go-cmp/cmp"
)

// table is a mapping of the columns id, thread, text, at.
func table(t testing.TB, more string) *export.Mapping {
	t.Helper()
	m, err := export.ParseMapping("table", []byte(`{version: 1, title: T, format: [csv, ndjson], has: [id, thread, text],
		id: '{id}', thread: '{thread}', text: '{text}'`+more+`}`))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const at = `, published: {value: '{at}', shape: [iso, dots], zone: Asia/Almaty}`

// A record that cannot be read is told and passed over; those around it are read.
func TestBrokenRecords(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"no id":            {"id,thread,text,at\n,T,x,\n9,T,good,\n", "line 2: it has no id"},
		"no thread":        {"id,thread,text,at\n1,,x,\n9,T,good,\n", "line 2: it does not tell its thread"},
		"too few fields":   {"id,thread,text,at\n1,T\n9,T,good,\n", "line 2: 2 fields, the header has 4"},
		"bare quote":       {"id,thread,text,at\n1,T,a\"b,\n9,T,good,\n", `line 2: bare "`},
		"not UTF-8":        {"id,thread,text,at\n1,T,\xcf\xf0\xe8\xe2\xe5\xf2,\n9,T,good,\n", "line 2: it is not UTF-8"},
		"no time":          {"id,thread,text,at\n1,T,x,yesterday\n9,T,good,\n", "line 2: published:"},
		"day or month":     {"id,thread,text,at\n1,T,x,03/04/2026\n9,T,good,\n", "line 2: published:"},
		"after capture":    {"id,thread,text,at\n1,T,x,2026-02-01\n9,T,good,\n", "line 2: published at 2026-01-31T19:00:00Z, captured at 2026-01-05T00:00:00Z"},
		"no JSON":          {`{"id":8,"thread":"T","text":"x"}` + "\n{\"id\":\n" + `{"id":9,"thread":"T","text":"good"}`, "line 2: no JSON object"},
		"two on one line":  {`{"id":8,"thread":"T","text":"x"}` + "\n" + `{"id":1,"thread":"T","text":"x"}{}` + "\n" + `{"id":9,"thread":"T","text":"good"}`, "line 2: something follows"},
		"a line too long":  {"id,thread,text,at\n9,T,good,\n1,T,\"" + strings.Repeat("long ", 4<<20), "more than 16 MB"},
		"an open quote":    {"id,thread,text,at\n9,T,good,\n1,T,\"x,\n2,T,y,\n", `extraneous or missing "`},
		"a list, not text": {`{"id":8,"thread":"T","text":"x"}` + "\n[1]\n" + `{"id":9,"thread":"T","text":"good"}`, "line 2: no JSON object"},
	} {
		t.Run(name, func(t *testing.T) {
			entries, broken := read(t, test.text, table(t, at), options())
			if len(broken) != 1 || !strings.Contains(broken[0], test.want) {
				t.Errorf("broken records: %q, want one with %q", broken, test.want)
			}
			if n := len(entries); n == 0 || entries[n-1].Item.ID != "9" && entries[0].Item.ID != "9" {
				t.Errorf("%d items, want that with id 9 among them", n)
			}
		})
	}
}

func TestTimesOfItems(t *testing.T) {
	utc := func(s string) time.Time {
		at, err := time.Parse("2006-01-02T15:04:05.000", s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for name, test := range map[string]struct {
		yaml, at  string
		lo, hi    string
		precision parsers.Precision
	}{
		"wall clock of the source":   {`{value: '{at}', shape: iso, zone: source}`, "2024-02-29 12:00:00", "2024-02-29T06:00:00.000", "2024-02-29T06:00:00.000", parsers.PrecisionSecond},
		"the hour that was twice":    {`{value: '{at}', shape: iso, zone: Asia/Almaty}`, "2024-02-29 23:30", "2024-02-29T17:30:00.000", "2024-02-29T18:30:59.999", parsers.PrecisionMinute},
		"a day":                      {`{value: '{at}', shape: dots, zone: UTC}`, "01.02.2025", "2025-02-01T00:00:00.000", "2025-02-01T23:59:59.999", parsers.PrecisionDay},
		"an offset wins over a zone": {`{value: '{at}', shape: iso, zone: Asia/Almaty}`, "2025-02-01T12:00:00+0000", "2025-02-01T12:00:00.000", "2025-02-01T12:00:00.000", parsers.PrecisionSecond},
		"Unix":                       {`{value: '{at}', shape: unix}`, "1735689600", "2025-01-01T00:00:00.000", "2025-01-01T00:00:00.000", parsers.PrecisionSecond},
		"Unix, as a spreadsheet":     {`{value: '{at}', shape: unix}`, "1735689600.0", "2025-01-01T00:00:00.000", "2025-01-01T00:00:00.000", parsers.PrecisionSecond},
		"Unix, milliseconds":         {`{value: '{at}', shape: unix-ms}`, "1735689600123", "2025-01-01T00:00:00.123", "2025-01-01T00:00:00.123", parsers.PrecisionSecond},
	} {
		t.Run(name, func(t *testing.T) {
			o := options()
			var err error
			if o.Zone, err = time.LoadLocation("Asia/Almaty"); err != nil {
				t.Fatal(err)
			}
			entries, broken := read(t, "id,thread,text,at\n1,T,x,"+test.at+"\n", table(t, ", published: "+test.yaml), o)
			if len(broken) > 0 || len(entries) != 1 {
				t.Fatalf("%d items, broken %q", len(entries), broken)
			}
			item := entries[0].Item
			want := parsers.Span{Lo: utc(test.lo), Hi: utc(test.hi)}
			if diff := cmp.Diff(want, item.Published); diff != "" || item.Precision != test.precision {
				t.Errorf("published(%q) precision %s, want %s (-want +got):\n%s", test.at, item.Precision, test.precision, diff)
			}
		})
	}
}

// A time that the file does not have is not made up.
func TestNoTimeIsNoSpan(t *testing.T) {
	entries, _ := read(t, "id,thread,text,at\n1,T,x,\n", table(t, at), options())
	if len(entries) != 1 || !entries[0].Item.Published.IsZero() {
		t.Errorf("entries %+v, want one whose time is not told", entries)
	}
}

func TestCaptureTimeIsNeverGuessed(t *testing.T) {
	o := options()
	o.Captured = time.Time{}
	entries, broken := read(t, "id,thread,text,at\n1,T,x,\n", table(t, at), o)
	if len(entries) != 0 || len(broken) != 1 || !strings.Contains(broken[0], "--captured") {
		t.Errorf("%d items, broken %q, want none and a word on --captured", len(entries), broken)
	}
	m := table(t, `, captured: {value: '{seen}', shape: unix-ms}`)
	entries, _ = read(t, "id,thread,text,seen\n1,T,x,1767520800123\n", m, options())
	if want := time.UnixMilli(1767520800123).UTC(); len(entries) != 1 || !entries[0].Captured.Equal(want) {
		t.Errorf("captured %v, want what the record says, %v", entries, want)
	}
}

// What the tables of the world are saved as.
func TestTablesOfAllSorts(t *testing.T) {
	want := []string{"1 T a,b", "2 T c\nd"}
	for name, text := range map[string]string{
		"commas":          "id,thread,text\n1,T,\"a,b\"\n2,T,\"c\nd\"\n",
		"semicolons":      "id;thread;text\n1;T;a,b\n2;T;\"c\nd\"\n",
		"tabs":            "id\tthread\ttext\n1\tT\ta,b\n2\tT\t\"c\nd\"\n",
		"byte order mark": "\ufeffid,thread,text\n1,T,\"a,b\"\n2,T,\"c\nd\"\n",
		"CRLF":            "id,thread,text\r\n1,T,\"a,b\"\r\n2,T,\"c\r\nd\"\r\n",
		"blank lines":     "id,thread,text\n\n1,T,\"a,b\"\n\n\n2,T,\"c\nd\"",
		"other columns":   "x,text,id,thread\n,\"a,b\",1,T\n,\"c\nd\",2,T\n",
		"NDJSON":          `{"id":1,"thread":"T","text":"a,b"}` + "\n\n" + `{"id":2,"thread":"T","text":"c\nd","more":{}}`,
	} {
		t.Run(name, func(t *testing.T) {
			entries, broken := read(t, text, table(t, ""), options())
			var got []string
			for _, e := range entries {
				got = append(got, e.Item.ID+" "+e.Item.Thread+" "+e.Item.Text)
			}
			if diff := cmp.Diff(want, got); diff != "" || len(broken) > 0 {
				t.Errorf("items (-want +got):\n%s\nbroken: %q", diff, broken)
			}
		})
	}
}

// Who answers whom tells the thread, however the records are ordered, and never
// loops.
func TestTree(t *testing.T) {
	m, err := export.ParseMapping("tree", []byte(`{version: 1, title: T, format: [csv], has: [id, up, text],
		id: '{id}', thread: 't{id}', tree: {node: '{id}', up: '{up}'}, none: ['0'], text: '{text}'}`))
	if err != nil {
		t.Fatal(err)
	}
	entries, broken := read(t, "id,up,text\n3,2,x\n2,1,x\n1,0,x\n5,404,x\n7,8,x\n8,7,x\n", m, options())
	got := map[string]string{}
	for _, e := range entries {
		got[e.Item.ID] = e.Item.Thread + " " + e.Item.Parent
	}
	if diff := cmp.Diff(map[string]string{"1": "t1 ", "2": "t1 1", "3": "t1 2", "5": "t5 "}, got); diff != "" {
		t.Errorf("thread and parent by id (-want +got):\n%s", diff)
	}
	if len(broken) != 2 || !strings.Contains(broken[0], "hangs on itself") {
		t.Errorf("broken %q, want both of the loop", broken)
	}
}

// A document that breaks off is read up to there, and said to.
func TestDocumentCutOff(t *testing.T) {
	m := mapping(t, "telegram-group")
	text := `{"name":"x","type":"public_supergroup","id":7,"messages":[
		{"id":2,"type":"message","date_unixtime":"1767340800","from":"x","from_id":"user1","text":"a"},
		{"id":3,"type":"message","date_unixtime":"1767340800","from":"x","from_`
	entries, broken := read(t, text, m, options())
	if len(entries) != 1 || len(broken) != 1 || !strings.Contains(broken[0], "unexpected EOF") {
		t.Errorf("%d items, broken %q, want one and the cut", len(entries), broken)
	}
}

func mapping(t testing.TB, name string) *export.Mapping {
	t.Helper()
	for _, m := range mappings(t) {
		if m.Name == name {
			return m
		}
	}
	t.Fatalf("no mapping %s", name)
	return nil
}
