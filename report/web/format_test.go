package web

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/report"
	"qulaq/stats"

	"github.com/google/go-cmp/cmp"
)

// reader is a request in a language, for what needs no data.
func reader(t *testing.T, lang language) *request {
	t.Helper()
	catalogue, err := loadMessages(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	return &request{site: &Site{messages: catalogue}, lang: lang}
}

func TestNumbersInEachLanguage(t *testing.T) {
	basis := report.Basis{Needs: 40, Horizon: "7d", Censored: 0.25, Coverage: 1, AsOf: time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)}
	n := func(value, lo, hi float64) report.Number { return basis.Number(value, stats.Interval{Lo: lo, Hi: hi}) }
	few := report.Basis{Needs: 4}.Number(0.5, stats.Interval{Lo: 0.1, Hi: 0.9}).Public()
	nobody := report.Basis{}.Number(0, stats.Interval{Lo: 0, Hi: 1})
	for _, tt := range []struct {
		name          string
		lang          language
		number        report.Number
		percent, days string
	}{
		{"hours in English", "en", n(0.5, 0.25, 0.75), "50 % [25–75]", "12.0 h [6.0–18.0]"},
		{"hours in Russian", "ru", n(0.5, 0.25, 0.75), "50 % [25–75]", "12,0 ч [6,0–18,0]"},
		{"days in Kazakh", "kk", n(2.5, 2, math.Inf(1)), "250 % [200–∞]", "2,5 күн [2,0–∞]"},
		{"not reached", "en", n(math.Inf(1), 4, math.Inf(1)), "∞ % [400–∞]", "not reached [4.0–∞] d"},
		{"too few", "en", few, "n < 5 ", "n < 5 "},
		{"nobody", "en", nobody, "– ", "– "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := reader(t, tt.lang)
			for got, want := range map[[2]string]string{pair(r.percent(tt.number)): tt.percent, pair(r.days(tt.number)): tt.days} {
				if text := strings.ReplaceAll(got[0]+" "+got[1], nbsp, " "); text != want {
					t.Errorf("number = %q, want %q", text, want)
				}
			}
		})
	}
}

func pair(a, b string) [2]string { return [2]string{a, b} }

// In CSV a number has its limits, n, censored share, coverage, horizon and moment; a
// suppressed one its horizon and moment only.
func TestRecordsOfNumbers(t *testing.T) {
	basis := report.Basis{Needs: 40, Horizon: "7d", Censored: 0.25, Coverage: 0.99, AsOf: time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)}
	got := record(basis.Number(0.5, stats.Interval{Lo: 0.25, Hi: 0.75}))
	if diff := cmp.Diff([]string{"0.5", "0.25", "0.75", "40", "0.25", "0.99", "7d", "2026-09-30T00:00:00Z"}, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	basis.Needs = 4
	got = record(basis.Number(0.5, stats.Interval{Lo: 0.25, Hi: 0.75}).Public())
	if diff := cmp.Diff([]string{"", "", "", "", "", "", "7d", "2026-09-30T00:00:00Z"}, got); diff != "" {
		t.Errorf("record of a suppressed number (-want +got):\n%s", diff)
	}
	if fields := numberColumn("", "any").fields; len(fields) != len(got) {
		t.Errorf("%d fields for %d values", len(fields), len(got))
	}
}

func TestChartLeavesGaps(t *testing.T) {
	c := chart{id: "c", title: "a < b", desc: "d", lines: []series{{label: "l", dots: true, marks: []mark{
		{x: 0, y: 0.5, lo: 0.4, hi: 0.6}, {x: 0.25, y: 0.5, lo: 0.4, hi: 0.6}, {missing: true}, {x: 0.75, y: 2, lo: 0.5, hi: math.Inf(1)}, {x: 1, y: 0.25, lo: 0, hi: 1},
	}}}}
	drawing := string(c.draw())
	if got := strings.Count(drawing, " line\""); got != 2 {
		t.Errorf("%d lines, want one on each side of the gap", got)
	}
	if got := strings.Count(drawing, "<circle"); got != 4 {
		t.Errorf("%d dots, want 4", got)
	}
	if !strings.Contains(drawing, "M0 500L250 500\"") {
		t.Errorf("the first line does not go from 0, 0.5 to 0.25, 0.5:\n%s", drawing)
	}
	for _, broken := range []string{"Inf", "NaN", "a < b", "-1000"} {
		if strings.Contains(drawing, broken) {
			t.Errorf("the chart contains %q:\n%s", broken, drawing)
		}
	}
}

// The figures of the study, as it prints them, with the limits of the share that is
// drawn; and nothing where the registry has no survey.
func TestSurvey(t *testing.T) {
	site := newSite(t, new(invented), Options{})
	page := parse(t, site.page(t, "/kk/equity"))
	if text := page.Find("section[aria-labelledby=survey]").Text(); !strings.Contains(text, "42,5\u00a0%") || !strings.Contains(text, "Орталық билік органдары") {
		t.Errorf("the page does not tell what the study found:\n%s", text)
	}
	if got, want := page.Find("section[aria-labelledby=survey] tbody tr").Length(), 3+2+10+13; got != want {
		t.Errorf("the page has %d rows of the study, want %d", got, want)
	}
	site.Index.Country().Survey = nil
	if page := parse(t, site.page(t, "/en/equity")); page.Find("section[aria-labelledby=survey]").Length() != 0 || page.Find("#languages").Length() == 0 {
		t.Error("without a survey the page has its section, or nothing else")
	}
}

func TestNamesAreOrderedAsInKazakh(t *testing.T) {
	names := []string{"Ұлытау", "Шымкент", "қызмет", "Кен", "Ғылым", "Абай", "Ақмола", "Гүл"}
	slices.SortFunc(names, byName())
	if got, want := strings.Join(names, " "), "Абай Ақмола Гүл Ғылым Кен қызмет Ұлытау Шымкент"; got != want {
		t.Errorf("names = %s, want %s", got, want)
	}
}
