package jobs

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
// last page, until the first that cannot be had, or until the terms say that no
// further page is wanted. It returns nil when ctx ended it, or when an error did:
// one that would end every other visit, too, or errBudgetSpent before anything was
// seen. Where the budget ends between two pages, the look is a partial one.
func (e *Env) visit(ctx context.Context, f feed, t schema.ThreadState, on terms) (*pipeline.Look, error) {
	look := newLook(f, t.Thread)
	next := &look.Thread.Address
	for pages := 1; next != nil; pages++ {
		request := crawler.Request{URL: next.URL, Form: next.Form, Owner: f.Owner, AllowLoopback: f.Loopback, Spend: on.spend}
		if pages == 1 {
			request.ETag, request.LastModified = t.ETag, t.LastModified
		}
		f.secret.put(&request)
		got := e.visitor(f).Visit(ctx, request)
		switch {
		case pages > 1 && errors.Is(got.Err, errBudgetSpent):
			look.Fail(schema.Partial, fmt.Sprintf("after %d pages %v", pages-1, errBudgetSpent))
			return look, nil
		case got.Aborted:
			return nil, got.Err
		}
		if pages == 1 {
			look.StartedAt, look.Status = got.StartedAt, got.Status
			look.ETag, look.Modified = got.ETag, got.LastModified
		} else {
			look.ETag, look.Modified = "", "" // one page's validators say nothing of the others
		}
		look.SeenAt = got.SeenAt
		look.Bytes += int(got.Bytes)
		if got.Outcome != crawler.OK && !f.explains(got.Status, got.Body) {
			got.Release()
			look.Fail(schema.Outcome(got.Outcome), got.Reason)
			break
		}
		result, err := f.parser.Parse(parsers.Page{
			URL: next.URL, ContentType: got.ContentType, Status: got.Status, Body: got.Body, Seen: got.SeenAt, Zone: f.zone,
		})
		got.Release() // a result has nothing of the page's memory
		if err != nil {
			look.Fail(schema.Drift, err.Error())
			break
		}
		if got.Outcome != crawler.OK && !explained(result) {
			look.Fail(schema.Outcome(got.Outcome), got.Reason)
			break
		}
		if result.State == parsers.Throttled {
			e.Crawler.Rest(request, result.RetryAt, result.Reason)
		}
		look.Add(result)
		if next = result.Next; next == nil || result.State != parsers.OK {
			return look, nil
		}
		if on.enough != nil {
			switch enough, err := on.enough(ctx, result); {
			case err != nil:
				return nil, err
			case enough:
				look.Declared = parsers.Unknown // of more than was meant to be read
				return look, nil
			}
		}
		if pages == maxPages {
			look.Fail(schema.Partial, fmt.Sprintf("more than %d pages", maxPages))
			return look, nil
		}
	}
	return look, nil
}

// explains tells whether an answer with an error's status is one that the
// platform may have explained in its body.
func (f feed) explains(status int, body []byte) bool {
	return status >= http.StatusBadRequest && len(body) > 0 && f.parser.Properties().ReadsErrors
}

// explained tells whether the body of an error told what is the matter. Else the
// status does: what stands there may be the page of a proxy in between.
func explained(r parsers.Result) bool {
	return r.State != parsers.Drift && r.State != parsers.Partial
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
