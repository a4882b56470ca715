package main

import (
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qulaq/parsers"
	"qulaq/parsers/telegram"
	"qulaq/pipeline"
	"qulaq/pipeline/language"
	"qulaq/registry"
	"qulaq/schema"
)

// benchLink makes items and exchanges of the sightings of a channel. What the
// classifier says of each text is remembered: it is a stage of its own.
func benchLink(b *testing.B) {
	country := small().Country("http://127.0.0.1")
	key, err := pipeline.OpenKey(filepath.Join(b.TempDir(), "key"))
	if err != nil {
		b.Fatal(err)
	}
	sightings, visits := observed(b, country, key)
	said := &remembered{Classifier: language.Default(), citizens: map[string]language.Verdict{}, officials: map[string]language.Verdict{}}
	d := pipeline.NewDeriver(key, country, said, nil, func(*registry.Source) bool { return false })
	derive := func() {
		items, exchanges, err := d.Derive(each(sightings), each(visits))
		if err != nil || len(items) != len(sightings) || len(exchanges) == 0 {
			b.Fatalf("%d items and %d exchanges of %d sightings, %v", len(items), len(exchanges), len(sightings), err)
		}
	}
	derive()
	b.ReportAllocs()
	for b.Loop() {
		derive()
	}
	b.ReportMetric(float64(len(sightings)*b.N)/b.Elapsed().Seconds(), "items/s")
}

// observed are the rows that a crawl of the first channel makes, without its listing.
func observed(b *testing.B, country *registry.Country, key *pipeline.Key) (sightings []schema.Sighting, visits []schema.VisitMark) {
	b.Helper()
	index, err := registry.NewIndex(country)
	if err != nil {
		b.Fatal(err)
	}
	body, parser := country.Bodies[0], telegram.New()
	observer, memory := pipeline.NewObserver(key, index), pipeline.NewMemory()
	for _, page := range commentPages(b) {
		if !strings.Contains(page.URL, "/"+small().Channels()[0]+"/") {
			continue
		}
		result, err := parser.Parse(page)
		if err != nil || result.State != parsers.OK {
			b.Fatalf("Parse(%s) = %s (%s), %v", page.URL, result.State, result.Reason, err)
		}
		look := &pipeline.Look{Source: body.Sources[0], BodyID: body.ID, Parser: parser.Properties(), StartedAt: page.Seen, SeenAt: page.Seen}
		look.Add(result)
		rows := observer.Observe(look, memory)
		sightings = append(sightings, rows.Sightings...)
		for _, v := range rows.Visits {
			visits = append(visits, schema.VisitMark{
				SourceID: v.SourceID, ThreadID: v.ThreadID, SeenAt: v.SeenAt, VisitID: v.VisitID, Outcome: v.Outcome, Complete: v.Complete,
			})
		}
	}
	slices.SortFunc(sightings, func(a, b schema.Sighting) int { // as the store gives them
		return strings.Compare(a.ThreadID+"\x00"+a.ItemID, b.ThreadID+"\x00"+b.ItemID)
	})
	return sightings, visits
}

func each[T any](rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// remembered is a classifier that reads each text once.
type remembered struct {
	language.Classifier
	citizens, officials map[string]language.Verdict
}

func (r *remembered) Citizen(text string) language.Verdict {
	return once(r.citizens, text, r.Classifier.Citizen)
}

func (r *remembered) Official(text string) language.Verdict {
	return once(r.officials, text, r.Classifier.Official)
}

func once(known map[string]language.Verdict, text string, read func(string) language.Verdict) language.Verdict {
	v, ok := known[text]
	if !ok {
		v = read(text)
		known[text] = v
	}
	return v
}
