// Command qulaq is `qulaq crawl`, measured from within: what the crawl took without
// opening the engine before it and linking after it, and what Go's part of the
// memory is without the engine's.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime/metrics"
	"runtime/pprof"
	"syscall"
	"time"

	"qulaq/crawler"
	"qulaq/jobs"
	"qulaq/pipeline"
	"qulaq/registry"
	"qulaq/schema"
)

// measured is what is told about a run, in seconds and bytes.
type measured struct {
	Crawl    float64 `json:"crawl"`
	CrawlCPU float64 `json:"crawl_cpu"`
	Link     float64 `json:"link"`
	LinkCPU  float64 `json:"link_cpu"`
	Visits   int     `json:"visits"`
	Memory   uint64  `json:"memory"` // most that Go held during the crawl
}

func main() {
	data := flag.String("data", "", "new folder, with the registry in registry/")
	out := flag.String("out", "", "file for the items")
	now := flag.String("now", "", "the moment at which the pages stand, RFC 3339")
	connections := flag.Int("connections", 16, "at a time")
	cpu := flag.String("cpuprofile", "", "file for a CPU profile of the crawl")
	heap := flag.String("memprofile", "", "file for a profile of what the crawl allocated")
	flag.Parse()
	at, err := time.Parse(time.RFC3339, *now)
	if err != nil {
		log.Fatal(err)
	}
	m, err := run(context.Background(), *data, *out, at, *connections, *cpu, *heap)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(m); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, data, out string, at time.Time, connections int, cpu, heap string) (measured, error) {
	var m measured
	e, err := open(ctx, data, at)
	if err != nil {
		return m, err
	}
	defer e.Store.Close() // the process ends here
	crawl, err := jobs.NewCrawl(ctx, e, jobs.CrawlOptions{Workers: connections})
	if err != nil {
		return m, err
	}
	stop, err := profile(cpu)
	if err != nil {
		return m, err
	}
	memory := watchMemory()
	began, spent := time.Now(), cpuTime()
	tally, err := crawl.Round(ctx)
	if err != nil {
		return m, err
	}
	m.Crawl, m.CrawlCPU, m.Visits = time.Since(began).Seconds(), cpuTime()-spent, tally.Visits
	m.Memory = memory()
	stop()
	if err := heapProfile(heap); err != nil {
		return m, err
	}
	began, spent = time.Now(), cpuTime()
	if _, err := jobs.Relink(ctx, e); err != nil {
		return m, err
	}
	m.Link, m.LinkCPU = time.Since(began).Seconds(), cpuTime()-spent
	return m, dump(ctx, e.Store, out)
}

// open is what the command line does before a crawl.
func open(ctx context.Context, data string, at time.Time) (*jobs.Env, error) {
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
	now := func() time.Time { return at.Add(time.Since(began)) }
	e := &jobs.Env{Store: store, Index: index, Key: key, Now: now}
	if e.Crawler, err = crawler.New(crawler.Config{Now: now}); err != nil {
		return nil, err
	}
	return e, jobs.PutRegistry(ctx, e)
}

func profile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return pprof.StopCPUProfile, pprof.StartCPUProfile(file)
}

func heapProfile(path string) error {
	if path == "" {
		return nil
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return pprof.Lookup("allocs").WriteTo(file, 0)
}

// cpuTime is what the process has used of the processors, in seconds: the engine's
// threads, too.
func cpuTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// watchMemory looks every 20 ms at what Go has from the system, which the engine's
// own memory is no part of, until it is called for the most that it saw.
func watchMemory() (most func() uint64) {
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		peak := uint64(0)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		for {
			metrics.Read(samples)
			peak = max(peak, samples[0].Value.Uint64()-samples[1].Value.Uint64())
			select {
			case <-tick.C:
			case <-done:
				result <- peak
				return
			}
		}
	}()
	return func() uint64 { close(done); return <-result }
}

// dump writes the stored items, a line of JSON each, to be held against the truth.
func dump(ctx context.Context, store *schema.Store, path string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	lines := json.NewEncoder(file)
	rows, err := store.Conn().Query(ctx, "SELECT item_id, published_lo, text FROM sightings ORDER BY item_id")
	if err != nil {
		return fmt.Errorf("read what was stored: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, text string
		var published time.Time
		if err := rows.Scan(&id, &published, &text); err != nil {
			return err
		}
		if err := lines.Encode(map[string]string{"id": id, "time": published.Format(time.RFC3339), "text": text}); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return file.Close()
}
