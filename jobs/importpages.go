package jobs

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"qulaq/crawler/archive"
	"qulaq/crawler/capture"
	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/schema"
)

// start is the id of the source's first thread; "" where no parser tells it.
func (i *importer) start() string {
	if i.feed.parser == nil {
		return ""
	}
	thread, err := i.feed.parser.Start(i.feed.URL)
	if err != nil {
		return ""
	}
	return thread.ID
}

// pagePlan puts captured pages together into looks at threads.
type pagePlan struct {
	importer *importer
	pages    []capturedPage
	waiting  map[pageKey][]int // pages that no look has taken, by address, in the order of time
}

type capturedPage struct {
	capture.Capture
	file   ImportFile
	open   *capture.File
	key    pageKey
	thread string   // that it shows, as far as its address and content tell; "" when it only goes on with another page
	leads  []string // threads that it leads to
	mine   bool     // of the source
	taken  bool     // by a look
}

// read lists the pages of a file that may be the source's, with the threads that
// they show and lead to.
func (p *pagePlan) read(ctx context.Context, file ImportFile, opened *capture.File) error {
	i := p.importer
	captures, err := opened.Captures(func(err error) error { return i.trouble(file, err) })
	if err != nil {
		return err
	}
	for n, c := range captures {
		c.URL = i.withoutSecrets(c.URL)
		key, err := keyOf(c.URL, c.Form)
		if err != nil || !i.serves(c.URL) {
			i.done.Foreign++
			continue
		}
		page := capturedPage{Capture: c, file: file, open: opened, key: key}
		body, ok, err := p.load(&page)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if result, err := i.parse(body, c.URL); err == nil {
			page.thread = result.Thread.ID
			for _, found := range result.Found {
				page.leads = append(page.leads, found.ID)
			}
		}
		p.pages = append(p.pages, page)
		if (n+1)%progressEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			i.env.progress(Progress{Job: "read", Done: n + 1, Total: len(captures), Note: file.Name})
		}
	}
	return nil
}

// choose tells which pages are the source's: those that are so by their address,
// and those of threads that such pages, or pages that were seen before, lead to.
func (p *pagePlan) choose() {
	i := p.importer
	ours := map[string]bool{}
	for id := range i.frontier.threads() {
		ours[id] = true
	}
	for more := true; more; {
		more = false
		for n := range p.pages {
			page := &p.pages[n]
			if page.mine || page.thread == "" || !i.options.AllPages && !ours[page.thread] && !i.owns(page) {
				continue
			}
			page.mine, more = true, true
			for _, thread := range page.leads {
				ours[thread] = true
			}
		}
	}
}

// rest is how many pages no look has taken.
func (p *pagePlan) rest() (n int) {
	for _, page := range p.pages {
		if !page.taken {
			n++
		}
	}
	return n
}

// owns tells whether a page is the source's by itself: it is the first thread, or
// one whose address or id says that it belongs to that, or it is of a portal that
// many bodies share, whose pages name theirs.
func (i *importer) owns(page *capturedPage) bool {
	start := i.start()
	if i.feed.Shared || page.thread == start {
		return true
	}
	if above, err := i.feed.parser.Start(page.URL); err == nil && above.Kind == parsers.Listing {
		return above.ID == start
	}
	rest, nested := strings.CutPrefix(page.thread, start)
	return nested && start != "" && strings.ContainsRune("/_", rune(rest[0]))
}

// sittings lists the pages as if each began a look. Those that turn out to go on
// with another have been taken when their turn comes.
func (p *pagePlan) sittings() []sitting {
	slices.SortStableFunc(p.pages, func(a, b capturedPage) int { return a.At.Compare(b.At) })
	sittings := make([]sitting, 0, len(p.pages))
	for n := range p.pages {
		p.waiting[p.pages[n].key] = append(p.waiting[p.pages[n].key], n)
		if !p.pages[n].mine {
			continue
		}
		sittings = append(sittings, sitting{begun: p.pages[n].At, look: func() (*pipeline.Look, error) { return p.look(n) }})
	}
	return sittings
}

// look follows a thread from a page on, as long as the files have the next one,
// captured soon after.
func (p *pagePlan) look(n int) (*pipeline.Look, error) {
	first := &p.pages[n]
	if first.taken {
		return nil, nil
	}
	look := newLook(p.importer.feed, schema.Thread{Declared: parsers.Unknown})
	look.StartedAt, look.Status = first.At.UTC(), http.StatusOK
	result, err := p.add(look, first, first.URL)
	if err != nil || result == nil {
		return nil, err
	}
	for last := first; result.Next != nil && result.State == parsers.OK && len(look.Pages) < maxPages; {
		next := p.after(last, *result.Next)
		if next == nil {
			break
		}
		following, err := p.add(look, next, result.Next.URL)
		if err != nil {
			return nil, err
		}
		if following == nil {
			break
		}
		last, result = next, following
	}
	switch {
	case look.Outcome != schema.OK && look.Outcome != schema.Empty:
	case result.Next != nil:
		look.Fail(schema.Partial, "the thread goes on at "+result.Next.URL+", which the files do not have")
	case look.Declared == parsers.Unknown && !samePage(parsers.Address{URL: first.URL, Form: first.Form}, look.Thread.Address):
		look.Fail(schema.Partial, "the page has not the address of the first of its thread, and does not declare how many items there are")
	}
	return look, nil
}

// add adds a page to a look. The result is nil for one that cannot be read.
func (p *pagePlan) add(look *pipeline.Look, c *capturedPage, address string) (*parsers.Result, error) {
	c.taken = true
	page, ok, err := p.load(c)
	if err != nil || !ok {
		return nil, err
	}
	result, err := p.importer.parse(page, address)
	if err != nil {
		return nil, nil // of a page that another leads to, but that is not the platform's
	}
	if len(look.Pages) == 0 {
		look.Thread = result.Thread
		if look.Thread.Address.URL == "" {
			look.Thread.Address = parsers.Address{URL: c.URL, Form: c.Form}
		}
	}
	if page.Seen.After(look.SeenAt) {
		look.SeenAt = page.Seen.UTC()
	}
	look.Bytes += len(page.Body)
	look.Add(result)
	return &result, nil
}

// load loads a page. It is false for one that is not whole.
func (p *pagePlan) load(c *capturedPage) (archive.Page, bool, error) {
	page, err := c.open.Page(c.Capture)
	if err == nil && page.Incomplete != "" {
		err = fmt.Errorf("%s, captured at %s, is not whole: %s", c.URL, c.At.UTC().Format(time.RFC3339), page.Incomplete)
	}
	if err != nil {
		return page, false, p.importer.trouble(c.file, err)
	}
	return page, true, nil
}

// parse has a page read. The error is that of an address which is not of the
// platform.
func (i *importer) parse(page archive.Page, address string) (parsers.Result, error) {
	return i.feed.parser.Parse(parsers.Page{
		URL: address, ContentType: page.ContentType, Body: page.Body, Seen: page.Seen, Zone: i.feed.zone,
	})
}

// after finds the page at an address that was captured soonest after another; nil
// when there is none.
func (p *pagePlan) after(last *capturedPage, next parsers.Address) *capturedPage {
	key, err := keyOf(next.URL, next.Form)
	if err != nil {
		return nil
	}
	for _, n := range p.waiting[key] {
		c := &p.pages[n]
		if !c.taken && !c.At.Before(last.At) && c.At.Sub(last.At) <= pause {
			return c
		}
	}
	return nil
}

// serves tells whether the host of an address serves pages of the source.
func (i *importer) serves(address string) bool {
	host := hostOf(address)
	if host == hostOf(i.feed.URL) {
		return host != ""
	}
	return slices.ContainsFunc(i.feed.parser.Properties().Hosts, func(h string) bool {
		return host == h || strings.HasSuffix(host, "."+h)
	})
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// withoutSecrets leaves the key out of the address of a call to an API.
func (i *importer) withoutSecrets(address string) string {
	if !i.feed.parser.Properties().NeedsKey {
		return address
	}
	before, query, ok := strings.Cut(address, "?")
	if !ok {
		return address
	}
	kept := slices.DeleteFunc(strings.Split(query, "&"), func(pair string) bool {
		return strings.HasPrefix(pair, "key=") || strings.HasPrefix(pair, "access_token=")
	})
	return before + "?" + strings.Join(kept, "&")
}

// samePage tells whether two addresses lead to one page: by http or https, with
// www or without.
func samePage(a, b parsers.Address) bool {
	plain := func(a parsers.Address) (pageKey, error) {
		key, err := keyOf(a.URL, a.Form)
		_, host, _ := strings.Cut(key.host, "://")
		key.host, key.path = strings.TrimPrefix(host, "www."), strings.TrimSuffix(key.path, "/")
		return key, err
	}
	keyA, errA := plain(a)
	keyB, errB := plain(b)
	return errA == nil && errB == nil && keyA == keyB
}
