package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"qulaq/bench/measure"
	"qulaq/jobs"
	"qulaq/registry"
	"qulaq/simulate"
)

// run is what watching some bodies for some days took and left.
type run struct {
	Bodies      int                `json:"bodies"`
	Days        int                `json:"days"`
	Visits      int                `json:"visits"`
	NotModified int                `json:"not_modified"` // of them
	Pages       int                `json:"pages"`
	Bytes       int                `json:"bytes"` // of pages, uncompressed
	Threads     int                `json:"threads"`
	Items       int                `json:"items"`
	Sightings   int                `json:"sightings"`
	Rows        int                `json:"rows"`      // of all tables
	Disk        int                `json:"disk"`      // bytes, of all tables
	RowBytes    map[string]float64 `json:"row_bytes"` // on disk, by table
	CrawlCPU    float64            `json:"crawl_cpu"` // seconds; the republic's pages are made and served in them, too
	LinkCPU     float64            `json:"link_cpu"`  // seconds, of linking all of it once
	GoMemory    uint64             `json:"go_memory"` // bytes that Go held at most; the republic is in them
	Resident    uint64             `json:"resident"`  // bytes at most, engine included
	Seconds     float64            `json:"seconds"`   // of the clock
}

// watched are the tables whose bytes a row are told.
var watched = []string{"visits", "sightings", "threads", "items", "exchanges"}

// watch crawls a republic, links what was seen, and counts.
func watch(ctx context.Context, dir string, bodies, days int, step time.Duration) (r run, err error) {
	r = run{Bodies: bodies, Days: days, RowBytes: map[string]float64{}}
	began := time.Now()
	republic, err := simulate.New(simulate.Config{Seed: 1, Bodies: bodies, Days: days})
	if err != nil {
		return r, err
	}
	stage, err := jobs.OpenStage(republic, "127.0.0.1:0")
	if err != nil {
		return r, err
	}
	defer stage.Close() // the process ends here, and so on
	if err := registry.Save(filepath.Join(dir, "registry"), stage.Country()); err != nil {
		return r, err
	}
	e, err := measure.Open(ctx, dir, time.Now())
	if err != nil {
		return r, err
	}
	defer e.Store.Close()
	memory, spent := measure.Memory(), measure.CPU()
	if _, err := jobs.Rehearse(ctx, e, stage, step, 0); err != nil {
		return r, err
	}
	r.CrawlCPU = measure.CPU() - spent
	spent = measure.CPU()
	if _, err := jobs.Relink(ctx, e); err != nil {
		return r, err
	}
	r.LinkCPU, r.GoMemory = measure.CPU()-spent, memory()
	conn := e.Store.Conn()
	for _, table := range watched { // the engine does so by itself, in time
		if err := conn.Exec(ctx, "OPTIMIZE TABLE "+table+" FINAL"); err != nil {
			return r, err
		}
	}
	if err := r.count(ctx, func(sql string, into ...any) error { return conn.QueryRow(ctx, sql).Scan(into...) }); err != nil {
		return r, err
	}
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

func (r *run) count(ctx context.Context, ask func(sql string, into ...any) error) error {
	var visits, unmodified, pages, bytes, threads, items, sightings, rows, disk uint64
	if err := ask("SELECT count(), countIf(outcome = 'not_modified'), sum(pages), sum(bytes) FROM visits", &visits, &unmodified, &pages, &bytes); err != nil {
		return err
	}
	if err := ask("SELECT (SELECT uniqExact(source_id, thread_id) FROM threads), (SELECT count() FROM items_now), (SELECT count() FROM sightings)", &threads, &items, &sightings); err != nil {
		return err
	}
	if err := ask("SELECT sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase()", &rows, &disk); err != nil {
		return err
	}
	r.Visits, r.NotModified, r.Pages, r.Bytes = int(visits), int(unmodified), int(pages), int(bytes)
	r.Threads, r.Items, r.Sightings, r.Rows, r.Disk = int(threads), int(items), int(sightings), int(rows), int(disk)
	for _, table := range watched {
		var each float64
		sql := fmt.Sprintf("SELECT sum(bytes_on_disk) / sum(rows) FROM system.parts WHERE active AND database = currentDatabase() AND table = '%s'", strings.ReplaceAll(table, "'", ""))
		if err := ask(sql, &each); err != nil {
			return err
		}
		r.RowBytes[table] = each
	}
	return ctx.Err()
}
