package command

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"qulaq/jobs"
	"qulaq/registry"
)

// Bodies lists the bodies.
type Bodies struct {
	Output
	Level string `help:"Only this level of government." placeholder:"LEVEL"`
}

// Run lists them.
func (c *Bodies) Run(g *Globals, s Streams) error {
	index, err := g.index()
	if err != nil {
		return err
	}
	type row struct {
		ID        string `json:"id"`
		Level     string `json:"level"`
		Type      string `json:"type"`
		NameKK    string `json:"name_kk"`
		NameRU    string `json:"name_ru"`
		NameEN    string `json:"name_en"`
		Region    string `json:"region"`
		ValidFrom string `json:"valid_from"`
		ValidTo   string `json:"valid_to"`
		Sources   int    `json:"sources"`
		Accounts  int    `json:"accounts"`
	}
	var rows []row
	for _, b := range index.Country().Bodies {
		if c.Level != "" && b.Level != c.Level {
			continue
		}
		r := row{
			ID: b.ID, Level: b.Level, Type: b.Type, NameKK: b.Names.KK, NameRU: b.Names.RU, NameEN: b.Names.EN,
			ValidFrom: b.ValidFrom, ValidTo: b.ValidTo, Sources: len(b.Sources), Accounts: len(b.Accounts),
		}
		if b.Region != nil {
			r.Region = b.Region.ISO
		}
		rows = append(rows, r)
	}
	if c.Level != "" && len(rows) == 0 {
		return fmt.Errorf("no body of level %q in the registry", c.Level)
	}
	return write(s.Out, c.Output, rows, []column[row]{
		{name: "id", cell: func(r row) string { return r.ID }},
		{name: "level", cell: func(r row) string { return r.Level }},
		{name: "type", cell: func(r row) string { return r.Type }},
		{name: "region", cell: func(r row) string { return r.Region }},
		{name: "name", cell: func(r row) string { return firstOf(r.NameEN, r.NameRU, r.NameKK) }},
		{name: "valid", cell: func(r row) string { return validity(r.ValidFrom, r.ValidTo) }},
		{name: "sources", right: true, cell: func(r row) string { return fmt.Sprint(r.Sources) }},
	})
}

// Sources lists, checks, probes and begins sources.
type Sources struct {
	List  SourcesList  `cmd:"" help:"List the sources."`
	Check SourcesCheck `cmd:"" help:"Check registry folders; tells every mistake with file, line and reason."`
	Probe SourcesProbe `cmd:"" help:"Show what the selectors of a source match in saved pages, and what looks wrong."`
	New   SourcesNew   `cmd:"" help:"Start the YAML of a source from saved pages, by proposing selectors."`
}

// SourcesList lists the sources.
type SourcesList struct {
	Output
	Platforms bool   `help:"List what each platform can show instead." xor:"instead"`
	Health    bool   `help:"List how well each active source can be seen instead; exit code 1 when there are alerts." xor:"instead"`
	Status    string `help:"Only sources of this status: active, blocked, import or retired." placeholder:"STATUS"`
}

// Run lists them.
func (c *SourcesList) Run(ctx context.Context, g *Globals, s Streams) error {
	switch {
	case c.Platforms:
		return write(s.Out, c.Output, platforms(), platformColumns)
	case c.Health:
		return c.health(ctx, g, s)
	}
	index, err := g.index()
	if err != nil {
		return err
	}
	type row struct {
		ID         string `json:"id"`
		Body       string `json:"body"`
		Platform   string `json:"platform"`
		URL        string `json:"url"`
		Status     string `json:"status"`
		Confidence string `json:"confidence"`
		Evidence   string `json:"evidence"`
		Note       string `json:"note"`
	}
	var rows []row
	for source, body := range index.Sources() {
		if c.Status != "" && string(source.Status) != c.Status {
			continue
		}
		rows = append(rows, row{
			source.ID, body.ID, source.Platform, source.URL, string(source.Status),
			source.Confidence, source.Evidence, source.Note,
		})
	}
	return write(s.Out, c.Output, rows, []column[row]{
		{name: "id", cell: func(r row) string { return r.ID }},
		{name: "body", cell: func(r row) string { return r.Body }},
		{name: "platform", cell: func(r row) string { return r.Platform }},
		{name: "status", cell: func(r row) string { return r.Status }},
		{name: "confidence", cell: func(r row) string { return r.Confidence }},
		{name: "url", cell: func(r row) string { return r.URL }},
		{name: "note", cell: func(r row) string { return clip(r.Note, 60) }},
	})
}

// SourcesCheck checks registry folders.
type SourcesCheck struct {
	Dir []string `arg:"" optional:"" type:"existingdir" help:"Registry folders, each extending what is before it; the built-in registry alone when none is named."`
}

// Run checks them. The error lists every mistake.
func (c *SourcesCheck) Run(g *Globals, s Streams) error {
	rules := jobs.RegistryRules()
	country, err := registry.Embedded(g.Country, rules)
	if err != nil {
		return err
	}
	for _, dir := range c.Dir {
		if country, err = registry.Open(country, dir, rules); err != nil {
			return fmt.Errorf("%s:\n%w", filepath.Clean(dir), err)
		}
	}
	sources := 0
	for _, b := range country.Bodies {
		sources += len(b.Sources)
	}
	fmt.Fprintf(s.Out, "%s: %d bodies and %d sources, no mistakes\n", country.Code, len(country.Bodies), sources)
	return nil
}

// firstOf is the first of texts that is not empty.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func validity(from, to string) string {
	if from == "" && to == "" {
		return ""
	}
	return strings.TrimSpace(from + "…" + to)
}
