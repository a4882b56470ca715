package pipeline

import (
	"iter"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/schema"
)

// at is an hour of the first days of 2026.
func at(hour int) time.Time { return time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC) }

func each[T any](rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func TestFoldItem(t *testing.T) {
	see := func(hour int, change schema.Change, text string) schema.Sighting {
		return schema.Sighting{
			ItemID: "i", SeenAt: at(hour), PrevAt: at(hour - 1), Change: change, Kind: "comment",
			PublishedLo: at(0), PublishedHi: at(0), Precision: "second", Text: text, TextHash: text,
		}
	}
	visits := func(hours ...int) *looks {
		l := &looks{}
		for _, h := range hours {
			l.complete = append(l.complete, at(h))
			l.missing = append(l.missing, at(h))
		}
		return l
	}
	byPage := see(3, schema.Vanished, "")
	byPage.Outcome = OutcomeDeleted
	edited := see(3, schema.Edited, "b")
	edited.PublishedLo, edited.PublishedHi = at(3), at(3)
	unprinted := see(5, schema.First, "a")
	unprinted.Precision, unprinted.PublishedLo, unprinted.PublishedHi = string(parsers.PrecisionVisit), epoch, at(5)

	for _, test := range []struct {
		name     string
		history  []schema.Sighting
		visits   *looks
		vanished bool
		censored time.Time
		lastSeen time.Time
		edits    uint16
		text     string
	}{
		{"seen and still there", []schema.Sighting{see(1, schema.First, "a")}, visits(1, 2, 9), false, at(9), at(9), 0, "a"},
		{"no complete visit earns no silence", []schema.Sighting{see(1, schema.First, "a")}, visits(), false, time.Time{}, at(1), 0, "a"},
		{"missed once is not deleted", []schema.Sighting{see(1, schema.First, "a"), see(3, schema.Vanished, "")}, visits(1, 2, 3), false, at(2), at(2), 0, "a"},
		{"missed twice is deleted", []schema.Sighting{see(1, schema.First, "a"), see(3, schema.Vanished, "")}, visits(1, 2, 3, 4), true, at(2), at(2), 0, "a"},
		{"the page says deleted", []schema.Sighting{see(1, schema.First, "a"), byPage}, visits(1, 2, 3), true, at(2), at(2), 0, "a"},
		{"back again", []schema.Sighting{see(1, schema.First, "a"), see(3, schema.Vanished, ""), see(5, schema.Back, "a")}, visits(1, 2, 3, 4, 5), false, at(5), at(5), 0, "a"},
		{"an edit keeps the first time", []schema.Sighting{see(1, schema.First, "a"), edited}, visits(1, 3), false, at(3), at(3), 1, "b"},
		{"replayed out of order", []schema.Sighting{see(1, schema.First, "a"), see(5, schema.First, "a")}, visits(1, 5), false, at(5), at(5), 0, "a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			u := foldItem(test.history, test.visits)
			if u.Vanished != test.vanished || !u.censoredAt.Equal(test.censored) || !u.LastSeenAt.Equal(test.lastSeen) {
				t.Errorf("vanished %t, censored at %v, last seen at %v; want %t, %v, %v",
					u.Vanished, u.censoredAt, u.LastSeenAt, test.vanished, test.censored, test.lastSeen)
			}
			if u.Edits != test.edits || u.Text != test.text {
				t.Errorf("edits %d, text %q; want %d, %q", u.Edits, u.Text, test.edits, test.text)
			}
			if !u.PublishedLo.Equal(at(0)) {
				t.Errorf("published %v, want the first %v", u.PublishedLo, at(0))
			}
		})
	}
	t.Run("a time that is not printed lies between two visits", func(t *testing.T) {
		u := foldItem([]schema.Sighting{unprinted}, visits(4, 5))
		if !u.PublishedLo.Equal(at(4)) || !u.PublishedHi.Equal(at(5)) {
			t.Errorf("published in [%v, %v], want [%v, %v]", u.PublishedLo, u.PublishedHi, at(4), at(5))
		}
	})
}

func TestFoldKeepsItemsOfThreadsApart(t *testing.T) {
	rows := []schema.Sighting{
		{SourceID: "s", ThreadID: "1", ItemID: "a", SeenAt: at(1), Change: schema.First},
		{SourceID: "s", ThreadID: "1", ItemID: "a", SeenAt: at(2), Change: schema.Edited},
		{SourceID: "s", ThreadID: "2", ItemID: "a", SeenAt: at(1), Change: schema.First},
		{SourceID: "t", ThreadID: "2", ItemID: "a", SeenAt: at(1), Change: schema.First},
	}
	all, err := fold(each(rows), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 3 || all[0].Edits != 1 {
		t.Errorf("fold gave %d utterances, the first with %d edits; want 3 and 1", len(all), all[0].Edits)
	}
}
