package jobs

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"qulaq/crawler"
	"qulaq/simulate"
)

// Stage is a simulated republic that is being served on this machine.
type Stage struct {
	Republic *simulate.Republic
	Base     string // http://127.0.0.1:PORT
	server   *http.Server
}

// OpenStage serves a republic at an address of the loopback interface, such as
// 127.0.0.1:0 for any free port.
func OpenStage(republic *simulate.Republic, address string) (*Stage, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("jobs: serve the republic: %w", err)
	}
	s := &Stage{
		Republic: republic,
		Base:     "http://" + listener.Addr().String(),
		server:   &http.Server{Handler: republic.Handler(), ReadHeaderTimeout: 10 * time.Second},
	}
	go func() { _ = s.server.Serve(listener) }() // ends with Close
	return s, nil
}

// Close stops serving.
func (s *Stage) Close() error { return s.server.Close() }

// Rehearse crawls the republic from its first day until it has been watched for
// grace after its last, a round every step of simulated time. e.Now and the
// crawler's clock are the republic's; that of e.Archive has to be, too. A rehearsal
// that was broken off goes on with the round that it broke off in: what was visited
// in it already is not due.
func Rehearse(ctx context.Context, e *Env, s *Stage, step, grace time.Duration) (Tally, error) {
	var total Tally
	var err error
	e.Now = s.Republic.Now
	if e.Crawler, err = crawler.New(crawler.Config{Now: s.Republic.Now, MaxWait: -1, Archive: e.Archive.Layer, Logger: e.Log}); err != nil {
		return total, err
	}
	defer e.Crawler.Close()
	start, end := s.Republic.Start(), s.Republic.End().Add(grace)
	s.Republic.SetNow(start)
	last, err := e.Store.LastVisit(ctx, end)
	if err != nil {
		return total, err
	}
	crawl, err := NewCrawl(ctx, e, CrawlOptions{})
	if err != nil {
		return total, err
	}
	rounds := int(end.Sub(start) / step)
	tell := e.Progress
	e.Progress = nil // of the single visits
	defer func() { e.Progress = tell }()
	for round := max(1, int(last.Sub(start)/step)); round <= rounds; round++ {
		now := start.Add(time.Duration(round) * step)
		s.Republic.SetNow(now)
		tally, err := crawl.Round(ctx)
		if err != nil {
			return total, err
		}
		total.Join(tally)
		if tell != nil {
			tell(Progress{Job: "crawl", Done: round, Total: rounds, Note: fmt.Sprintf("%s  %d visits", now.Format(time.DateOnly), total.Visits)})
		}
	}
	return total, nil
}
