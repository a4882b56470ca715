package schema

import (
	"cmp"
	"context"
	"sort"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// ReplyKind is a sort of reply that statistics are about.
type ReplyKind string

// The sorts of replies, as in view latencies.
const (
	AnyReply        ReplyKind = "any" // whatever it is, templates included
	Acknowledgement ReplyKind = "acknowledgement"
	Redirect        ReplyKind = "redirect"
	Refusal         ReplyKind = "refusal"
	Closing         ReplyKind = "closing"
	Substantive     ReplyKind = "substantive" // and not a template
)

// LatencyQuery chooses needs.
type LatencyQuery struct {
	Kind      ReplyKind // of reply that is waited for
	Bodies    []string  // addressed; nil for all
	Sources   []string  // of the threads; nil for all
	AskedFrom time.Time // earliest asked_lo; zero for no limit
	AskedTo   time.Time // asked_lo is before it; zero for no limit
}

// Latencies are needs in columns: the i-th elements of all slices belong to one
// need. They are ordered by body, source, thread and need.
type Latencies struct {
	BodyID, SourceID, ThreadID, NeedID []string
	Cluster                            []string // the same for nearly identical needs
	Class, Language, Theme             []string
	AskedLo, AskedHi                   []time.Time
	// The need waited between Lo and Hi seconds. Hi is +Inf when no reply was found
	// that a complete visit has confirmed: it is right-censored at Lo.
	Lo, Hi []float64
}

// Len is the number of needs.
func (l *Latencies) Len() int { return len(l.NeedID) }

// Sort puts the needs in the order of body, source, thread and need.
func (l *Latencies) Sort() { sort.Sort(byThread{l}) }

// byThread sorts the columns of latencies together.
type byThread struct{ *Latencies }

func (l byThread) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(l.BodyID[i], l.BodyID[j]), cmp.Compare(l.SourceID[i], l.SourceID[j]),
		cmp.Compare(l.ThreadID[i], l.ThreadID[j]), cmp.Compare(l.NeedID[i], l.NeedID[j])) < 0
}

func (l byThread) Swap(i, j int) {
	for _, column := range [][]string{l.BodyID, l.SourceID, l.ThreadID, l.NeedID, l.Cluster, l.Class, l.Language, l.Theme} {
		column[i], column[j] = column[j], column[i]
	}
	for _, column := range [][]time.Time{l.AskedLo, l.AskedHi} {
		column[i], column[j] = column[j], column[i]
	}
	for _, column := range [][]float64{l.Lo, l.Hi} {
		column[i], column[j] = column[j], column[i]
	}
}

// Latencies reads how long needs waited, from view latencies.
func (s *Store) Latencies(ctx context.Context, q LatencyQuery) (*Latencies, error) {
	where := []string{"kind = @kind"}
	args := []any{clickhouse.Named("kind", string(q.Kind))}
	if q.Bodies != nil {
		where = append(where, "body_id IN @bodies")
		args = append(args, clickhouse.Named("bodies", q.Bodies))
	}
	if q.Sources != nil {
		where = append(where, "source_id IN @sources")
		args = append(args, clickhouse.Named("sources", q.Sources))
	}
	if !q.AskedFrom.IsZero() {
		where = append(where, "asked_lo >= toDateTime64(@from, 3, 'UTC')")
		args = append(args, moment("from", q.AskedFrom))
	}
	if !q.AskedTo.IsZero() {
		where = append(where, "asked_lo < toDateTime64(@to, 3, 'UTC')")
		args = append(args, moment("to", q.AskedTo))
	}
	l := new(Latencies)
	same := interned{}
	err := each(longQuery(ctx), s.conn, func(r latencyRow) {
		l.BodyID = append(l.BodyID, same.of(r.BodyID))
		l.SourceID = append(l.SourceID, same.of(r.SourceID))
		l.ThreadID = append(l.ThreadID, same.of(r.ThreadID))
		l.NeedID = append(l.NeedID, r.NeedID)
		l.Cluster = append(l.Cluster, r.Cluster)
		l.Class = append(l.Class, same.of(r.Class))
		l.Language = append(l.Language, same.of(r.Language))
		l.Theme = append(l.Theme, same.of(r.Theme))
		l.AskedLo = append(l.AskedLo, r.AskedLo)
		l.AskedHi = append(l.AskedHi, r.AskedHi)
		l.Lo = append(l.Lo, r.Lo)
		l.Hi = append(l.Hi, r.Hi)
	}, `
SELECT body_id, source_id, thread_id, need_id, cluster, class, language, theme, asked_lo, asked_hi,
    if(watched, latency_lo, watched_for) AS lo, if(watched, ifNull(latency_hi, inf), inf) AS hi
FROM latencies
WHERE `+strings.Join(where, " AND ")+`
ORDER BY body_id, source_id, thread_id, need_id`, args...)
	if err != nil {
		return nil, fail("latencies", err)
	}
	return l, nil
}

type latencyRow struct {
	BodyID   string    `ch:"body_id"`
	SourceID string    `ch:"source_id"`
	ThreadID string    `ch:"thread_id"`
	NeedID   string    `ch:"need_id"`
	Cluster  string    `ch:"cluster"`
	Class    string    `ch:"class"`
	Language string    `ch:"language"`
	Theme    string    `ch:"theme"`
	AskedLo  time.Time `ch:"asked_lo"`
	AskedHi  time.Time `ch:"asked_hi"`
	Lo       float64   `ch:"lo"`
	Hi       float64   `ch:"hi"`
}

// interned keeps one copy of every text: a million needs have a few hundred bodies.
type interned map[string]string

func (in interned) of(text string) string {
	if kept, ok := in[text]; ok {
		return kept
	}
	in[text] = text
	return text
}
