package schema

import (
	"fmt"
	"testing"
)

// benchBatch is what visits to 1,000 threads find: five items each.
func benchBatch(n int) Batch {
	var b Batch
	for t := range 1000 {
		thread := fmt.Sprintf("channel/%d", t)
		v := Visit{
			VisitID: fmt.Sprintf("%016x%016x", n, t), SourceID: "src", ThreadID: thread, URL: "https://example.org/" + thread,
			StartedAt: at(n), SeenAt: at(n), Outcome: OK, Complete: true, Pages: 1, Declared: 5, Parsed: 5, Sightings: 5, Status: 200, Parser: "telegram",
		}
		for i := range 5 {
			b.Sightings = append(b.Sightings, Sighting{
				VisitID: v.VisitID, SourceID: "src", ThreadID: thread, ItemID: fmt.Sprintf("%d-%d", n, i), SeenAt: at(n), Change: First,
				Kind: "comment", Role: "citizen", BodyID: "b1", Author: fmt.Sprintf("%032x", t*7+i), PublishedLo: at(n), PublishedHi: at(n),
				Precision: "second", Text: "Сәлеметсіз бе! Когда отремонтируют дорогу на улице? Обещали ещё весной.", TextHash: fmt.Sprintf("%032x", i),
			})
		}
		b.Visits = append(b.Visits, v)
	}
	return b
}

// BenchmarkAppend adds 1,000 visits with 5,000 sightings.
func BenchmarkAppend(b *testing.B) {
	s := open(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		batch := benchBatch(n)
		if err := s.Append(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(5000*n)/b.Elapsed().Seconds(), "sightings/s")
}

// BenchmarkKnown reads what is known of 1,000 of 1,000 threads with 50 items each.
func BenchmarkKnown(b *testing.B) {
	s := open(b)
	for n := range 10 {
		if err := s.Append(b.Context(), benchBatch(n)); err != nil {
			b.Fatal(err)
		}
	}
	var ids []string
	for t := range 1000 {
		ids = append(ids, fmt.Sprintf("channel/%d", t))
	}
	b.ReportAllocs()
	for b.Loop() {
		known, err := s.Known(b.Context(), "src", ids)
		if err != nil || len(known) != 1000 || len(known[ids[0]]) != 50 {
			b.Fatal(len(known), err)
		}
	}
}

// BenchmarkThreads reads the state of 1,000 threads with 10 visits each.
func BenchmarkThreads(b *testing.B) {
	s := open(b)
	for n := range 10 {
		batch := benchBatch(n)
		for t := range 1000 {
			batch.Threads = append(batch.Threads, Thread{SourceID: "src", ThreadID: fmt.Sprintf("channel/%d", t), FoundAt: at(n)})
		}
		if err := s.Append(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if threads, err := s.Threads(b.Context(), "src"); err != nil || len(threads) != 1000 {
			b.Fatal(len(threads), err)
		}
	}
}

// BenchmarkLatencies reads the latencies of 100,000 needs.
func BenchmarkLatencies(b *testing.B) {
	s := open(b)
	const needs = 100_000
	_, exchanges := sampleDerived("src", needs, 0)
	if err := s.ReplaceDerived(b.Context(), []string{"src"}, nil, exchanges); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		l, err := s.Latencies(b.Context(), LatencyQuery{Kind: Substantive})
		if err != nil || l.Len() != needs {
			b.Fatal(l.Len(), err)
		}
	}
}
