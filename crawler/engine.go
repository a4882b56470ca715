package crawler

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gocolly/colly/v2"
)

// newCollector makes colly fetch through client and nothing else.
//
// What colly offers besides is left off, because it loses answers or manners: it
// cuts large pages, calls 304 an error, keeps a robots.txt for ever, sleeps
// through a cancelled context, keeps a 429 as if it were the page, and carries
// cookies from one site to the next. The tests named TestColly… show each.
// Init, unlike colly.NewCollector, also keeps the environment (COLLY_…) from
// setting any of it.
func newCollector(client *http.Client) *colly.Collector {
	c := &colly.Collector{}
	c.Init()
	c.SetClient(client)             // no timeout of 10 s, no cookie jar
	c.MaxBodySize = 0               // no cutting: layer content fails instead
	c.ParseHTTPErrorResponse = true // any status is an answer
	c.AllowURLRevisit = true        // revisiting is what we do
	c.IgnoreRobotsTxt = true        // layer exclusion obeys it
	return c
}

// engine is a collector for one visit at a time: colly has the context in the
// collector, not in the request.
type engine struct{ collector *colly.Collector }

func newEngine(base *colly.Collector) *engine { return &engine{base.Clone()} }

// fetch makes a request. What came of it is in the attempt of ctx.
func (e *engine) fetch(ctx context.Context, address string, form url.Values, header http.Header) error {
	method, data := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, data = http.MethodPost, strings.NewReader(form.Encode())
	}
	e.collector.Context = ctx
	err := e.collector.Request(method, address, data, nil, header)
	e.collector.Context = context.Background() // do not keep the caller's alive
	return err
}
