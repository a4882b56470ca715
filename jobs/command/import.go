package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"qulaq/jobs"
	"qulaq/parsers/export"
)

// Import takes in what other tools captured.
type Import struct {
	Source   string     `help:"Id of the source that the files are of; also one that must not be crawled. Pages are taken in for every source when none is named." placeholder:"ID"`
	Mapping  string     `help:"Name of a mapping, or YAML file of one (default: the one that fits): ${mappings}." placeholder:"NAME|FILE"`
	Captured *time.Time `help:"When items were captured that do not tell it themselves, RFC 3339." placeholder:"TIME"`
	Thread   string     `help:"Thread of items that do not tell it themselves." placeholder:"ID"`
	AllPages bool       `help:"I vouch that all pages which the parser can read are of the source, also those that nothing leads to."`
	Complete bool       `help:"I vouch that the files have all items of each of their threads; only then do they count in statistics."`
	Strict   bool       `help:"End at the first record that cannot be read."`
	JSON     bool       `help:"Print the counts as JSON."`
	Texts
	File []string `arg:"" type:"existingfile" help:"WARC, WACZ or HAR with pages; CSV, TSV, NDJSON or JSON with items."`
}

// Help is printed below the flags.
func (Import) Help() string {
	return `Pages are read by the parser of the source, items by a mapping, which tells what
stands in which column (docs/import.md tells how to write one). Either way they
become visits of the time at which they were captured, and go through the whole
pipeline: stripped of identities, compared with what was known by then, stored and
linked. The same files imported again change nothing.

Pages tell by themselves whether they show all of a thread. A file of items does
not: what it has counts neither as silence nor as answer, unless --complete says
that it is whole.

An archive of this program is taken in by exporting it first: without --source, the
pages of all sources are told apart in one go, and each becomes the visit that it was.

Records that cannot be read are told on stderr, with their line; the others are
imported, and the exit code is 1.

  qulaq import --source mfa-telegram crawl.warc.gz
  qulaq archive export --identity identity.txt --out pages && qulaq import pages/*/*/*/*.warc.gz
  qulaq import --source mfa-telegram --captured 2026-09-16T10:00:00Z result.json
  qulaq import --source mfa-facebook --mapping ours.yaml --captured 2026-09-16T10:00:00Z comments.csv`
}

// maxTold is how many records that cannot be read are told one by one.
const maxTold = 20

// Run imports the files.
func (c *Import) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	options := jobs.ImportOptions{Source: c.Source, Thread: c.Thread, AllPages: c.AllPages, Complete: c.Complete, Strict: c.Strict}
	if c.Captured != nil {
		options.Captured = c.Captured.UTC()
	}
	if options.Mapping, err = c.mapping(); err != nil {
		return err
	}
	told := 0
	options.Trouble = func(err error) {
		switch told++; {
		case told <= maxTold:
			fmt.Fprintf(s.Err, "qulaq: %v\n", err)
		case told == maxTold+1:
			fmt.Fprintln(s.Err, "qulaq: and more")
		}
	}
	files, closeAll, err := openFiles(c.File)
	defer closeAll()
	if err != nil {
		return err
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	e.NoTexts = !c.StoreText
	done, err := jobs.Import(ctx, e, options, files...)
	if err != nil {
		return err
	}
	if len(done.Sources) > 0 {
		if _, err := jobs.Relink(ctx, e, done.Sources...); err != nil {
			return err
		}
	}
	if err := c.print(s.Out, &done); err != nil {
		return err
	}
	switch {
	case done.Broken > 0:
		return fmt.Errorf("%d records could not be read", done.Broken)
	case done.Visits+done.Known+done.Forgotten == 0 && c.Source == "":
		return errors.New("nothing in the files is of any source of the registry; `qulaq sources list` shows them")
	case done.Visits+done.Known+done.Forgotten == 0:
		return fmt.Errorf("nothing in the files is of source %s", c.Source)
	}
	return nil
}

func (c *Import) print(w io.Writer, done *jobs.Imported) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(done)
	}
	fmt.Fprintf(w, "%s; %d changes\n", &done.Tally, done.Sightings)
	for _, count := range []struct {
		n    int
		what string
	}{
		{done.Known, "visits were stored before"},
		{done.Forgotten, "visits of forgotten threads are not taken in"},
		{done.Foreign, "pages are not known to be of the source"},
	} {
		if count.n > 0 {
			fmt.Fprintf(w, "%d %s\n", count.n, count.what)
		}
	}
	return nil
}

// mapping is the one that the flag names; nil for none.
func (c *Import) mapping() (*export.Mapping, error) {
	if c.Mapping == "" {
		return nil, nil
	}
	all, err := export.Mappings()
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(m *export.Mapping) bool { return m.Name == c.Mapping }); i >= 0 {
		return all[i], nil
	}
	text, err := os.ReadFile(c.Mapping)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("--mapping %s: no mapping has this name, and there is no such file", c.Mapping)
	}
	if err != nil {
		return nil, fmt.Errorf("--mapping: %w", err)
	}
	return export.ParseMapping(c.Mapping, text)
}

// mappingNames are the names of the mappings that come with the program.
func mappingNames() []string {
	all, err := export.Mappings()
	if err != nil {
		// Unreachable: a test reads them.
		panic(err)
	}
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = m.Name
	}
	return names
}

// openFiles opens files for reading at any place in them.
func openFiles(names []string) (files []jobs.ImportFile, closeAll func(), err error) {
	var opened []*os.File
	closeAll = func() {
		for _, f := range opened {
			_ = f.Close() // it was only read
		}
	}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, closeAll, err
		}
		opened = append(opened, f)
		info, err := f.Stat()
		if err != nil {
			return nil, closeAll, err
		}
		files = append(files, jobs.ImportFile{Name: name, ReaderAt: f, Size: info.Size()})
	}
	return files, closeAll, nil
}
