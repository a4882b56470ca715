package report

import (
	"cmp"
	"math"
	"slices"

	"qulaq/schema"
	"qulaq/stats"
)

// The bounds of a fill alarm. They are strict, for every field of every source is
// tested each time: at 99.9 % two intervals of one and the same rate lie apart once
// in some hundred thousand tests.
const (
	// AlarmItems is the number of items, before and now, below which nothing is told.
	AlarmItems = 50
	// AlarmFall is the least fall of a rate that is told: smaller ones are people
	// who write otherwise, not pages that are built otherwise.
	AlarmFall  = 0.05
	alarmLevel = stats.Level(0.999)
)

// FillAlarm is a field that items had before and now have more seldom: a page that
// changes before its parser notices.
type FillAlarm struct {
	SourceID string `json:"source_id"` // "" for all sources of the parser, of each as many items as it has both before and now
	Parser   string `json:"parser"`
	Kind     string `json:"kind"`  // of the items
	Field    string `json:"field"` // as in column visits.fill
	Before   Filled `json:"before"`
	Now      Filled `json:"now"`
}

// Filled is how many items had a field.
type Filled struct {
	Items  int     `json:"items"`
	Filled int     `json:"filled"`
	Rate   float64 `json:"rate"`
	Lo     float64 `json:"lo"` // Wilson limits at 99.9 %
	Hi     float64 `json:"hi"`
}

// FillAlarms compares how items were filled with how they are now. There is an
// alarm for each field whose rate fell by [AlarmFall] or more such that the Wilson
// intervals of the two lie apart, for each source by itself and for the sources of
// a parser together, where there are several: a platform that changes shows on many
// small channels first.
func FillAlarms(before, now []schema.FieldCount) ([]FillAlarm, error) {
	was := map[fillKey]Filled{}
	for _, c := range before {
		was[fillKey{c.SourceID, c.Parser, c.Kind, c.Field}] = Filled{Items: int(c.Items), Filled: int(c.Filled)}
	}
	var pairs []FillAlarm
	pools := map[fillKey]*pool{}
	for _, c := range now {
		pair := FillAlarm{SourceID: c.SourceID, Parser: c.Parser, Kind: c.Kind, Field: c.Field}
		pair.Before, pair.Now = was[fillKey{c.SourceID, c.Parser, c.Kind, c.Field}], Filled{Items: int(c.Items), Filled: int(c.Filled)}
		pairs = append(pairs, pair)
		key := fillKey{"", c.Parser, c.Kind, c.Field}
		if pools[key] == nil {
			pools[key] = new(pool)
		}
		pools[key].add(pair)
	}
	for key, p := range pools {
		if p.sources > 1 {
			pairs = append(pairs, FillAlarm{
				Parser: key.parser, Kind: key.kind, Field: key.field,
				Before: Filled{Items: p.items, Filled: int(math.Round(p.before))}, Now: Filled{Items: p.items, Filled: int(math.Round(p.now))},
			})
		}
	}
	var alarms []FillAlarm
	for _, pair := range pairs {
		fell, err := pair.judge()
		if err != nil {
			return nil, err
		}
		if fell {
			alarms = append(alarms, pair)
		}
	}
	slices.SortFunc(alarms, func(a, b FillAlarm) int {
		return cmp.Or(cmp.Compare(a.Parser, b.Parser), cmp.Compare(a.SourceID, b.SourceID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Field, b.Field))
	})
	return alarms, nil
}

type fillKey struct{ source, parser, kind, field string }

// pool adds up sources, of each as many items as it has both before and now: which
// sources have much to say changes from week to week, and is no fall of a rate.
type pool struct {
	sources, items int
	before, now    float64 // of these items, filled
}

func (p *pool) add(pair FillAlarm) {
	items := min(pair.Before.Items, pair.Now.Items)
	if items == 0 {
		return
	}
	p.sources++
	p.items += items
	p.before += float64(items) * float64(pair.Before.Filled) / float64(pair.Before.Items)
	p.now += float64(items) * float64(pair.Now.Filled) / float64(pair.Now.Items)
}

// judge fills in the rates and their limits, and tells whether the rate fell.
func (a *FillAlarm) judge() (fell bool, err error) {
	if a.Before.Items < AlarmItems || a.Now.Items < AlarmItems {
		return false, nil
	}
	for _, f := range []*Filled{&a.Before, &a.Now} {
		limits, err := stats.Wilson(f.Filled, f.Items, alarmLevel)
		if err != nil {
			return false, err
		}
		f.Rate, f.Lo, f.Hi = float64(f.Filled)/float64(f.Items), limits.Lo, limits.Hi
	}
	return a.Now.Hi < a.Before.Lo && a.Before.Rate-a.Now.Rate >= AlarmFall, nil
}
