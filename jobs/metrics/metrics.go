// Package metrics tells Prometheus how the watch goes.
//
// [New] makes the metrics, [Metrics.Handler] serves them. What the store knows
// (visits, freshness, spans) is asked of it when it is scraped, at most once a
// minute; what only the program knows (inserts, backlog, budgets, jobs) it tells as
// it happens. No label holds what a citizen wrote or is called.
package metrics

import (
	"log/slog"
	"net/http"
	"time"

	"qulaq/jobs/schedule"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Config is what metrics are made of.
type Config struct {
	Version   string
	Facts     FactsFunc
	Jobs      func() []schedule.Status
	Objective func() time.Duration // for the freshness of each body
	Log       *slog.Logger
}

// Metrics are the metrics of one daemon.
type Metrics struct {
	registry *prometheus.Registry
	inserts  prometheus.Histogram
	rows     prometheus.Counter
	backlog  prometheus.Gauge
	overdue  prometheus.Gauge
	budget   *prometheus.GaugeVec
}

// New makes metrics.
func New(c Config) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		inserts: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "qulaq_insert_seconds", Help: "Time to store a batch of visits with what they saw.",
			Buckets: prometheus.ExponentialBuckets(0.01, 3, 9), // 10 ms to 66 s
		}),
		rows:    prometheus.NewCounter(prometheus.CounterOpts{Name: "qulaq_inserted_rows_total", Help: "Rows that crawls stored."}),
		backlog: prometheus.NewGauge(prometheus.GaugeOpts{Name: "qulaq_backlog_threads", Help: "Threads that were due and not visited when the last round ended."}),
		overdue: prometheus.NewGauge(prometheus.GaugeOpts{Name: "qulaq_backlog_oldest_seconds", Help: "For how long the first of them had been due."}),
		budget: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "qulaq_budget_used_ratio", Help: "Share of its budget of requests that an owner has had in the last 24 hours, as of the last round.",
		}, []string{"owner"}),
	}
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "qulaq_build_info", Help: "1; the label tells the version.", ConstLabels: prometheus.Labels{"version": c.Version},
	}, func() float64 { return 1 })
	m.registry.MustRegister(m.inserts, m.rows, m.backlog, m.overdue, m.budget, build,
		&store{facts: c.Facts, objective: c.Objective, log: c.Log}, jobs(c.Jobs),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.InstrumentMetricHandler(m.registry, promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
}

// Gatherer is where the metrics can be read without HTTP.
func (m *Metrics) Gatherer() prometheus.Gatherer { return m.registry }

// Inserted notes an insert.
func (m *Metrics) Inserted(rows int, took time.Duration) {
	m.inserts.Observe(took.Seconds())
	m.rows.Add(float64(rows))
}

// Round notes what a round of a crawl has left undone: the threads that are due,
// since when the first of them is, zero for none, and each owner's use of its
// budget.
func (m *Metrics) Round(threads int, oldest, now time.Time, budget map[string]float64) {
	m.backlog.Set(float64(threads))
	wait := 0.0
	if !oldest.IsZero() {
		wait = max(0, now.Sub(oldest).Seconds())
	}
	m.overdue.Set(wait)
	m.budget.Reset()
	for owner, used := range budget {
		m.budget.WithLabelValues(owner).Set(used)
	}
}

// jobs tells of the runs of the jobs.
type jobs func() []schedule.Status

// describe makes the description of a metric that is computed when it is scraped.
func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("qulaq_"+name, help, labels, nil)
}

func (jobs) Describe(chan<- *prometheus.Desc) {} // unchecked: none before the first run

func (list jobs) Collect(ch chan<- prometheus.Metric) {
	gauge := func(name, help string, v float64, job string) {
		ch <- prometheus.MustNewConstMetric(describe(name, help, "job"), prometheus.GaugeValue, v, job)
	}
	flag := func(v bool) float64 {
		if v {
			return 1
		}
		return 0
	}
	for _, s := range list() {
		running := s.Last.Outcome == schedule.Running
		gauge("job_running", "1 while the job runs.", flag(running), s.Job)
		if !s.Next.IsZero() {
			gauge("job_next_timestamp_seconds", "When the job begins next.", float64(s.Next.Unix()), s.Job)
		}
		if s.Last.StartedAt.IsZero() {
			continue
		}
		gauge("job_last_start_timestamp_seconds", "When the last run of the job began.", float64(s.Last.StartedAt.Unix()), s.Job)
		if !running {
			gauge("job_last_ok", "1 when the last run of the job that ended was ok.", flag(s.Last.Outcome == schedule.OK), s.Job)
			gauge("job_last_duration_seconds", "How long the last run of the job took.", s.Last.EndedAt.Sub(s.Last.StartedAt).Seconds(), s.Job)
		}
	}
}
