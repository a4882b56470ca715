package command

import (
	"context"
	"errors"
	"fmt"

	"qulaq/crawler/browser"
	"qulaq/jobs"
	"qulaq/jobs/config"
	"qulaq/registry"
	"qulaq/schema"
)

// Doctor checks the installation.
type Doctor struct {
	Output
	Serving
	Rendering
	Keyring
}

// Help is printed below the flags.
func (Doctor) Help() string {
	return `Program, configuration, engine, data folder, disk, key, API keys, time zones, contact,
archive, backups, store, migrations, registry, clock, who watches, last visits, sources,
outages, backlog, budget, jobs and browser, each with what to do. Nothing is changed but
the tables, which are brought up to date. While qulaq serve runs on the embedded engine, what
needs the tables is left out; its /metrics tell of that.

The exit code is 1 when a check finds an error; warnings leave it 0.

  qulaq doctor
  qulaq doctor --json`
}

// Run checks and prints.
func (c *Doctor) Run(ctx context.Context, g *Globals, s Streams) error {
	f, err := c.settings(g)
	if err != nil {
		return err
	}
	found := jobs.DoctorFiles(f, jobs.Installation{
		Program: "qulaq " + version(), Config: g.Config, Key: g.keyFile(), Archive: archiveDir(g, c.ArchiveDir), Tokens: c.tokensDir(g),
	})
	more, err := c.store(ctx, g, s, f)
	switch {
	case errors.Is(err, schema.ErrLocked):
		found = append(found, jobs.Finding{Check: "store", Verdict: jobs.Warning, Found: "another process holds it; tables, visits and jobs were not checked", Advice: "if it is qulaq serve: see qulaq jobs, and /metrics at --admin"})
	case err != nil:
		found = append(found, jobs.Finding{Check: "store", Verdict: jobs.Broken, Found: err.Error()})
	}
	found = append(found, more...)
	if err := write(s.Out, c.Output, found, []column[jobs.Finding]{
		{name: "check", cell: func(r jobs.Finding) string { return r.Check }},
		{name: "verdict", cell: func(r jobs.Finding) string { return string(r.Verdict) }},
		{name: "found", cell: func(r jobs.Finding) string { return r.Found }},
		{name: "what to do", cell: func(r jobs.Finding) string { return r.Advice }},
	}); err != nil {
		return err
	}
	broken := 0
	for _, finding := range found {
		if finding.Verdict == jobs.Broken {
			broken++
		}
	}
	if broken > 0 {
		return fmt.Errorf("%d checks found an error", broken)
	}
	return nil
}

// store checks what needs the store.
func (c *Doctor) store(ctx context.Context, g *Globals, s Streams, f *config.File) (found []jobs.Finding, err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = closing(e.Store, err) }()
	if tokens, err := c.tokens(g); err == nil { // else DoctorFiles tells
		e.Tokens = tokens
	}
	found, err = jobs.DoctorStore(ctx, e, f)
	return append(found, c.browser(e)), err
}

// browser tells whether sources that a browser has to render have one.
func (c *Doctor) browser(e *jobs.Env) jobs.Finding {
	f := jobs.Finding{Check: "browser", Verdict: jobs.Fine, Found: "no source needs one"}
	needed := 0
	for source := range e.Index.Sources() {
		if source.Browser && source.Status == registry.Active {
			needed++
		}
	}
	if needed == 0 {
		return f
	}
	path, err := browser.Find(c.Chrome)
	if err != nil {
		f.Verdict, f.Found = jobs.Broken, fmt.Sprintf("%d sources need one: %v", needed, err)
		f.Advice = "install Chromium, or say where it is by --chrome or QULAQ_CHROME"
		return f
	}
	f.Found = fmt.Sprintf("%s, for %d sources", path, needed)
	return f
}
