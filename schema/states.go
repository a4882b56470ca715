package schema

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// StateKey names needs that are counted together.
type StateKey struct {
	Unit     string    `ch:"unit"`   // what is counted: need or cluster
	Period   string    `ch:"period"` // of asking: all, month or week
	Facet    string    `ch:"facet"`  // what Value is a value of: language, theme or class; "" for all needs
	Clock    string    `ch:"clock"`  // calendar or working
	Kind     ReplyKind `ch:"kind"`
	BodyID   string    `ch:"body_id"`
	Start    time.Time `ch:"start"` // of the period; zero for all
	Value    string    `ch:"value"` // "" unless there is a facet
	SourceID string    `ch:"source_id"`
}

// stateKey are the columns of a StateKey but those of who was asked where.
const stateKey = "unit, period, facet, clock, kind, start, value"

// ReplyState is a row of table reply_states: needs that waited equally long, but for
// the width of a bucket.
type ReplyState struct {
	StateKey
	Lo       uint32 `ch:"lo"` // the bucket (Lo, Hi], minutes
	Hi       uint32 `ch:"hi"`
	Answered uint32 `ch:"answered"`
	Open     uint32 `ch:"open"` // last seen without a reply
	Wide     uint32 `ch:"wide"` // of Answered, known less exactly than the bucket
	Version  uint64 `ch:"version"`
}

// ReplySpan is a row of table reply_spans: needs whose replies came in a span that is
// wider than a bucket. They are in the cells, too, as Wide.
type ReplySpan struct {
	StateKey
	Lo       uint32 `ch:"lo"` // of the bucket in which the spans begin, minutes
	Hi       uint32 `ch:"hi"` // of the bucket in which they end
	Answered uint32 `ch:"answered"`
	Version  uint64 `ch:"version"`
}

// ThreadSums is a row of table reply_threads: how the needs of a group cluster in
// threads, at a horizon. Of a thread, n needs were followed up to the horizon, k of
// which were answered by then.
type ThreadSums struct {
	StateKey
	Horizon  float64 `ch:"horizon"` // days of the clock
	Threads  uint64  `ch:"threads"` // with needs
	Followed uint64  `ch:"followed"`
	N        float64 `ch:"n"` // Σn, and so on
	K        float64 `ch:"k"`
	NN       float64 `ch:"nn"`
	NK       float64 `ch:"nk"`
	KK       float64 `ch:"kk"`
	Version  uint64  `ch:"version"`
}

// stateVersion is a row of table state_versions.
type stateVersion struct {
	SourceID string `ch:"source_id"`
	Version  uint64 `ch:"version"`
	Whole    bool   `ch:"whole"`
	Needs    uint64 `ch:"needs"`
	Rows     uint64 `ch:"rows"`
	Calendar string `ch:"calendar"`
}

// States are what is counted of the exchanges of some sources.
type States struct {
	Calendar string            // names the calendar and the gaps by which times are counted
	Needs    map[string]uint64 // exchanges, by source
	Since    uint64            // [Store.Derivation] before the exchanges were read; 0 when they are those that were just derived
	Cells    []ReplyState
	Spans    []ReplySpan
	Threads  []ThreadSums
}

// ReplaceStates makes the counts of these sources exactly these; their Version is set
// here. Until it is done, the old ones count; after [Store.ReplaceDerived], none do.
// Counts of exchanges that have been replaced since are dropped: who replaced them
// counts them.
func (s *Store) ReplaceStates(ctx context.Context, sourceIDs []string, states *States) error {
	const doing = "replace states"
	if len(sourceIDs) == 0 {
		return nil
	}
	s.deriving.Lock()
	defer s.deriving.Unlock()
	if states.Since > 0 {
		if now, err := s.derivation(ctx, sourceIDs); err != nil || now != states.Since {
			return fail(doing, err)
		}
	}
	marks, err := s.stateVersions(ctx, sourceIDs)
	if err != nil {
		return fail(doing, err)
	}
	of := make(map[string]*stateVersion, len(marks))
	for i := range marks {
		m := &marks[i]
		m.Whole, m.Needs, m.Calendar = true, states.Needs[m.SourceID], states.Calendar
		of[m.SourceID] = m
	}
	version := func(key *StateKey, version *uint64) error {
		m, ok := of[key.SourceID]
		if !ok {
			return fmt.Errorf("counts are of source %q, which is not being replaced", key.SourceID)
		}
		*version = m.Version
		return nil
	}
	var errs []error
	for i := range states.Cells {
		c := &states.Cells[i]
		errs = append(errs, version(&c.StateKey, &c.Version))
		if m := of[c.SourceID]; m != nil {
			m.Rows++
		}
	}
	for i := range states.Spans {
		errs = append(errs, version(&states.Spans[i].StateKey, &states.Spans[i].Version))
	}
	for i := range states.Threads {
		errs = append(errs, version(&states.Threads[i].StateKey, &states.Threads[i].Version))
	}
	if err := cmp.Or(errs...); err != nil {
		return fail(doing, err)
	}
	if err := insert(ctx, s, "reply_states", states.Cells); err != nil {
		return fail(doing, err)
	}
	if err := insert(ctx, s, "reply_spans", states.Spans); err != nil {
		return fail(doing, err)
	}
	if err := insert(ctx, s, "reply_threads", states.Threads); err != nil {
		return fail(doing, err)
	}
	for _, m := range marks {
		if err := s.countSource(ctx, m); err != nil {
			return fail(doing, err)
		}
	}
	if err := insert(ctx, s, "state_versions", marks); err != nil {
		return fail(doing, err)
	}
	return fail(doing, s.sweepStates(ctx))
}

// Derivation names what is derived of some sources; it is never 0. It waits for a
// replacement that is being made.
func (s *Store) Derivation(ctx context.Context, sourceIDs []string) (uint64, error) {
	s.deriving.Lock()
	defer s.deriving.Unlock()
	version, err := s.derivation(ctx, sourceIDs)
	return version, fail("derivation", err)
}

func (s *Store) derivation(ctx context.Context, sourceIDs []string) (version uint64, err error) {
	err = s.conn.QueryRow(ctx, "SELECT max(version) + 1 FROM state_versions WHERE source_id IN @sources", clickhouse.Named("sources", sourceIDs)).Scan(&version)
	return version, err
}

// stateVersions gives each source a new version.
func (s *Store) stateVersions(ctx context.Context, sourceIDs []string) ([]stateVersion, error) {
	var last uint64
	if err := s.conn.QueryRow(ctx, "SELECT max(version) FROM state_versions").Scan(&last); err != nil {
		return nil, err
	}
	marks := make([]stateVersion, len(sourceIDs))
	for i, id := range sourceIDs {
		marks[i] = stateVersion{SourceID: id, Version: last + 1 + uint64(i)}
	}
	return marks, nil
}

// retireStates tells that what was counted of some sources is no longer true.
func (s *Store) retireStates(ctx context.Context, sourceIDs []string) error {
	marks, err := s.stateVersions(ctx, sourceIDs)
	if err != nil {
		return err
	}
	return insert(ctx, s, "state_versions", marks)
}

// countSource writes what [Store.Covered] and [Store.ReplyCounts] tell of one source.
func (s *Store) countSource(ctx context.Context, m stateVersion) error {
	version, source := clickhouse.Named("version", m.Version), clickhouse.Named("source", m.SourceID)
	err := s.conn.Exec(ctx, `
INSERT INTO reply_coverage (source_id, body_id, declared, parsed, version)
SELECT source_id, body_id, declared, parsed, @version FROM (`+coveredSQL("source_id = @source")+`)`,
		version, source, moment("until", endOfVisits))
	if err != nil {
		return err
	}
	return s.conn.Exec(ctx, `
INSERT INTO reply_kinds (source_id, body_id, kind, template, replies, version)
SELECT source_id, body_id, kind, template, count(), @version
FROM replies WHERE method != 'adjacent' AND source_id = @source GROUP BY source_id, body_id, kind, template`, version, source)
}

// endOfVisits is later than every visit.
var endOfVisits = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

// slack is how many rows that no longer count are left before they are removed, at
// least: to remove them rewrites the parts in which they are.
const slack = 100_000

// sweepStates removes counts that no longer count, once they are the greater part.
func (s *Store) sweepStates(ctx context.Context) error {
	var rows, live uint64
	err := s.conn.QueryRow(ctx, `
SELECT (SELECT count() FROM reply_states), (SELECT sum(rows) FROM state_versions FINAL WHERE whole)`).Scan(&rows, &live)
	if err != nil || rows <= 2*live+slack {
		return err
	}
	s.sweeps.Add(1)
	for _, table := range []string{"reply_states", "reply_spans", "reply_threads", "reply_coverage", "reply_kinds"} {
		if err := s.conn.Exec(ctx, "ALTER TABLE "+table+s.cluster.on()+" DELETE WHERE version NOT IN (SELECT version FROM state_versions FINAL WHERE whole)"); err != nil {
			return fmt.Errorf("sweep %s: %w", table, err)
		}
	}
	return nil
}
