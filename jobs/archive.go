package jobs

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"qulaq/crawler/archive"
	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/schema"

	"golang.org/x/net/idna"
)

// pastVisit is a visit that was recorded, and the look that it would have taken
// with the parsers as they are now, as far as its pages have been found. There may be
// millions: what they have in common they share.
type pastVisit struct {
	schema.Visit
	feed   *feed
	thread *schema.Thread
	look   *pipeline.Look  // nil before its first page
	next   parsers.Address // of the page that is wanted next
	seen   bool            // what it recorded has been taken into account
}

func newPastVisit(f *feed, thread *schema.Thread, v schema.Visit) *pastVisit {
	past := &pastVisit{Visit: v, feed: f, thread: thread}
	past.next = past.begin().Thread.Address
	return past
}

// begin is the look before its first page.
func (v *pastVisit) begin() *pipeline.Look {
	thread := *v.thread
	thread.URL = v.URL
	look := newLook(*v.feed, thread)
	look.StartedAt, look.SeenAt = v.StartedAt, v.SeenAt
	look.Status, look.ETag, look.Modified = int(v.Status), v.ETag, v.LastModified
	return look
}

// add parses a page. It tells whether it was the last: what the visit did not
// fetch is in no archive.
func (v *pastVisit) add(page *archive.Page) (last bool) {
	if v.look == nil {
		v.look = v.begin()
	}
	v.look.Bytes += len(page.Body)
	result, err := v.feed.parser.Parse(parsers.Page{
		URL: v.next.URL, ContentType: page.ContentType, Status: page.Status, Body: page.Body, Seen: page.Seen, Zone: v.feed.zone,
	})
	if err != nil {
		v.look.Fail(schema.Drift, err.Error())
		return true
	}
	v.look.Add(result)
	if result.Next == nil || result.State != parsers.OK {
		return true
	}
	if len(v.look.Pages) < int(v.Pages) {
		v.next = *result.Next
		return false
	}
	switch v.Outcome {
	case schema.OK: // it had read enough of a listing
		v.look.Declared = parsers.Unknown
	case schema.Empty, schema.CommentsClosed, schema.Drift: // told by a page that is now read otherwise
		v.look.Fail(schema.Partial, "the thread goes on at "+result.Next.URL+", which the visit did not ask for")
	default: // the next page could not be had
		v.look.Outcome, v.look.Reason = v.Outcome, v.Reason
	}
	return true
}

// assembly puts the pages of an archive together again into the visits that asked
// for them.
type assembly map[pageKey][]*pastVisit // that wait for the page, by StartedAt

// wait makes a visit wait for its next page.
func (a assembly) wait(v *pastVisit) error {
	key, err := keyOf(v.next.URL, v.next.Form)
	if err != nil {
		return err
	}
	at, _ := slices.BinarySearchFunc(a[key], v, func(o, v *pastVisit) int { return cmp.Or(o.StartedAt.Compare(v.StartedAt), -1) })
	a[key] = slices.Insert(a[key], at, v)
	return nil
}

// take gives a page to those who wait for it, and returns the visits that it was
// the last one of. Pages have to come in the order in which they were asked for.
func (a assembly) take(page *archive.Page) ([]*pastVisit, error) {
	isError := page.Status >= http.StatusBadRequest
	if page.Incomplete != "" || page.Status != http.StatusOK && page.Status != http.StatusNonAuthoritativeInfo && !isError {
		return nil, nil // the crawler told that visit's outcome itself, by the status
	}
	key, err := keyOf(page.Asked, page.Form)
	if err != nil {
		return nil, err
	}
	waiting := a[key]
	for len(waiting) > 0 && waiting[0].endsBefore(page.Sent) {
		waiting = waiting[1:] // its page is not in the archive
	}
	n := 0
	for n < len(waiting) && !waiting[n].StartedAt.After(page.Sent) {
		n++
	}
	served := waiting[:n:n]
	a[key] = waiting[n:]
	if isError {
		served = slices.DeleteFunc(served, func(v *pastVisit) bool { return !v.feed.explains(page.Status, page.Body) })
	}
	var whole []*pastVisit
	for _, v := range served {
		if v.add(page) {
			whole = append(whole, v)
		} else if err := a.wait(v); err != nil {
			return whole, err
		}
	}
	return whole, nil
}

// endsBefore tells whether a visit was over at a time. Stored times have
// milliseconds, those of an archive have more digits.
func (v *pastVisit) endsBefore(t time.Time) bool { return v.SeenAt.Add(time.Millisecond).Before(t) }

// pageKey is the address of a page in a form that does not depend on who wrote it:
// the engine that fetches pages escapes more than a page that links to them does.
type pageKey struct{ host, path, query, form string }

func keyOf(address string, form url.Values) (pageKey, error) {
	u, err := url.Parse(address)
	if err != nil {
		return pageKey{}, fmt.Errorf("jobs: address of a page: %w", err)
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil {
		host = strings.ToLower(u.Hostname()) // a name with an underscore, which DNS has and IDNA has not
	}
	if port := u.Port(); port != "" && !(u.Scheme == "http" && port == "80") && !(u.Scheme == "https" && port == "443") {
		host += ":" + port
	}
	query, err := url.QueryUnescape(u.RawQuery)
	if err != nil {
		query = u.RawQuery
	}
	path := u.Path
	if path == "" {
		path = "/"
	}
	return pageKey{u.Scheme + "://" + host, path, query, form.Encode()}, nil
}
