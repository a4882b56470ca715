package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"qulaq/schema"
)

// insertPairs is how often each size of batch is measured.
const insertPairs = 7

// measureInserts holds what the store inserts against the engine reading the same
// rows, in the same order, from one file in its own Native format, which costs no
// client anything. Each insert must add exactly its rows.
func measureInserts(ctx context.Context, dir string, w io.Writer) (err error) {
	store, err := schema.Open(ctx, "embedded:"+filepath.Join(dir, "inserts"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	conn := store.Conn()
	// Merges take the second core from whoever happens to insert, and make one row of
	// those that are read from the file again and again.
	if err := conn.Exec(ctx, "SYSTEM STOP MERGES sightings"); err != nil {
		return err
	}
	var held uint64 // rows
	adds := func(size int, insert func() error) (time.Duration, error) {
		took, err := timed(insert)
		if err != nil {
			return 0, err
		}
		before := held
		if err := conn.QueryRow(ctx, "SELECT count() FROM sightings").Scan(&held); err != nil {
			return 0, err
		}
		if held != before+uint64(size) {
			return 0, fmt.Errorf("an insert of %d rows added %d", size, held-before)
		}
		return took, nil
	}
	fmt.Fprintf(w, "Inserts into sightings, as a share of the engine's own speed with one Native file:\n\n| rows a batch | pairs | rows/s | share |\n|---:|---:|---:|---:|\n")
	for _, size := range []int{10_000, 100_000} {
		file := filepath.Join(dir, fmt.Sprintf("sightings-%d.native", size))
		ours := func(turn int) func() error {
			batch := schema.Batch{Sightings: sightings(size, turn)}
			return func() error { return store.Append(ctx, batch) }
		}
		if _, err := adds(size, ours(0)); err != nil {
			return err
		}
		// In the order in which the batch had them: sorted rows are inserted faster.
		if err := conn.Exec(ctx, fmt.Sprintf("INSERT INTO FUNCTION file('%s', Native) SELECT * FROM sightings ORDER BY toUInt32(extract(item_id, '[0-9]+$'))", file)); err != nil {
			return err
		}
		// A token of its own each time: the engine would drop rows that it has.
		turn := 0
		native := func() error {
			turn++
			return conn.Exec(ctx, fmt.Sprintf("INSERT INTO sightings SELECT * FROM file('%s', Native) "+
				"SETTINGS insert_deduplicate = 1, insert_deduplication_token = 'native-%d-%d', max_threads = 1, max_insert_threads = 1", file, size, turn))
		}
		var rates, shares []float64
		before, err := adds(size, native)
		if err != nil {
			return err
		}
		for i := range insertPairs {
			took, err := adds(size, ours(i+1))
			if err != nil {
				return err
			}
			after, err := adds(size, native)
			if err != nil {
				return err
			}
			rates = append(rates, float64(size)/took.Seconds())
			shares = append(shares, (before+after).Seconds()/2/took.Seconds())
			before = after
		}
		fmt.Fprintf(w, "| %d | %d | %v | %v |\n", size, insertPairs, spreadOf(rates), spreadOf(shares))
		if err := errors.Join(conn.Exec(ctx, "TRUNCATE TABLE sightings"), os.Remove(file)); err != nil {
			return err
		}
		held = 0
	}
	return nil
}

func timed(f func() error) (time.Duration, error) {
	began := time.Now()
	err := f()
	return time.Since(began), err
}

// sightings are n rows as a crawl makes them; salt makes them other rows.
func sightings(n, salt int) []schema.Sighting {
	rows := make([]schema.Sighting, n)
	at := time.Date(2026, time.March, 1, 9, 0, salt, 0, time.UTC)
	text := strings.Repeat("Сәлеметсіз бе! Когда отремонтируют дорогу? ", 3)
	for i := range rows {
		thread := fmt.Sprintf("channel/%d", i/10)
		rows[i] = schema.Sighting{
			VisitID: fmt.Sprintf("%032x", i/10*1000+salt), SourceID: fmt.Sprintf("source-%d", i/2000), ThreadID: thread,
			ItemID: fmt.Sprintf("%s?comment=%d", thread, i), SeenAt: at.Add(time.Duration(i/10) * time.Millisecond), PrevAt: time.Unix(0, 0).UTC(),
			Change: schema.First, ParentID: thread, Kind: "comment", Role: "citizen", BodyID: fmt.Sprintf("body-%d", i/2000),
			Author: fmt.Sprintf("%032x", i*7919+salt), PublishedLo: at.Add(-time.Duration(i) * time.Second), PublishedHi: at.Add(-time.Duration(i) * time.Second),
			Precision: "second", Text: text[:len(text)-i%20*2], TextHash: fmt.Sprintf("%032x", i*104729+salt),
		}
	}
	return rows
}
