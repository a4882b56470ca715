package schema

import (
	"context"
	"fmt"
	"strings"
)

// Dictionary describes every table and view of the database in Markdown, from the
// comments that the database itself carries.
func Dictionary(ctx context.Context, s *Store) (string, error) {
	type relation struct {
		Name    string `ch:"name"`
		Engine  string `ch:"engine"`
		Comment string `ch:"comment"`
		Key     string `ch:"sorting_key"`
	}
	type field struct {
		Table   string `ch:"table"`
		Name    string `ch:"name"`
		Type    string `ch:"type"`
		Comment string `ch:"comment"`
	}
	fields := map[string][]field{}
	comments := map[string]string{} // table.column → comment
	err := each(ctx, s.conn, func(f field) {
		fields[f.Table] = append(fields[f.Table], f)
		comments[f.Table+"."+f.Name] = f.Comment
	}, "SELECT table, name, type, comment FROM system.columns WHERE database = currentDatabase() ORDER BY table, position")
	if err != nil {
		return "", fail("data dictionary", err)
	}
	var b strings.Builder
	b.WriteString(`# Data dictionary

Generated from the comments in the database (` + "`schema/migrations`" + `); do not edit.

Read the views. A table holds rows as they were written, replaced and deleted ones
among them; the view of the same name with ` + "`_now`" + ` holds what is true now.
Times are UTC to the millisecond; 1970-01-01 00:00:00 stands for "none". Columns
that end in ` + "`_lo` and `_hi`" + ` are the two ends of an interval, both included.
`)
	err = each(ctx, s.conn, func(r relation) {
		kind := "Table"
		if r.Engine == "View" {
			kind = "View"
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s. %s.", r.Name, kind, strings.TrimSuffix(r.Comment, "."))
		if r.Key != "" {
			fmt.Fprintf(&b, " Ordered by `%s`.", r.Key)
		}
		b.WriteString("\n")
		if len(fields[r.Name]) == 0 {
			return // a view with parameters has no columns until it is called
		}
		b.WriteString("\n| column | type | meaning |\n|---|---|---|\n")
		for _, f := range fields[r.Name] {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", f.Name, cell(f.Type), cell(meaning(f.Comment, comments, r.Name, f.Name)))
		}
	}, `SELECT name, engine, comment, sorting_key FROM system.tables
		WHERE database = currentDatabase() ORDER BY engine != 'View', name`)
	if err != nil {
		return "", fail("data dictionary", err)
	}
	return b.String(), nil
}

// meaning of a column: a view that shows a table's columns as they are has no
// comments of its own.
func meaning(own string, comments map[string]string, relation, column string) string {
	if own != "" {
		return own
	}
	base, _, _ := strings.Cut(relation, "_")
	return comments[base+"."+column]
}

// cell writes text so that it stays in its cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
