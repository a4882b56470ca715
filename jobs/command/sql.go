package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"qulaq/schema"
	"qulaq/schema/questions"
)

// sqlFormats gives ClickHouse's name of each output format.
var sqlFormats = map[string]string{
	"table": "PrettyCompactMonoBlock", "json": "JSON", "ndjson": "JSONEachRow", "csv": "CSVWithNames", "markdown": "Markdown",
}

// SQL runs one query.
type SQL struct {
	Output
	MaxRows  uint64        `help:"Longest result, in rows." default:"1000000"`
	Timeout  time.Duration `help:"Longest run of the query." default:"60s"`
	Examples bool          `help:"List questions that others asked before, each with its query; asks nothing." xor:"what"`
	Example  string        `help:"Ask one of them." placeholder:"NAME" xor:"what"`
	Query    string        `arg:"" optional:"" help:"One statement; read from standard input when absent or -."`
}

// Help is printed below the flags.
func (SQL) Help() string {
	return `Read-only: nothing can be written, and files and other hosts are out of reach.
docs/data-dictionary.md describes every table and view, docs/sql.md has questions with
their answers.

  qulaq sql 'SELECT * FROM latencies LIMIT 5'
  qulaq sql --format csv 'SELECT body_id, count() FROM exchanges_now GROUP BY 1' > needs.csv
  qulaq sql --examples                    questions to begin with
  qulaq sql --example kazakh-slower       one of them, asked of this data`
}

// Run runs the query.
func (c *SQL) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	if c.Examples {
		return c.list(s.Out)
	}
	query, err := c.query(s.In)
	if err != nil {
		return err
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

// query is what is asked: an example, the argument, or standard input.
func (c *SQL) query(in io.Reader) (string, error) {
	if c.Example != "" {
		if c.Query != "" {
			return "", errors.New("both a query and --example are given; choose one")
		}
		return example(c.Example)
	}
	query := c.Query
	if query == "" || query == "-" {
		text, err := io.ReadAll(in)
		if err != nil {
			return "", err
		}
		query = string(text)
	}
	if strings.TrimSpace(query) == "" {
		return "", errors.New("no query; try: qulaq sql 'SHOW TABLES', or qulaq sql --examples")
	}
	return query, nil
}

// example is the query of the question of that name.
func example(name string) (string, error) {
	all, err := questions.All()
	if err != nil {
		return "", err
	}
	for _, q := range all {
		if q.Name == name {
			return q.SQL, nil
		}
	}
	return "", fmt.Errorf("no example is called %q; qulaq sql --examples lists them", name)
}

// list prints the questions: for people by chapter, for programs with their queries.
func (c *SQL) list(w io.Writer) error {
	all, err := questions.All()
	if err != nil {
		return err
	}
	return write(w, c.Output, all, []column[questions.Question]{
		{name: "about", cell: func(q questions.Question) string { return q.Chapter }},
		{name: "name", cell: func(q questions.Question) string { return q.Name }},
		{name: "question", cell: func(q questions.Question) string { return q.Title }},
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
