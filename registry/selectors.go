package registry

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// checkSelectors decodes the selectors of a source into what the rules give for its
// platform, and has the rules check them. A program without that rule leaves them
// as they stand in the file.
func (d *document) checkSelectors(at string, s *Source, zone string, fixtures Fixtures, rules Rules) {
	if rules.Selectors == nil {
		return
	}
	node, given := d.opaque[at]
	block := rules.Selectors(s.Platform)
	switch {
	case block == nil && given:
		d.complain(at, "selectors are not for platform %s, whose pages are read by a parser of their own: remove them", s.Platform)
		return
	case block == nil:
		return
	case !given:
		d.complain(at, "selectors are missing: platform %s is read by what they say", s.Platform)
		return
	}
	before := d.problems
	d.problems = nil // of what was read before, they do not stand in the way
	d.decode(node, block, at)
	found := d.problems
	d.problems = slices.Concat(before, found)
	if len(found) > 0 {
		return
	}
	s.Selectors = block
	if rules.CheckSelectors == nil {
		return
	}
	for _, f := range rules.CheckSelectors(s, zone, fixtures) {
		below := at
		if f.Path != "" {
			below += "." + f.Path
		}
		d.complain(below, "%s", f.Reason)
	}
}

// rulesOfSave are the rules by which a country that is saved is read back: the
// selectors of its sources are of the types that they have in it.
func (c *Country) rulesOfSave() Rules {
	types := map[string]reflect.Type{}
	for i := range c.Bodies {
		for _, s := range c.Bodies[i].Sources {
			if t := reflect.TypeOf(s.Selectors); t != nil && t.Kind() == reflect.Pointer {
				types[s.Platform] = t.Elem()
			}
		}
	}
	if len(types) == 0 {
		return Rules{}
	}
	return Rules{Selectors: func(platform string) any {
		if t, ok := types[platform]; ok {
			return reflect.New(t).Interface()
		}
		return nil
	}}
}

// OpenBody reads one body from a file, as [Open] would with the folder that it is
// in, and holds it against a country. The saved pages that its sources name are
// looked for in the folder fixtures, beside the file or beside its folder.
func OpenBody(base *Country, file string, rules Rules) (*Body, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	country := *base
	for _, dir := range []string{filepath.Dir(file), filepath.Dir(filepath.Dir(file))} {
		pages, err := readFolder(os.DirFS(filepath.Join(dir, fixturesDir)))
		if err == nil {
			country.Fixtures = pages
			break
		}
	}
	body := new(Body)
	doc := parseYAML(file, src, body)
	if len(doc.problems) == 0 {
		doc.checkBody(body, &country, rules, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	}
	if err := doc.problems.err(); err != nil {
		return nil, err
	}
	return body, nil
}
