package registry

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSurveyOfKazakhstan holds the reference data to figures that the study's text
// tells a second time, and to its sample.
func TestSurveyOfKazakhstan(t *testing.T) {
	t.Parallel()
	s := kazakhstan(t).Survey
	if s.Study.Respondents != 1200 || s.Study.Asked != "2021-08" || s.Study.Tables.Attention != "5" {
		t.Errorf("study = %+v, want 1200 respondents in 2021-08, attention in table 5", s.Study)
	}
	if got, want := [5]int{len(s.Groups), len(s.Awareness), len(s.Principles), len(s.Attention), len(s.Mentions)}, [5]int{5, 3, 10, 2, 13}; got != want {
		t.Errorf("rows of tables 2, 3, 4, 5, 8 = %v, want %v", got, want)
	}
	// "Only 42.5% believe that the central state authorities pay attention", and
	// 41.3% of regional ones; the akimats are local bodies of the registry.
	want := []Opinion{
		{"Central state authorities", 42.5, 38.6, 19, []string{Central}},
		{"Local municipalities", 41.3, 39.1, 19.6, []string{Regional, Local}},
	}
	if diff := cmp.Diff(want, s.Attention); diff != "" {
		t.Errorf("attention differs (-want +got):\n%s", diff)
	}
	people, mentions := 0, 0
	for _, g := range s.Groups {
		people += g.Participants
	}
	for _, m := range s.Mentions {
		mentions += m.Frequency
	}
	if people != 43 || mentions != 216 {
		t.Errorf("%d people in groups and %d mentions, want 43 and 216", people, mentions)
	}
}

// A folder that extends a country keeps its survey, and one with a survey of its own
// has nothing of the base's.
func TestSurveyIsReplacedAsOne(t *testing.T) {
	t.Parallel()
	base := open(t, nil, "testdata/tamarisk")
	if base.Survey == nil || len(base.Survey.Attention) != 2 {
		t.Fatalf("survey of Tamarisk = %+v, want two opinions", base.Survey)
	}
	bodies := map[string]string{"bodies/wells.yaml": "id: wells\nlevel: central\ntype: agency\nnames: {ru: Агентство колодцев, en: Well Agency}\n"}
	if got := open(t, base, write(t, bodies)).Survey; got != base.Survey {
		t.Errorf("survey of a folder without one = %+v, want the base's", got)
	}
	own := open(t, base, write(t, map[string]string{
		"survey/study.yaml":    "citation: Another\nasked: 2025-01\nrespondents: 10\ntables: {}\n",
		"survey/awareness.csv": "answer,percent\nKnown,100\n",
	})).Survey
	if own.Study.Citation != "Another" || len(own.Attention) != 0 || len(own.Awareness) != 1 {
		t.Errorf("survey of a folder with one = %+v, want only its own", own)
	}
}

// Whatever a table holds, it is refused with its place or reads back as it is.
func FuzzSurvey(f *testing.F) {
	study := []byte("citation: Invented\nasked: 2024-02\nrespondents: 400\ntables: {}\n")
	tables := surveyTables()
	for name, row := range map[string]string{
		"attention":  "The dunes,40,50,10,local regional\n",
		"awareness":  "Known,33.3\n\"a, \"\"b\"\"\",1e1\n",
		"groups":     "Oasis,rural,East,2024-02-29,8,1.5\n",
		"mentions":   "Lamps,Wicks,3,oil\n,Wicks,4,\n",
		"principles": "It listens,33.3,33.3,33.3,any median\n",
	} {
		f.Add(name, strings.Join(tables[name].columns, ",")+"\n"+row)
	}
	parse := func(files map[string][]byte) (*Survey, Problems) {
		return parseSurvey(files, func(name string) string { return name })
	}
	f.Fuzz(func(t *testing.T, name, table string) {
		if _, known := tables[name]; !known {
			t.Skip()
		}
		want, problems := parse(map[string][]byte{studyFile: study, "survey/" + name + ".csv": []byte(table)})
		if len(problems) > 0 {
			for _, p := range problems {
				if p.Line == 0 {
					t.Errorf("problem without a place: %s", p)
				}
			}
			return
		}
		again := map[string][]byte{studyFile: study}
		if err := want.addFiles(again); err != nil {
			t.Fatal(err)
		}
		got, problems := parse(again)
		if diff := cmp.Diff(want, got); len(problems) > 0 || diff != "" {
			t.Errorf("written and read again: %v (-want +got):\n%s", problems, diff)
		}
	})
}
