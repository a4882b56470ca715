package simulate

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/all"
	"qulaq/registry"

	"github.com/google/go-cmp/cmp"
)

// onSites is a republic with all further platforms, small enough to be read whole.
func onSites(t testing.TB) *Republic {
	return republic(t, Config{Seed: 5, Bodies: 2 * len(Platforms()), Days: 6, Load: 0.8, Platforms: Platforms(), Token: "of-the-republic"})
}

// withKey sends the key along with every request to a host.
func withKey(host http.Handler, p parsers.Properties) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if p.Key.Parameter != "" {
			query := q.URL.Query()
			query.Set(p.Key.Parameter, "of-the-republic")
			q.URL.RawQuery = query.Encode()
		}
		if p.Key.Header != "" {
			q.Header.Set(p.Key.Header, "Bearer of-the-republic")
		}
		host.ServeHTTP(w, q)
	})
}

// sourcesOn lists the sources of the republic on a platform.
func sourcesOn(r *Republic, platform string) []string {
	var urls []string
	for _, b := range r.Country(base).Bodies {
		for _, s := range b.Sources {
			if s.Platform == platform {
				urls = append(urls, s.URL)
			}
		}
	}
	return urls
}

// TestSitePagesEqualTruth reads all pages of each further platform with its parser
// and compares every item with the truth, both ways: early, late, and at and one
// second before the moments at which something is edited or deleted.
func TestSitePagesEqualTruth(t *testing.T) {
	r := onSites(t)
	for _, platform := range Platforms() {
		t.Run(platform, func(t *testing.T) {
			moments := []time.Time{r.Start().AddDate(0, 0, 1), r.End(), r.End().AddDate(0, 0, 60)}
			var edited, deleted bool
			for _, it := range r.Items() {
				switch {
				case !strings.HasSuffix(it.Source, "-"+platform):
				case !it.Deleted.IsZero() && !deleted && it.At.Before(it.Deleted):
					deleted, moments = true, append(moments, it.Deleted.Add(-time.Second), it.Deleted)
				case !it.Edited.IsZero() && !edited:
					edited, moments = true, append(moments, it.Edited.Add(-time.Second), it.Edited)
				}
			}
			slices.SortFunc(moments, time.Time.Compare)
			for _, now := range moments {
				r.SetNow(now)
				compareSite(t, r, platform, now)
			}
		})
	}
}

// readSite reads all that a platform shows now.
func readSite(t *testing.T, r *Republic, platform string) *crawl {
	t.Helper()
	c := &crawl{
		pages: map[string]string{}, items: map[string]parsers.Item{}, states: map[string]parsers.State{},
		declared: map[string]int{}, counted: map[string]int{}, bodies: map[string]string{}, reasons: map[string]string{},
	}
	p, _ := all.Parser(platform)
	for _, url := range sourcesOn(r, platform) {
		start, err := p.Start(url)
		if err != nil {
			t.Fatal(err)
		}
		c.read(t, r, withKey(r.Host(platform), p.Properties()), p, start.Address, nil)
	}
	return c
}

func compareSite(t *testing.T, r *Republic, platform string, now time.Time) {
	t.Helper()
	got, shows := readSite(t, r, platform), r.Shows(platform)
	there := visible(r, now, "-"+platform)
	items := map[string]parsers.Item{}
	for id, item := range got.items { // some ids are addresses
		item.Thread = strings.TrimPrefix(item.Thread, host)
		items[strings.TrimPrefix(id, host)] = item
	}
	got.items = items
	for id, want := range there {
		item, ok := got.items[id]
		if !ok || item.Deleted {
			t.Fatalf("at %v: no page shows %s %s of %v (thread %s: %s %s)", now, want.Class, id, want.At, want.Thread, got.states[want.Thread], got.reasons[want.Thread])
		}
		text, edited := want.Text, !want.Edited.IsZero() && !now.Before(want.Edited)
		if edited {
			text = want.Revised
		}
		if item.Parent == want.Thread || item.Nested { // what answers nobody answers the post, or the page's question
			item.Parent = ""
		}
		ruling := ""
		for _, said := range want.Rulings {
			if !said.At.After(now) {
				ruling = said.Words
			}
		}
		if platform == "dialog" && ruling != "" { // a notice has taken the place of the text
			text = ""
		}
		check := func(what string, got, want any) {
			if !cmp.Equal(got, want) {
				t.Errorf("at %v: %s of %s = %v, want %v", now, what, id, got, want)
			}
		}
		check("thread", item.Thread, want.Thread)
		if want.Class != "post" || item.Author.ID != "" { // whose post it is goes without saying
			check("author", strings.TrimPrefix(item.Author.ID, host), want.Account)
		}
		check("time", item.Published.IsZero(), want.Undated)
		if !want.Undated {
			check("span around", want.At.Before(item.Published.Lo) || want.At.After(item.Published.Hi) ||
				item.Published.Hi.Sub(item.Published.Lo) > want.Width, false)
		}
		check("ruling", item.Outcome, ruling)
		check("words", strings.HasSuffix(words(item.Text), words(text)), true) // behind a title
		if shows.Parents {
			check("parent", item.Parent, want.Parent)
		}
		if text == "" {
			check("no words", item.Text, "")
		}
		if shows.Edits && want.Class != "post" {
			check("edit mark", item.Edited, edited)
		}
	}
	for id, item := range got.items {
		if _, ok := there[id]; !ok && !item.Deleted {
			t.Fatalf("at %v: a page shows %s, which is not there (published %v)", now, id, item.Published.Lo)
		}
	}
	for _, it := range r.Items() { // what was deleted is marked where the platform does so
		if strings.HasSuffix(it.Source, "-"+platform) && it.Marked && !it.Hidden && it.At.Before(it.Deleted) && !now.Before(it.Deleted) && !got.items[it.ID].Deleted {
			t.Errorf("at %v: no page marks %s as deleted at %v", now, it.ID, it.Deleted)
		}
	}
	for id, declared := range got.declared {
		if counted := got.counted[id]; declared > counted && !shows.CountsHidden && !shows.CountsDeleted {
			t.Errorf("at %v: thread %s declares %d items and shows %d", now, id, declared, counted)
		}
	}
}

// host is where pages lie, without the scheme.
var host = strings.TrimPrefix(base, "http://")

// words is a text without what HTML does to its spaces.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// TestThreadsOfSitesHavePages: whatever pages a platform has, there are threads or
// listings longer than one of them.
func TestThreadsOfSitesHavePages(t *testing.T) {
	r := onSites(t)
	r.SetNow(r.End().AddDate(0, 0, 10))
	for _, platform := range Platforms() {
		switch platform {
		case "alaveteli", "dataegov", "open311", "qapage":
			continue // a feed is one page, data sets and cities show a hundred on one, a question is a source
		}
		if c := readSite(t, r, platform); c.further == 0 {
			t.Errorf("%s: each of its %d threads is one page, want more", platform, len(c.states))
		}
	}
}

// TestSitesWantTheirKey: without it, whatever needs one shows nothing.
func TestSitesWantTheirKey(t *testing.T) {
	r := onSites(t)
	r.SetNow(r.End())
	for _, platform := range Platforms() {
		p, _ := all.Parser(platform)
		for _, url := range sourcesOn(r, platform) {
			start, err := p.Start(url)
			if err != nil {
				t.Fatal(err)
			}
			w := ask(r.Host(platform), start.Address, nil)
			result, err := p.Parse(parsers.Page{URL: start.Address.URL, Status: w.Code, Body: w.Body.Bytes(), Seen: r.Now()})
			if err != nil {
				t.Fatal(err)
			}
			if refused := result.State == parsers.LoginWall && w.Code >= 400; refused != p.Properties().NeedsKey {
				t.Errorf("%s without a key: status %d, %s (%s), want a refusal: %t", platform, w.Code, result.State, result.Reason, p.Properties().NeedsKey)
			}
		}
	}
}

// TestSitesLeaveTheOthersAlone: what is said elsewhere does not depend on which
// further platforms there are.
func TestSitesLeaveTheOthersAlone(t *testing.T) {
	config := Config{Seed: 3, Bodies: 12, Days: 6}
	alone := republic(t, config)
	config.Platforms = Platforms()
	together := republic(t, config)
	elsewhere := func(r *Republic) []Item {
		return slices.DeleteFunc(r.Items(), func(it Item) bool {
			return slices.ContainsFunc(Platforms(), func(p string) bool { return strings.HasSuffix(it.Source, "-"+p) })
		})
	}
	if diff := cmp.Diff(elsewhere(alone), elsewhere(together)); diff != "" {
		t.Errorf("items (-alone +together):\n%s", diff)
	}
	for _, platform := range Platforms() {
		if alone.Host(platform) != nil || together.Host(platform) == nil {
			t.Errorf("%s is served although it is not named, or is not although it is", platform)
		}
	}
}

func TestPlatformsAreChecked(t *testing.T) {
	for name, platforms := range map[string][]string{
		`platform "icq", want one of`:        {"icq"},
		`platform "mastodon" is named twice`: {"mastodon", "mastodon"},
	} {
		if _, err := New(Config{Platforms: platforms}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("New with platforms %v: %v, want an error with %q", platforms, err, name)
		}
	}
}

// TestCountryWithSitesCanBeSaved: the registry of the smallest republic with all
// further platforms obeys the registry's own rules, whatever its hosts are called.
func TestCountryWithSitesCanBeSaved(t *testing.T) {
	r := republic(t, Config{Bodies: minBodies, Days: 1, Platforms: Platforms()})
	country := r.CountryAt(func(platform string) string { return "http://127.0.0.1:8080/" + platform })
	dir := t.TempDir()
	if err := registry.Save(dir, country); err != nil {
		t.Fatal(err)
	}
	opened, err := registry.Open(nil, dir, registry.Rules{Platforms: all.Names()})
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]int{}
	for _, b := range opened.Bodies {
		for _, s := range b.Sources {
			sources[s.Platform]++
		}
	}
	for _, platform := range Platforms() {
		if want := min(minBodies, len(r.sites[platform].sources)); sources[platform] != want || want < perSite {
			t.Errorf("%d sources on %s, want %d", sources[platform], platform, want)
		}
	}
}
