package schema

import (
	"context"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Counted tells of how many needs the counts of reply_states are.
type Counted struct {
	Needs uint64   // in sources whose counts are whole
	Stale []string // bodies that were asked in sources whose counts are not, by id
}

// Counted tells what is counted, by the calendar of that name. What was counted by
// another one is stale.
func (s *Store) Counted(ctx context.Context, calendar string) (Counted, error) {
	const doing = "counted"
	var c Counted
	var stale []string
	err := each(ctx, s.conn, func(m stateVersion) {
		if m.Whole && m.Calendar == calendar {
			c.Needs += m.Needs
		} else {
			stale = append(stale, m.SourceID)
		}
	}, "SELECT source_id, version, whole, needs, rows, calendar FROM state_versions FINAL")
	if err != nil || len(stale) == 0 {
		return c, fail(doing, err)
	}
	type row struct {
		BodyID string `ch:"body_id"`
	}
	err = each(longQuery(ctx), s.conn, func(r row) { c.Stale = append(c.Stale, r.BodyID) },
		"SELECT DISTINCT body_id FROM exchanges FINAL WHERE source_id IN @sources ORDER BY body_id", clickhouse.Named("sources", stale))
	return c, fail(doing, err)
}

// StateQuery chooses counts.
type StateQuery struct {
	Period string // all, month or week
	Clock  string // calendar or working
	Kind   ReplyKind
	Bodies []string // nil for all
	ByBody bool     // a group for each body; else they are added up
}

// StateGroup is what is counted of the needs of one body, or of several, that were
// asked in one period. The i-th elements of the slices are of one bucket; buckets are
// in order.
type StateGroup struct {
	BodyID   string    // "" when bodies are added up
	Start    time.Time // of the period
	Lo, Hi   []uint32  // minutes
	Answered []uint64
	Open     []uint64
	Wide     uint64
	Threads  []ThreadSums // by horizon
}

// stateCell is a bucket of a group.
type stateCell struct {
	BodyID   string    `ch:"body"`
	Start    time.Time `ch:"start"`
	Lo       uint32    `ch:"lo"`
	Hi       uint32    `ch:"hi"`
	Answered uint64    `ch:"answers"`
	Open     uint64    `ch:"opens"`
	Wide     uint64    `ch:"wides"`
}

// live is the condition that a row counts.
const live = "version IN (SELECT version FROM state_versions FINAL WHERE whole)"

// StateGroups reads counts, by period and body.
func (s *Store) StateGroups(ctx context.Context, q StateQuery) ([]StateGroup, error) {
	const doing = "state groups"
	body := "''"
	if q.ByBody {
		body = "toString(body_id)"
	}
	where := []string{"period = @period", "clock = @clock", "kind = @kind", live}
	args := []any{clickhouse.Named("period", q.Period), clickhouse.Named("clock", q.Clock), clickhouse.Named("kind", string(q.Kind))}
	if q.Bodies != nil {
		where = append(where, "body_id IN @bodies")
		args = append(args, clickhouse.Named("bodies", q.Bodies))
	}
	from := strings.Join(where, " AND ")
	type key struct {
		body  string
		start int64
	}
	var groups []StateGroup
	place := map[key]int{}
	err := each(ctx, s.conn, func(c stateCell) {
		n := len(groups) - 1
		if n < 0 || groups[n].BodyID != c.BodyID || !groups[n].Start.Equal(c.Start) {
			groups = append(groups, StateGroup{BodyID: c.BodyID, Start: c.Start})
			n++
			place[key{c.BodyID, c.Start.Unix()}] = n
		}
		g := &groups[n]
		g.Lo, g.Hi = append(g.Lo, c.Lo), append(g.Hi, c.Hi)
		g.Answered, g.Open = append(g.Answered, c.Answered), append(g.Open, c.Open)
		g.Wide += c.Wide
	}, `
SELECT `+body+` AS body, start, lo, hi, sum(answered) AS answers, sum(open) AS opens, sum(wide) AS wides
FROM reply_states WHERE `+from+`
GROUP BY body, start, lo, hi ORDER BY body, start, hi`, args...)
	if err != nil {
		return nil, fail(doing, err)
	}
	err = each(ctx, s.conn, func(t ThreadSums) {
		if i, ok := place[key{t.BodyID, t.Start.Unix()}]; ok {
			groups[i].Threads = append(groups[i].Threads, t)
		}
	}, `
SELECT `+body+` AS body_id, start, horizon, sum(t.threads) AS threads, sum(t.followed) AS followed,
    sum(t.n) AS n, sum(t.k) AS k, sum(t.nn) AS nn, sum(t.nk) AS nk, sum(t.kk) AS kk
FROM reply_threads AS t WHERE `+strings.ReplaceAll(from, "body_id", "t.body_id")+`
GROUP BY body_id, start, horizon ORDER BY body_id, start, horizon`, args...)
	return groups, fail(doing, err)
}

// CountedCoverage is [Store.Covered] as of when each source was counted.
func (s *Store) CountedCoverage(ctx context.Context) (map[string]Covered, error) {
	covered := map[string]Covered{}
	err := each(ctx, s.conn, func(r coveredRow) { covered[r.BodyID] = Covered{r.Declared, r.Parsed} }, `
SELECT body_id, sum(c.declared) AS declared, sum(c.parsed) AS parsed FROM reply_coverage AS c WHERE `+live+` GROUP BY body_id`)
	return covered, fail("counted coverage", err)
}
