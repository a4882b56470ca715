package command

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"qulaq/jobs"
	"qulaq/jobs/config"
	"qulaq/pipeline"
	"qulaq/registry"
	"qulaq/schema"
)

// Globals are the flags of every command.
type Globals struct {
	Config     string   `help:"Configuration file (default: qulaq.yaml in the working directory, if there is one)." env:"QULAQ_CONFIG" type:"path" placeholder:"FILE"`
	Data       string   `help:"Folder of the data: the embedded ClickHouse and the key." default:"data" env:"QULAQ_DATA" config:"data" type:"path" placeholder:"DIR"`
	ClickHouse string   `name:"clickhouse" help:"Where the tables are: embedded:DIR, clickhouse://HOST:PORT/DB or http(s)://… (default: embedded in the data folder)." env:"QULAQ_CLICKHOUSE" config:"clickhouse" placeholder:"DSN"`
	Key        string   `help:"Key file of the pseudonyms, made on the first run (default: DATA/key)." env:"QULAQ_KEY" config:"key" type:"path" placeholder:"FILE"`
	Country    string   `help:"Country of the built-in registry." default:"KZ" env:"QULAQ_COUNTRY" config:"country"`
	Registry   []string `help:"Registry folders of your own, each extending what is before it; one with another country code replaces it." env:"QULAQ_REGISTRY" config:"registry" type:"existingdir" placeholder:"DIR"`
	Verbose    bool     `short:"v" help:"Log every visit to stderr."`
	Quiet      bool     `short:"q" help:"Show no progress."`

	file *config.File // nil when there is none
}

// index loads the registry that the flags name. A data folder that was made with
// a registry of its own (the demo's) uses that when no flag says otherwise.
func (g *Globals) index() (*registry.Index, error) {
	rules := jobs.RegistryRules()
	dirs := g.Registry
	if own := filepath.Join(g.Data, "registry"); len(dirs) == 0 && isDir(own) {
		dirs = []string{own}
	}
	country, err := registry.Embedded(g.Country, rules)
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		if country, err = registry.Open(country, dir, rules); err != nil {
			return nil, err
		}
	}
	return registry.NewIndex(country)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// store opens the store that the flags name, with its tables made.
func (g *Globals) store(ctx context.Context) (*schema.Store, error) {
	dsn := g.ClickHouse
	if dsn == "" {
		dsn = "embedded:" + filepath.Join(g.Data, "clickhouse")
	}
	store, err := schema.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// keyFile is where the key of the pseudonyms is.
func (g *Globals) keyFile() string {
	if g.Key != "" {
		return g.Key
	}
	return filepath.Join(g.Data, "key")
}

// env opens all that jobs need, with the registry put into the store. The caller
// closes the store.
func (g *Globals) env(ctx context.Context, s Streams) (*jobs.Env, error) {
	e, err := g.bare(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := jobs.PutRegistry(ctx, e); err != nil {
		return nil, errors.Join(err, e.Store.Close())
	}
	return e, nil
}

// bare is env with the tables as they are: a restore wants them empty.
func (g *Globals) bare(ctx context.Context, s Streams) (*jobs.Env, error) {
	index, err := g.index()
	if err != nil {
		return nil, err
	}
	key, err := pipeline.OpenKey(g.keyFile()) // nil when it was destroyed: to read, none is needed
	if err != nil && !errors.Is(err, pipeline.ErrKeyDestroyed) {
		return nil, err
	}
	store, err := g.store(ctx)
	if err != nil {
		return nil, err
	}
	e := &jobs.Env{Store: store, Index: index, Key: key, Program: "qulaq/" + version(), Now: time.Now, Log: g.logger(s.Err)}
	if !g.Quiet {
		e.Progress = newProgress(s.Err)
	}
	return e, nil
}

func (g *Globals) logger(w io.Writer) *slog.Logger {
	level := slog.LevelWarn
	if g.Verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

// closing joins an error with that of closing the store.
func closing(store *schema.Store, err error) error { return errors.Join(err, store.Close()) }
