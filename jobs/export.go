package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"qulaq/report"
	"qulaq/schema"
)

// Export writes a table in one of the store's formats: as it is now for the zero
// time, or as it would have been at a moment. private adds citizens' pseudonyms and
// redacted texts.
func Export(ctx context.Context, e *Env, w io.Writer, table, format string, asOf time.Time, private bool) (err error) {
	store := e.Store
	if !asOf.IsZero() {
		frozen, err := e.frozen(ctx, asOf)
		if err != nil {
			return fmt.Errorf("jobs: export: %w", err)
		}
		defer func() { err = errors.Join(err, frozen.close(ctx)) }()
		store = frozen.Store
	}
	if err := store.Export(ctx, w, table, format, schema.ExportOptions{Private: private, Least: report.SmallCell}); err != nil {
		return fmt.Errorf("jobs: export: %w", err)
	}
	return nil
}

// frozenEnv is an Env with a copy of the store as of a moment, in which registry,
// items and exchanges are made again.
type frozenEnv struct {
	Env
	copy *schema.Frozen
}

func (e *Env) frozen(ctx context.Context, asOf time.Time) (*frozenEnv, error) {
	frozen, err := e.Store.Freeze(ctx, asOf)
	if err != nil {
		return nil, err
	}
	f := &frozenEnv{Env: *e, copy: frozen}
	f.Store = frozen.Store
	if err = PutRegistry(ctx, &f.Env); err == nil {
		_, err = Relink(ctx, &f.Env)
	}
	if err != nil {
		return nil, errors.Join(err, f.close(ctx))
	}
	return f, nil
}

// close drops the copy.
func (f *frozenEnv) close(ctx context.Context) error { return f.copy.Close(ctx) }
