package schema

import (
	"context"
	"io"
	"math"
	"regexp"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// QueryOptions bound a query that a person has written. A limit of 0 is no limit.
type QueryOptions struct {
	Format    string            // of the result, by ClickHouse's names; PrettyCompact when empty
	ReadOnly  bool              // refuse all that writes, changes settings, or reaches outside the database
	MaxRows   uint64            // of the result; more is an error, not a shorter result
	MaxTime   time.Duration     // of the query in the engine, in steps of a second
	MaxMemory uint64            // bytes of the query in the engine
	Params    map[string]string // values for {name:Type}
}

// trailingFormat is a FORMAT at the end of a statement.
var trailingFormat = regexp.MustCompile(`(?is)\sFORMAT\s+([a-z]\w*)\s*;?\s*$`)

// Query runs a person's query and gives its result as text or whatever else the
// format is. A FORMAT at the end of the statement wins over QueryOptions.Format.
//
// ReadOnly holds for this query alone. On the embedded engine it also refuses
// what ClickHouse itself lets through (see package embedded); on a server it is
// readonly=1, and the server's own grants are what keeps its files apart. Formats
// need the HTTP protocol: a store opened as clickhouse://… refuses.
//
// An error in mid-result comes from the reader, as *clickhouse.Exception.
func (s *Store) Query(ctx context.Context, sql string, o QueryOptions) (io.ReadCloser, error) {
	if m := trailingFormat.FindStringSubmatchIndex(sql); m != nil {
		sql, o.Format = sql[:m[0]], sql[m[2]:m[3]]
	}
	if o.Format == "" {
		o.Format = "PrettyCompact"
	}
	settings := clickhouse.Settings{}
	if o.MaxRows > 0 {
		settings["max_result_rows"], settings["result_overflow_mode"] = o.MaxRows, "throw"
	}
	if o.MaxTime > 0 {
		settings["max_execution_time"] = int(math.Ceil(o.MaxTime.Seconds()))
	}
	if o.MaxMemory > 0 {
		settings["max_memory_usage"] = o.MaxMemory
	}
	if o.ReadOnly {
		settings["readonly"] = 1
	}
	opts := []clickhouse.QueryOption{clickhouse.WithSettings(settings)}
	if len(o.Params) > 0 {
		opts = append(opts, clickhouse.WithParameters(o.Params))
	}
	result, err := s.conn.QueryFormat(clickhouse.Context(ctx, opts...), o.Format, sql)
	if err != nil {
		return nil, fail("query", err)
	}
	return result, nil
}
