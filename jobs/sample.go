package jobs

import (
	"context"
	"fmt"
	"time"

	"qulaq/pipeline"
	"qulaq/pipeline/coding"
	"qulaq/pipeline/language"
	"qulaq/schema"
)

// SampleOptions choose a sample for coding by hand.
type SampleOptions struct {
	Size    int     // units
	Overlap float64 // share of them that both coders get
	Seed    uint64
}

// Sampled tells what a sample was drawn from, and what it holds.
type Sampled struct {
	Frame    int `json:"frame"`    // citizens' items that could be drawn
	Textless int `json:"textless"` // others, whose texts are not stored: nobody can read them
	Units    int `json:"units"`
	Replies  int `json:"replies"` // to the units
	Both     int `json:"both"`    // units that both coders get
}

// Sample draws citizens' items for coding by hand, each with the replies that are
// tied to it, or would be if it were a need. It stores nothing.
func Sample(ctx context.Context, e *Env, o SampleOptions) ([][]coding.Item, Sampled, error) {
	var done Sampled
	var frame []coding.Candidate
	for item, err := range e.Store.CitizensItems(ctx) {
		if err != nil {
			return nil, done, fmt.Errorf("jobs: sample: %w", err)
		}
		if item.Text == "" {
			done.Textless++
			continue
		}
		frame = append(frame, coding.Candidate{
			Source: item.SourceID, Thread: item.ThreadID, Item: item.ItemID, Body: item.BodyID,
			Language: item.Language, Class: language.Class(item.Class), Need: item.Need,
		})
	}
	if done.Frame = len(frame); done.Frame == 0 {
		return nil, done, fmt.Errorf("jobs: sample: no citizen's text is stored (%d items have none)", done.Textless)
	}
	drawn, err := coding.Draw(frame, o.Size, o.Seed)
	if err != nil {
		return nil, done, err
	}
	units, err := e.units(ctx, frame, drawn)
	if err != nil {
		return nil, done, err
	}
	if err := e.addReplies(ctx, units); err != nil {
		return nil, done, err
	}
	if err := coding.Assign(units, o.Overlap, o.Seed); err != nil {
		return nil, done, err
	}
	done.Units = len(units)
	for _, unit := range units {
		done.Replies += len(unit) - 1
		if unit[0].Coders == "ab" {
			done.Both++
		}
	}
	return units, done, nil
}

// units reads the items that were drawn: a frame of all texts would fill the memory.
func (e *Env) units(ctx context.Context, frame []coding.Candidate, drawn []coding.Drawn) ([][]coding.Item, error) {
	probability := make(map[itemName]float64, len(drawn))
	for _, d := range drawn {
		c := &frame[d.Place]
		probability[nameOf(c.Source, c.Thread, c.Item)] = d.Probability
	}
	var units [][]coding.Item
	for item, err := range e.Store.CitizensItems(ctx) {
		if err != nil {
			return nil, fmt.Errorf("jobs: sample: %w", err)
		}
		if p := probability[nameOf(item.SourceID, item.ThreadID, item.ItemID)]; p > 0 {
			unit := row(&item)
			unit.Probability = p
			units = append(units, []coding.Item{unit})
		}
	}
	return units, nil
}

// row is an item as a key has it.
func row(i *schema.Item) coding.Item {
	return coding.Item{
		Source: i.SourceID, Thread: i.ThreadID, ID: i.ItemID, Role: language.Role(i.Role), Body: i.BodyID,
		Language: i.Language, Class: language.Class(i.Class), Classifier: i.Classifier, Text: i.Text,
	}
}

// addReplies finds the replies to units: those that are tied to each when all of
// them are taken for needs. Replies that merely follow are none in the statistics,
// and are left out here, too.
func (e *Env) addReplies(ctx context.Context, units [][]coding.Item) error {
	asNeeds := *e
	asNeeds.Codes = pipeline.Codes{}
	place := map[itemName]int{}
	named := map[string]bool{}
	var sources []string
	for i, unit := range units {
		place[nameOf(unit[0].Source, unit[0].Thread, unit[0].ID)] = i
		asNeeds.Codes[[2]string{unit[0].Source, unit[0].ID}] = language.Question
		if !named[unit[0].Source] {
			named[unit[0].Source] = true
			sources = append(sources, unit[0].Source)
		}
	}
	for _, group := range e.groups(sources) {
		items, exchanges, err := Derive(ctx, &asNeeds, group, time.Time{})
		if err != nil {
			return fmt.Errorf("jobs: sample: derive %v: %w", group, err)
		}
		said := map[[2]string]*schema.Item{} // a reply may stand in another thread than its need
		for i := range items {
			said[[2]string{items[i].SourceID, items[i].ItemID}] = &items[i]
		}
		for _, x := range exchanges {
			i, ok := place[nameOf(x.SourceID, x.ThreadID, x.NeedID)]
			if !ok {
				continue
			}
			for k, id := range x.ReplyID {
				reply := said[[2]string{x.SourceID, id}]
				if reply == nil || x.ReplyMethod[k] == string(pipeline.ByAdjacent) {
					continue
				}
				item := row(reply)
				item.Probability = units[i][0].Probability
				units[i] = append(units[i], item)
			}
		}
		e.progress(Progress{Job: "sample", Note: group[0]})
	}
	return nil
}

// itemName names an item within the store.
type itemName struct{ source, thread, item string }

func nameOf(source, thread, item string) itemName { return itemName{source, thread, item} }
