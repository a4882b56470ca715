package command

import (
	"context"
	"fmt"
	"reflect"

	"qulaq/jobs"
	"qulaq/jobs/config"
)

// reload takes over what a changed configuration says of jobs, budget, retention
// and registry. Nothing changes when any of it cannot be followed.
func (d *daemon) reload(ctx context.Context, again reload) error {
	cli, err := again()
	if err != nil {
		return err
	}
	old := d.state.Load()
	f, err := cli.Serve.settings(&cli.Globals)
	if err != nil {
		return err
	}
	if what := needsRestart(old.config, f); what != "" {
		return fmt.Errorf("%s has changed, which takes a restart", what)
	}
	env := *old.env // runs that are under way keep theirs
	if env.Index, err = cli.index(); err != nil {
		return err
	}
	env.NoTexts = !f.Texts.Store
	list, err := jobs.Watch(&env, f, d)
	if err != nil {
		return err
	}
	if err := jobs.PutRegistry(ctx, &env); err != nil {
		return err
	}
	var site *shownSite // nil when the old one will do
	if !reflect.DeepEqual(env.Index.Country(), old.env.Index.Country()) {
		if site, err = d.pages.open(&env); err != nil {
			return err
		}
	}
	if err := d.scheduler.Set(list); err != nil {
		if site != nil {
			site.close()
		}
		return err
	}
	if site != nil {
		d.pages.show(site)
	}
	d.state.Store(&state{&env, f, make(chan struct{})})
	close(old.replaced)
	return nil
}

// needsRestart names the first setting that differs and that a running daemon
// cannot change; "" for none.
func needsRestart(old, fresh *config.File) string {
	pinned := map[string]bool{
		"data": true, "clickhouse": true, "key": true, "contact": true, "listen": true, "address": true, "admin": true,
		"sql.listen": true, "sql.user": true, "sql.password_file": true, "sql.time": true, "sql.memory": true, "sql.rows": true, "sql.bytes": true, "sql.queries": true,
		"queue.server": true, "queue.listen": true, "queue.replicas": true,
		"archive.mode": true, "archive.recipients": true, "archive.dir": true, "jobs.jitter": true,
	}
	was := map[string]string{}
	for _, s := range old.Settings() {
		was[s.Path] = s.Default
	}
	for _, s := range fresh.Settings() {
		if pinned[s.Path] && was[s.Path] != s.Default {
			return s.Path
		}
	}
	return ""
}
