package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"qulaq/jobs/schedule"
	"qulaq/schema"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus"
)

// full is a set of metrics in which every one has a value.
func full(facts FactsFunc) *Metrics {
	began := time.Now().Add(-time.Hour)
	m := New(Config{
		Version: "test",
		Facts:   facts,
		Jobs: func() []schedule.Status {
			return []schedule.Status{
				{Job: "crawl", Next: began.Add(2 * time.Hour), Last: schedule.Run{StartedAt: began, EndedAt: began.Add(time.Minute), Outcome: schedule.OK}},
				{Job: "relink", Last: schedule.Run{StartedAt: began, Outcome: schedule.Running}},
				{Job: "prune", Next: began.Add(3 * time.Hour)},
			}
		},
		Objective: func() time.Duration { return 6 * time.Hour },
		Log:       slog.New(slog.DiscardHandler),
	})
	m.Inserted(20_000, 300*time.Millisecond)
	m.Round(7, time.Now().Add(-time.Minute), time.Now(), map[string]float64{"t.me": 0.5})
	return m
}

func someFacts(context.Context) (*Facts, error) {
	return &Facts{
		Visits:  map[schema.Outcome]uint64{schema.OK: 12, schema.Drift: 1},
		Fresh:   map[string]time.Time{"wells": time.Now().Add(-2 * time.Hour), "dunes": {}},
		Sources: map[string]int{"ok": 3, "drifted": 1},
		Spans:   schema.SpanWidths{Replies: 9, Median: 600, P90: 4000},
	}, nil
}

func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("GET /metrics = %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestMetrics(t *testing.T) {
	got := scrape(t, full(someFacts))
	for _, want := range []string{
		`qulaq_build_info{version="test"} 1`,
		`qulaq_visits_total{outcome="ok"} 12`,
		`qulaq_visits_total{outcome="captcha"} 0`,
		`qulaq_body_freshness_seconds{body="dunes"} +Inf`,
		`qulaq_body_freshness_seconds{body="wells"} 720`,
		`qulaq_freshness_objective_seconds 21600`,
		`qulaq_sources{state="drifted"} 1`,
		`qulaq_reply_span_seconds{quantile="0.9"} 4000`,
		`qulaq_insert_seconds_count 1`,
		`qulaq_inserted_rows_total 20000`,
		`qulaq_backlog_threads 7`,
		`qulaq_backlog_oldest_seconds 60`,
		`qulaq_budget_used_ratio{owner="t.me"} 0.5`,
		`qulaq_job_last_ok{job="crawl"} 1`,
		`qulaq_job_last_duration_seconds{job="crawl"} 60`,
		`qulaq_job_running{job="relink"} 1`,
		`qulaq_store_up 1`,
	} {
		if !strings.Contains(got, "\n"+want) {
			t.Errorf("/metrics has no line that begins %q", want)
		}
	}
	for _, never := range []string{`qulaq_job_last_ok{job="relink"}`, `qulaq_job_last_ok{job="prune"}`} {
		if strings.Contains(got, never) {
			t.Errorf("/metrics has %s, of a job without a run that ended", never)
		}
	}
}

// A store that is away takes its own metrics along and no others.
func TestStoreAway(t *testing.T) {
	got := scrape(t, full(func(context.Context) (*Facts, error) { return nil, errors.New("away") }))
	if !strings.Contains(got, "\nqulaq_store_up 0") || !strings.Contains(got, "\nqulaq_backlog_threads 7") {
		t.Errorf("/metrics without a store:\n%s", got)
	}
	if strings.Contains(got, "qulaq_visits_total") {
		t.Error("/metrics tells of visits that it does not know")
	}
}

// However often it is scraped, the store is asked once a minute.
func TestStoreIsSpared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		m := full(func(ctx context.Context) (*Facts, error) { asked++; return someFacts(ctx) })
		for range 10 {
			if _, err := m.Gatherer().Gather(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(15 * time.Second)
		}
		if asked != 3 {
			t.Errorf("the store was asked %d times in 150 s, want 3", asked)
		}
	})
}

// Every metric that the dashboard and the alert rules name is one that there is,
// and every label that they choose by.
func TestDeployedNamesExist(t *testing.T) {
	families, err := full(someFacts).Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	there, labels := map[string]bool{}, map[string]bool{}
	for _, f := range families {
		for _, suffix := range []string{"", "_bucket", "_sum", "_count"} {
			there[f.GetName()+suffix] = true
		}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = true
			}
		}
	}
	named := regexp.MustCompile(`\b(?:qulaq|process|go)_[a-z_]+\b`)
	chosen := regexp.MustCompile(`\{([a-z]+)=~?"|by \(([a-z]+)\)|\{\{ ?(?:\$labels\.)?([a-z]+) ?\}\}`)
	for file, expressions := range map[string][]string{"alerts.yaml": alertTexts(t), "grafana.json": dashboardTexts(t)} {
		if len(expressions) < 8 {
			t.Errorf("deploy/%s has %d expressions; the test shows nothing", file, len(expressions))
		}
		for _, expr := range expressions {
			for _, name := range named.FindAllString(expr, -1) {
				if !there[name] {
					t.Errorf("deploy/%s: %s: there is no metric %s", file, expr, name)
				}
			}
			for _, m := range chosen.FindAllStringSubmatch(expr, -1) {
				if label := m[1] + m[2] + m[3]; !labels[label] && label != "le" {
					t.Errorf("deploy/%s: %s: no metric has the label %s", file, expr, label)
				}
			}
		}
	}
}

func deployed(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func alertTexts(t *testing.T) []string {
	var rules struct {
		Groups []struct {
			Name  string `yaml:"name"`
			Rules []struct {
				Alert       string            `yaml:"alert"`
				Expr        string            `yaml:"expr"`
				For         string            `yaml:"for"`
				Labels      map[string]string `yaml:"labels"`
				Annotations map[string]string `yaml:"annotations"`
			} `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.UnmarshalWithOptions(deployed(t, "alerts.yaml"), &rules, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Expr == "" || r.Annotations["summary"] == "" || r.Annotations["action"] == "" {
				t.Errorf("alert %s: want an expression, a summary and what to do", r.Alert)
			}
			if _, err := time.ParseDuration(r.For); err != nil {
				t.Errorf("alert %s: for: %v", r.Alert, err)
			}
			texts = append(texts, r.Expr, r.Annotations["summary"])
		}
	}
	return texts
}

func dashboardTexts(t *testing.T) []string {
	var board struct {
		Panels []struct {
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	if err := json.Unmarshal(deployed(t, "grafana.json"), &board); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			texts = append(texts, target.Expr, target.LegendFormat)
		}
	}
	return texts
}

var _ prometheus.Collector = (*store)(nil)
