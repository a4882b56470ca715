package selectors

import (
	"fmt"
	"strings"
	"time"

	"qulaq/parsers"
)

// Check says what is wrong with the description of a source, and with its
// fixtures: each is parsed and held against what the description expects of it.
// fixture gives a saved page by its name.
func Check(address, zone string, s *Site, fixture func(name string) ([]byte, bool)) []Fault {
	p, faults := New(address, s)
	for i, f := range s.Fixtures {
		at := fmt.Sprintf("fixtures[%d]", i)
		page, fault := f.page(zone, fixture)
		if fault.Reason != "" {
			faults = append(faults, Fault{at + fault.Path, fault.Reason})
			continue
		}
		if p == nil {
			continue
		}
		r, err := p.Parse(page)
		if err != nil {
			faults = append(faults, Fault{at + ".url", err.Error()})
			continue
		}
		want := parsers.State(f.State)
		if want == "" {
			want = parsers.OK
		}
		if r.State != want || len(r.Items) != f.Items || len(r.Found) != f.Threads {
			faults = append(faults, Fault{at, strings.TrimSpace(fmt.Sprintf("read as %s with %d items and %d threads, not as %s with %d and %d: correct the selectors, or what is expected. %s",
				r.State, len(r.Items), len(r.Found), want, f.Items, f.Threads, r.Reason))})
		}
	}
	return faults
}

// page makes the saved page of a fixture; path is where it is wrong.
func (f *Fixture) page(zone string, fixture func(name string) ([]byte, bool)) (parsers.Page, Fault) {
	body, ok := fixture(f.File)
	if !ok {
		return parsers.Page{}, Fault{".file", fmt.Sprintf("file %q is not in the folder fixtures of this registry: save the page there", f.File)}
	}
	seen, err := time.Parse(time.RFC3339, f.Seen)
	if err != nil {
		return parsers.Page{}, Fault{".seen", fmt.Sprintf("seen %q is not a time: write it as 2026-01-31T12:00:00+05:00", f.Seen)}
	}
	page := parsers.Page{URL: f.URL, Body: body, Seen: seen}
	if zone != "" {
		if page.Zone, err = time.LoadLocation(zone); err != nil {
			return page, Fault{"", err.Error()}
		}
	}
	return page, Fault{}
}
