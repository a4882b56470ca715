package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qulaq/pipeline"
	"qulaq/pipeline/coding"
	"qulaq/report"
	"qulaq/schema"
)

// CheckSamples tells whether the items of e.Samples are those of this store.
func CheckSamples(ctx context.Context, e *Env) error {
	for _, sample := range e.Samples {
		var sources, items []string
		for _, code := range sample {
			sources, items = append(sources, code.Source), append(items, code.Item)
		}
		slices.Sort(sources)
		held, err := e.Store.Holds(ctx, slices.Compact(sources), items)
		if err != nil {
			return fmt.Errorf("jobs: codes: %w", err)
		}
		if !held && len(items) > 0 {
			return fmt.Errorf("jobs: none of the %d coded items is stored here: the codes are of another data folder", len(items))
		}
	}
	return nil
}

// correct adds to evidence what hand-coded samples tell. Of several samples, each
// counts by its size. The coded items are derived again with the classes that people
// gave, so that a need that was missed finds its replies, too.
func (e *Env) correct(ctx context.Context, out *report.Evidence, asOf time.Time) error {
	units, total := map[[2]string]float64{}, 0
	byHand := *e
	byHand.Codes = pipeline.Codes{}
	named := map[string]bool{}
	var sources []string
	for _, sample := range e.Samples {
		for _, code := range sample {
			if byHand.Codes[[2]string{code.Source, code.Item}] = code.Class; code.IsUnit() {
				total++
			}
			if !named[code.Source] {
				named[code.Source] = true
				sources = append(sources, code.Source)
			}
		}
	}
	for _, sample := range e.Samples {
		size := sampleSize(sample)
		for _, code := range sample {
			if code.IsUnit() {
				units[[2]string{code.Source, code.Item}] += float64(size) / float64(total) / code.Probability
			}
		}
	}
	var coded []schema.Exchange
	for _, group := range e.groups(sources) {
		_, exchanges, err := Derive(ctx, &byHand, group, asOf)
		if err != nil {
			return fmt.Errorf("jobs: derive %v with the codes: %w", group, err)
		}
		for _, x := range exchanges {
			if units[[2]string{x.SourceID, x.NeedID}] > 0 {
				coded = append(coded, x)
			}
		}
	}
	out.Sample = &report.Sample{
		Any:         schema.LatenciesOf(coded, schema.AnyReply),
		Substantive: schema.LatenciesOf(coded, schema.Substantive),
	}
	read, is := rowsOf(out.Any), rowsOf(out.Sample.Any)
	return e.eachCitizensItem(ctx, asOf, func(i *schema.Item) {
		c := report.Candidate{
			BodyID: i.BodyID, SourceID: i.SourceID, ThreadID: i.ThreadID, Asked: i.PublishedLo,
			Read: -1, Weight: units[[2]string{i.SourceID, i.ItemID}], Is: -1,
		}
		name := nameOf(i.SourceID, i.ThreadID, i.ItemID)
		if row, ok := read[name]; ok {
			c.Read = row
		}
		if row, ok := is[name]; ok {
			c.Is = row
		}
		out.Sample.Frame = append(out.Sample.Frame, c)
	})
}

func sampleSize(sample []coding.Code) (units int) {
	for _, code := range sample {
		if code.IsUnit() {
			units++
		}
	}
	return units
}

// rowsOf tells the row of each need.
func rowsOf(l *schema.Latencies) map[itemName]int {
	rows := make(map[itemName]int, l.Len())
	for row := range l.NeedID {
		rows[nameOf(l.SourceID[row], l.ThreadID[row], l.NeedID[row])] = row
	}
	return rows
}

// eachCitizensItem goes through what citizens wrote: as it is in the store, or as it
// would have been derived at an earlier moment.
func (e *Env) eachCitizensItem(ctx context.Context, asOf time.Time, do func(*schema.Item)) error {
	if asOf.IsZero() {
		for item, err := range e.Store.CitizensItems(ctx) {
			if err != nil {
				return fmt.Errorf("jobs: %w", err)
			}
			do(&item)
		}
		return nil
	}
	for _, group := range e.groups(nil) {
		items, _, err := Derive(ctx, e, group, asOf)
		if err != nil {
			return fmt.Errorf("jobs: derive %v as of %s: %w", group, asOf.Format(time.RFC3339), err)
		}
		for i := range items {
			if items[i].Role == "citizen" {
				do(&items[i])
			}
		}
	}
	return nil
}
