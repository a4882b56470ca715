package command

import (
	"context"
	"fmt"

	"qulaq/jobs"
	"qulaq/schema"
)

// Schema makes and describes the tables.
type Schema struct {
	Migrate  SchemaMigrate  `cmd:"" help:"Bring the tables up to date; every command does so by itself."`
	Describe SchemaDescribe `cmd:"" help:"Print the data dictionary, in Markdown."`
}

// SchemaMigrate brings the tables up to date.
type SchemaMigrate struct{}

// Run migrates.
func (SchemaMigrate) Run(ctx context.Context, g *Globals, s Streams) error {
	store, err := g.store(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Out, "the tables are up to date")
	return store.Close()
}

// SchemaDescribe prints the data dictionary.
type SchemaDescribe struct{}

// Run prints it.
func (SchemaDescribe) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	store, err := g.store(ctx)
	if err != nil {
		return err
	}
	defer func() { err = closing(store, err) }()
	text, err := schema.Dictionary(ctx, store)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(s.Out, text)
	return err
}

// Method prints the method page.
type Method struct {
	Language string `enum:"en,kk,ru" default:"en" help:"Language: en is the full page, kk and ru are short ones." placeholder:"LANGUAGE"`
}

// Run prints it, with the constants of this program.
func (c *Method) Run(g *Globals, s Streams) error {
	index, err := g.index()
	if err != nil {
		return err
	}
	return jobs.WriteMethod(s.Out, index.Country(), c.Language)
}
