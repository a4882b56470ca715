package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"qulaq/jobs"
	"qulaq/report"
)

// health lists the state of each active source, those that need a look first.
func (c *SourcesList) health(ctx context.Context, g *Globals, s Streams) (err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	states, err := jobs.Health(ctx, e)
	if err != nil {
		return err
	}
	type row struct {
		Source string `json:"source"`
		Body   string `json:"body"`
		report.Health
	}
	var rows []row
	alerts := 0
	for source, body := range e.Index.Sources() {
		if h, ok := states[source.ID]; ok {
			if h.History == nil {
				h.History = []report.Transition{}
			}
			rows = append(rows, row{source.ID, body.ID, h})
			if h.State.Alert() {
				alerts++
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		order := func(r row) int {
			if r.State.Alert() {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(a.Source, b.Source))
	})
	err = write(s.Out, c.Output, rows, []column[row]{
		{name: "source", cell: func(r row) string { return r.Source }},
		{name: "body", cell: func(r row) string { return r.Body }},
		{name: "state", cell: func(r row) string { return string(r.State) }},
		{name: "since", cell: func(r row) string {
			if r.Since.IsZero() {
				return ""
			}
			return r.Since.UTC().Format(time.RFC3339)
		}},
		{name: "reason", cell: func(r row) string { return r.Reason }},
	})
	if err == nil && alerts > 0 {
		err = fmt.Errorf("%d sources cannot be seen as they should", alerts)
	}
	return err
}
