package jobs

import (
	"context"
	"fmt"
	"net/url"

	"qulaq/crawler"
	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/schema"
)

// maxPages bounds how far one visit follows a thread. A thread that is longer is
// not complete.
const maxPages = 200

// visit looks at one thread: it fetches its pages and has them parsed, until the
// last page, until the first that cannot be had, or until enough says that no
// further page is wanted. It returns nil when ctx ended it.
func (e *Env) visit(ctx context.Context, f feed, t schema.ThreadState, enough func(parsers.Result) bool) *pipeline.Look {
	look := newLook(f, t.Thread)
	next := &look.Thread.Address
	for pages := 1; next != nil; pages++ {
		request := crawler.Request{URL: next.URL, Form: next.Form, Owner: f.Owner, AllowLoopback: f.Loopback}
		if pages == 1 {
			request.ETag, request.LastModified = t.ETag, t.LastModified
		}
		got := e.visitor(f).Visit(ctx, request)
		if got.Aborted {
			return nil
		}
		if pages == 1 {
			look.StartedAt, look.Status = got.StartedAt, got.Status
			look.ETag, look.Modified = got.ETag, got.LastModified
		} else {
			look.ETag, look.Modified = "", "" // one page's validators say nothing of the others
		}
		look.SeenAt = got.SeenAt
		look.Bytes += int(got.Bytes)
		if got.Outcome != crawler.OK {
			look.Fail(schema.Outcome(got.Outcome), got.Reason)
			break
		}
		result, err := f.parser.Parse(parsers.Page{
			URL: next.URL, ContentType: got.ContentType, Body: got.Body, Seen: got.SeenAt, Zone: f.zone,
		})
		if err != nil {
			look.Fail(schema.Drift, err.Error())
			break
		}
		look.Add(result)
		switch next = result.Next; {
		case next == nil || result.State != parsers.OK:
			return look
		case enough != nil && enough(result):
			look.Declared = parsers.Unknown // of more than was meant to be read
			return look
		case pages == maxPages:
			look.Fail(schema.Partial, fmt.Sprintf("more than %d pages", maxPages))
			return look
		}
	}
	return look
}

// newLook begins a look at a thread of a source.
func newLook(f feed, t schema.Thread) *pipeline.Look {
	form, err := url.ParseQuery(t.Form)
	if err != nil || len(form) == 0 {
		form = nil // only ever written by Encode
	}
	var parser parsers.Properties
	if f.parser != nil {
		parser = f.parser.Properties()
	}
	return &pipeline.Look{
		Source: f.Source,
		BodyID: f.body.ID,
		Parser: parser,
		Thread: parsers.Thread{
			ID:       t.ThreadID,
			Kind:     parsers.ThreadKind(t.Kind),
			Address:  parsers.Address{URL: t.URL, Form: form},
			Declared: int(t.Declared),
		},
		Declared: parsers.Unknown,
	}
}
