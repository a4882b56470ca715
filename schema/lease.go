package schema

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// ErrLeased tells that another process holds a lease.
var ErrLeased = errors.New("another process holds it")

// Lease is what one process at a time holds, of those that share a store on a server:
// a row of table leases that is renewed while its holder lives.
//
// ClickHouse has no compare-and-swap. Who wants a lease writes a claim, waits until
// claims of the same moment must be visible, and then looks whose is the first. All
// times are the server's, so that clocks of the holders do not matter.
type Lease struct {
	store            *Store
	name, id, holder string
	ttl              time.Duration
	asked            time.Time // before the last renewal that was confirmed, on the holder's own steady clock
	since            time.Time // of the claim
}

// claim is a row of table leases.
type claim struct {
	ID     string    `ch:"lease_id"`
	Holder string    `ch:"holder"`
	Since  time.Time `ch:"since"`
	Until  time.Time `ch:"until"`
}

// The shares of its time in which a lease is renewed, claims settle, and a claim has
// to be written.
const (
	renewals  = 4
	settling  = 10
	claimTime = 2 * settling
)

// TakeLease takes a lease for a holder, whose name is for people. It passes on when
// it was not renewed for ttl. The error wraps ErrLeased while another has it.
func (s *Store) TakeLease(ctx context.Context, name, holder string, ttl time.Duration) (*Lease, error) {
	l := &Lease{store: s, name: name, id: rand.Text(), holder: holder, ttl: ttl}
	if err := l.others(ctx); err != nil {
		return nil, fail("lease "+name, err)
	}
	if err := s.conn.QueryRow(ctx, "SELECT now64(3, 'UTC')").Scan(&l.since); err != nil {
		return nil, fail("lease "+name, err)
	}
	began := time.Now()
	if err := l.renew(ctx); err != nil {
		return nil, fail("lease "+name, errors.Join(err, l.Release(ctx)))
	}
	if took := time.Since(began); took > ttl/claimTime {
		return nil, fail("lease "+name, errors.Join(fmt.Errorf("the store took %v to write a row: too long to tell who was first; try again", took), l.Release(ctx)))
	}
	timer := time.NewTimer(ttl / settling)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return nil, errors.Join(context.Cause(ctx), l.Release(ctx))
	}
	if err := l.others(ctx); err != nil {
		return nil, fail("lease "+name, errors.Join(err, l.Release(ctx)))
	}
	return l, nil
}

// LeaseHolder tells people who holds a lease, and since when; "" for nobody.
func (s *Store) LeaseHolder(ctx context.Context, name string) (string, error) {
	first, err := s.firstClaim(ctx, name)
	if err != nil || first.ID == "" {
		return "", fail("lease "+name, err)
	}
	return first.Holder + ", since " + first.Since.Format(time.RFC3339), nil
}

// firstClaim is the claim that holds; its zero value when none does.
func (s *Store) firstClaim(ctx context.Context, name string) (first claim, err error) {
	err = each(ctx, s.conn, func(c claim) {
		first = c
	}, "SELECT "+columnsOf[claim]("")+" FROM leases FINAL WHERE name = @name AND until > now64(3, 'UTC') ORDER BY since, lease_id LIMIT 1",
		clickhouse.Named("name", name))
	return first, err
}

// others is an error when another claim goes before this one.
func (l *Lease) others(ctx context.Context) error {
	first, err := l.store.firstClaim(ctx, l.name)
	if err != nil {
		return err
	}
	if first.ID != "" && first.ID != l.id {
		return fmt.Errorf("%w: %s, since %s; unless it is renewed, it passes on at %s",
			ErrLeased, first.Holder, first.Since.Format(time.RFC3339), first.Until.Format(time.RFC3339))
	}
	return nil
}

// renew writes the claim again.
func (l *Lease) renew(ctx context.Context) error {
	asked := time.Now()
	if err := l.put(ctx, l.ttl); err != nil {
		return err
	}
	l.asked = asked
	return nil
}

func (l *Lease) put(ctx context.Context, lasts time.Duration) error {
	return l.store.conn.Exec(ctx, `
INSERT INTO leases (name, lease_id, holder, since, until, written_at)
SELECT @name, @id, @holder, toDateTime64(@since, 3, 'UTC'), now64(3, 'UTC') + toIntervalMillisecond(@lasts), now64(3, 'UTC')`,
		clickhouse.Named("name", l.name), clickhouse.Named("id", l.id), clickhouse.Named("holder", l.holder),
		moment("since", l.since), clickhouse.Named("lasts", lasts.Milliseconds()))
}

// Keep renews the lease until ctx ends. It returns an error as soon as the lease is
// lost: another holds it, or it could not be renewed in time.
func (l *Lease) Keep(ctx context.Context) error {
	ticker := time.NewTicker(l.ttl / renewals)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		left := l.ttl - time.Since(l.asked)
		if left <= 0 { // this process was asleep
			return fail("lease "+l.name, errors.New("it was not renewed in time and may have passed on"))
		}
		err := l.refresh(ctx, min(left, l.ttl/renewals))
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, ErrLeased) || err != nil && time.Since(l.asked) >= l.ttl-l.ttl/renewals {
			return fail("lease "+l.name, err)
		}
	}
}

func (l *Lease) refresh(ctx context.Context, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := l.others(ctx); err != nil {
		return err
	}
	return l.renew(ctx)
}

// Release gives the lease back.
func (l *Lease) Release(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.ttl/renewals)
	defer cancel()
	return fail("give back lease "+l.name, l.put(ctx, 0))
}
