package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"path/filepath"
	"time"

	"qulaq/crawler/archive"
	"qulaq/registry"
	"qulaq/simulate"
)

// looks is how often every thread is looked at, at most: the first posts are seen by
// all looks, the last ones by the last.
const looks = 4

// mostChannels is how many channels the largest recording has.
const mostChannels = 50

// recording is an archive of a size.
type recording struct {
	pages, channels, items int
	dir                    string // with archive/ and registry/
}

// record writes an archive of about as many pages as are wanted, as a crawl would:
// with ten times the pages, there are three times the channels and three times the
// posts of each.
func record(dir string, wanted, most int) (*recording, error) {
	channels := max(1, int(mostChannels*math.Sqrt(float64(wanted)/float64(most))))
	// A post has a page at each look from its publication on, which is (looks+1)/2 of
	// them on average, and with nineteen others one more in the listing.
	posts := max(looks, int(float64(wanted)/float64(channels)/(float64(looks+1)/2)/1.05))
	r, err := simulate.NewRecording(simulate.CorpusConfig{Channels: channels, Posts: posts}, looks)
	if err != nil {
		return nil, err
	}
	if err := registry.Save(filepath.Join(dir, "registry"), r.Country()); err != nil {
		return nil, err
	}
	var now time.Time
	writer, err := archive.New(archive.Config{Dir: filepath.Join(dir, "archive"), Mode: archive.Plain, Now: func() time.Time { return now }})
	if err != nil {
		return nil, err
	}
	var body []byte
	layer := writer.Layer(transport(func(q *http.Request) *http.Response {
		return &http.Response{
			Status: "200 OK", StatusCode: http.StatusOK, Request: q, ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
			Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}, "Content-Encoding": {"gzip"}},
		}
	}))
	made := &recording{channels: channels, items: r.Items(), dir: dir}
	err = r.Pages(func(page simulate.RecordedPage) error {
		made.pages++
		now, body = page.At, page.Zipped
		resp, err := layer.RoundTrip(&http.Request{Method: http.MethodGet, URL: page.URL, Header: http.Header{}})
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		return errors.Join(err, resp.Body.Close())
	})
	if err := errors.Join(err, writer.Close()); err != nil {
		return nil, fmt.Errorf("record %d pages: %w", wanted, err)
	}
	return made, nil
}

// transport answers in place of the network.
type transport func(*http.Request) *http.Response

func (t transport) RoundTrip(q *http.Request) (*http.Response, error) { return t(q), nil }
