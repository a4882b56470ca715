// Package jobs decides when something happens, and wires together what makes it
// happen.
//
// A job is something that runs once from the command line, or again and again on
// a schedule: [Crawl] visits what is due, [Replay] takes in saved pages, [Import]
// what other tools captured, [Relink] makes items and exchanges of what was seen,
// [Reparse] reads archived pages again. [Watch] makes of them what a daemon runs on
// a schedule. Each works on an [Env] and tells what it did as a value that the
// caller can print.
package jobs

import (
	"context"
	"log/slog"
	"time"

	"qulaq/crawler"
	"qulaq/crawler/archive"
	"qulaq/jobs/queue"
	"qulaq/parsers"
	"qulaq/parsers/all"
	"qulaq/parsers/selectors"
	"qulaq/pipeline"
	"qulaq/pipeline/coding"
	"qulaq/pipeline/language"
	"qulaq/registry"
	"qulaq/schema"
)

// Env is what jobs work with.
type Env struct {
	Store    *schema.Store
	Index    *registry.Index
	Key      *pipeline.Key
	Crawler  *crawler.Crawler    // nil for jobs that visit nothing
	Browser  Visitor             // of sources whose pages a script renders; nil when there is no browser
	Queue    *queue.Queue        // that hands visits to workers; nil when this process makes them
	Archive  *archive.Writer     // of Crawler; nil when no pages are kept
	Tokens   Tokens              // API keys; nil for none
	Codes    pipeline.Codes      // classes that people gave to items, which go before what the classifier reads; nil for none
	Samples  [][]coding.Code     // coded by hand, to correct rates with; nil for none
	Reader   language.Classifier // nil for [language.Default]
	NoTexts  bool                // citizens' texts are read when they are seen, and not stored
	Program  string              // name and version, for what outlives it
	Now      func() time.Time
	Log      *slog.Logger
	Progress func(Progress)                     // nil when nobody looks; called from one goroutine at a time
	Inserted func(rows int, took time.Duration) // told of every insert of a crawl; nil when nobody asks
}

// Visitor gets a page.
type Visitor interface {
	Visit(ctx context.Context, r crawler.Request) crawler.Visit
}

// visitor gets the pages of a source.
func (e *Env) visitor(f feed) Visitor {
	if f.Browser {
		return e.Browser
	}
	return e.Crawler
}

// Progress tells how far a job has come.
type Progress struct {
	Job   string
	Done  int
	Total int    // 0 while unknown
	Note  string // what is being done
}

// reader is the classifier in use.
func (e *Env) reader() language.Classifier {
	if e.Reader == nil {
		return language.Default()
	}
	return e.Reader
}

func (e *Env) progress(p Progress) {
	if e.Progress != nil {
		e.Progress(p)
	}
}

// feed is a source with what is needed to visit it.
type feed struct {
	registry.Source
	body   *registry.Body
	parser parsers.Parser // nil for a platform that has none, of which only items can be imported
	zone   *time.Location
	secret secret // to be added to its requests
}

// feeds lists the sources of the registry, by id. Sources of platforms that have
// no parser yet are left out: nothing can be read from them.
func (e *Env) feeds() []feed {
	var list []feed
	for source, body := range e.Index.Sources() {
		parser, ok := Parser(source)
		if !ok {
			continue
		}
		list = append(list, feed{Source: *source, body: body, parser: parser, zone: e.Index.Location(source, body)})
	}
	return list
}

// QuestionSite tells whether the pages of a source are made for questions, so that
// every citizen's item on them calls for a reply.
func QuestionSite(source *registry.Source) bool {
	if site, ok := source.Selectors.(*selectors.Site); ok {
		return site.QuestionSite
	}
	parser, ok := all.Parser(source.Platform)
	return ok && parser.Properties().QuestionSite
}
