package jobs

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"qulaq/crawler/capture"
	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/schema"
)

// plan reads the files as far as it takes to know what looks they hold.
func (i *importer) plan(ctx context.Context, files []ImportFile) ([]sitting, error) {
	items := &itemPlan{importer: i, numbers: map[string]uint32{}}
	pages := &pagePlan{importer: i, waiting: map[pageKey][]int{}}
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		opened, err := capture.Open(file, file.Size)
		switch {
		case err == nil && i.feed.parser == nil:
			return nil, fmt.Errorf("jobs: import %s: platform %s has no parser to read pages; its items can be imported from a table or JSON",
				file.Name, i.feed.Platform)
		case err == nil:
			err = pages.read(file, opened)
		case errors.Is(err, capture.ErrFormat):
			err = items.read(file)
		default:
			err = fmt.Errorf("jobs: import %s: %w", file.Name, err)
		}
		if err != nil {
			return nil, err
		}
	}
	return append(items.sittings(), pages.sittings()...), nil
}

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
	file  ImportFile
	open  *capture.File
	key   pageKey
	taken bool
}

// read lists the pages of a file that may be the source's.
func (p *pagePlan) read(file ImportFile, opened *capture.File) error {
	captures, err := opened.Captures(func(err error) error { return p.importer.trouble(file, err) })
	if err != nil {
		return err
	}
	for _, c := range captures {
		c.URL = p.importer.withoutSecrets(c.URL)
		key, err := keyOf(c.URL, c.Form)
		if err != nil || !p.importer.serves(c.URL) {
			p.importer.done.Foreign++
			continue
		}
		p.pages = append(p.pages, capturedPage{Capture: c, file: file, open: opened, key: key})
	}
	return nil
}

// sittings lists the pages as if each began a look. Those that turn out to go on
// with another have been taken when their turn comes.
func (p *pagePlan) sittings() []sitting {
	slices.SortStableFunc(p.pages, func(a, b capturedPage) int { return a.At.Compare(b.At) })
	sittings := make([]sitting, 0, len(p.pages))
	for n := range p.pages {
		p.waiting[p.pages[n].key] = append(p.waiting[p.pages[n].key], n)
		sittings = append(sittings, sitting{p.pages[n].At, func() (*pipeline.Look, error) { return p.look(n) }})
	}
	return sittings
}

// look follows a thread from a page on, as long as the files have the next one,
// captured soon after.
func (p *pagePlan) look(n int) (*pipeline.Look, error) {
	i, first := p.importer, &p.pages[n]
	if first.taken {
		return nil, nil
	}
	first.taken = true
	look := newLook(i.feed, schema.Thread{Declared: parsers.Unknown})
	result, err := p.parse(look, first, first.URL)
	if err != nil {
		return nil, err
	}
	if result == nil || result.Thread.ID == "" || i.ofAnother(first.URL) {
		i.done.Foreign++
		return nil, nil
	}
	look.StartedAt, look.Status = first.At.UTC(), 200
	look.Thread = result.Thread
	if look.Thread.Address.URL == "" {
		look.Thread.Address = parsers.Address{URL: first.URL, Form: first.Form}
	}
	look.Add(*result)
	for last := first; result.Next != nil && result.State == parsers.OK && len(look.Pages) < maxPages; {
		next := p.after(last, *result.Next)
		if next == nil {
			break
		}
		next.taken = true
		following, err := p.parse(look, next, result.Next.URL)
		if err != nil {
			return nil, err
		}
		if following == nil {
			break
		}
		look.Add(*following)
		last, result = next, following
	}
	switch {
	case look.Outcome != schema.OK && look.Outcome != schema.Empty:
	case result.Next != nil:
		look.Fail(schema.Partial, "the thread goes on at "+result.Next.URL+", which the files do not have")
	case look.Declared == parsers.Unknown && !samePage(parsers.Address{URL: first.URL, Form: first.Form}, look.Thread.Address):
		look.Fail(schema.Partial, "the page is not the first of the thread, or one with other settings, and does not declare how many items there are")
	}
	return look, nil
}

// parse has a page read. The result is nil for one that is not the platform's.
func (p *pagePlan) parse(look *pipeline.Look, c *capturedPage, address string) (*parsers.Result, error) {
	i := p.importer
	page, err := c.open.Page(c.Capture)
	if err != nil {
		return nil, i.trouble(c.file, err)
	}
	if page.Incomplete != "" {
		return nil, i.trouble(c.file, fmt.Errorf("%s of %s: %s", c.URL, c.At.UTC().Format("2006-01-02T15:04:05Z"), page.Incomplete))
	}
	if page.Seen.After(look.SeenAt) {
		look.SeenAt = page.Seen.UTC()
	}
	look.Bytes += len(page.Body)
	result, err := i.feed.parser.Parse(parsers.Page{
		URL: address, ContentType: page.ContentType, Body: page.Body, Seen: page.Seen, Zone: i.feed.zone,
	})
	if err != nil {
		return nil, nil // an address that is not a page of the platform's
	}
	return &result, nil
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

// ofAnother tells whether an address visibly belongs to another source of the
// platform: another channel, another page.
func (i *importer) ofAnother(address string) bool {
	thread, err := i.feed.parser.Start(address)
	return err == nil && thread.Kind == parsers.Listing && thread.ID != i.start()
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
