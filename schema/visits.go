package schema

import (
	"context"
	"iter"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Visits gives all visits of some sources, whatever their outcome, ordered by
// source, time seen and visit. They are streamed like [Store.Sightings].
func (s *Store) Visits(ctx context.Context, sourceIDs []string) iter.Seq2[Visit, error] {
	return failing("visits", query[Visit](longQuery(ctx), s.conn, `
SELECT `+columnsOf[Visit]("")+`
FROM visits
WHERE source_id IN @sources
ORDER BY source_id, seen_at, visit_id`, clickhouse.Named("sources", sourceIDs)))
}
