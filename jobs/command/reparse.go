package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"qulaq/jobs"
)

// Reparse has archived pages parsed again.
type Reparse struct {
	Output
	Opening
	Source []string `help:"Ids of sources; all when none is named." placeholder:"ID"`
}

// Help is printed below the flags.
func (Reparse) Help() string {
	return `Each visit whose pages are in the archive is made again from them, with the parsers
and the registry as they are now, and compared with what it recorded. Threads with
differences are listed: items that were not recorded (new), that are not read any
more (gone), that are read otherwise (changed, and in what), and visits that end
otherwise. An item counts once. Nothing is stored: this is to look at before a
parser is released.

The key has to be that of the data folder: with another one, every author and text
differs.

  qulaq reparse --identity identity.txt
  qulaq reparse --identity identity.txt --source legalacts --json`
}

// Run parses them and prints what changes.
func (c *Reparse) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	reader, err := c.open(g)
	if err != nil {
		return err
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	done, err := jobs.Reparse(ctx, e, reader, c.Source...)
	if err != nil && done.Archived == 0 {
		return err
	}
	if printErr := c.print(s, done); printErr != nil {
		return printErr
	}
	return err
}

func (c *Reparse) print(s Streams, done jobs.Reparsed) error {
	type row = jobs.ReparsedThread
	fmt.Fprintf(s.Err, "%d visits read again from %d archived answers, %d not (their pages are not in the archive); %d threads differ\n",
		done.Visits, done.Archived, done.Unread, len(done.Threads))
	if c.format() == "json" {
		encoder := json.NewEncoder(s.Out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(done)
	}
	if c.format() == "table" && len(done.Threads) == 0 {
		return nil
	}
	count := func(name string, of func(row) int) column[row] {
		return column[row]{name: name, right: true, cell: func(r row) string { return strconv.Itoa(of(r)) }}
	}
	return write(s.Out, c.Output, done.Threads, []column[row]{
		{name: "source", cell: func(r row) string { return r.SourceID }},
		{name: "thread", cell: func(r row) string { return r.ThreadID }},
		count("new", func(r row) int { return r.New }),
		count("gone", func(r row) int { return r.Gone }),
		count("changed", func(r row) int { return r.Changed }),
		{name: "in", cell: func(r row) string { return strings.Join(r.Fields, ", ") }},
		{name: "visits end", cell: func(r row) string { return strings.Join(r.Outcomes, ", ") }},
	})
}
