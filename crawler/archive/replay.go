package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// ErrNotRecorded says that an archive has no answer to a request.
var ErrNotRecorded = errors.New("not recorded")

// Replay answers requests from an archive, in place of the network: those with the
// same method, address and body get the recorded answers in the order of time,
// and, when those are used up, the last one again. It may be used by several
// goroutines at once.
type Replay struct {
	reader *Reader

	mu      sync.Mutex
	opened  opened
	scan    *scanner
	answers map[replayKey][]entry // that are still to be given
}

type replayKey struct{ method, target, form string }

// Replay makes a transport of the exchanges that the filter chooses. Any damage is
// an error.
func (r *Reader) Replay(f Filter) (*Replay, error) {
	p := &Replay{reader: r, opened: opened{reader: r}, scan: newScanner(), answers: map[replayKey][]entry{}}
	for e, err := range r.entries(&p.opened, &f) {
		if err == nil && e.kind != typeResponse && e.kind != typeRevisit {
			continue
		}
		var m *message
		if err == nil {
			m, err = r.message(&p.opened, p.scan, e)
		}
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		key := replayKey{m.request.Method, m.target, string(m.form)}
		p.answers[key] = append(p.answers[key], e)
	}
	return p, nil
}

// Layer puts the Replay in the place that the Writer had: crawler.Config.Archive
// takes it. There, unlike in the place of the network, requests do not carry the
// secrets that were not recorded either.
func (p *Replay) Layer(http.RoundTripper) http.RoundTripper { return p }

// RoundTrip answers with what was transferred: a body that was encoded is encoded
// still, one that was cut off ends with io.ErrUnexpectedEOF. A request that was
// not recorded is an error that wraps ErrNotRecorded.
func (p *Replay) RoundTrip(req *http.Request) (*http.Response, error) {
	key := replayKey{method: req.Method, target: targetURI(req.URL)}
	if req.Body != nil {
		form, err := io.ReadAll(req.Body)
		if err := errors.Join(err, req.Body.Close()); err != nil {
			return nil, err
		}
		key.form = string(form)
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	m, err := p.take(key)
	if err != nil {
		return nil, err
	}
	resp := m.response
	resp.Request = req
	resp.ContentLength = int64(len(m.body))
	resp.Body = io.NopCloser(bytes.NewReader(m.body))
	if m.truncated != "" {
		resp.ContentLength = -1
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(m.body), cutReader{}))
	}
	return resp, nil
}

// take gives the next answer.
func (p *Replay) take(key replayKey) (*message, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	answers := p.answers[key]
	if len(answers) == 0 {
		return nil, fmt.Errorf("archive: %s %s: %w", key.method, key.target, ErrNotRecorded)
	}
	if len(answers) > 1 {
		p.answers[key] = answers[1:]
	}
	return p.reader.message(&p.opened, p.scan, answers[0])
}

// Close closes the segments that are open.
func (p *Replay) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opened.close()
	return nil
}

// cutReader is the end of a body that was cut off.
type cutReader struct{}

func (cutReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
