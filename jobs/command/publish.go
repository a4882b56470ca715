package command

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"qulaq/jobs"
)

// Publish writes an edition.
type Publish struct {
	Edition  string    `required:"" help:"Its name, such as 2026-Q3." placeholder:"NAME"`
	AsOf     time.Time `required:"" help:"What was seen later does not count, RFC 3339." placeholder:"TIME"`
	Out      string    `required:"" type:"path" help:"New folder for it." placeholder:"DIR"`
	Previous string    `type:"existingdir" help:"Folder of the edition before: the differences are listed." placeholder:"DIR"`
	JSON     bool      `help:"Print what was written as JSON."`
}

// Help is printed below the flags.
func (Publish) Help() string {
	return `An edition is a folder that can be cited: pages that need no server, the data as CSV
and Parquet with their description, the method with its constants, and a manifest with
the SHA-256 of every file and of all that it was made from. The same program makes the
same bytes from the same data and registry, on any day and in any folder.

Numbers that rest on fewer than 5 needs are left out. No text, pseudonym or address of a
citizen is in it. What bodies have signed to say of an edition stands beside their rows
(qulaq statements). docs/editions.md tells more.

  qulaq publish --edition 2026-Q3 --as-of 2026-10-01T00:00:00Z --out q3
  qulaq publish --edition 2026-Q4 --as-of 2027-01-01T00:00:00Z --out q4 --previous q3
  qulaq verify q3`
}

// Run writes it.
func (c *Publish) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	done, err := jobs.Publish(ctx, e, jobs.PublishOptions{Edition: c.Edition, AsOf: c.AsOf, Dir: c.Out, Previous: c.Previous})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(done)
	}
	fmt.Fprintln(s.Out, done)
	return nil
}

// Verify holds an edition against its manifest.
type Verify struct {
	Dir string `arg:"" type:"existingdir" help:"Folder of the edition."`
}

// Help is printed below the flags.
func (Verify) Help() string {
	return `Every file has to be as the manifest says, and no other may be there. That the
manifest is the one that was published, its own SHA-256 tells: compare it with what the
publisher announced.

  qulaq verify q3`
}

// Run verifies.
func (c *Verify) Run(s Streams) error {
	m, sum, err := jobs.VerifyEdition(c.Dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "edition %s as of %s: %d files are as they were published; manifest sha256 %s\n", m.Edition, m.AsOf.Format(time.RFC3339), len(m.Files), sum)
	return nil
}
