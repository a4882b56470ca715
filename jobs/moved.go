package jobs

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"

	"qulaq/report"
	"qulaq/schema"
)

// Moved tells what a relink changed of what had been derived before: by another
// version of the classifier, another registry, or because more was seen since.
type Moved struct {
	Classifiers []string    `json:"classifiers"` // versions that had read the items before
	Classifier  string      `json:"classifier"`  // that reads them now
	Bodies      []MovedBody `json:"bodies"`      // of which anything moved
}

// MovedBody is what moved of one body. Items that are new or gone do not count, but
// their needs do.
type MovedBody struct {
	BodyID      string        `json:"body_id"`
	NeedsGained int           `json:"needs_gained"`
	NeedsLost   int           `json:"needs_lost"`
	Classes     int           `json:"classes"` // items of another class than before, of citizens and officials
	Replies     int           `json:"replies"` // needs, there before and now, with other replies or replies of other kinds
	Before      *MovedNumbers `json:"before"`  // nil when it had no needs
	Now         *MovedNumbers `json:"now"`     // nil when it has none
}

// MovedNumbers are the shares of needs answered by [MovedHorizon].
type MovedNumbers struct {
	Any         report.Number `json:"any"`
	Substantive report.Number `json:"substantive"`
}

// MovedHorizon is that of the rates that a relink is judged by.
var MovedHorizon = report.Horizon{Days: 7}

// RelinkAndCompare is [Relink], and tells what it moved.
func RelinkAndCompare(ctx context.Context, e *Env, sources ...string) (Relinked, Moved, error) {
	c := comparison{bodies: map[string]*MovedBody{}, classifiers: map[string]bool{}}
	done, err := relink(ctx, e, sources, func(group []string, items []schema.Item, exchanges []schema.Exchange) error {
		if err := c.items(e.Store.DerivedItems(ctx, group), items); err != nil {
			return err
		}
		return c.exchanges(e.Store.DerivedExchanges(ctx, group), exchanges)
	})
	moved := Moved{Classifiers: slices.Sorted(maps.Keys(c.classifiers)), Classifier: e.reader().Version(), Bodies: []MovedBody{}}
	if err != nil || len(c.bodies) == 0 {
		return done, moved, err
	}
	before, err := c.numbers(ctx, e, c.before)
	if err != nil {
		return done, moved, err
	}
	now, err := c.numbers(ctx, e, c.now)
	if err != nil {
		return done, moved, err
	}
	for id, body := range c.bodies {
		body.Before, body.Now = before[id], now[id]
		moved.Bodies = append(moved.Bodies, *body)
	}
	slices.SortFunc(moved.Bodies, func(a, b MovedBody) int { return cmp.Compare(a.BodyID, b.BodyID) })
	return done, moved, nil
}

// comparison gathers what moved.
type comparison struct {
	bodies      map[string]*MovedBody
	classifiers map[string]bool
	before, now []schema.Exchange
}

func (c *comparison) body(id string) *MovedBody {
	if c.bodies[id] == nil {
		c.bodies[id] = &MovedBody{BodyID: id}
	}
	return c.bodies[id]
}

// items compares the classes of items.
func (c *comparison) items(before iter.Seq2[schema.Item, error], now []schema.Item) error {
	was := map[itemName]string{}
	for i, err := range before {
		if err != nil {
			return err
		}
		was[nameOf(i.SourceID, i.ThreadID, i.ItemID)] = i.Class
		c.classifiers[i.Classifier] = true
	}
	for _, i := range now {
		if class, ok := was[nameOf(i.SourceID, i.ThreadID, i.ItemID)]; ok && class != i.Class {
			c.body(i.BodyID).Classes++
		}
	}
	return nil
}

// exchanges compares needs and their replies.
func (c *comparison) exchanges(before iter.Seq2[schema.Exchange, error], now []schema.Exchange) error {
	was := map[itemName]schema.Exchange{}
	for x, err := range before {
		if err != nil {
			return err
		}
		was[nameOf(x.SourceID, x.ThreadID, x.NeedID)] = x
		c.before = append(c.before, x)
	}
	c.now = append(c.now, now...)
	for _, x := range now {
		name := nameOf(x.SourceID, x.ThreadID, x.NeedID)
		earlier, ok := was[name]
		delete(was, name)
		switch {
		case !ok:
			c.body(x.BodyID).NeedsGained++
		case !slices.Equal(earlier.ReplyID, x.ReplyID) || !slices.Equal(earlier.ReplyKind, x.ReplyKind) ||
			!slices.Equal(earlier.ReplyTemplate, x.ReplyTemplate) || !slices.Equal(earlier.ReplyMethod, x.ReplyMethod) || !slices.Equal(earlier.ReplyWatched, x.ReplyWatched):
			c.body(x.BodyID).Replies++
		}
	}
	for _, x := range was {
		c.body(x.BodyID).NeedsLost++
	}
	return nil
}

// numbers are the rates of the bodies of which anything moved.
func (c *comparison) numbers(ctx context.Context, e *Env, exchanges []schema.Exchange) (map[string]*MovedNumbers, error) {
	moved := slices.DeleteFunc(exchanges, func(x schema.Exchange) bool { return c.bodies[x.BodyID] == nil })
	last, err := e.Store.LastVisit(ctx, endOfTime)
	if err != nil {
		return nil, err
	}
	table, err := report.Ranking(&report.Evidence{
		Index: e.Index, AsOf: last,
		Any: schema.LatenciesOf(moved, schema.AnyReply), Substantive: schema.LatenciesOf(moved, schema.Substantive),
	}, report.RankOptions{Horizons: []report.Horizon{MovedHorizon}, Draws: 20})
	if err != nil {
		return nil, err
	}
	numbers := map[string]*MovedNumbers{}
	for _, s := range table {
		numbers[s.BodyID] = &MovedNumbers{s.Any.Rates[0], s.Substantive.Rates[0]}
	}
	return numbers, nil
}
