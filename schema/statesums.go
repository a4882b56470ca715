package schema

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// allSources is the source_id of sums over all sources. No source has it.
const allSources = ""

// SumStates brings the sums of all bodies up to date with the counts of the sources:
// what a series of the whole country reads, which would otherwise have to add up those
// of each body in each week. It does nothing when they are.
func (s *Store) SumStates(ctx context.Context) error {
	const doing = "sum states"
	s.deriving.Lock()
	defer s.deriving.Unlock()
	marks, err := s.stateMarks(ctx)
	if err != nil {
		return fail(doing, err)
	}
	parts, sum := marks.live()
	name := nameOfSum(parts)
	if len(parts) == 0 || sum.Calendar == name {
		return nil
	}
	news, err := s.stateVersions(ctx, []string{allSources})
	if err != nil {
		return fail(doing, err)
	}
	total := news[0]
	total.Whole, total.Calendar = true, name
	with := longQuery(ctx)
	version, of := clickhouse.Named("version", total.Version), clickhouse.Named("parts", parts)
	for _, sql := range []string{
		"INSERT INTO reply_states (" + stateKey + ", body_id, source_id, lo, hi, answered, open, wide, version)\n" +
			"SELECT " + stateKey + ", '', '', lo, hi, sum(answered), sum(open), sum(wide), @version\n" +
			"FROM reply_states WHERE version IN @parts GROUP BY " + stateKey + ", lo, hi",
		"INSERT INTO reply_spans (" + stateKey + ", body_id, source_id, lo, hi, answered, version)\n" +
			"SELECT " + stateKey + ", '', '', lo, hi, sum(answered), @version\n" +
			"FROM reply_spans WHERE version IN @parts GROUP BY " + stateKey + ", lo, hi",
		"INSERT INTO reply_threads (" + stateKey + ", body_id, source_id, horizon, threads, followed, n, k, nn, nk, kk, version)\n" +
			"SELECT " + stateKey + ", '', '', horizon, sum(t.threads), sum(t.followed), sum(t.n), sum(t.k), sum(t.nn), sum(t.nk), sum(t.kk), @version\n" +
			"FROM reply_threads AS t WHERE version IN @parts GROUP BY " + stateKey + ", horizon",
	} {
		if err := s.conn.Exec(with, sql, version, of); err != nil {
			return fail(doing, err)
		}
	}
	err = s.conn.QueryRow(ctx, "SELECT count() FROM reply_states WHERE source_id = '' AND body_id = '' AND version = @version", version).Scan(&total.Rows)
	if err != nil {
		return fail(doing, err)
	}
	if err := insert(ctx, s, "state_versions", []stateVersion{total}); err != nil {
		return fail(doing, err)
	}
	return fail(doing, s.sweepStates(ctx))
}

// nameOfSum names the versions that a sum is of.
func nameOfSum(parts []uint64) string {
	sum := sha256.Sum256([]byte(fmt.Sprint(parts)))
	return hex.EncodeToString(sum[:8])
}

// stateMarks are the rows of state_versions.
type stateMarks []stateVersion

func (s *Store) stateMarks(ctx context.Context) (marks stateMarks, err error) {
	err = each(ctx, s.conn, func(m stateVersion) { marks = append(marks, m) },
		"SELECT source_id, version, whole, needs, rows, calendar FROM state_versions FINAL ORDER BY source_id")
	return marks, err
}

// live lists the versions of sources that count, and tells the mark of their sum.
func (marks stateMarks) live() (parts []uint64, sum stateVersion) {
	for _, m := range marks {
		switch {
		case m.SourceID == allSources:
			sum = m
		case m.Whole:
			parts = append(parts, m.Version)
		}
	}
	slices.Sort(parts)
	return parts, sum
}
