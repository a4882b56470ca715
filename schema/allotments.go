package schema

import (
	"context"
	"time"
)

// Allotment is a row of table allotments: requests to an owner that were set aside
// before they were sent.
type Allotment struct {
	Owner      string    `ch:"owner"`
	ID         string    `ch:"allotment_id"`
	ReservedAt time.Time `ch:"reserved_at"`
	EndedAt    time.Time `ch:"ended_at"` // when the last was sent; the epoch while more may be
	Requests   uint32    `ch:"requests"` // set aside; of an ended one, sent
	Ended      uint8     `ch:"ended"`    // 1 replaces the row of the reservation
}

// PutAllotments writes allotments. When it returns, they are on the disk.
func (s *Store) PutAllotments(ctx context.Context, rows []Allotment) error {
	return fail("put allotments", insert(ctx, s, "allotments", rows))
}

// Allotments gives those that were reserved after a moment, by owner and time.
func (s *Store) Allotments(ctx context.Context, after time.Time) ([]Allotment, error) {
	var rows []Allotment
	err := each(ctx, s.conn, func(a Allotment) { rows = append(rows, a) }, `
SELECT `+columnsOf[Allotment]("")+` FROM allotments FINAL
WHERE reserved_at > toDateTime64(@after, 3, 'UTC')
ORDER BY owner, reserved_at, allotment_id`, moment("after", after))
	return rows, fail("allotments", err)
}
