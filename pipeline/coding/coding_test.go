package coding

import (
	"strings"
	"testing"

	"qulaq/pipeline/language"

	"github.com/google/go-cmp/cmp"
)

// units are three items of a body, one with two replies.
func units() [][]Item {
	unit := func(id, text string, class language.Class, replies ...string) []Item {
		items := []Item{{Source: "s", Thread: "t", ID: id, Role: language.Citizen, Body: "secret-body", Language: "ru", Class: class, Classifier: "v1", Probability: 0.25, Text: text}}
		for i, reply := range replies {
			items = append(items, Item{
				Source: "s", Thread: "t", ID: id + "r" + string(rune('0'+i)), Role: language.Official, Body: "secret-body",
				Language: "ru", Class: language.Closing, Classifier: "v1", Probability: 0.25, Text: reply,
			})
		}
		return items
	}
	return [][]Item{
		unit("1", "Когда\tпочинят\nдорогу?", language.Question, "Завтра.", "Спасибо за обращение!"),
		unit("2", "Ясно.", language.Chatter),
		unit("3", "Нет воды!", language.Complaint),
		unit("4", "Где касса?", language.Question),
	}
}

func assigned(t *testing.T, overlap float64) [][]Item {
	t.Helper()
	items := units()
	if err := Assign(items, overlap, 5); err != nil {
		t.Fatal(err)
	}
	return items
}

func sheet(t *testing.T, items [][]Item, coder string) string {
	t.Helper()
	var b strings.Builder
	if err := WriteSheet(&b, items, coder); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A sheet tells nothing of body, class, source and classifier.
func TestSheetsAreBlind(t *testing.T) {
	items := assigned(t, 1)
	got := sheet(t, items, "a")
	for _, hidden := range []string{"secret-body", "v1", "question", "closing", "0.25", "\ts\t"} {
		if strings.Contains(got, hidden) {
			t.Errorf("the sheet tells %q:\n%s", hidden, got)
		}
	}
	if lines := strings.Count(got, "\n"); lines != 7 || !strings.Contains(got, "Когда починят дорогу?\n") {
		t.Errorf("sheet = %d lines, want a header and 6, tabs and newlines of texts replaced:\n%s", lines, got)
	}
}

func TestAssign(t *testing.T) {
	for _, test := range []struct {
		overlap float64
		a, b    int
	}{{0, 2, 2}, {0.5, 3, 3}, {1, 4, 4}} {
		items := assigned(t, test.overlap)
		a, b := 0, 0
		rows := map[string]bool{}
		for _, unit := range items {
			if strings.Contains(unit[0].Coders, "a") {
				a++
			}
			if strings.Contains(unit[0].Coders, "b") {
				b++
			}
			for _, item := range unit {
				if rows[item.Row] || item.Unit() != unit[0].Row || item.Coders != unit[0].Coders {
					t.Errorf("row %q of unit %q, coders %q: want one of its unit, once", item.Row, unit[0].Row, item.Coders)
				}
				rows[item.Row] = true
			}
		}
		if a != test.a || b != test.b {
			t.Errorf("overlap %v: %d units to a, %d to b; want %d and %d", test.overlap, a, b, test.a, test.b)
		}
	}
	if err := Assign(units(), 1.5, 1); err == nil {
		t.Error("Assign with an overlap of 1.5: no error")
	}
}

func TestKeyRoundTrip(t *testing.T) {
	items := assigned(t, 0.5)
	var b strings.Builder
	if err := WriteKey(&b, items); err != nil {
		t.Fatal(err)
	}
	got, err := ReadKey(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	var want []Item
	for _, unit := range items {
		for _, item := range unit {
			item.Text = ""
			want = append(want, item)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReadKey(WriteKey) (-want +got):\n%s", diff)
	}
}

func TestMergeAndCodes(t *testing.T) {
	key := []Item{
		{Row: "1", Source: "s", Thread: "t", ID: "i1", Role: language.Citizen, Probability: 0.5},
		{Row: "1.1", Source: "s", Thread: "t", ID: "r1", Role: language.Official, Probability: 0.5},
		{Row: "2", Source: "s", Thread: "t", ID: "i2", Role: language.Citizen, Probability: 1},
		{Row: "3", Source: "s", Thread: "t", ID: "i3", Role: language.Citizen, Probability: 1},
		{Row: "4", Source: "s", Thread: "t", ID: "i4", Role: language.Citizen, Probability: 1},
	}
	a := []Coded{{Row: "1", Role: language.Citizen, Class: language.Question}, {Row: "1.1", Role: language.Official, Class: language.Redirect}, {Row: "2", Role: language.Citizen, Class: language.Chatter}}
	b := []Coded{{Row: "1", Role: language.Citizen, Class: language.Question}, {Row: "2", Role: language.Citizen, Class: language.Praise}, {Row: "3", Role: language.Citizen, Class: language.Ad}}
	merged, err := Merge(key, a, b)
	if err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	if err := WriteCodes(&file, merged); err != nil {
		t.Fatal(err)
	}
	const want = "row\tsource\tthread\titem\trole\tclass\tprobability\ta\tb\n" +
		"1\ts\tt\ti1\tcitizen\tquestion\t0.5\tquestion\tquestion\n" +
		"1.1\ts\tt\tr1\tofficial\tredirect\t0.5\tredirect\t\n" +
		"2\ts\tt\ti2\tcitizen\t\t1\tchatter\tpraise\n" +
		"3\ts\tt\ti3\tcitizen\tad\t1\t\tad\n"
	if diff := cmp.Diff(want, file.String()); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	if _, err := ReadCodes(strings.NewReader(file.String())); err == nil || !strings.Contains(err.Error(), `line 4: row 2 is not settled: the coders told "chatter" and "praise"`) {
		t.Errorf("ReadCodes of what is not settled = %v, want its line", err)
	}
	settled := strings.Replace(file.String(), "citizen\t\t1\tchatter", "citizen\tchatter\t1\tchatter", 1)
	codes, err := ReadCodes(strings.NewReader(settled))
	if err != nil || len(codes) != 4 {
		t.Fatalf("ReadCodes = %v, %v; want 4", codes, err)
	}
	if diff := cmp.Diff(Code{Row: "1.1", Source: "s", Thread: "t", Item: "r1", Role: language.Official, Class: language.Redirect, Probability: 0.5}, codes[1]); diff != "" || codes[1].IsUnit() || !codes[0].IsUnit() {
		t.Errorf("second code (-want +got):\n%s", diff)
	}
	if _, err := Merge(key, []Coded{{Row: "9", Role: language.Citizen}}, nil); err == nil || !strings.Contains(err.Error(), "another sample") {
		t.Errorf("Merge of another sample's sheet = %v, want an error that says so", err)
	}
}

func TestReadSheetRefuses(t *testing.T) {
	const header = "row\trole\tclass\ttext\n"
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", "empty"},
		{"missing column", "row\trole\ttext\n", "no column class"},
		{"class that does not exist", header + "1\tcitizen\tquestoin\tКогда?\n", `line 2: unknown class "questoin"`},
		{"class of the other role", header + "1\tcitizen\trefusal\tКогда?\n", `unknown class "refusal"`},
		{"role", header + "1\tking\t\tКогда?\n", `unknown role "king"`},
		{"row twice", header + "1\tcitizen\t\tа\n1\tcitizen\t\tб\n", `line 3: row "1" is empty or stands twice`},
		{"columns", header + "1\tcitizen\n", "line 2: 2 columns, want 4"},
	} {
		if _, err := ReadSheet(strings.NewReader(test.in)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: ReadSheet(%q) = %v, want an error with %q", test.name, test.in, err, test.want)
		}
	}
}

// Spreadsheets add a byte order mark, carriage returns, capitals and columns.
func TestReadSheetFromASpreadsheet(t *testing.T) {
	got, err := ReadSheet(strings.NewReader("\ufeffrow\trole\tclass\ttext\tnote\r\n1\tcitizen\tQuestion \tКогда?\tnot sure\r\n2\tcitizen\t\t+\t\r\n"))
	want := []Coded{{"1", language.Citizen, language.Question, "Когда?"}, {"2", language.Citizen, "", "+"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("ReadSheet = %v (-want +got):\n%s", err, diff)
	}
}

func FuzzReadCodes(f *testing.F) {
	f.Add("row\tsource\tthread\titem\trole\tclass\tprobability\n1\ts\tt\ti\tcitizen\tquestion\t0.5\n")
	f.Add("\ufeffrow\n")
	f.Fuzz(func(t *testing.T, in string) {
		codes, err := ReadCodes(strings.NewReader(in))
		if err != nil {
			return
		}
		for _, c := range codes {
			if !(c.Probability > 0 && c.Probability <= 1) || c.Class == "" || c.Row == "" {
				t.Errorf("ReadCodes(%q) = %+v", in, c)
			}
		}
	})
}
