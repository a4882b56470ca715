package command

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"qulaq/jobs"
	"qulaq/schema"
)

// exportFormats are the formats of an export, by the names of the flag.
var exportFormats = map[string]string{"csv": schema.CSV, "ndjson": schema.NDJSON, "parquet": schema.Parquet, "arrow": schema.Arrow}

// Export writes a table for other programs.
type Export struct {
	Format  string     `enum:"csv,ndjson,parquet,arrow" default:"csv" help:"csv, ndjson, parquet or arrow (Arrow IPC file, Feather 2)." placeholder:"FORMAT"`
	Out     string     `type:"path" help:"New file to write to (default: stdout)." placeholder:"FILE"`
	AsOf    *time.Time `help:"As it would have been exported at this moment, RFC 3339." placeholder:"TIME"`
	Private bool       `help:"Also citizens' pseudonyms and redacted texts: to be kept or imported again, not to be published."`
	Table   string     `arg:"" help:"One of: ${exports}."`
}

// Help is printed below the flags.
func (Export) Help() string {
	return `The rows come in the order of their key, times in ISO 8601 and UTC; what is not known is
an empty cell. The same rows are the same bytes. docs/exports.md describes the columns,
and loads them with Python and R.

Without --private there is no text and no pseudonym in an export. Item ids still lead to
public posts; what can be published is table needs, and what an edition has.

With --private, items can be imported elsewhere (--complete, for they are all that was
seen) and nothing is lost:

  qulaq export latencies --format parquet --out latencies.parquet
  qulaq export needs | head
  qulaq export items --private --format ndjson --out items.ndjson
  qulaq --data other import --source city-vk --store-text --complete items.ndjson`
}

// Run writes the table.
func (c *Export) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	to := s.Out
	if c.Out != "" {
		file, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		to = file
	}
	w := bufio.NewWriterSize(to, 1<<16)
	if err := c.write(ctx, e, w); err != nil {
		return err
	}
	return w.Flush()
}

func (c *Export) write(ctx context.Context, e *jobs.Env, w io.Writer) error {
	return jobs.Export(ctx, e, w, c.Table, exportFormats[c.Format], moment(c.AsOf), c.Private)
}
