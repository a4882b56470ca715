package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"qulaq/jobs"
	"qulaq/pipeline/coding"
)

// Sample draws items for coding by hand.
type Sample struct {
	Out     string  `short:"o" required:"" type:"path" help:"Folder for the files; made if need be." placeholder:"DIR"`
	Size    int     `short:"n" default:"400" help:"Items to draw, each with the replies to it." placeholder:"N"`
	Overlap float64 `default:"0.3" help:"Share of the items that both coders get, to see how far they agree." placeholder:"SHARE"`
	Seed    uint64  `default:"1" help:"The same seed draws the same items from the same data."`
	JSON    bool    `help:"Print the counts as JSON."`
}

// Help is printed below the flags.
func (Sample) Help() string {
	return `Half of the items are such as the classifier takes for needs, half such as it passed
over; small bodies, rare classes and languages get more than their share. Into the
folder go

  a.tsv, b.tsv  a sheet for each of two coders: shuffled texts, without body, language
                and class. They fill in the column class: of a citizen question,
                request, complaint, praise, chatter or ad; of an official substantive,
                refusal, redirect, acknowledgement or closing
  key.tsv       what the sheets hide, and with which probability each item was drawn.
                Coders must not see it

Then qulaq agree compares the sheets and writes the codes that correct rates. From 50
coded items of each half on, a body's (or a month's) rates are told corrected, so a
sample for one ranking of many bodies is large.

The texts are redacted, but they are what people wrote: give sheets to nobody but the
coders. Items whose texts are no longer stored cannot be drawn; that the classifier
errs on them as it does on the others is assumed.

  qulaq sample -n 600 -o sample
  qulaq agree sample/a.tsv sample/b.tsv --sample-key sample/key.tsv --codes data/codes/first.tsv
  qulaq rank`
}

// Run draws the sample and writes the files.
func (c *Sample) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	if c.Size < 1 || !(c.Overlap >= 0 && c.Overlap <= 1) {
		return errors.New("--size must be 1 or more, and --overlap from 0 to 1")
	}
	names := []string{"a.tsv", "b.tsv", "key.tsv"}
	for _, name := range names {
		// A sheet may hold days of somebody's work.
		if _, err := os.Stat(filepath.Join(c.Out, name)); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(fmt.Errorf("%s is there already; choose another folder", filepath.Join(c.Out, name)), err)
		}
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	units, done, err := jobs.Sample(ctx, e, jobs.SampleOptions{Size: c.Size, Overlap: c.Overlap, Seed: c.Seed})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Out, 0o700); err != nil {
		return err
	}
	var files [3]bytes.Buffer
	err = errors.Join(coding.WriteSheet(&files[0], units, "a"), coding.WriteSheet(&files[1], units, "b"), coding.WriteKey(&files[2], units))
	for i, name := range names {
		if err == nil {
			err = os.WriteFile(filepath.Join(c.Out, name), files[i].Bytes(), 0o600)
		}
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(done)
	}
	fmt.Fprintf(s.Out, "%d of %d items drawn, with %d replies; %d go to both coders\n", done.Units, done.Frame, done.Replies, done.Both)
	if done.Textless > 0 {
		fmt.Fprintf(s.Err, "%d items could not be drawn, for their texts are not stored\n", done.Textless)
	}
	return nil
}
