package simulate

import (
	"fmt"
	"net/url"
	"time"

	"qulaq/registry"
)

// Recording is what a watch of a corpus gets to see: all pages that there are, look
// by look, one channel after the other. Pages are rendered when they are asked for, so
// that a recording may be larger than memory.
type Recording struct {
	corpus *Corpus
	looks  int
}

// recordedHost is where a recording's pages are had from. Nothing is served there.
const recordedHost = "http://127.0.0.1:8080"

// NewRecording draws a corpus that is looked at a number of times, evenly spread; the
// last look begins when everything has been said. Most threads are looked at more than
// once, and grow in between.
func NewRecording(config CorpusConfig, looks int) (*Recording, error) {
	if looks < 1 {
		return nil, fmt.Errorf("simulate: a recording of %d looks", looks)
	}
	c, err := drawCorpus(config)
	if err != nil {
		return nil, err
	}
	return &Recording{c, looks}, nil
}

// RecordedPage is an answer to a GET request.
type RecordedPage struct {
	URL    *url.URL
	At     time.Time // when it was asked for
	Zipped []byte    // the body, gzipped
}

// Pages gives the pages in the order of time. A page is valid until the next.
func (r *Recording) Pages(give func(RecordedPage) error) error {
	republic := r.corpus.republic
	span := time.Duration(republic.end-republic.start) * time.Second / time.Duration(r.looks)
	turn := span / time.Duration(len(republic.sources)) // of a channel
	number := map[*source]int{}
	for i, s := range republic.sources {
		number[s] = i
	}
	for look := range r.looks {
		begin := republic.Start().UTC().Add(span * time.Duration(look+1))
		moment := func(s *source, n int) time.Time {
			most := len(s.threads) + len(s.threads)/idsShown + 1
			pause := min(2*time.Second, turn/time.Duration(most)) // from page to page, as a crawl leaves it
			return begin.Add(turn*time.Duration(number[s]) + pause*time.Duration(n))
		}
		err := r.corpus.render(moment, func(path *url.URL, page corpusPage, at time.Time) error {
			u, err := url.Parse(recordedHost + path.String())
			if err != nil {
				return fmt.Errorf("simulate: %w", err)
			}
			return give(RecordedPage{u, at, page.zipped})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Country is the registry of the bodies whose channels were recorded.
func (r *Recording) Country() *registry.Country { return r.corpus.Country(recordedHost) }

// Items is how many utterances there are on the pages.
func (r *Recording) Items() int { return len(r.corpus.Items()) }
