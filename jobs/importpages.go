package jobs

import (
	"iter"
	"net/http"
	"slices"
	"strings"

	"qulaq/crawler/archive"
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

// pagePlan puts those captured pages of a pile that are a source's together into
// looks at threads.
type pagePlan struct {
	importer *importer
	pile     *pile    // nil when the source has no parser
	turn     uint32   // of the source among those that share the pile
	mine     []uint32 // pages of the source
}

// choose tells which pages are the source's: those that are so by their address or
// id, and those of threads that such pages, or pages that were seen before, lead to.
// Of a portal that many bodies share, whose pages name theirs, all are.
func (p *pagePlan) choose() {
	i, pile := p.importer, p.pile
	hosts := map[string]bool{} // that serve the source
	for host, serves := range pile.hosts {
		hosts[host] = serves && i.feed.serves(host)
	}
	claimed := make([]bool, len(pile.pages))
	var follow []uint32 // threads whose pages are the source's
	wanted := make([]bool, len(pile.threads))
	want := func(thread uint32) {
		if !wanted[thread] {
			wanted[thread] = true
			follow = append(follow, thread)
		}
	}
	claim := func(n uint32) {
		page := &pile.pages[n]
		if claimed[n] || page.thread == noThread || !hosts[page.host] {
			return
		}
		claimed[n] = true
		p.mine = append(p.mine, n)
		for _, thread := range page.leads() {
			want(thread)
		}
	}
	if i.options.AllPages || i.feed.Shared {
		for n := range pile.pages {
			claim(uint32(n))
		}
	}
	start := i.start()
	for _, n := range pile.under[start] {
		claim(n)
	}
	if thread, ok := pile.numbers[start]; ok {
		want(thread)
	}
	for id := range i.frontier.threads() {
		if thread, ok := pile.numbers[id]; ok {
			want(thread)
		}
	}
	for len(follow) > 0 {
		thread := follow[len(follow)-1]
		follow = follow[:len(follow)-1]
		for _, n := range pile.showing[thread] {
			claim(n)
		}
	}
	slices.Sort(p.mine)
}

// sittings lists the pages as if each began a look. Those that turn out to go on
// with another have been taken when their turn comes.
func (p *pagePlan) sittings() []sitting {
	if p.pile == nil {
		return nil
	}
	p.choose()
	sittings := make([]sitting, len(p.mine))
	for at, n := range p.mine {
		sittings[at] = sitting{
			begun: p.pile.pages[n].At, last: p.last(n),
			look: func() (*pipeline.Look, error) { return p.look(n) },
		}
	}
	return sittings
}

// last gives the threads that no page after this one shows.
func (p *pagePlan) last(n uint32) iter.Seq[string] {
	return func(yield func(string) bool) {
		if p.pile.opaque || len(p.importer.items.items) > 0 {
			return
		}
		page := &p.pile.pages[n]
		for _, thread := range page.touches {
			if p.pile.last[thread] == n && !yield(p.pile.threads[thread]) {
				return
			}
		}
	}
}

// look follows a thread from a page on, as long as the files have the next one,
// captured soon after.
func (p *pagePlan) look(n uint32) (*pipeline.Look, error) {
	first := &p.pile.pages[n]
	if first.taken == p.turn {
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
	c.taken = p.turn
	p.pile.shelf.taken[c.number] = true
	page, ok, err := p.pile.shelf.load(c)
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

// parse has a page read. The error is that of an address which is not of the
// platform.
func (i *importer) parse(page archive.Page, address string) (parsers.Result, error) {
	return parse(i.feed, page, address)
}

func parse(f feed, page archive.Page, address string) (parsers.Result, error) {
	return f.parser.Parse(parsers.Page{
		URL: address, ContentType: page.ContentType, Body: page.Body, Seen: page.Seen, Zone: f.zone,
	})
}

// after finds the page at an address that was captured soonest after another; nil
// when there is none.
func (p *pagePlan) after(last *capturedPage, next parsers.Address) *capturedPage {
	key, err := keyOf(next.URL, next.Form)
	if err != nil {
		return nil
	}
	for _, n := range p.pile.waiting[key] {
		c := &p.pile.pages[n]
		if c.taken != p.turn && !c.At.Before(last.At) && c.At.Sub(last.At) <= pause {
			return c
		}
	}
	return nil
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
