// Command bench measures qulaq against what a user would pick instead: a plain
// program of net/http and goquery, the same on colly, and Scrapy where it is
// installed. All of them read the same pages from the same server on this machine,
// turn by turn, each time between two runs of the plain program; what each extracted
// is held against the truth, item by item.
//
// Only ratios within one run mean anything: the speed of a shared machine changes by
// the minute. `make bench` builds and runs it; see docs/performance.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"qulaq/simulate"
)

// options are the flags.
type options struct {
	rounds      int
	limit       time.Duration
	connections int
	only        string
	profile     string
	corpus      simulate.CorpusConfig
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 5, "runs of each program but the plain one, which runs before and after each")
	flag.DurationVar(&o.limit, "limit", 12*time.Minute, "no round begins that would end later")
	flag.IntVar(&o.connections, "connections", 16, "of each program, at a time")
	flag.StringVar(&o.only, "only", "", "measure only this: crawl or inserts")
	flag.StringVar(&o.profile, "profile", "", "folder for CPU and allocation profiles of qulaq's last run")
	flag.IntVar(&o.corpus.Channels, "channels", 0, "of the corpus; 0 for 20")
	flag.IntVar(&o.corpus.Posts, "posts", 0, "of a channel; 0 for 200")
	flag.IntVar(&o.corpus.Comments, "comments", 0, "on a post; 0 for 10")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	began := time.Now()
	dir, err := os.MkdirTemp("", "qulaq-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	switch o.only {
	case "", "crawl":
		if err := measureCrawl(ctx, o, dir, began); err != nil || o.only != "" {
			return err
		}
	case "inserts":
	default:
		return fmt.Errorf("-only %s: want crawl or inserts", o.only)
	}
	return measureInserts(ctx, dir, os.Stdout)
}

// measureCrawl holds qulaq and the others against the plain program.
func measureCrawl(ctx context.Context, o options, dir string, began time.Time) (err error) {
	corpus, err := simulate.NewCorpus(o.corpus)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: corpus.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer func() { err = errors.Join(err, server.Close()) }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b := &bench{
		options: o, corpus: corpus, truth: truthOf(corpus), base: "http://" + listener.Addr().String(),
		programs: filepath.Dir(self), dir: dir,
	}
	fmt.Printf("%d pages of %.1f KB on average, %d items, in %d channels; %d connections; gzip; loopback.\n\n",
		corpus.Pages(), float64(corpus.Bytes())/float64(corpus.Pages())/1000, len(b.truth), len(corpus.Channels()), o.connections)

	programs := []program{qulaq{}, plain("colly")}
	if scrapy, ok := installedScrapy(); ok {
		programs = append(programs, scrapy)
	} else {
		fmt.Println("Scrapy is not installed: it is left out.")
	}
	results, err := b.rounds(ctx, programs, began)
	if err != nil {
		return err
	}
	results.print(os.Stdout, corpus.Pages(), len(b.truth))
	return nil
}

// bench is one run of the programs against a corpus.
type bench struct {
	options
	corpus   *simulate.Corpus
	truth    map[string]utterance
	base     string
	programs string // folder of the built programs
	dir      string // for what they write
	count    int    // of runs
}

// rounds runs every program once a round, each between two runs of the plain one.
func (b *bench) rounds(ctx context.Context, programs []program, began time.Time) (*results, error) {
	r := &results{}
	before, err := b.measure(ctx, plain("plain"))
	if err != nil {
		return nil, err
	}
	r.add("plain", before[0].figures, nil)
	for round := range b.options.rounds {
		if spent := time.Since(began); round > 0 && spent+spent/time.Duration(round) > b.limit {
			fmt.Printf("After %d rounds there is no time for another.\n", round)
			break
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, b.options.rounds)
		for _, p := range programs {
			runs, err := b.measure(ctx, p)
			if err != nil {
				return nil, err
			}
			after, err := b.measure(ctx, plain("plain"))
			if err != nil {
				return nil, err
			}
			for _, run := range runs {
				r.add(run.name, run.figures, mean(before[0].figures, after[0].figures))
			}
			r.add("plain", after[0].figures, nil)
			before = after
		}
	}
	return r, nil
}

// measure runs a program once and holds what it extracted against the truth.
func (b *bench) measure(ctx context.Context, p program) ([]named, error) {
	b.count++
	out := filepath.Join(b.dir, fmt.Sprintf("items-%d.jsonl", b.count))
	runs, err := p.run(ctx, b, out)
	if err != nil {
		return nil, err
	}
	if err := b.check(out); err != nil {
		return nil, fmt.Errorf("%s did not extract what is there: %w", runs[0].name, err)
	}
	return runs, os.Remove(out)
}

func (b *bench) channels() string { return strings.Join(b.corpus.Channels(), ",") }
