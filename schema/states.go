package schema

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// ReplyState is a row of table reply_states: needs that waited equally long, but for
// the width of a bucket.
type ReplyState struct {
	Period   string    `ch:"period"` // of asking: all, month or week
	Clock    string    `ch:"clock"`  // calendar or working
	Kind     ReplyKind `ch:"kind"`
	SourceID string    `ch:"source_id"`
	Start    time.Time `ch:"start"` // of the period; zero for all
	BodyID   string    `ch:"body_id"`
	Language string    `ch:"language"` // "" unless Period is all
	Theme    string    `ch:"theme"`    // "" unless Period is all
	Lo       uint32    `ch:"lo"`       // the bucket (Lo, Hi], minutes
	Hi       uint32    `ch:"hi"`
	Answered uint32    `ch:"answered"`
	Open     uint32    `ch:"open"` // last seen without a reply
	Wide     uint32    `ch:"wide"` // of Answered, known less exactly than the bucket
	Version  uint64    `ch:"version"`
}

// ThreadSums is a row of table reply_threads: how the needs of a group cluster in
// threads, at a horizon. Of a thread, n needs were followed up to the horizon, k of
// which were answered by then.
type ThreadSums struct {
	Period   string    `ch:"period"`
	Clock    string    `ch:"clock"`
	Kind     ReplyKind `ch:"kind"`
	SourceID string    `ch:"source_id"`
	Start    time.Time `ch:"start"`
	BodyID   string    `ch:"body_id"`
	Horizon  float64   `ch:"horizon"` // days of the clock
	Threads  uint64    `ch:"threads"` // with needs
	Followed uint64    `ch:"followed"`
	N        float64   `ch:"n"` // Σn, and so on
	K        float64   `ch:"k"`
	NN       float64   `ch:"nn"`
	NK       float64   `ch:"nk"`
	KK       float64   `ch:"kk"`
	Version  uint64    `ch:"version"`
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
	Cells    []ReplyState
	Threads  []ThreadSums
}

// ReplaceStates makes the counts of these sources exactly these; their Version is set
// here. Until it is done, the old ones count; after [Store.ReplaceDerived], none do.
func (s *Store) ReplaceStates(ctx context.Context, sourceIDs []string, states *States) error {
	const doing = "replace states"
	if len(sourceIDs) == 0 {
		return nil
	}
	s.deriving.Lock()
	defer s.deriving.Unlock()
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
	for i := range states.Cells {
		c := &states.Cells[i]
		m, ok := of[c.SourceID]
		if !ok {
			return fail(doing, fmt.Errorf("counts are of source %q, which is not being replaced", c.SourceID))
		}
		m.Rows++
		c.Version = m.Version
	}
	for i := range states.Threads {
		t := &states.Threads[i]
		m, ok := of[t.SourceID]
		if !ok {
			return fail(doing, fmt.Errorf("threads are of source %q, which is not being replaced", t.SourceID))
		}
		t.Version = m.Version
	}
	if err := insert(ctx, s, "reply_states", states.Cells); err != nil {
		return fail(doing, err)
	}
	if err := insert(ctx, s, "reply_threads", states.Threads); err != nil {
		return fail(doing, err)
	}
	for _, m := range marks {
		if err := s.countCoverage(ctx, m); err != nil {
			return fail(doing, err)
		}
	}
	if err := insert(ctx, s, "state_versions", marks); err != nil {
		return fail(doing, err)
	}
	return fail(doing, s.sweepStates(ctx))
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

// countCoverage writes what [Store.Covered] tells of one source.
func (s *Store) countCoverage(ctx context.Context, m stateVersion) error {
	return s.conn.Exec(ctx, `
INSERT INTO reply_coverage (source_id, body_id, declared, parsed, version)
SELECT source_id, body_id, declared, parsed, @version FROM (`+coveredSQL("source_id = @source")+`)`,
		clickhouse.Named("version", m.Version), clickhouse.Named("source", m.SourceID), moment("until", endOfVisits))
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
	for _, table := range []string{"reply_states", "reply_threads", "reply_coverage"} {
		if err := s.conn.Exec(ctx, "ALTER TABLE "+table+s.cluster.on()+" DELETE WHERE version NOT IN (SELECT version FROM state_versions FINAL WHERE whole)"); err != nil {
			return fmt.Errorf("sweep %s: %w", table, err)
		}
	}
	return nil
}
