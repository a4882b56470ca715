package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"qulaq/jobs"
	"qulaq/simulate"
)

// audit prints what was measured beside the truth and the usual formulas.
func (c *Demo) audit(ctx context.Context, e *jobs.Env, republic *simulate.Republic, s Streams) error {
	asOf := republic.Now()
	if !c.JSON {
		fmt.Fprintf(s.Out, "Held against the truth as of %s:\n", asOf.Format(time.DateOnly))
	}
	audits, err := jobs.AuditRepublic(ctx, e, republic, asOf)
	if err != nil {
		return err
	}
	links, err := jobs.AuditLinking(ctx, e, republic, asOf, true)
	if err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(s.Out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(map[string]any{"bodies": audits, "linking": links})
	} else {
		err = errors.Join(auditTable(s, audits), linkingTable(s, links))
	}
	if err != nil {
		return err
	}
	failed, held := 0, 0
	for _, a := range audits {
		if a.Needs >= jobs.AuditNeeds {
			held++
		}
		for _, r := range a.Fails() {
			failed++
			fmt.Fprintf(s.Err, "off: %s, %s: measured %.4g, truth %.4g\n", a.BodyID, r.What, r.Ours, r.Truth)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d numbers are further from the truth than they may be", failed)
	}
	fmt.Fprintf(s.Err, "%d of %d bodies have %d needs or more and were held to the bounds; none is off\n", held, len(audits), jobs.AuditNeeds)
	return nil
}

func auditTable(s Streams, audits []jobs.Audit) error {
	type row struct {
		body, what               string
		needs, found             int
		truth, ours, read, naive string
	}
	var rows []row
	value := func(x float64) string {
		if math.IsInf(x, 1) {
			return "never"
		}
		return fmt.Sprintf("%.3f", x)
	}
	for _, a := range audits {
		for _, r := range append(a.Rates, a.Median) {
			rows = append(rows, row{
				body: a.BodyID, what: r.What, needs: a.Needs, found: a.Found, truth: value(r.Truth),
				ours: fmt.Sprintf("%s [%s–%s]", value(r.Ours), value(r.Lo), value(r.Hi)), read: value(r.Read),
			})
		}
		for _, n := range a.Naive {
			rows = append(rows, row{
				body: a.BodyID, what: n.Formula, needs: a.Needs, found: a.Found, truth: value(n.Truth),
				naive: fmt.Sprintf("%s, off by %s", value(n.Value), percent(n.Off())),
			})
		}
	}
	return write(s.Out, Output{Format: "table"}, rows, []column[row]{
		{name: "body", cell: func(r row) string { return r.body }},
		{name: "needs", right: true, cell: func(r row) string { return fmt.Sprint(r.needs) }},
		{name: "found", right: true, cell: func(r row) string { return fmt.Sprint(r.found) }},
		{name: "what", cell: func(r row) string { return r.what }},
		{name: "truth", right: true, cell: func(r row) string { return r.truth }},
		{name: "measured", right: true, cell: func(r row) string { return r.ours }},
		{name: "needs told by the classifier", right: true, cell: func(r row) string { return r.read }},
		{name: "usual formula", right: true, cell: func(r row) string { return r.naive }},
	})
}

// linkingTable prints how right each method of linking is.
func linkingTable(s Streams, links []jobs.Linking) error {
	fmt.Fprintln(s.Out, "\nTo which need does a reply belong? Ties against the truth, needs told by it, with 95 % intervals:")
	share := func(n int, value, lo, hi float64) string {
		if n == 0 {
			return "–"
		}
		return fmt.Sprintf("%.3f [%.3f–%.3f]", value, lo, hi)
	}
	return write(s.Out, Output{Format: "table"}, links, []column[jobs.Linking]{
		{name: "method", cell: func(l jobs.Linking) string {
			if l.Method == jobs.AllMethods {
				return "all but adjacent"
			}
			return l.Method
		}},
		{name: "ties made", right: true, cell: func(l jobs.Linking) string { return fmt.Sprint(l.Made) }},
		{name: "wrong", right: true, cell: func(l jobs.Linking) string { return fmt.Sprint(l.Made - l.Right) }},
		{name: "precision", right: true, cell: func(l jobs.Linking) string { return share(l.Made, l.Precision, l.PrecisionLo, l.PrecisionHi) }},
		{name: "pairs shown so", right: true, cell: func(l jobs.Linking) string { return fmt.Sprint(l.Shown) }},
		{name: "recall", right: true, cell: func(l jobs.Linking) string { return share(l.Shown, l.Recall, l.RecallLo, l.RecallHi) }},
	})
}
