package schema

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"
)

// Counted is what is counted, as it was at one moment: what is read with it goes
// together, whatever is counted anew in the meantime.
type Counted struct {
	Needs uint64   // in sources whose counts are whole
	Stale []Stale  // sources whose counts are not
	parts []uint64 // versions of the sources that are counted
	sum   uint64   // version of the sums of all of them; 0 when they were not added up
	swept uint64   // sweeps until then
}

// Stale tells of needs in a source that were not counted since they were derived.
type Stale struct {
	SourceID string `ch:"source_id"`
	BodyID   string `ch:"body_id"` // to which they were put
	Needs    uint64 `ch:"needs"`
}

// ErrSwept is told when counts that were to be read have been replaced and removed
// since: ask for what is [Store.Counted] again.
var ErrSwept = errors.New("the counts have been replaced")

// Counted tells what is counted, by the calendar of that name. What was counted by
// another one is stale.
func (s *Store) Counted(ctx context.Context, calendar string) (*Counted, error) {
	const doing = "counted"
	c := &Counted{swept: s.sweeps.Load()}
	marks, err := s.stateMarks(ctx)
	if err != nil {
		return nil, fail(doing, err)
	}
	var stale []string
	for _, m := range marks {
		switch {
		case m.SourceID == allSources:
		case m.Whole && m.Calendar == calendar:
			c.Needs += m.Needs
			c.parts = append(c.parts, m.Version)
		default:
			stale = append(stale, m.SourceID)
		}
	}
	slices.Sort(c.parts)
	if _, sum := marks.live(); sum.Whole && sum.Calendar == nameOfSum(c.parts) {
		c.sum = sum.Version
	}
	if len(stale) == 0 {
		return c, nil
	}
	err = each(longQuery(ctx), s.conn, func(r Stale) { c.Stale = append(c.Stale, r) },
		"SELECT source_id, body_id, count() AS needs FROM exchanges FINAL WHERE source_id IN @sources GROUP BY source_id, body_id ORDER BY source_id, body_id", clickhouse.Named("sources", stale))
	return c, fail(doing, err)
}

// Summed tells whether all that is counted has been added up ([Store.SumStates]).
func (c *Counted) Summed() bool { return c.sum != 0 }

// StateQuery chooses counts.
type StateQuery struct {
	Unit   string // need or cluster
	Period string // all, month or week
	Facet  string // language, theme or class; "" for none
	Clocks []string
	Kinds  []ReplyKind
	Bodies []string // nil for all
	ByBody bool     // a group for each body; else they are added up
}

// StateGroup is what is counted of the needs of one body, or of several, that were
// asked in one period. The i-th elements of the slices are of one bucket; buckets are
// in order.
type StateGroup struct {
	Clock    string
	Kind     ReplyKind
	BodyID   string    // "" when bodies are added up
	Start    time.Time // of the period
	Value    string    // of the facet
	Lo, Hi   []uint32  // minutes
	Answered []uint64
	Open     []uint64
	Wide     []uint64     // of Answered, those that are in Spans, too
	Spans    []ReplySpan  // nil when none is wide
	Threads  []ThreadSums // by horizon
	Bodies   []string     // that were asked, of groups of a facet
}

// stateRow is a group as it is read: its columns as texts, for to scan a million cells
// one by one takes longer than to count them.
type stateRow struct {
	Clock    string    `ch:"clock"`
	Kind     ReplyKind `ch:"kind"`
	Body     string    `ch:"body_id"`
	Start    time.Time `ch:"start"`
	Value    string    `ch:"value"`
	Lo       string    `ch:"los"`
	Hi       string    `ch:"his"`
	Answered string    `ch:"answers"`
	Open     string    `ch:"opens"`
	Wide     string    `ch:"wides"`
}

// groupKey is where a row of a query belongs.
type groupKey struct {
	clock, kind, body, value string
	start                    int64
}

func (k *StateKey) group() groupKey {
	return groupKey{k.Clock, string(k.Kind), k.BodyID, k.Value, k.Start.Unix()}
}

// StateGroups reads counts, by clock, kind, body, period and value.
func (s *Store) StateGroups(ctx context.Context, c *Counted, q StateQuery) ([]StateGroup, error) {
	groups, err := s.stateGroups(longQuery(ctx), c, q)
	if err == nil && s.sweeps.Load() != c.swept {
		err = ErrSwept
	}
	return groups, fail("state groups", err)
}

func (s *Store) stateGroups(ctx context.Context, c *Counted, q StateQuery) ([]StateGroup, error) {
	where, args := c.where(q)
	body := "''"
	if q.ByBody {
		body = "toString(t.body_id)"
	}
	key := "clock, kind, " + body + " AS body_id, start, value"
	var groups []StateGroup
	var threads []ThreadSums
	var both errgroup.Group
	both.Go(func() (err error) {
		groups, err = s.stateCells(ctx, key, where, args)
		return err
	})
	both.Go(func() error {
		return each(ctx, s.conn, func(t ThreadSums) { threads = append(threads, t) }, `
SELECT `+key+`, horizon, sum(t.threads) AS threads, sum(t.followed) AS followed,
    sum(t.n) AS n, sum(t.k) AS k, sum(t.nn) AS nn, sum(t.nk) AS nk, sum(t.kk) AS kk
FROM reply_threads AS t WHERE `+where+`
GROUP BY clock, kind, body_id, start, value, horizon ORDER BY clock, kind, body_id, start, value, horizon`, args...)
	})
	if err := both.Wait(); err != nil {
		return nil, err
	}
	place := make(map[groupKey]*StateGroup, len(groups))
	wide := false
	for i := range groups {
		g := &groups[i]
		place[groupKey{g.Clock, string(g.Kind), g.BodyID, g.Value, g.Start.Unix()}] = g
		wide = wide || slices.Max(g.Wide) > 0
	}
	for _, t := range threads {
		if g := place[t.group()]; g != nil {
			g.Threads = append(g.Threads, t)
		}
	}
	if wide {
		err := each(ctx, s.conn, func(x ReplySpan) {
			if g := place[x.group()]; g != nil {
				g.Spans = append(g.Spans, x)
			}
		}, `
SELECT `+key+`, lo, hi, toUInt32(sum(t.answered)) AS answered FROM reply_spans AS t WHERE `+where+`
GROUP BY clock, kind, body_id, start, value, lo, hi ORDER BY clock, kind, body_id, start, value, lo, hi`, args...)
		if err != nil {
			return nil, err
		}
	}
	if q.Facet == "" || q.ByBody {
		return groups, nil
	}
	return groups, s.bodiesOfValues(ctx, c, q, groups)
}

// stateCells reads groups with their buckets.
func (s *Store) stateCells(ctx context.Context, key, where string, args []any) (groups []StateGroup, err error) {
	var broken error
	err = each(ctx, s.conn, func(r stateRow) {
		g, err := r.group()
		broken = cmp.Or(broken, err)
		groups = append(groups, g)
	}, `
SELECT `+key+`, toString(groupArray(lo)) AS los, toString(groupArray(hi)) AS his,
    toString(groupArray(answered)) AS answers, toString(groupArray(open)) AS opens, toString(groupArray(wide)) AS wides
FROM reply_states AS t WHERE `+where+`
GROUP BY clock, kind, body_id, start, value ORDER BY clock, kind, body_id, start, value`, args...)
	return groups, cmp.Or(err, broken)
}

// bodiesOfValues tells which bodies were asked, by value of a facet.
func (s *Store) bodiesOfValues(ctx context.Context, c *Counted, q StateQuery, groups []StateGroup) error {
	if len(q.Bodies) == 1 {
		for i := range groups {
			groups[i].Bodies = q.Bodies
		}
		return nil
	}
	q.ByBody, q.Clocks, q.Kinds = true, q.Clocks[:1], q.Kinds[:1]
	where, args := c.where(q)
	bodies := map[string][]string{}
	err := each(ctx, s.conn, func(k StateKey) { bodies[k.Value] = append(bodies[k.Value], k.BodyID) },
		"SELECT DISTINCT value, t.body_id AS body_id FROM reply_threads AS t WHERE "+where+" ORDER BY value, body_id", args...)
	for i := range groups {
		groups[i].Bodies = bodies[groups[i].Value]
	}
	return err
}

// where is the condition on rows of what a query asks for.
func (c *Counted) where(q StateQuery) (sql string, args []any) {
	conditions := []string{"unit = @unit", "period = @period", "facet = @facet", "clock IN @clocks", "kind IN @kinds"}
	kinds := make([]string, len(q.Kinds))
	for i, k := range q.Kinds {
		kinds[i] = string(k)
	}
	args = []any{
		clickhouse.Named("unit", q.Unit), clickhouse.Named("period", q.Period), clickhouse.Named("facet", q.Facet),
		clickhouse.Named("clocks", q.Clocks), clickhouse.Named("kinds", kinds),
	}
	if q.Bodies == nil && !q.ByBody && c.Summed() {
		return strings.Join(append(conditions, "t.body_id = ''", "source_id = ''", "version = @sum"), " AND "), append(args, clickhouse.Named("sum", c.sum))
	}
	if q.Bodies != nil {
		conditions = append(conditions, "t.body_id IN @bodies")
		args = append(args, clickhouse.Named("bodies", q.Bodies))
	}
	return strings.Join(append(conditions, "version IN @parts"), " AND "), append(args, clickhouse.Named("parts", c.parts))
}

// group reads the columns of a row.
func (r *stateRow) group() (StateGroup, error) {
	g := StateGroup{Clock: r.Clock, Kind: r.Kind, BodyID: r.Body, Start: r.Start, Value: r.Value}
	var err [5]error
	g.Lo, err[0] = numbers[uint32](r.Lo)
	g.Hi, err[1] = numbers[uint32](r.Hi)
	g.Answered, err[2] = numbers[uint64](r.Answered)
	g.Open, err[3] = numbers[uint64](r.Open)
	g.Wide, err[4] = numbers[uint64](r.Wide)
	if err := errors.Join(err[:]...); err != nil {
		return g, err
	}
	if !slices.IsSorted(g.Hi) {
		g.sort()
	}
	g.merge()
	return g, nil
}

// merge adds up what several sources have in one bucket: the engine takes four times as
// long for it. Buckets are in order.
func (g *StateGroup) merge() {
	n := 0
	for i, hi := range g.Hi {
		if n > 0 && g.Hi[n-1] == hi {
			g.Answered[n-1] += g.Answered[i]
			g.Open[n-1] += g.Open[i]
			g.Wide[n-1] += g.Wide[i]
			continue
		}
		g.Lo[n], g.Hi[n], g.Answered[n], g.Open[n], g.Wide[n] = g.Lo[i], hi, g.Answered[i], g.Open[i], g.Wide[i]
		n++
	}
	g.Lo, g.Hi, g.Answered, g.Open, g.Wide = g.Lo[:n], g.Hi[:n], g.Answered[:n], g.Open[:n], g.Wide[:n]
}

// sort puts the buckets in order.
func (g *StateGroup) sort() {
	order := make([]int, len(g.Hi))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(g.Hi[i], g.Hi[j]) })
	g.Lo, g.Hi = inOrder(g.Lo, order), inOrder(g.Hi, order)
	g.Answered, g.Open = inOrder(g.Answered, order), inOrder(g.Open, order)
	g.Wide = inOrder(g.Wide, order)
}

func inOrder[T any](of []T, order []int) []T {
	out := make([]T, len(order))
	for i, k := range order {
		out[i] = of[k]
	}
	return out
}

// numbers reads an array as ClickHouse writes it: [1,2,3].
func numbers[T uint32 | uint64](text string) ([]T, error) {
	list, opened := strings.CutPrefix(text, "[")
	list, closed := strings.CutSuffix(list, "]")
	if !opened || !closed {
		return nil, fmt.Errorf("counts: %.20q is no array", text)
	}
	if list == "" {
		return nil, nil
	}
	out := make([]T, 1, strings.Count(list, ",")+1)
	for _, c := range []byte(list) {
		switch {
		case c == ',':
			out = append(out, 0)
		case '0' <= c && c <= '9':
			out[len(out)-1] = 10*out[len(out)-1] + T(c-'0')
		default:
			return nil, fmt.Errorf("counts: %q in an array of numbers", c)
		}
	}
	return out, nil
}

// CountedCoverage is [Store.Covered] as of when each source was counted.
func (s *Store) CountedCoverage(ctx context.Context, c *Counted) (map[string]Covered, error) {
	covered := map[string]Covered{}
	err := each(longQuery(ctx), s.conn, func(r coveredRow) { covered[r.BodyID] = Covered{r.Declared, r.Parsed} }, `
SELECT body_id, sum(c.declared) AS declared, sum(c.parsed) AS parsed FROM reply_coverage AS c WHERE version IN @parts GROUP BY body_id`,
		clickhouse.Named("parts", c.parts))
	return covered, fail("counted coverage", err)
}

// CountedReplies is [Store.ReplyCounts] as of when each source was counted.
func (s *Store) CountedReplies(ctx context.Context, c *Counted) ([]ReplyCount, error) {
	var counts []ReplyCount
	err := each(longQuery(ctx), s.conn, func(r ReplyCount) { counts = append(counts, r) }, `
SELECT body_id, kind, template, sum(r.replies) AS replies FROM reply_kinds AS r WHERE version IN @parts
GROUP BY body_id, kind, template ORDER BY body_id, kind, template`, clickhouse.Named("parts", c.parts))
	return counts, fail("counted replies", err)
}
