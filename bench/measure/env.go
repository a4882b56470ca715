package measure

import (
	"context"
	"path/filepath"
	"time"

	"qulaq/jobs"
	"qulaq/pipeline"
	"qulaq/registry"
	"qulaq/schema"
)

// Open opens a data folder with a registry in registry/, as the command line does
// before a job, at a moment from which on its clock runs.
func Open(ctx context.Context, data string, at time.Time) (*jobs.Env, error) {
	country, err := registry.Open(nil, filepath.Join(data, "registry"), jobs.RegistryRules())
	if err != nil {
		return nil, err
	}
	index, err := registry.NewIndex(country)
	if err != nil {
		return nil, err
	}
	key, err := pipeline.OpenKey(filepath.Join(data, "key"))
	if err != nil {
		return nil, err
	}
	store, err := schema.Open(ctx, "embedded:"+filepath.Join(data, "clickhouse"))
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(ctx); err != nil {
		return nil, err
	}
	began := time.Now()
	e := &jobs.Env{Store: store, Index: index, Key: key, Now: func() time.Time { return at.Add(time.Since(began)) }}
	return e, jobs.PutRegistry(ctx, e)
}
