package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"qulaq/crawler"
	"qulaq/registry"
	"qulaq/simulate"
)

// Stage is a simulated republic that is being served on this machine.
type Stage struct {
	Republic *simulate.Republic
	Base     string            // http://127.0.0.1:PORT
	bases    map[string]string // of the further platforms, each on a port of its own
	servers  []*http.Server
}

// OpenStage serves a republic at an address of the loopback interface, such as
// 127.0.0.1:0 for any free port. Its further platforms are served at free ports of
// the same host.
func OpenStage(republic *simulate.Republic, address string) (*Stage, error) {
	s := &Stage{Republic: republic, bases: map[string]string{}}
	var err error
	if s.Base, err = s.serve(republic.Handler(), address); err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("jobs: serve the republic: %w", err), s.Close())
	}
	for _, platform := range simulate.Platforms() {
		handler := republic.Host(platform)
		if handler == nil {
			continue
		}
		if s.bases[platform], err = s.serve(handler, net.JoinHostPort(host, "0")); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// serve answers at an address until Close, and gives its base.
func (s *Stage) serve(handler http.Handler, address string) (string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("jobs: serve the republic: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(listener) }() // ends with Close
	return "http://" + listener.Addr().String(), nil
}

// Country is the registry of the republic with the addresses at which it is served.
func (s *Stage) Country() *registry.Country {
	return s.Republic.CountryAt(func(platform string) string { return cmp.Or(s.bases[platform], s.Base) })
}

// Close stops serving.
func (s *Stage) Close() error {
	var all error
	for _, server := range s.servers {
		all = errors.Join(all, server.Close())
	}
	return all
}

// Rehearse crawls the republic from its first day until it has been watched for
// grace after its last, a round every step of simulated time. e.Now and the
// crawler's clock are the republic's; that of e.Archive has to be, too. A rehearsal
// that was broken off goes on with the round that it broke off in: what was visited
// in it already is not due. Nothing is derived before its end, so that it visits by
// the prior law.
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
