// Package web is the dashboard: pages that people open, cite and argue about.
//
// Make a [Site] with [New]; it is an [http.Handler]. Pages are made on the server
// and work without JavaScript. All that a page shows follows from its address and
// from a [Snapshot] of the data: an address with a moment (asof=…) shows the same
// for ever. What takes long to compute is computed once, in the background; until
// it is there, the page says so and loads itself again.
//
// No number stands alone: charts and tables are made of [report.Number], and what
// rests on fewer than [report.SmallCell] needs is left out. Each chart has its table
// beside it, and the table its CSV.
package web

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"qulaq/registry"
	"qulaq/report"
	"qulaq/schema"
)

// Snapshot is all that the pages show, as of one moment. It is not changed any more.
type Snapshot struct {
	Evidence *report.Evidence // with Counts, it has no needs
	Counts   Counts           // nil when the evidence is of needs
	Needs    int              // that are counted
	Months   int              // in which they were asked
	Replies  []schema.ReplyCount
	Weeks    []schema.SourceWeek
	Outages  []schema.Outage
	Alarms   []report.FillAlarm
}

// Counts reads what a page is made from, of many needs that were counted beforehand.
type Counts func(ctx context.Context, q report.StateQuery) (*report.Evidence, error)

// Source gives the pages their data.
type Source interface {
	// Generation names the state of the data. Another name means that there are news.
	Generation(ctx context.Context) (string, error)
	// Snapshot gives the data as of a moment; as they are now for the zero time.
	Snapshot(ctx context.Context, asOf time.Time) (*Snapshot, error)
}

// Options are what a site is made of.
type Options struct {
	Source     Source
	Index      *registry.Index
	Log        *slog.Logger
	Version    string
	Address    string            // public address, such as https://qulaq.example.org; "" for the host by which readers come
	Method     map[string]string // the method page in each language, Markdown; in English the full one
	Dictionary string            // what the tables mean, Markdown
	Patience   time.Duration     // that a request waits for what is being computed; 0 for a second
	Refresh    time.Duration     // between two looks for news; 0 for half a minute
	Edition    string            // name of the edition that the site is frozen as ([Site.Files]); "" for a live one
	Running    func() []Running  // jobs that run just now; nil when nobody knows
}

// Running is a job that runs just now.
type Running struct {
	Job   string // its name in the configuration, such as crawl
	Since time.Time
}

//go:embed templates assets messages.json
var files embed.FS

// Site is the dashboard. It is safe for concurrent use.
type Site struct {
	Options
	mux       *http.ServeMux
	templates map[language]*templates
	messages  messages
	assets    map[string]asset // by name
	views     *cache
	past      *cache // snapshots of earlier moments
	live      *live
	squeezers squeezers

	fingerprint string // names all that pages are made of besides the data
}

// What is kept. A view is some hundred numbers, a snapshot is all that anybody asked.
// Two views may be computed while a crawler works beside, and one snapshot.
const (
	maxViews, viewWorkers = 512, 2
	maxPast, pastWorkers  = 4, 1
)

// New makes a site, and begins to read its data. What it computes goes on until ctx
// ends.
func New(ctx context.Context, o Options) (*Site, error) {
	if o.Patience == 0 {
		o.Patience = time.Second
	}
	if o.Refresh == 0 {
		o.Refresh = 30 * time.Second
	}
	s := &Site{Options: o, templates: map[language]*templates{}}
	s.views, s.past = newCache(ctx, maxViews, viewWorkers), newCache(ctx, maxPast, pastWorkers)
	s.live = &live{source: o.Source, cache: s.past, every: o.Refresh, warm: s.warm, log: o.Log}
	var err error
	if s.messages, err = loadMessages(files); err != nil {
		return nil, err
	}
	if s.assets, err = loadAssets(files); err != nil {
		return nil, err
	}
	digest, err := registry.Digest(o.Index.Country())
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if s.fingerprint, err = s.fingerprintOf(fmt.Sprint(digest)); err != nil {
		return nil, err
	}
	for _, lang := range languages {
		if s.templates[lang], err = s.parseTemplates(lang); err != nil {
			return nil, err
		}
	}
	s.routes()
	s.past.running.Go(func() {
		_, _ = s.live.now(ctx) // what fails is told to whoever asks for a page
	})
	return s, nil
}

// Wait waits until nothing is computed any more, after the context of [New] has
// ended.
func (s *Site) Wait() {
	s.past.wait()
	s.views.wait()
}

func (s *Site) routes() {
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("GET /{$}", s.chooseLanguage)
	s.mux.HandleFunc("GET /assets/{file}", s.serveAsset)
	for path, show := range map[string]func(*request) (response, error){
		"/{$}":                    (*request).overview,
		"/body/{body}":            (*request).body,
		"/body/{body}/badge.svg":  (*request).badge,
		"/body/{body}/feed.atom":  (*request).feed,
		"/body/{body}/social.png": (*request).bodyPreview,
		"/compare":                (*request).compare,
		"/equity":                 (*request).equity,
		"/coverage":               (*request).coverage,
		"/data":                   (*request).data,
		"/method":                 (*request).method,
		"/social.png":             (*request).preview,
	} {
		for _, lang := range languages {
			s.mux.HandleFunc("GET /"+string(lang)+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, lang, show) })
		}
	}
	s.mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, languageOf(r), func(*request) (response, error) { return nil, errNotFound })
	})
}

// ServeHTTP answers a request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	s.mux.ServeHTTP(w, r)
}

// chooseLanguage leads from the bare address to the reader's language.
func (s *Site) chooseLanguage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept-Language")
	w.Header().Set("Cache-Control", "no-cache")
	target := "/" + string(languageOf(r)) + "/"
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	http.Redirect(w, r, target, http.StatusFound)
}

// languageOf is the language of the address, else the first that the browser asks
// for and the site has, else Kazakh, the language of the state.
func languageOf(r *http.Request) language {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	asked := []string{first}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(tag, "-")
		asked = append(asked, strings.ToLower(primary))
	}
	for _, a := range asked {
		for _, lang := range languages {
			if a == string(lang) {
				return lang
			}
		}
	}
	return languages[0]
}

// warm computes what the pages show that are opened first, so that no reader waits for
// it.
func (s *Site) warm(ctx context.Context, snapshot *state) {
	r := &request{site: s, ctx: ctx, lang: languages[0], url: &url.URL{}, snapshot: snapshot, choice: defaultChoice()}
	for _, show := range []func(*request) (response, error){(*request).overview, (*request).equity} {
		if _, err := show(r); err != nil && ctx.Err() == nil {
			s.Log.Error("web: warm up", slog.Any("err", err))
		}
	}
}

// errNotFound is what an address gets that names nothing.
var errNotFound = errors.New("web: there is no such page")

// choiceError is a parameter of an address that cannot be.
type choiceError struct{ name, value string }

func (e *choiceError) Error() string {
	return fmt.Sprintf("web: %s=%s is not a choice", e.name, e.value)
}
