package registry

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// write makes a registry folder of files by path.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func bodyIDs(c *Country) []string {
	var ids []string
	for _, b := range c.Bodies {
		ids = append(ids, b.ID)
	}
	return ids
}

// TestSecondCountry reads a country that has nothing in common with the first.
func TestSecondCountry(t *testing.T) {
	t.Parallel()
	c := open(t, nil, "testdata/tamarisk")
	x := index(t, c)
	if got, want := bodyIDs(c), []string{"dunes", "lamps", "lighthouses"}; !slices.Equal(got, want) {
		t.Errorf("bodies = %v, want %v", got, want)
	}
	berlin := zone(t, "Europe/Berlin")
	k, err := x.Clock(berlin, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	// Friday and Saturday are off, Sunday 5 May is a holiday; the clocks of
	// Berlin had gone forward in between on the 31st of March.
	got, err := k.Days(local(t, berlin, "2024-03-28 12:00"), local(t, berlin, "2024-04-01 12:00"))
	if err != nil || got != 2 {
		t.Errorf("Days(28 March 12:00, 1 April 12:00) = %v, %v, want 2", got, err)
	}
	if working, err := k.IsWorking(local(t, berlin, "2024-05-05 12:00")); err != nil || working {
		t.Errorf("IsWorking(Day of the Sand) = %v, %v, want false", working, err)
	}
	if b, ok := x.BodyByName("СОВЕТ ДЮН Тамариска", time.Time{}); !ok || b.ID != "dunes" {
		t.Errorf("BodyByName(СОВЕТ ДЮН Тамариска) = %v, %v, want dunes", b, ok)
	}
}

func TestOpenExtends(t *testing.T) {
	t.Parallel()
	base := open(t, nil, "testdata/tamarisk")
	before := bodyIDs(base)
	dir := write(t, map[string]string{
		"README.md":          "Notes for people are not read.",
		".git/config":        "neither are hidden files",
		"bodies/wells.yaml":  "id: wells\nlevel: central\ntype: agency\nnames: {ru: Агентство колодцев, en: Well Agency}\npredecessors: [lamps]\n",
		"bodies/lamps.yaml":  "id: lamps\nlevel: central\ntype: office\nnames: {ru: Бюро ламп, en: Lamp Office}\nvalid_to: 2018-12-31\n",
		"bodies/.wells.yaml": "left behind by an editor",
	})
	c := open(t, base, dir)
	if got, want := bodyIDs(c), []string{"dunes", "lamps", "lighthouses", "wells"}; !slices.Equal(got, want) {
		t.Errorf("bodies = %v, want %v", got, want)
	}
	if got := c.Bodies[1].Type; got != "office" {
		t.Errorf("type of lamps = %q, want that of the extension, office", got)
	}
	if c.Code != "XT" || c.Calendar != base.Calendar || len(c.Deadlines) != 1 || len(c.Gaps) != 1 {
		t.Errorf("Open(base, …) = %s with calendar %v, %d deadlines, %d gaps, want those of the base", c.Code, c.Calendar, len(c.Deadlines), len(c.Gaps))
	}
	if !slices.Equal(bodyIDs(base), before) || base.Bodies[1].Type != "agency" {
		t.Error("Open changed its base")
	}
}

func TestOpenReplacesFilesOfTheBase(t *testing.T) {
	t.Parallel()
	base := open(t, nil, "testdata/tamarisk")
	c := open(t, base, write(t, map[string]string{
		"country.yaml": "code: XT\nnames: {en: Tamarisk}\nzone: Asia/Almaty\nweek: {days: [mon], from: \"10:00\", to: \"12:00\"}\n",
		"calendar.csv": "date,kind,is_working,name,basis,known_from\n2030-01-01,holiday,0,New Year,invented,\n",
		"gaps.yaml":    "[]\n",
	}))
	if c.Zone != "Asia/Almaty" || len(c.Bodies) != 3 || c.Calendar.Days[0].Date != "2030-01-01" || len(c.Gaps) != 0 || len(c.Deadlines) != 1 {
		t.Errorf("Open = %+v, want header, calendar and gaps of the folder, bodies and deadlines of the base", c)
	}
}

func TestOpenOfAnotherCodeStandsAlone(t *testing.T) {
	t.Parallel()
	c := open(t, kazakhstan(t), "testdata/tamarisk")
	if diff := cmp.Diff(open(t, nil, "testdata/tamarisk"), c); diff != "" {
		t.Errorf("Open(KZ, tamarisk) differs from Open(nil, tamarisk):\n%s", diff)
	}
}

func TestOpenWithoutCountry(t *testing.T) {
	t.Parallel()
	_, err := Open(nil, t.TempDir(), testRules)
	if err == nil || !strings.Contains(err.Error(), "country.yaml: is missing") {
		t.Errorf("Open(empty folder) = %v, want that country.yaml is missing", err)
	}
	if _, err := Open(nil, filepath.Join(t.TempDir(), "nowhere"), testRules); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open(no folder) = %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := Embedded("XT", testRules); err == nil || !strings.Contains(err.Error(), "only KZ") {
		t.Errorf("Embedded(XT) = %v, want the countries that there are", err)
	}
}

// TestBrokenHeaderHidesNothing has a country.yaml that cannot be read: the
// bodies are still checked, and may still refer to those of the base.
func TestBrokenHeaderHidesNothing(t *testing.T) {
	t.Parallel()
	base := open(t, nil, "testdata/tamarisk")
	dir := write(t, map[string]string{
		"country.yaml":      "code: XT\ncurrency: grain\n",
		"bodies/wells.yaml": "id: wells\nlevel: wet\ntype: agency\nnames: {ru: А, en: B}\npredecessors: [lamps]\n",
	})
	_, err := Open(base, dir, testRules)
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 2 {
		t.Fatalf("Open = %v, want one problem of each file", err)
	}
}

func TestProblemText(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"country.yaml":      "code: XT\nnames: {en: Tamarisk}\nzone: UTC\nweek: {days: [mon], from: \"10:00\", to: \"12:00\"}\n",
		"bodies/wells.yaml": "id: wells\nlevel: central\ntype: agency\nnames:\n  en: Wells\nnote: Құдық\nsources:\n- {id: w, platform: telegram, url: 'https://t.me/w', status: active, evidence: құлақ, confidence: ия}\n",
	})
	_, err := Open(nil, dir, testRules)
	want := "registry: 1 problem\n" + filepath.Join(dir, "bodies", "wells.yaml") + `:8:99: confidence "ия" must be one of verified, unverified
    8 | - {id: w, platform: telegram, url: 'https://t.me/w', status: active, evidence: құлақ, confidence: ия}
        ` + strings.Repeat(" ", 98) + "^"
	if err == nil || err.Error() != want {
		t.Errorf("Open = %v\nwant %s", err, want)
	}
}

// TestLineEndings reads files as editors of other systems save them.
func TestLineEndings(t *testing.T) {
	t.Parallel()
	base := open(t, nil, "testdata/tamarisk")
	body := "id: wells\nlevel: central\ntype: agency\nnames:\n  ru: Агентство колодцев\n  en: Well Agency\n"
	c := open(t, base, write(t, map[string]string{"bodies/wells.yaml": "\ufeff" + strings.ReplaceAll(body, "\n", "\r\n")}))
	want := Body{ID: "wells", Level: Central, Type: "agency", Names: Names{RU: "Агентство колодцев", EN: "Well Agency"}}
	if diff := cmp.Diff(want, c.Bodies[3]); diff != "" {
		t.Errorf("body differs (-want +got):\n%s", diff)
	}
}

func TestDocumentMarks(t *testing.T) {
	t.Parallel()
	const body = "id: wells\nlevel: central\ntype: agency\nnames: {en: Wells}\n"
	tests := []struct {
		name, src string
		want      string // of the only problem, "" for none
	}{
		{"plain", body, ""},
		{"begun by ---", "---\n" + body, ""},
		{"begun by a comment and ---", "# Wells\n---\n" + body, ""},
		{"ended by ...", body + "...\n", ""},
		{"two, with ---", body + "---\n" + body, "a second document"},
		{"two, with ... and ---", body + "...\n---\n" + body, "a second document"},
		{"two, with ... alone", body + "...\n" + body, "a second document"},
		{"merge key", body + "<<: {note: a}\n", `unknown key "<<"`},
		{"anchor on keys", strings.Replace(body, "{en", "&n {en", 1), "anchors"},
	}
	for _, tt := range tests {
		var b Body
		d := parseYAML("wells.yaml", []byte(tt.src), &b)
		got := ""
		if len(d.problems) > 0 {
			got = d.problems[0].Reason
		}
		if tt.want == "" && (got != "" || b.ID != "wells") || tt.want != "" && (len(d.problems) != 1 || !strings.HasPrefix(got, tt.want)) {
			t.Errorf("parseYAML(%s) = %+v with %v, want %q", tt.name, b, d.problems, tt.want)
		}
	}
}

// FuzzParseYAML looks for a file that makes the reader panic, or that it takes
// although it is not what it seems.
func FuzzParseYAML(f *testing.F) {
	for _, pattern := range []string{"testdata/*/bodies/*.yaml", "data/kz/bodies/m*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var b Body
		d := parseYAML("fuzz.yaml", src, &b)
		d.checkBody(&b, &Country{Code: "KZ"}, testRules, b.ID)
		for _, p := range d.problems {
			if p.Reason == "" || p.File != "fuzz.yaml" || p.Line < 0 || p.Line > 0 && p.Column < 1 {
				t.Errorf("parseYAML(%q): problem without a place or reason: %+v", src, p)
			}
		}
	})
}

// FuzzParseCalendar does the same with calendars, and lays out those that pass.
func FuzzParseCalendar(f *testing.F) {
	src, err := os.ReadFile("data/kz/calendar.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src)
	f.Add([]byte("date,kind,is_working,name,basis,known_from\n0000-01-01,holiday,0,\"a\nb\",c,0001-01-01\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		cal, problems := parseCalendar("fuzz.csv", src)
		if len(problems) > 0 {
			_ = problems.Error()
			return
		}
		if _, err := NewClock(Week{Days: []string{"mon"}, From: "09:00", To: "18:00"}, cal, time.UTC, time.Time{}); err != nil {
			t.Errorf("NewClock refuses a calendar that parseCalendar took: %v", err)
		}
	})
}

// A place within a page is refused (testdata/invalid/url-fragment); what the parser
// of a platform is told is not.
func TestURLMayTellTheParserSomething(t *testing.T) {
	c := &Country{
		Code: "XQ", Names: Names{EN: "Republic of Qiyal"}, Zone: "UTC",
		Week: Week{Days: []string{"mon"}, From: "09:00", To: "18:00"},
		Bodies: []Body{{ID: "xq-wells", Level: "central", Type: "agency", Names: Names{EN: "Wells"}, Sources: []Source{{
			ID: "xq-wells-x", Platform: "x", URL: "https://x.com/xq_wells#search=all", Status: Active, Confidence: Verified, Evidence: "invented",
		}, {
			ID: "xq-wells-feed", Platform: "feed", URL: "https://wells.example/feed#comments", Status: Active, Confidence: Verified, Evidence: "invented",
		}}}},
	}
	dir := t.TempDir()
	if err := Save(dir, c); err != nil {
		t.Fatal(err)
	}
	opened, err := Open(nil, dir, Rules{Platforms: []string{"x", "feed"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range c.Bodies[0].Sources {
		if got := opened.Bodies[0].Sources[i].URL; got != want.URL {
			t.Errorf("the saved address is read as %s, want %s", got, want.URL)
		}
	}
}
