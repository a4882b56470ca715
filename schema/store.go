// Package schema is the store: the tables and views of ClickHouse, the types of
// their rows, and what the rest of the program asks of them.
//
// Make a [Store] with [Open] and bring its tables up to date with
// [Store.Migrate]. The same code runs on the embedded engine (package embedded)
// and on a server. Writes are made so that writing the same again changes
// nothing: after an error, or a crash at any moment, the caller repeats what it
// did last. Sightings count once their visit is written ([Store.Append]); what is
// derived from them is replaced as a whole ([Store.ReplaceDerived]).
//
// The SQL of the tables and views is in migrations, with a comment on every
// column, and reads as docs/data-dictionary.md.
package schema

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"qulaq/schema/embedded"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Errors of [Open], [Store.Migrate] and, for a server that goes away, of every
// method. Errors of ClickHouse itself are *clickhouse.Exception.
var (
	ErrLocked      = embedded.ErrLocked                              // another process holds the data folder
	ErrEngine      = errors.New("the storage engine cannot be used") // not installed, or refuses the folder
	ErrUnreachable = errors.New("ClickHouse does not answer")        // a server that is away, or refuses us
	ErrDrift       = errors.New("the database has another schema")   // its migrations are not this program's
)

// Store is an open database. It is safe for concurrent use.
type Store struct {
	conn     driver.Conn
	admin    driver.Conn // where the database itself is made: not in it
	engine   *embedded.Engine
	server   *clickhouse.Options // how it was connected to
	database string
	cluster  *sharded // nil on a single server

	deriving sync.Mutex // one version is handed out at a time
	sweeps   atomic.Uint64
	types    sync.Map // table → []clickhouse.ColumnNameAndType, for inserts
}

// Option changes how [Open] opens.
type Option func(*options)

type options struct{ library string }

// WithEngine names the engine's library instead of looking for it
// ([embedded.Locate]).
func WithEngine(path string) Option {
	return func(o *options) { o.library = path }
}

// Open opens the database that dsn names:
//
//	embedded:DIR[?database=NAME]            the engine in this process, its data in DIR
//	clickhouse://USER:PASSWORD@HOST:PORT/NAME   a server, by its native protocol
//	http(s)://USER:PASSWORD@HOST:PORT/NAME      a server, by HTTP
//	clickhouse://HOST:PORT,HOST:PORT/NAME?cluster=CLUSTER   a cluster of that name
//
// NAME is qulaq by default. Open sees that the store answers, and makes neither
// database nor tables: that is [Store.Migrate].
func Open(ctx context.Context, dsn string, opts ...Option) (*Store, error) {
	var o options
	for _, f := range opts {
		f(&o)
	}
	t, err := parseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	s := &Store{database: t.database}
	if t.cluster != "" {
		s.cluster = &sharded{t.cluster, t.database}
		if t.server.Settings == nil {
			t.server.Settings = clickhouse.Settings{}
		}
		for name, value := range clusterSettings() {
			if _, ok := t.server.Settings[name]; !ok { // the DSN knows better
				t.server.Settings[name] = value
			}
		}
	}
	if t.folder != "" {
		if s.engine, err = openEngine(o.library, t.folder); err != nil {
			return nil, fmt.Errorf("schema: open %s: %w", t.folder, err)
		}
		t.server = serverOptions(s.engine)
	}
	if err := s.connect(ctx, t.server); err != nil {
		return nil, errors.Join(fmt.Errorf("schema: open %s: %w", strings.Join(t.server.Addr, ", "), err), s.Close())
	}
	return s, nil
}

// serverOptions make the driver take the engine for a server.
func serverOptions(engine http.RoundTripper) *clickhouse.Options {
	return &clickhouse.Options{
		Protocol: clickhouse.HTTP, Addr: []string{"embedded"},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return engine, nil },
	}
}

func openEngine(library, folder string) (*embedded.Engine, error) {
	if library == "" {
		var err error
		if library, err = embedded.Locate(); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrEngine, err)
		}
	}
	engine, err := embedded.Open(library, folder)
	if errors.Is(err, ErrLocked) {
		return nil, err
	} else if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEngine, err)
	}
	return engine, nil
}

// maxConnections at a time. An iterator of this package holds one while it runs.
const maxConnections = 16

func (s *Store) connect(ctx context.Context, server *clickhouse.Options) error {
	s.server = server
	server.MaxOpenConns, server.MaxIdleConns = maxConnections, maxConnections/2
	admin, inside := *server, *server
	admin.Auth.Database, inside.Auth.Database = "default", s.database
	var err error
	if s.admin, err = clickhouse.Open(&admin); err != nil {
		return err
	}
	if s.conn, err = clickhouse.Open(&inside); err != nil {
		return err
	}
	if err := s.admin.Ping(ctx); err != nil {
		if s.engine != nil {
			return fmt.Errorf("%w: %w", ErrEngine, err)
		}
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return nil
}

// Close ends the queries that run and frees the data folder.
func (s *Store) Close() error {
	var errs []error
	for _, conn := range []driver.Conn{s.conn, s.admin} {
		if conn != nil {
			errs = append(errs, conn.Close())
		}
	}
	if s.engine != nil {
		errs = append(errs, s.engine.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("schema: close: %w", err)
	}
	return nil
}

// Conn is the connection to the database, for code that brings its own SQL.
func (s *Store) Conn() driver.Conn { return s.conn }

// HTTP is the embedded engine as ClickHouse's HTTP interface, on which a request may
// do whatever it does not forbid itself; nil when the store is a server, which has
// an interface of its own.
func (s *Store) HTTP() http.RoundTripper {
	if s.engine == nil {
		return nil // not a nil engine in an interface
	}
	return s.engine
}

// Database is the name of the database.
func (s *Store) Database() string { return s.database }

// fail says what was being done when err happened, and that the store is out of
// reach when that is what err means.
func fail(doing string, err error) error {
	var network *net.OpError
	var refused *clickhouse.Exception
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, clickhouse.ErrAcquireConnTimeout):
		return fmt.Errorf("schema: %s: %w: %w", doing, ErrUnreachable, err)
	}
	return fmt.Errorf("schema: %s: %w", doing, err)
}
