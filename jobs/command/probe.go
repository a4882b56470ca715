package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"qulaq/jobs"
	"qulaq/parsers"
	"qulaq/parsers/selectors"
	"qulaq/registry"
)

// SourcesProbe shows what the selectors of a source match.
type SourcesProbe struct {
	Source string     `required:"" type:"existingfile" help:"File of the body that has the source." placeholder:"FILE.yaml"`
	ID     string     `help:"Id of the source, where the file describes more than one by selectors." placeholder:"ID"`
	URL    []string   `help:"Address that a page was had from, once for each page; a page that is a fixture of the source has its own." placeholder:"URL"`
	Seen   *time.Time `help:"When the pages were had, RFC 3339 (default: what the fixture says, or the file's time)." placeholder:"TIME"`
	Format string     `enum:"table,json" default:"table" help:"Output: table, json." placeholder:"FORMAT"`
	Page   []string   `arg:"" optional:"" help:"Saved pages; the fixtures of the source when none is named."`
}

// Help is printed below the flags.
func (SourcesProbe) Help() string {
	return `Nothing is stored and nothing is fetched. For each selector you see how often it was
looked for and found, the first values, and how wide the spans are that its times
tell; then the items, how many of the declared ones were read, and what looks wrong.

The exit code is 1 when something is wrong: a page that cannot be read, a time that
is not of a declared shape, two items of one id, an answer to an item that is not
there, an empty text, or no official item in all pages. Give a listing, a question
with answers and one without. docs/sources.md goes through an example.

  qulaq sources probe --source my-registry/bodies/my_city.yaml
  qulaq sources probe --source my_city.yaml --url https://city.example.org/q/12 q12.html`
}

// Run probes the pages.
func (c *SourcesProbe) Run(g *Globals, s Streams) error {
	index, err := g.index()
	if err != nil {
		return err
	}
	body, err := registry.OpenBody(index.Country(), c.Source, jobs.DraftRules())
	if err != nil {
		return err
	}
	source, site, err := c.described(body)
	if err != nil {
		return err
	}
	parser, faults := selectors.New(source.URL, site)
	if len(faults) > 0 {
		return fmt.Errorf("%s: %s: %s", c.Source, faults[0].Path, faults[0].Reason) // Unreachable: OpenBody checks the same.
	}
	zone, err := time.LoadLocation(firstOf(source.Zone, body.Zone, index.Country().Zone))
	if err != nil {
		return err // Unreachable: OpenBody checks the zone.
	}
	pages, err := c.pages(site, zone)
	if err != nil {
		return err
	}
	probe, err := parser.Probe(pages)
	if err != nil {
		return err
	}
	out := printable(source.ID, &probe)
	if c.Format == "json" {
		e := json.NewEncoder(s.Out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		err = e.Encode(out)
	} else {
		err = out.print(s)
	}
	if err != nil {
		return err
	}
	wrong := 0
	for _, f := range out.Findings {
		if f.Wrong {
			wrong++
		}
	}
	switch wrong {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%s: one thing looks wrong", source.ID)
	default:
		return fmt.Errorf("%s: %d things look wrong", source.ID, wrong)
	}
}

// described finds the source that is meant.
func (c *SourcesProbe) described(body *registry.Body) (*registry.Source, *selectors.Site, error) {
	var ids []string
	var source *registry.Source
	for i := range body.Sources {
		if _, ok := body.Sources[i].Selectors.(*selectors.Site); ok && (c.ID == "" || c.ID == body.Sources[i].ID) {
			source = &body.Sources[i]
			ids = append(ids, source.ID)
		}
	}
	switch {
	case len(ids) > 1:
		return nil, nil, fmt.Errorf("%s describes %s by selectors: choose one by --id", c.Source, strings.Join(ids, ", "))
	case source == nil && c.ID != "":
		return nil, nil, fmt.Errorf("%s describes no source %q by selectors", c.Source, c.ID)
	case source == nil:
		return nil, nil, fmt.Errorf("%s describes no source by selectors; `qulaq sources new` begins one", c.Source)
	}
	return source, source.Selectors.(*selectors.Site), nil
}

// pages reads the saved pages with their addresses.
func (c *SourcesProbe) pages(site *selectors.Site, zone *time.Location) ([]parsers.Page, error) {
	files := c.Page
	if len(files) == 0 {
		if len(site.Fixtures) == 0 {
			return nil, errors.New("the source names no fixtures: name a saved page, with its --url")
		}
		for _, f := range site.Fixtures {
			files = append(files, c.fixture(f.File))
		}
	}
	urls := c.URL
	var pages []parsers.Page
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		page := parsers.Page{Body: body, Seen: info.ModTime().UTC(), Zone: zone}
		if i := slices.IndexFunc(site.Fixtures, func(f selectors.Fixture) bool { return f.File == filepath.Base(file) }); i >= 0 {
			page.URL = site.Fixtures[i].URL
			if page.Seen, err = time.Parse(time.RFC3339, site.Fixtures[i].Seen); err != nil {
				return nil, fmt.Errorf("%s: fixtures[%d].seen: %w", c.Source, i, err)
			}
		} else if len(urls) > 0 {
			page.URL, urls = urls[0], urls[1:]
		} else {
			return nil, fmt.Errorf("%s is no fixture of the source: give the address that it was had from, by --url", file)
		}
		if c.Seen != nil {
			page.Seen = c.Seen.UTC()
		}
		pages = append(pages, page)
	}
	if len(urls) > 0 {
		return nil, fmt.Errorf("--url %s has no page: a fixture has an address of its own", urls[0])
	}
	return pages, nil
}

// fixture is where the registry has a saved page: beside the file of the body, or
// beside its folder.
func (c *SourcesProbe) fixture(name string) string {
	beside := filepath.Join(filepath.Dir(c.Source), "fixtures", name)
	if _, err := os.Stat(beside); err == nil {
		return beside
	}
	return filepath.Join(filepath.Dir(c.Source), "..", "fixtures", name)
}
