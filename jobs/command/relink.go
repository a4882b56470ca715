package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"qulaq/jobs"
	"qulaq/report"
)

// Relink makes the derived tables again.
type Relink struct {
	Source []string `arg:"" optional:"" help:"Ids of sources; all when none is named."`
	JSON   bool     `help:"Print the counts as JSON."`
}

// Help is printed below the flags.
func (Relink) Help() string {
	return `Items and exchanges are a function of what was seen, the registry, and the classifier;
every row tells the version that read it. After a change of any, relink makes them again
and tells what moved: needs that were none before or are none now, items of another
class, needs with other replies, and each body's rates before and now. Relinking twice
moves nothing.

  qulaq relink
  qulaq relink --json | jq '.moved.bodies[] | select(.classes > 0)'`
}

// Run relinks.
func (c *Relink) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	done, moved, err := jobs.RelinkAndCompare(ctx, e, c.Source...)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.Out).Encode(struct {
			jobs.Relinked
			Moved jobs.Moved `json:"moved"`
		}{done, moved})
	}
	fmt.Fprintf(s.Out, "%d bodies: %d items, %d needs, %d of them answered\n", done.Bodies, done.Items, done.Exchanges, done.Answered)
	if len(moved.Classifiers) > 0 && strings.Join(moved.Classifiers, "") != moved.Classifier {
		fmt.Fprintf(s.Out, "read by %s; before by %s\n", moved.Classifier, strings.Join(moved.Classifiers, ", "))
	}
	if len(moved.Bodies) == 0 {
		fmt.Fprintln(s.Out, "nothing moved")
		return nil
	}
	count := func(name string, of func(jobs.MovedBody) int) column[jobs.MovedBody] {
		return column[jobs.MovedBody]{name: name, right: true, cell: func(b jobs.MovedBody) string { return strconv.Itoa(of(b)) }}
	}
	rate := func(name string, of func(*jobs.MovedNumbers) report.Number) column[jobs.MovedBody] {
		told := func(n *jobs.MovedNumbers) string {
			if n == nil {
				return "–"
			}
			return of(n).Percent()
		}
		return column[jobs.MovedBody]{name: name + ", " + jobs.MovedHorizon.String(), right: true, cell: func(b jobs.MovedBody) string {
			return told(b.Before) + " → " + told(b.Now)
		}}
	}
	return write(s.Out, Output{Format: "table"}, moved.Bodies, []column[jobs.MovedBody]{
		{name: "body", cell: func(b jobs.MovedBody) string { return firstOf(b.BodyID, "(none)") }},
		count("needs +", func(b jobs.MovedBody) int { return b.NeedsGained }),
		count("needs −", func(b jobs.MovedBody) int { return b.NeedsLost }),
		count("classes", func(b jobs.MovedBody) int { return b.Classes }),
		count("replies", func(b jobs.MovedBody) int { return b.Replies }),
		rate("any", func(n *jobs.MovedNumbers) report.Number { return n.Any }),
		rate("real", func(n *jobs.MovedNumbers) report.Number { return n.Substantive }),
	})
}
