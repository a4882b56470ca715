package jobs

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"qulaq/crawler/archive"
	"qulaq/crawler/capture"
	"qulaq/parsers"
)

// shelf holds what files have, read once for all sources that they may be of: where
// each page stands, which thread it shows, and which threads it leads to. The pages
// themselves stay in the files.
type shelf struct {
	env     *Env
	options ImportOptions
	done    *Imported
	piles   []*pile
	of      map[string]*pile // by source
	taken   []bool           // pages, in the order of the files: they were a source's, or cannot be read
}

// pile is the pages that one parser reads, by time.
type pile struct {
	shelf *shelf
	feeds []feed // that it reads
	pages []capturedPage
	hosts map[string]bool // of files, and whether they serve pages of a source

	threads []string
	numbers map[string]uint32    // of threads
	touched []int                // by thread: how many pages there were with the last that touches it
	showing [][]uint32           // pages, by the thread that they show
	under   map[string][]uint32  // pages, by the first thread that their address or id says they belong to
	last    []uint32             // page, by thread, after which none touches it
	waiting map[pageKey][]uint32 // pages, by address
	opaque  bool                 // of some page nobody knows what threads it touches
}

type capturedPage struct {
	capture.Capture
	in      *pageFile
	host    string
	thread  uint32   // that it shows, as far as its address and content tell; noThread when it only goes on with another page
	touches []uint32 // threads that it leads to, and behind them others whose items it shows
	led     uint32   // how many it leads to
	number  uint32   // among those of all files
	taken   uint32   // turn of the source that had it last in a look
}

// pageFile is a file of pages.
type pageFile struct {
	ImportFile
	*capture.File
}

const noThread = ^uint32(0)

func (c *capturedPage) leads() []uint32 { return c.touches[:c.led] }

// newShelf makes an empty shelf. Sources that one parser reads share a pile.
func newShelf(e *Env, o ImportOptions, feeds []feed, done *Imported) *shelf {
	s := &shelf{env: e, options: o, done: done, of: map[string]*pile{}}
	shared := map[string]*pile{}
	for _, f := range feeds {
		if f.parser == nil {
			continue
		}
		name := f.Platform
		if f.Selectors != nil {
			name = f.ID // it has a parser of its own
		}
		p := shared[name]
		if p == nil {
			p = &pile{
				shelf: s, hosts: map[string]bool{}, numbers: map[string]uint32{},
				under: map[string][]uint32{}, waiting: map[pageKey][]uint32{},
			}
			shared[name], s.piles = p, append(s.piles, p)
		}
		p.feeds, s.of[f.ID] = append(p.feeds, f), p
	}
	return s
}

// pile is that of a source; nil when it has no parser.
func (s *shelf) pile(f feed) *pile { return s.of[f.ID] }

// mayHold tells whether a pile has pages of a host that a source is on.
func (p *pile) mayHold(f feed) bool {
	if p == nil {
		return false
	}
	for host, serves := range p.hosts {
		if serves && f.serves(host) {
			return true
		}
	}
	return false
}

// serves tells whether a host serves pages of a source of the pile.
func (p *pile) serves(host string) bool {
	serves, known := p.hosts[host]
	if !known {
		serves = slices.ContainsFunc(p.feeds, func(f feed) bool { return f.serves(host) })
		p.hosts[host] = serves
	}
	return serves
}

// read goes through the files. It returns those that are not of pages.
func (s *shelf) read(ctx context.Context, files []ImportFile) (tables []ImportFile, err error) {
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		opened, err := capture.Open(file, file.Size)
		switch {
		case errors.Is(err, capture.ErrFormat) && s.options.Source == "":
			return nil, fmt.Errorf("jobs: import %s: it holds no pages, and items do not tell which source they are of: name it", file.Name)
		case errors.Is(err, capture.ErrFormat):
			tables = append(tables, file)
			continue
		case err != nil:
			return nil, fmt.Errorf("jobs: import %s: %w", file.Name, err)
		case len(s.piles) == 0:
			return nil, fmt.Errorf("jobs: import %s: the platform of source %s has no parser to read pages; its items can be imported from a table or JSON",
				file.Name, s.options.Source)
		}
		if err := s.readPages(ctx, &pageFile{file, opened}); err != nil {
			return nil, err
		}
	}
	for _, p := range s.piles {
		p.index()
	}
	return tables, nil
}

func (s *shelf) readPages(ctx context.Context, in *pageFile) error {
	captures, err := in.Captures(func(err error) error { return s.trouble(in.ImportFile, err) })
	if err != nil {
		return err
	}
	for n, c := range captures {
		if n%progressEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			s.env.progress(Progress{Job: "read", Done: n, Total: len(captures), Note: in.Name})
		}
		number := uint32(len(s.taken))
		s.taken = append(s.taken, false)
		for _, p := range s.piles {
			page := capturedPage{Capture: c, in: in, host: hostOf(c.URL), number: number, thread: noThread}
			if !p.serves(page.host) {
				continue
			}
			page.URL = withoutSecrets(p.feeds[0].parser, c.URL)
			if _, err := keyOf(page.URL, page.Form); err != nil {
				continue
			}
			body, ok, err := s.load(&page)
			if err != nil {
				return err
			}
			if !ok {
				s.taken[number] = true
				break
			}
			p.add(page, body)
		}
	}
	return nil
}

// add reads what a page shows and where it leads.
func (p *pile) add(page capturedPage, body archive.Page) {
	result, err := parse(p.feeds[0], body, page.URL)
	if err == nil && result.Thread.ID != "" {
		touch := func(id string) {
			thread := p.thread(id)
			if p.touched[thread] <= len(p.pages) {
				p.touched[thread] = len(p.pages) + 1
				page.touches = append(page.touches, thread)
			}
		}
		for _, found := range result.Found {
			touch(found.ID)
		}
		page.led = uint32(len(page.touches))
		touch(result.Thread.ID)
		for i := range result.Items {
			touch(result.Items[i].Thread)
		}
		page.thread, page.touches = p.numbers[result.Thread.ID], slices.Clip(page.touches)
	} else if err == nil || page.Form != nil {
		p.opaque = true
	}
	p.pages = append(p.pages, page)
}

// thread is the number of a thread.
func (p *pile) thread(id string) uint32 {
	n, ok := p.numbers[id]
	if !ok {
		n = uint32(len(p.threads))
		id = strings.Clone(id) // it may be part of the page
		p.numbers[id], p.threads, p.touched = n, append(p.threads, id), append(p.touched, 0)
	}
	return n
}

// index sorts the pages, and notes where what is.
func (p *pile) index() {
	slices.SortStableFunc(p.pages, func(a, b capturedPage) int { return a.At.Compare(b.At) })
	p.showing, p.last = make([][]uint32, len(p.threads)), make([]uint32, len(p.threads))
	for at := range p.pages {
		n, page := uint32(at), &p.pages[at]
		if key, err := keyOf(page.URL, page.Form); err == nil {
			p.waiting[key] = append(p.waiting[key], n)
		}
		if page.thread == noThread {
			continue
		}
		p.showing[page.thread] = append(p.showing[page.thread], n)
		for _, thread := range page.touches {
			p.last[thread] = n
		}
		if above, err := p.feeds[0].parser.Start(page.URL); err == nil && above.Kind == parsers.Listing {
			p.under[above.ID] = append(p.under[above.ID], n)
			continue
		}
		id := p.threads[page.thread]
		for end, c := range id {
			if end > 0 && (c == '/' || c == '_') {
				p.under[id[:end]] = append(p.under[id[:end]], n)
			}
		}
	}
}

// left is how many pages no look has taken.
func (s *shelf) left() (n int) {
	for _, taken := range s.taken {
		if !taken {
			n++
		}
	}
	return n
}

// load loads a page. It is false for one that is not whole.
func (s *shelf) load(c *capturedPage) (archive.Page, bool, error) {
	page, err := c.in.Page(c.Capture)
	if err == nil && page.Incomplete != "" {
		err = fmt.Errorf("%s, captured at %s, is not whole: %s", c.URL, c.At.UTC().Format(time.RFC3339), page.Incomplete)
	}
	if err != nil {
		return page, false, s.trouble(c.in.ImportFile, err)
	}
	return page, true, nil
}

// trouble counts a record that cannot be read. It returns an error where that ends
// the import.
func (s *shelf) trouble(file ImportFile, err error) error {
	return s.options.trouble(s.done, file, err)
}

// serves tells whether a host serves pages of the source.
func (f feed) serves(host string) bool {
	if host == hostOf(f.URL) {
		return host != ""
	}
	return slices.ContainsFunc(f.parser.Properties().Hosts, func(h string) bool {
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
func withoutSecrets(parser parsers.Parser, address string) string {
	if !parser.Properties().NeedsKey {
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
