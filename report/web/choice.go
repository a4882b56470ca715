package web

import (
	"net/url"
	"slices"
	"time"

	"qulaq/registry"
	"qulaq/report"
)

// choice is what a reader chose of a page. All of it stands in the address.
type choice struct {
	AsOf    time.Time // zero for now
	Horizon string    // one of report.DefaultHorizons
	By      string    // replies that count: any, substantive
	Per     string    // what is counted: need, cluster
	Level   string    // of government; "" for all
	Region  string    // ISO 3166-2; "" for all
	Period  string    // of series: week, month; "" for what fits
	Sort    string    // a column; "" for the rank
	Down    bool      // sorted from the greatest
	Bodies  []string  // to compare
	CSV     string    // the table that is wanted instead of the page; "" for the page
}

// What can be chosen.
const (
	byAny, bySubstantive = "any", "substantive"
	perNeed, perCluster  = "need", "cluster"
	// maxCompared is the number of bodies that can be told apart in one chart.
	maxCompared = 5
)

// sortable are the columns of the ranking by which it can be sorted.
var sortable = []string{"rank", "body", "any", "substantive", "median", "needs", "open", "coverage"}

func defaultChoice() choice { return choice{Horizon: "7d", By: byAny, Per: perNeed} }

// parseChoice reads the query of an address. What it does not know it leaves alone,
// for links get parameters added by those who pass them on.
func parseChoice(q url.Values, index *registry.Index) (choice, error) {
	c := defaultChoice()
	one := func(name string, to *string, allowed ...string) error {
		value := q.Get(name)
		if value == "" {
			return nil
		}
		if !slices.Contains(allowed, value) {
			return &choiceError{name, value}
		}
		*to = value
		return nil
	}
	var horizons, levels, regions []string
	for _, h := range report.DefaultHorizons {
		horizons = append(horizons, h.String())
	}
	for _, b := range index.Country().Bodies {
		levels, regions = append(levels, b.Level), append(regions, report.RegionOf(&b))
	}
	order := ""
	for _, err := range []error{
		one("horizon", &c.Horizon, horizons...),
		one("by", &c.By, byAny, bySubstantive),
		one("per", &c.Per, perNeed, perCluster),
		one("level", &c.Level, levels...),
		one("region", &c.Region, regions...),
		one("period", &c.Period, string(report.ByWeek), string(report.ByMonth)),
		one("sort", &c.Sort, sortable...),
		one("order", &order, "up", "down"),
	} {
		if err != nil {
			return c, err
		}
	}
	c.Down, c.CSV = order == "down", q.Get("csv")
	if asOf := q.Get("asof"); asOf != "" {
		t, err := time.Parse(time.RFC3339, asOf)
		if err != nil || t.Year() < 2000 || t.Year() > 2199 {
			return c, &choiceError{"asof", asOf}
		}
		c.AsOf = t.UTC()
	}
	for _, id := range q["body"] {
		if _, ok := index.Body(id); !ok {
			return c, &choiceError{"body", id}
		}
		if !slices.Contains(c.Bodies, id) {
			c.Bodies = append(c.Bodies, id)
		}
	}
	if len(c.Bodies) > maxCompared {
		return c, &choiceError{"body", c.Bodies[maxCompared]}
	}
	return c, nil
}

// horizon is the chosen one, as its place among the default ones.
func (c choice) horizon() int {
	return slices.IndexFunc(report.DefaultHorizons, func(h report.Horizon) bool { return h.String() == c.Horizon })
}
