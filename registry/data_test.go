package registry

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestEmbedded lints all data that comes with the program, and counts it.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	c, err := Embedded("KZ", testRules)
	if err != nil {
		t.Fatalf("Embedded(KZ) = %v", err)
	}
	count := map[string]int{}
	for _, b := range c.Bodies {
		count[b.Type]++
		if b.Type == "ministry" && b.ValidTo == "" {
			count["ministry in office"]++
		}
		for _, s := range b.Sources {
			count[s.Platform+" "+string(s.Status)]++
		}
		count["accounts"] += len(b.Accounts)
	}
	want := map[string]int{
		"ministry": 26, "ministry in office": 21, "akimat": 20, "agency": 6,
		"telegram active": 9, "govkz blocked": 63, "legalacts blocked": 1, "dialog blocked": 1, "accounts": 17,
	}
	for what, n := range want {
		if count[what] != n {
			t.Errorf("%d of %q, want %d; all: %v", count[what], what, n, count)
		}
	}
	if len(c.Deadlines) != 9 || len(c.Gaps) != 1 {
		t.Errorf("%d deadlines and %d gaps, want 9 and 1", len(c.Deadlines), len(c.Gaps))
	}
}

// TestEmbeddedPromises holds the data to what the project promises about it.
func TestEmbeddedPromises(t *testing.T) {
	t.Parallel()
	for _, b := range kazakhstan(t).Bodies {
		for _, s := range b.Sources {
			if s.Status == Blocked && s.Note == "" {
				t.Errorf("%s: blocked without a note that says why", s.ID)
			}
			if strings.HasSuffix(strings.ToLower(s.URL), "bot") {
				t.Errorf("%s: %s is a bot, not a page on which anyone is answered in public", s.ID, s.URL)
			}
			if s.Status == Active && s.Platform != "telegram" {
				t.Errorf("%s: active on %s, which cannot be crawled without a key or login", s.ID, s.Platform)
			}
		}
		if (b.Type == "akimat") != (b.Region != nil && b.Zone != "") {
			t.Errorf("%s: an akimat, and only an akimat, has a region and a zone", b.ID)
		}
	}
}

// TestEmbeddedSuccession: where a ministry took over from another, each day has
// one of the two.
func TestEmbeddedSuccession(t *testing.T) {
	t.Parallel()
	x := index(t, kazakhstan(t))
	for i := range x.Country().Bodies {
		b := &x.Country().Bodies[i]
		for _, id := range b.Predecessors {
			p, ok := x.Body(id)
			if !ok || p.ValidTo == "" || b.ValidFrom == "" {
				t.Errorf("%s took over from %s, but one has no date", b.ID, id)
				continue
			}
			end, err := time.Parse(time.DateOnly, p.ValidTo)
			if err != nil {
				t.Fatal(err)
			}
			if next := end.AddDate(0, 0, 1).Format(time.DateOnly); next != b.ValidFrom {
				t.Errorf("%s begins on %s, want the day after %s ended, %s", b.ID, b.ValidFrom, id, next)
			}
		}
	}
}

// TestNamesOnPages finds the ministries by the names that real pages print.
func TestNamesOnPages(t *testing.T) {
	t.Parallel()
	x := index(t, kazakhstan(t))
	const page = "../../shared/captures/kz_portals/legalacts_list_archive_2026_excerpt.html"
	src, err := os.ReadFile(page)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no captured pages here: ../shared/captures is absent")
	}
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`<span class="icon2"></span>(Министерство[^<]+)<`).FindAllSubmatch(src, -1)
	if len(names) < 3 {
		t.Fatalf("%d names in %s, want some", len(names), page)
	}
	for _, m := range names {
		if _, ok := x.BodyByName(string(m[1]), time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)); !ok {
			t.Errorf("BodyByName(%q) finds nothing", strings.TrimSpace(string(m[1])))
		}
	}
}
