package command

import (
	"context"
	"errors"
	"fmt"

	"qulaq/jobs"
	"qulaq/jobs/config"
	"qulaq/schema"
)

// Doctor checks the installation.
type Doctor struct {
	Output
	Serving
}

// Help is printed below the flags.
func (Doctor) Help() string {
	return `Engine, data folder, disk, key, contact, archive, backups, registry, migrations, clock,
last visits, sources, outages and jobs, each with what to do. Nothing is changed but the
tables, which are brought up to date. While qulaq serve runs on the embedded engine, what
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
	found := jobs.DoctorFiles(f, g.keyFile())
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
func (*Doctor) store(ctx context.Context, g *Globals, s Streams, f *config.File) (found []jobs.Finding, err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = closing(e.Store, err) }()
	return jobs.DoctorStore(ctx, e, f)
}
