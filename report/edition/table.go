// Package edition makes what is published: the tables of an edition, what describes
// them, and what has changed since the edition before.
//
// All of it is a function of the data and the registry: no clock, no chance, and
// nothing that depends on where it is made. Two editions of the same inputs are the
// same bytes. Package jobs reads the data and writes the files.
package edition

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"qulaq/registry"
	"qulaq/report"
	"qulaq/schema"
)

// Table is a table of an edition. Its Rows hold strings, bools, uint32s and float64s,
// or nil where a field is Nullable; a table that the store exports has none here.
type Table struct {
	Name   string
	Title  string
	Key    []string // fields that name a row; nil when rows have no name
	Fields []schema.Field
	Rows   [][]any
}

// basis are the fields of a number, of which a suppressed one has none.
var basis = []schema.Field{
	{Name: "value", Type: "Nullable(Float64)", Meaning: "The estimate: a share between 0 and 1, or days; empty when it was not reached, or when too few needs stand behind it"},
	{Name: "lo", Type: "Nullable(Float64)", Meaning: "Lower limit of its 95 % interval"},
	{Name: "hi", Type: "Nullable(Float64)", Meaning: "Upper limit of its 95 % interval; empty when it was not reached"},
	{Name: "needs", Type: "Nullable(UInt32)", Meaning: "Needs that it rests on; empty when they are fewer than may be published"},
	{Name: "censored", Type: "Nullable(Float64)", Meaning: "Share of the needs that had no such reply when last seen"},
	{Name: "coverage", Type: "Nullable(Float64)", Meaning: "Items read ÷ items declared; below 0.98 the number is to be read with care"},
	{Name: "suppressed", Type: "Bool", Meaning: "Left out because it rests on fewer needs than may be published"},
}

func cells(n report.Number) []any {
	if n.Suppressed() {
		return []any{nil, nil, nil, nil, nil, nil, true}
	}
	b := n.Basis()
	return []any{stable(n.Value()), stable(n.Limits().Lo), stable(n.Limits().Hi), uint32(b.Needs), stable(b.Censored), stable(b.Coverage), false}
}

// stable is a number to ten digits, which every machine agrees on; nil for what is
// not finite.
func stable(x float64) any {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	// Unreachable error: what FormatFloat writes can be parsed.
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 10, 64), 64)
	return y + 0 // no negative zero
}

func text(name, meaning string) schema.Field {
	return schema.Field{Name: name, Type: "String", Meaning: meaning}
}

func count(name, meaning string) schema.Field {
	return schema.Field{Name: name, Type: "Nullable(UInt32)", Meaning: meaning}
}

func share(name, meaning string) schema.Field {
	return schema.Field{Name: name, Type: "Nullable(Float64)", Meaning: meaning}
}

// Tables makes the tables that rest on estimates: rankings, rates and kinds of
// replies.
func Tables(e *report.Evidence, replies []schema.ReplyCount) ([]Table, error) {
	ranking, err := rankingTable(e)
	if err != nil {
		return nil, err
	}
	rates, err := ratesTable(e)
	if err != nil {
		return nil, err
	}
	kinds, err := kindsTable(e, replies)
	if err != nil {
		return nil, err
	}
	return []Table{ranking, rates, kinds, statementsTable(e.Index.Country())}, nil
}

// rankHorizon is the horizon that ranks, as `qulaq rank` has it by default.
var rankHorizon = slices.Index(report.DefaultHorizons, report.Horizon{Days: 7})

func rankingTable(e *report.Evidence) (Table, error) {
	t := Table{Name: "ranking", Title: "Bodies by the share of needs answered within 7 days, ranked within their level of government", Key: []string{"kind", "body_id"}}
	t.Fields = slices.Concat([]schema.Field{
		text("kind", "Replies that count: any, or substantive ones"),
		text("body_id", "Body"),
		text("level", "Level of government, within which it is ranked"),
		count("position", "Place in the order of the lower limits; empty when too few needs stand behind it"),
		count("rank_lo", "Best rank that the data cannot exclude, all bodies at once, at 95 %"),
		count("rank_hi", "Worst such rank"),
		count("tier", "Bodies of one tier cannot be told apart from its first"),
		share("top_quartile", "Probability of being among the first quarter"),
	}, basis, []schema.Field{
		share("shrunk", "The share, drawn towards that of the peer group where few needs stand behind it"),
		share("shrunk_lo", "Lower limit of its 95 % credible interval"),
		share("shrunk_hi", "Upper limit"),
		share("weight", "Weight of the body's own data in it"),
	})
	for _, kind := range []schema.ReplyKind{schema.AnyReply, schema.Substantive} {
		table, err := report.Ranking(e, report.RankOptions{By: rankHorizon, Substantive: kind == schema.Substantive})
		if err != nil {
			return t, err
		}
		for _, s := range report.PublicRanking(table) {
			speed := s.Any
			if kind == schema.Substantive {
				speed = s.Substantive
			}
			row := []any{string(kind), s.BodyID, s.Level, whole(s.Position), whole(s.RankLo), whole(s.RankHi), whole(s.Tier), nil}
			shrunk := []any{nil, nil, nil, nil}
			if !s.Shrunk.Suppressed() {
				row[7] = stable(s.TopQuartile)
				shrunk = []any{stable(s.Shrunk.Value()), stable(s.Shrunk.Limits().Lo), stable(s.Shrunk.Limits().Hi), stable(s.Weight)}
			}
			t.Rows = append(t.Rows, slices.Concat(row, cells(speed.Rates[rankHorizon]), shrunk))
		}
	}
	return t, nil
}

// whole is a rank; nil for one that is not told.
func whole(n int) any {
	if n == 0 {
		return nil
	}
	return uint32(n)
}

// The scopes of rates.
const (
	scopeAll  = "all"
	scopeBody = "body"
)

func ratesTable(e *report.Evidence) (Table, error) {
	t := Table{Name: "rates", Title: "Shares answered by horizons, and medians, of all, of each body, and of groups of needs", Key: []string{"scope", "key", "period", "kind", "measure"}}
	t.Fields = slices.Concat([]schema.Field{
		text("scope", "What the needs have in common: all, body, language, class, level or region"),
		text("key", "Which body, language, …; empty when it is not known, and for all"),
		text("period", "First day of the month in which the needs were asked; all for the whole time"),
		text("kind", "Replies that count: any, or substantive ones"),
		text("measure", "Share answered by a horizon (1d, 7d; wd: working days), or median_days: time until half are answered"),
	}, basis)
	add := func(scope, key, period string, anyReply, substantive report.Speed) {
		for kind, speed := range map[schema.ReplyKind]report.Speed{schema.AnyReply: anyReply, schema.Substantive: substantive} {
			row := []any{scope, key, period, string(kind)}
			for i, n := range speed.Rates {
				t.Rows = append(t.Rows, slices.Concat(row, []any{report.DefaultHorizons[i].String()}, cells(n)))
			}
			t.Rows = append(t.Rows, slices.Concat(row, []any{"median_days"}, cells(speed.Median)))
		}
	}
	series := func(scope, key string, bodies ...string) error {
		for _, period := range []report.Period{report.ByAll, report.ByMonth} {
			points, err := report.Series(e, report.SeriesOptions{Period: period, Bodies: bodies})
			if err != nil {
				return err
			}
			for _, p := range report.PublicSeries(points) {
				name := p.Period
				if period == report.ByAll {
					name = scopeAll
				}
				add(scope, key, name, p.Any, p.Substantive)
			}
		}
		return nil
	}
	if err := series(scopeAll, ""); err != nil {
		return t, err
	}
	for _, b := range e.Index.Country().Bodies {
		if slices.Contains(e.Any.BodyID, b.ID) {
			if err := series(scopeBody, b.ID, b.ID); err != nil {
				return t, err
			}
		}
	}
	for _, by := range []report.GroupBy{report.ByLanguage, report.ByClass, report.ByLevel, report.ByRegion} {
		groups, err := report.Groups(e, by, nil)
		if err != nil {
			return t, err
		}
		for _, g := range report.PublicGroups(groups) {
			add(string(by), g.Key, scopeAll, g.Any, g.Substantive)
		}
	}
	t.sort()
	return t, nil
}

func kindsTable(e *report.Evidence, replies []schema.ReplyCount) (Table, error) {
	t := Table{Name: "kinds", Title: "What the replies of each body are: of all replies to its needs, the share of each kind", Key: []string{"body_id", "kind"}}
	t.Fields = slices.Concat([]schema.Field{
		text("body_id", "Body that was addressed; empty for all"),
		text("kind", "Kind of reply, or template: nearly the same as at least three earlier ones"),
	}, basis)
	for i := range t.Fields {
		if t.Fields[i].Name == "needs" {
			t.Fields[i].Meaning = "Replies that it rests on; empty when they are fewer than may be published"
		}
	}
	bodies := [][]string{nil}
	for _, b := range e.Index.Country().Bodies {
		if slices.ContainsFunc(replies, func(c schema.ReplyCount) bool { return c.BodyID == b.ID }) {
			bodies = append(bodies, []string{b.ID})
		}
	}
	for _, named := range bodies {
		shares, err := report.ReplyShares(e, replies, named...)
		if err != nil {
			return t, err
		}
		id := ""
		if named != nil {
			id = named[0]
		}
		for _, s := range shares {
			t.Rows = append(t.Rows, slices.Concat([]any{id, s.Kind}, cells(s.Share.Public())))
		}
	}
	t.sort()
	return t, nil
}

func statementsTable(c *registry.Country) Table {
	t := Table{Name: "statements", Title: "What bodies say of editions, in their own words; signatures were verified", Key: []string{"body_id", "edition", "date", "kind", "language"}}
	t.Fields = []schema.Field{
		text("body_id", "Body that speaks"),
		text("edition", "Edition that it speaks of"),
		text("date", "Day on which it signed"),
		text("kind", "reply: it comments on its numbers; correction: it says that one is wrong"),
		text("language", "Language of the text; empty when it is not told"),
		text("text", "What it says"),
		text("key", "Name of its key in the registry"),
		text("signature", "Ed25519 signature of the text with all that it is about, base64"),
	}
	for i := range c.Bodies {
		for _, s := range c.Bodies[i].Statements {
			t.Rows = append(t.Rows, []any{c.Bodies[i].ID, s.Edition, s.Date, s.Kind, s.Language, s.Text, s.Key, s.Signature})
		}
	}
	t.sort()
	return t
}

// sort puts the rows into the order of their keys, which are the first fields.
func (t *Table) sort() {
	slices.SortStableFunc(t.Rows, func(a, b []any) int {
		for i := range t.Key {
			if c := cmp.Compare(a[i].(string), b[i].(string)); c != 0 {
				return c
			}
		}
		return 0
	})
}
