package metrics

import (
	"context"
	"log/slog"
	"math"
	"sync"
	"time"

	"qulaq/schema"

	"github.com/prometheus/client_golang/prometheus"
)

// Facts is what the store knows of the watch.
type Facts struct {
	Visits  map[schema.Outcome]uint64 // all that were made
	Fresh   map[string]time.Time      // by body: when the staler of its sources was last seen completely; zero for never
	Sources map[string]int            // by state
	Spans   schema.SpanWidths         // of the last week
}

// FactsFunc reads the facts.
type FactsFunc func(context.Context) (*Facts, error)

// The store is asked at most once in this time, however often it is scraped, and
// given this long to answer.
const (
	factsAge     = time.Minute
	factsTimeout = 20 * time.Second
)

// store is the collector of what the store knows. When the store does not answer,
// qulaq_store_up is 0 and what it would tell is absent.
type store struct {
	facts     FactsFunc
	objective func() time.Duration
	log       *slog.Logger

	mu   sync.Mutex
	last *Facts // nil when the store did not answer
	at   time.Time
}

func (*store) Describe(chan<- *prometheus.Desc) {} // unchecked: absent when the store is

func (s *store) read() *Facts {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.at.IsZero() && time.Since(s.at) < factsAge {
		return s.last
	}
	ctx, cancel := context.WithTimeout(context.Background(), factsTimeout)
	defer cancel()
	facts, err := s.facts(ctx)
	if err != nil {
		s.log.LogAttrs(ctx, slog.LevelError, "metrics not read", slog.String("err", err.Error()))
		facts = nil
	}
	s.last, s.at = facts, time.Now()
	return facts
}

func (s *store) Collect(ch chan<- prometheus.Metric) {
	send := func(kind prometheus.ValueType, name, help string, v float64, label, value string) {
		var labels, values []string
		if label != "" {
			labels, values = []string{label}, []string{value}
		}
		ch <- prometheus.MustNewConstMetric(describe(name, help, labels...), kind, v, values...)
	}
	gauge := func(name, help string, v float64, label, value string) {
		send(prometheus.GaugeValue, name, help, v, label, value)
	}
	gauge("freshness_objective_seconds", "Within this time each source of a body is to have had a complete visit.", s.objective().Seconds(), "", "")
	facts := s.read()
	if facts == nil {
		gauge("store_up", "1 when the store answers.", 0, "", "")
		return
	}
	gauge("store_up", "1 when the store answers.", 1, "", "")
	for _, outcome := range schema.Outcomes {
		send(prometheus.CounterValue, "visits_total", "Visits that the store holds, by outcome.", float64(facts.Visits[outcome]), "outcome", string(outcome))
	}
	for body, at := range facts.Fresh {
		age := math.Inf(1)
		if !at.IsZero() {
			age = max(0, time.Since(at).Seconds())
		}
		gauge("body_freshness_seconds", "Time since the staler of the active sources of a body had a complete visit; +Inf for never.", age, "body", body)
	}
	for state, n := range facts.Sources {
		gauge("sources", "Active sources by state.", float64(n), "state", state)
	}
	const spans = "Width of the spans in which the first replies of the last week came."
	gauge("reply_span_seconds", spans, facts.Spans.Median, "quantile", "0.5")
	gauge("reply_span_seconds", spans, facts.Spans.P90, "quantile", "0.9")
	gauge("reply_spans", "First replies of the last week.", float64(facts.Spans.Replies), "", "")
}
