package schema

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Visit gives a visit by its id; false when there is none.
func (s *Store) Visit(ctx context.Context, id string) (visit Visit, ok bool, err error) {
	err = each(ctx, s.conn, func(v Visit) { visit, ok = v, true }, `
SELECT `+columnsOf[Visit]("")+` FROM visits WHERE visit_id = @id LIMIT 1`, clickhouse.Named("id", id))
	return visit, ok, fail("visit", err)
}

// LastVisit is when the last visit until asOf was made; the epoch when there was
// none.
func (s *Store) LastVisit(ctx context.Context, asOf time.Time) (last time.Time, err error) {
	type row struct {
		Last time.Time `ch:"last"`
	}
	err = each(ctx, s.conn, func(r row) { last = r.Last }, `
SELECT max(seen_at) AS last FROM visits WHERE seen_at <= toDateTime64(@until, 3, 'UTC')`, moment("until", asOf))
	return last.UTC(), fail("last visit", err)
}

// Covered counts the items of some threads.
type Covered struct {
	Declared uint64 // as their pages say
	Parsed   uint64 // of these, read
}

// Share is the part that was read: 1 where nothing is declared.
func (c Covered) Share() float64 {
	if c.Declared == 0 {
		return 1
	}
	return min(1, float64(c.Parsed)/float64(c.Declared))
}

// Covered tells, by body, how much was read of the threads in which needs stand,
// as of their last look until asOf that read anything.
func (s *Store) Covered(ctx context.Context, asOf time.Time) (map[string]Covered, error) {
	covered := map[string]Covered{}
	err := each(ctx, s.conn, func(r coveredRow) { covered[r.BodyID] = Covered{r.Declared, r.Parsed} },
		"SELECT body_id, sum(c.declared) AS declared, sum(c.parsed) AS parsed FROM ("+coveredSQL("true")+") AS c GROUP BY body_id", moment("until", asOf))
	return covered, fail("coverage", err)
}

type coveredRow struct {
	BodyID   string `ch:"body_id"`
	Declared uint64 `ch:"declared"`
	Parsed   uint64 `ch:"parsed"`
}

// coveredSQL tells by source and body what was read, of the sources that a condition
// chooses.
func coveredSQL(sources string) string {
	return `
SELECT n.source_id AS source_id, n.body_id AS body_id, sum(l.1) AS declared, sum(l.2) AS parsed
FROM (SELECT DISTINCT source_id, thread_id, body_id FROM exchanges FINAL WHERE ` + sources + `) AS n
INNER JOIN
(
    SELECT source_id, thread_id, argMax((toUInt64(declared), toUInt64(parsed)), (seen_at, visit_id)) AS l
    FROM visits
    WHERE declared >= 0 AND outcome IN ('ok', 'empty', 'partial') AND seen_at <= toDateTime64(@until, 3, 'UTC') AND ` + sources + `
    GROUP BY source_id, thread_id
) AS v ON v.source_id = n.source_id AND v.thread_id = n.thread_id
GROUP BY n.source_id, n.body_id`
}

// LatenciesOf computes from exchanges what view latencies computes from the table,
// in the same order.
func LatenciesOf(exchanges []Exchange, kind ReplyKind) *Latencies {
	sorted := slices.Clone(exchanges)
	slices.SortFunc(sorted, func(a, b Exchange) int {
		return cmp.Or(cmp.Compare(a.BodyID, b.BodyID), cmp.Compare(a.SourceID, b.SourceID),
			cmp.Compare(a.ThreadID, b.ThreadID), cmp.Compare(a.NeedID, b.NeedID))
	})
	l := new(Latencies)
	for i := range sorted {
		e := &sorted[i]
		lo, hi := e.latency(kind)
		l.BodyID = append(l.BodyID, e.BodyID)
		l.SourceID = append(l.SourceID, e.SourceID)
		l.ThreadID = append(l.ThreadID, e.ThreadID)
		l.NeedID = append(l.NeedID, e.NeedID)
		l.Cluster = append(l.Cluster, e.Cluster)
		l.Class = append(l.Class, e.Class)
		l.Language = append(l.Language, e.Language)
		l.Theme = append(l.Theme, e.Theme)
		l.AskedLo = append(l.AskedLo, e.AskedLo)
		l.AskedHi = append(l.AskedHi, e.AskedHi)
		l.Lo, l.Hi = append(l.Lo, lo), append(l.Hi, hi)
	}
	return l
}

// latency is how long the need waited for a reply of some kind, in seconds: the
// latency of the method's "Units". Replies that no complete visit has confirmed do
// not count, as the silence of their thread does not.
func (e *Exchange) latency(kind ReplyKind) (lo, hi float64) {
	var replyLo, replyHi time.Time
	answered := false
	for i := range e.ReplyID {
		if !e.ReplyWatched[i] || e.ReplyMethod[i] == "adjacent" || !kind.counts(e.ReplyKind[i], e.ReplyTemplate[i]) {
			continue
		}
		if !answered || e.ReplyLo[i].Before(replyLo) {
			replyLo = e.ReplyLo[i]
		}
		if !answered || e.ReplyHi[i].Before(replyHi) {
			replyHi = e.ReplyHi[i]
		}
		answered = true
	}
	if !answered {
		return seconds(e.AskedHi, e.CensoredAt), math.Inf(1)
	}
	return seconds(e.AskedHi, replyLo), seconds(e.AskedLo, replyHi)
}

func seconds(from, to time.Time) float64 {
	return float64(max(0, to.UnixMilli()-from.UnixMilli())) / 1000
}

// counts tells whether a reply is of the kind. A refusal is a real answer; a
// template is none.
func (k ReplyKind) counts(kind string, template bool) bool {
	switch k {
	case AnyReply:
		return true
	case Substantive:
		return (kind == string(Substantive) || kind == string(Refusal)) && !template
	default:
		return kind == string(k)
	}
}
