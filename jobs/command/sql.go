package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"qulaq/schema"
)

// sqlFormats gives ClickHouse's name of each output format.
var sqlFormats = map[string]string{
	"table": "PrettyCompactMonoBlock", "json": "JSON", "ndjson": "JSONEachRow", "csv": "CSVWithNames", "markdown": "Markdown",
}

// SQL runs one query.
type SQL struct {
	Output
	MaxRows uint64        `help:"Longest result, in rows." default:"1000000"`
	Timeout time.Duration `help:"Longest run of the query." default:"60s"`
	Query   string        `arg:"" optional:"" help:"One statement; read from standard input when absent or -."`
}

// Help is printed below the flags.
func (SQL) Help() string {
	return `Read-only: nothing can be written, and files and other hosts are out of reach.
docs/data-dictionary.md describes every table and view.

  qulaq sql 'SELECT * FROM latencies LIMIT 5'
  qulaq sql --format csv 'SELECT body_id, count() FROM exchanges_now GROUP BY 1' > needs.csv`
}

// Run runs the query.
func (c *SQL) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	query := c.Query
	if query == "" || query == "-" {
		text, err := io.ReadAll(s.In)
		if err != nil {
			return err
		}
		query = string(text)
	}
	if strings.TrimSpace(query) == "" {
		return errors.New("no query; try: qulaq sql 'SHOW TABLES'")
	}
	store, err := g.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = closing(store, err) }()
	return runSQL(ctx, store, s.Out, query, schema.QueryOptions{
		Format: sqlFormats[c.format()], ReadOnly: true, MaxRows: c.MaxRows, MaxTime: c.Timeout,
	})
}

// runSQL copies the result of a query to w.
func runSQL(ctx context.Context, store *schema.Store, w io.Writer, query string, o schema.QueryOptions) (err error) {
	result, err := store.Query(ctx, query, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	if _, err := io.Copy(w, result); err != nil {
		return fmt.Errorf("read the result: %w", err)
	}
	return nil
}
