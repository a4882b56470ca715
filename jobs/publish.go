package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"time"

	"qulaq/registry"
	"qulaq/report"
	"qulaq/report/edition"
	"qulaq/report/web"
	"qulaq/schema"
)

// PublishOptions say what is published where.
type PublishOptions struct {
	Edition  string    // its name, such as 2026-Q3
	AsOf     time.Time // what was seen later does not count
	Dir      string    // new folder
	Previous string    // folder of the edition before, to tell the differences; "" for none
}

// Published tells of an edition.
type Published struct {
	Dir     string `json:"dir"`
	Edition string `json:"edition"`
	Needs   int    `json:"needs"`
	Files   int    `json:"files"`
	Bytes   int64  `json:"bytes"`
	Changes int    `json:"changes"` // from the edition before
	SHA256  string `json:"sha256"`  // of the manifest, which names all else
}

// String is one line for people.
func (p *Published) String() string {
	return fmt.Sprintf("%s: edition %s of %d needs, %d files, %d bytes, %d changes; manifest sha256 %s", p.Dir, p.Edition, p.Needs, p.Files, p.Bytes, p.Changes, p.SHA256)
}

// editionName is a name that can stand in paths and citations.
var editionName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// Publish writes an edition into a new folder. It is made from a frozen copy of the
// store, in which items and exchanges are derived again, so that it depends on what
// had been seen by then, on the registry and on the program, and on nothing else.
func Publish(ctx context.Context, e *Env, o PublishOptions) (done *Published, err error) {
	if err := o.check(e.Now()); err != nil {
		return nil, fmt.Errorf("jobs: publish: %w", err)
	}
	partial := o.Dir + ".partial"
	if err := os.RemoveAll(partial); err != nil { // of an edition that was broken off
		return nil, fmt.Errorf("jobs: publish: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(partial))
		}
	}()
	frozen, err := e.frozen(ctx, o.AsOf)
	if err != nil {
		return nil, fmt.Errorf("jobs: publish: %w", err)
	}
	defer func() { err = errors.Join(err, frozen.close(ctx)) }()
	frozen.Samples = nil // rates are published as read
	p := &publisher{env: &frozen.Env, options: o, folder: editionFolder{dir: partial}}
	if err := p.publish(ctx); err != nil {
		return nil, fmt.Errorf("jobs: publish: %w", err)
	}
	if err := os.Rename(partial, o.Dir); err != nil {
		return nil, fmt.Errorf("jobs: publish: %w", err)
	}
	p.done.Dir, p.done.Edition = o.Dir, o.Edition
	return &p.done, nil
}

func (o *PublishOptions) check(now time.Time) error {
	if !editionName.MatchString(o.Edition) {
		return fmt.Errorf("%q cannot name an edition: use letters, digits, . _ and -, such as 2026-Q3", o.Edition)
	}
	if o.AsOf.IsZero() || o.AsOf.After(now) {
		return errors.New("an edition is as of a moment that has passed: what is still to be seen would make another of it")
	}
	if _, err := os.Stat(o.Dir); err == nil {
		return fmt.Errorf("%s is there already: an edition is not changed, name a new folder", o.Dir)
	}
	return nil
}

// publisher makes one edition.
type publisher struct {
	env     *Env // of the frozen store
	options PublishOptions
	folder  editionFolder
	about   edition.About
	tables  []edition.Table
	done    Published
}

func (p *publisher) publish(ctx context.Context) error {
	snapshot, err := Dashboard{Env: p.env}.Snapshot(ctx, time.Time{})
	if err != nil {
		return err
	}
	p.done.Needs = snapshot.Evidence.Any.Len()
	if err := p.describe(ctx, snapshot.Evidence); err != nil {
		return err
	}
	if p.tables, err = edition.Tables(snapshot.Evidence, snapshot.Replies); err != nil {
		return err
	}
	if err := p.writeTables(ctx); err != nil {
		return err
	}
	if err := p.writeSite(ctx); err != nil {
		return err
	}
	return p.writePages()
}

// describe tells what the edition is made from.
func (p *publisher) describe(ctx context.Context, evidence *report.Evidence) (err error) {
	store, country := p.env.Store, p.env.Index.Country()
	p.about = edition.About{
		Edition: p.options.Edition, AsOf: p.options.AsOf.UTC(), LastVisit: evidence.AsOf.UTC(), Country: country.Code,
		Program: p.env.Program, Classifier: p.env.reader().Version(), SmallCell: report.SmallCell, Evidence: map[string]string{},
	}
	if p.about.Registry, err = registry.Digest(country); err != nil {
		return err
	}
	if p.about.Schema, err = store.Migrations(ctx); err != nil {
		return err
	}
	if p.about.Engine, err = store.Engine(ctx); err != nil {
		return err
	}
	sums, err := store.Checksums(ctx)
	if err != nil {
		return err
	}
	for _, table := range []string{"visits", "sightings"} {
		p.about.Evidence[table] = sums[table]
	}
	if p.options.Previous != "" {
		before, _, err := VerifyEdition(p.options.Previous)
		if err != nil {
			return err
		}
		p.about.Previous = before.Edition
	}
	return nil
}

// exported are the tables of the store that an edition has, with what names their
// rows.
var exported = map[string][]string{"bodies": {"body_id"}, "sources": {"source_id"}, "coverage": {"source_id", "day"}, "needs": nil}

func (p *publisher) writeTables(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(exported)) {
		title, fields, err := p.env.Store.ExportFields(ctx, name)
		if err != nil {
			return err
		}
		p.tables = append(p.tables, edition.Table{Name: name, Title: title, Key: exported[name], Fields: fields})
	}
	var changes []edition.Change
	for i, t := range p.tables {
		p.env.progress(Progress{Job: "publish", Done: i, Total: len(p.tables), Note: t.Name})
		if err := p.writeTable(ctx, t); err != nil {
			return err
		}
		if p.options.Previous != "" && t.Key != nil {
			some, err := compareTable(t, p.options.Previous, p.folder.dir)
			if err != nil {
				return err
			}
			changes = append(changes, some...)
		}
	}
	p.done.Changes = len(changes)
	if p.options.Previous != "" {
		list := edition.ChangesTable(changes)
		p.tables = append(p.tables, list)
		if err := p.writeTable(ctx, list); err != nil {
			return err
		}
	}
	return p.folder.write("CHANGES.md", edition.ChangesPage(p.about, p.tables, changes))
}

// writeTable writes a table as CSV and as Parquet.
func (p *publisher) writeTable(ctx context.Context, t edition.Table) error {
	for ext, format := range map[string]string{"csv": schema.CSV, "parquet": schema.Parquet} {
		w, err := p.folder.create("data/" + t.Name + "." + ext)
		if err != nil {
			return err
		}
		if _, ours := exported[t.Name]; ours {
			err = p.env.Store.Export(ctx, w, t.Name, format, schema.ExportOptions{Least: report.SmallCell})
		} else {
			err = p.env.Store.ExportRows(ctx, w, format, t.Fields, t.Rows)
		}
		if err := errors.Join(err, w.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (p *publisher) writeSite(ctx context.Context) error {
	methods, err := methodPages(p.env.Index.Country())
	if err != nil {
		return err
	}
	if err := p.folder.write("METHOD.md", []byte(methods["en"])); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	site, err := web.New(ctx, web.Options{
		Source: Dashboard{Env: p.env}, Index: p.env.Index, Log: p.env.Log, Version: p.env.Program, Edition: p.options.Edition,
		Method: methods, Dictionary: string(edition.Dictionary(p.about, p.tables)),
	})
	if err != nil {
		stop()
		return err
	}
	defer site.Wait()
	defer stop()
	n := 0
	for file, err := range site.Files(ctx) {
		if err != nil {
			return err
		}
		if err := p.folder.write("site/"+file.Path, file.Body); err != nil {
			return err
		}
		n++
		p.env.progress(Progress{Job: "publish", Done: n, Note: file.Path})
	}
	return nil
}

// writePages writes what describes the rest, and then the manifest.
func (p *publisher) writePages() error {
	pkg, err := edition.DataPackage(p.about, p.tables)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"datapackage.json": pkg, "DICTIONARY.md": edition.Dictionary(p.about, p.tables),
		"CITATION.cff": edition.Citation(p.about), "README.md": edition.Readme(p.about, p.tables),
	} {
		if err := p.folder.write(name, content); err != nil {
			return err
		}
	}
	for _, f := range p.folder.files {
		p.done.Bytes += f.Bytes
	}
	p.done.Files = len(p.folder.files)
	p.done.SHA256, err = p.folder.seal(p.about)
	return err
}
