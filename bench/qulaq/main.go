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
	"runtime/debug"
	"time"

	"qulaq/bench/measure"
	"qulaq/crawler"
	"qulaq/jobs"
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
	link := flag.Bool("link", true, "classify and link what was crawled, too")
	profiles := flag.String("profile", "", "folder for profiles of the crawl")
	flag.Parse()
	at, err := time.Parse(time.RFC3339, *now)
	if err != nil {
		log.Fatal(err)
	}
	m, err := run(context.Background(), *data, *out, at, *connections, *link, *profiles)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(m); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, data, out string, at time.Time, connections int, link bool, profiles string) (measured, error) {
	var m measured
	e, err := measure.Open(ctx, data, at)
	if err != nil {
		return m, err
	}
	if e.Crawler, err = crawler.New(crawler.Config{Now: e.Now}); err != nil {
		return m, err
	}
	defer e.Store.Close() // the process ends here
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(75) // as `qulaq crawl` does
	}
	crawl, err := jobs.NewCrawl(ctx, e, jobs.CrawlOptions{Workers: connections})
	if err != nil {
		return m, err
	}
	stop, err := measure.Profile(profiles, "")
	if err != nil {
		return m, err
	}
	memory := measure.Memory()
	began, spent := time.Now(), measure.CPU()
	tally, err := crawl.Round(ctx)
	if err != nil {
		return m, err
	}
	m.Crawl, m.CrawlCPU, m.Visits = time.Since(began).Seconds(), measure.CPU()-spent, tally.Visits
	m.Memory = memory()
	if err := stop(); err != nil {
		return m, err
	}
	if link {
		began, spent = time.Now(), measure.CPU()
		if _, err := jobs.Relink(ctx, e); err != nil {
			return m, err
		}
		m.Link, m.LinkCPU = time.Since(began).Seconds(), measure.CPU()-spent
	}
	return m, dump(ctx, e.Store, out)
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
