package web

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

// Where people have coded a sample, rates stand corrected beside those as read; where
// the sample is too small they do not, and the page says so.
func TestCorrectedRates(t *testing.T) {
	const coded = "akimat_abai"
	site := newSite(t, &invented{coded: coded}, Options{})
	for _, address := range []string{"/en/?csv=ranking", "/en/compare?body=akimat_abai&body=akimat_astana&csv=compared"} {
		records, err := csv.NewReader(strings.NewReader(site.page(t, address))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		field := func(row []string, name string) string { return row[slices.Index(records[0], name)] }
		for _, row := range records[1:] {
			if field(row, "body_id") != coded {
				if got := field(row, "any_corrected") + field(row, "any_coded_items"); got != "" {
					t.Errorf("%s: %s, of which nothing is coded, has %q corrected", address, field(row, "body_id"), got)
				}
				continue
			}
			if got, read := field(row, "any_corrected"), field(row, "any"); got == "" || got[:4] != read[:4] {
				t.Errorf("%s: any = %s, corrected %q: coders who agree with the classifier change nothing", address, read, got)
			}
			if items, missed, lo := field(row, "any_coded_items"), field(row, "any_coded_missed"), field(row, "substantive_corrected_lo"); items != "40" || missed != "0" || lo == "" {
				t.Errorf("%s: %s items are coded, %s missed, lower limit %q, want 40, 0 and a limit", address, items, missed, lo)
			}
		}
	}
	for address, want := range map[string]int{"/en/": 1, "/en/?per=cluster": 0, "/en/body/akimat_abai": 1, "/en/body/akimat_abai?per=cluster": 0} {
		page := site.page(t, address)
		if got := strings.Count(page, "sample coded by people"); (got > 0) != (want > 0) {
			t.Errorf("%s explains corrected numbers %d times", address, got)
		}
	}
	if head := parse(t, site.page(t, "/ru/body/"+coded)).Find("dl.headline").Text(); strings.Count(head, ", закодировано 40") != 2 {
		t.Errorf("the head of the page of %s does not tell both corrected rates:\n%s", coded, head)
	}
	if page := newSite(t, new(invented), Options{}).page(t, "/en/"); strings.Contains(page, "corrected") {
		t.Error("without a sample, the page tells of corrected numbers")
	}
}
