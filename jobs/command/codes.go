package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"qulaq/jobs"
	"qulaq/pipeline/coding"
	"qulaq/report"
)

// Coded is the choice of samples that people have coded.
type Coded struct {
	Codes []string `help:"Codes of qulaq agree that rates are corrected with (default: DATA/codes/*.tsv)." type:"existingfile" placeholder:"FILE"`
}

// load reads the samples, which must be of e's store.
func (c Coded) load(ctx context.Context, g *Globals, e *jobs.Env, per string) error {
	files := c.Codes
	if per == "cluster" {
		if len(files) > 0 {
			return errors.New("--codes tell of needs, not of clusters: leave out one of --codes and --per cluster")
		}
		return nil
	}
	if len(files) == 0 {
		var err error
		if files, err = filepath.Glob(filepath.Join(g.Data, "codes", "*.tsv")); err != nil {
			return err
		}
	}
	for _, file := range files {
		codes, err := readFile(file, coding.ReadCodes)
		if err != nil {
			return err
		}
		e.Samples = append(e.Samples, codes)
	}
	return jobs.CheckSamples(ctx, e)
}

// corrected are the columns of corrected rates at the i-th horizon.
func corrected[T any](horizon string, i int, of func(T) (any, real report.Speed)) []column[T] {
	told := func(n report.Number) string {
		if n.Basis().Coded == nil && !n.Suppressed() {
			return "–"
		}
		return n.Percent()
	}
	return []column[T]{
		number("any, "+horizon+", corrected", func(row T) report.Number { any, _ := of(row); return any.CorrectedAt(i) }, told),
		number("real, "+horizon+", corrected", func(row T) report.Number { _, real := of(row); return real.CorrectedAt(i) }, told),
		{name: "coded", right: true, cell: func(row T) string {
			any, _ := of(row)
			coded := any.CorrectedAt(i).Basis().Coded
			if coded == nil {
				return "–"
			}
			return fmt.Sprintf("%d: %d needs, −%d +%d", coded.Items, coded.Needs, coded.False, coded.Missed)
		}},
	}
}

// tellCorrected explains the columns of corrected rates.
func tellCorrected(w io.Writer, e *report.Evidence) {
	if e.Sample == nil {
		return
	}
	fmt.Fprintf(w, "corrected: for the classifier's errors that the coded items show; coded: items, true needs, false needs (−), missed needs (+); – where fewer than %d are coded of those that it took for needs, or of those that it passed over\n", report.MinCoded)
}
