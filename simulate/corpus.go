package simulate

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"qulaq/registry"
)

// CorpusConfig is the size of a [Corpus]. The zero value is the size at which
// speed is measured.
type CorpusConfig struct {
	Seed     uint64
	Channels int // up to 50; 0 for 20
	Posts    int // of a channel; 0 for 200
	Comments int // on a post, up to what one page shows, 50; 0 for 10
}

// Corpus is a fixed set of Telegram pages of a republic whose process it does not
// follow: as many posts and comments everywhere, none edited, deleted or closed.
// Its pages are rendered and compressed once, so that serving them costs next to
// nothing beside whatever reads them.
type Corpus struct {
	republic *Republic
	pages    map[string]corpusPage // by path and, in a channel, ?before=
	bytes    int
}

// corpusPage is a page as it crosses the wire.
type corpusPage struct {
	zipped []byte
	size   int
}

// NewCorpus draws a corpus and renders its pages.
func NewCorpus(config CorpusConfig) (*Corpus, error) {
	c, err := drawCorpus(config)
	if err != nil {
		return nil, err
	}
	c.pages = map[string]corpusPage{}
	now := func(*source, int) time.Time { return c.Now() }
	return c, c.render(now, func(u *url.URL, page corpusPage, _ time.Time) error {
		c.pages[pageKey(u)] = corpusPage{bytes.Clone(page.zipped), page.size}
		c.bytes += page.size
		return nil
	})
}

// drawCorpus draws a corpus without pages.
func drawCorpus(config CorpusConfig) (*Corpus, error) {
	channels, posts, comments := orElse(config.Channels, 20), orElse(config.Posts, 200), orElse(config.Comments, 10)
	if channels < 1 || channels > 50 || posts < 1 || comments < 1 || comments > commentsShown {
		return nil, fmt.Errorf("simulate: a corpus of %d channels with %d posts and %d comments each, want up to 50, any number and up to %d",
			channels, posts, comments, commentsShown)
	}
	// Two bodies in three have a channel.
	r, err := blank(Config{Seed: config.Seed, Bodies: min(max(minBodies, 2*channels), maxBodies)})
	if err != nil {
		return nil, err
	}
	r.found()
	r.keepChannels(channels)
	for _, s := range r.sources {
		r.fillChannel(s, posts, comments)
	}
	r.SetNow(r.End())
	return &Corpus{republic: r}, nil
}

func orElse(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// keepChannels leaves n bodies, each with its Telegram channel and nothing else.
func (r *Republic) keepChannels(n int) {
	all := r.sources
	r.sources, r.bodies = nil, nil
	for _, s := range all {
		if s.platform != "telegram" || len(r.sources) == n {
			continue
		}
		s.body.sources = []*source{s}
		s.closed = false
		// Where a page begins with a multiple of 13, Telegram leaves out the link to
		// older posts. From here on, twenty at a time, none does.
		s.first = s.first - s.first%13 + 1
		r.sources, r.bodies = append(r.sources, s), append(r.bodies, s.body)
	}
}

// fillChannel draws the posts of a channel and what is said below them: four in ten
// comments call for a reply, two in ten are one.
func (r *Republic) fillChannel(s *source, posts, comments int) {
	d := newDice(r.config.Seed, "corpus/"+s.id)
	official := s.body.official(s)
	step := (r.end - r.start) / int64(posts+1)
	next := s.first // number in the discussion
	number := func() int64 { next++; return next }
	for i := range posts {
		at := r.start + int64(i)*step
		t := &thread{source: s, body: s.body, at: at, number: s.first + int64(i)}
		lang := pick(d, []string{"ru", "kk"})
		t.opener = &item{
			thread: t, who: official, at: at, number: t.number, class: "post", lang: lang, edited: never, deleted: never,
			text: r.phrases.fill(d, pick(d, r.phrases.official[key{"post", lang, "*"}]), lang, nil),
		}
		t.post = post{copied: number(), photo: d.chance(0.4), forward: d.chance(0.1)}
		s.threads = append(s.threads, t)
		for j := range comments {
			at += 1 + step/int64(2*comments)
			switch j % 5 {
			case 0, 1:
				t.add(r.need(d, s, s.body, r.citizen(d, s, s.body), at))
			case 2:
				to := t.items[j-1]
				reply := t.add(&item{who: official, at: at, class: "substantive", lang: to.lang, theme: to.theme, parent: to})
				if reply.lang == "mixed" {
					reply.lang = "ru"
				}
				reply.text, reply.canned = r.respond(d, s.body, to, reply.class, reply.lang)
			default:
				r.comment(d, t, at)
			}
			t.items[j].number = number()
		}
	}
}

// comment adds a citizen's item that is no need and stays.
func (r *Republic) comment(d dice, t *thread, at int64) {
	it := r.remark(d, t.source.body, t, nil, pick(d, []string{"chatter", "praise", "rhetorical"}), at)
	it.deleted = never
}

// render gives every page that a crawl of the corpus asks for, by its path and query,
// each with the moment at which it stands: that of the nth page of a channel. A page
// is valid until the next.
func (c *Corpus) render(moment func(s *source, n int) time.Time, give func(u *url.URL, page corpusPage, at time.Time) error) error {
	zip, err := gzip.NewWriterLevel(nil, gzip.BestSpeed) // what servers do for pages made on demand
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	var packed bytes.Buffer
	put := func(address string, at time.Time, render renderer, values map[string]string) error {
		u, err := url.Parse(address)
		if err != nil {
			return fmt.Errorf("simulate: %w", err)
		}
		q := &http.Request{Method: http.MethodGet, Host: "t.me", URL: u}
		for name, value := range values {
			q.SetPathValue(name, value)
		}
		body, _ := render(nil, q, at.Unix())
		body = portraits(body)
		packed.Reset()
		zip.Reset(&packed)
		if _, err := zip.Write(body); err != nil {
			return fmt.Errorf("simulate: %w", err)
		}
		if err := zip.Close(); err != nil {
			return fmt.Errorf("simulate: %w", err)
		}
		return give(u, corpusPage{packed.Bytes(), len(body)}, at)
	}
	for _, s := range c.republic.sources {
		channel := map[string]string{"channel": s.handle}
		address := "/s/" + s.handle
		n := 0
		for before, oldest := int64(never), false; !oldest; n++ {
			at := moment(s, n)
			if err := put(address, at, c.republic.channelPage, channel); err != nil {
				return err
			}
			var found []*thread
			found, oldest, _ = s.page(before, "", at.Unix())
			before = found[0].number
			address = fmt.Sprintf("/s/%s?before=%d", s.handle, before)
		}
		for _, t := range s.threads {
			at := moment(s, n)
			if t.at > at.Unix() {
				break
			}
			number := strconv.FormatInt(t.number, 10)
			address := fmt.Sprintf("/%s/%s?embed=1&discussion=1&comments_limit=100", s.handle, number) // as many as one may ask for
			if err := put(address, at, c.republic.postPage, map[string]string{"channel": s.handle, "post": number}); err != nil {
				return err
			}
			n++
		}
	}
	return nil
}

// portraits gives everybody on a page a picture, whose long address is a third of
// what a real page consists of. Nobody reads it and everybody has to read past it.
func portraits(page []byte) []byte {
	before := []byte(`data-content="Q"></i>`)
	d := newDice(uint64(len(page)), "portraits")
	var b []byte
	for i, part := range bytes.Split(page, before) {
		if i > 0 {
			b = append(b, `data-content="Q"><img src="https://cdn.invalid/file/`...)
			for range 820 {
				b = append(b, base64Digits[d.IntN(len(base64Digits))])
			}
			b = append(b, `.jpg"></i>`...)
		}
		b = append(b, part...)
	}
	return b
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// pageKey is what of an address tells the pages of a corpus apart.
func pageKey(u *url.URL) string {
	if before := u.Query().Get("before"); before != "" {
		return u.Path + "?before=" + before
	}
	return u.Path
}

// Handler serves the pages, compressed where that is asked for, and a robots.txt.
func (c *Corpus) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		h := w.Header()
		if q.URL.Path == "/robots.txt" {
			h.Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = w.Write([]byte("User-agent: *\nDisallow: /auth\n")) // whoever went away needs no page
			return
		}
		page, ok := c.pages[pageKey(q.URL)]
		switch {
		case !ok:
			http.NotFound(w, q)
			return
		case !strings.Contains(q.Header.Get("Accept-Encoding"), "gzip"):
			http.Error(w, "this server only sends gzip", http.StatusNotAcceptable)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(len(page.zipped)))
		_, _ = w.Write(page.zipped)
	})
}

// Country is the registry of the corpus served at base; see [Republic.Country].
func (c *Corpus) Country(base string) *registry.Country { return c.republic.Country(base) }

// Items gives every utterance on the pages; see [Republic.Items].
func (c *Corpus) Items() []Item { return c.republic.Items() }

// Channels names the Telegram channels of the corpus.
func (c *Corpus) Channels() []string {
	var names []string
	for _, s := range c.republic.sources {
		names = append(names, s.handle)
	}
	return names
}

// Now is the moment at which the pages stand.
func (c *Corpus) Now() time.Time { return c.republic.Now() }

// Pages is how many pages there are, and Bytes how large they are together before
// compression.
func (c *Corpus) Pages() int { return len(c.pages) }

// Bytes is described at [Corpus.Pages].
func (c *Corpus) Bytes() int { return c.bytes }
