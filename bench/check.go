package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
	"unicode"

	"qulaq/simulate"
)

// utterance is what every program must have got of an item.
type utterance struct {
	at   time.Time
	text string // without white space, which each program treats as it likes
}

func truthOf(c *simulate.Corpus) map[string]utterance {
	truth := map[string]utterance{}
	for _, it := range c.Items() {
		truth[it.ID] = utterance{it.At, squeeze(it.Text)}
	}
	return truth
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// check tells whether a file has every item of the corpus once, with its time and
// text, and nothing else.
func (b *bench) check(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	seen := make(map[string]bool, len(b.truth))
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var got struct{ ID, Time, Text string }
		if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
			return err
		}
		want, ok := b.truth[got.ID]
		at, err := time.Parse(time.RFC3339, got.Time)
		switch {
		case !ok:
			return fmt.Errorf("item %q is not on the pages", got.ID)
		case seen[got.ID]:
			return fmt.Errorf("item %s twice", got.ID)
		case err != nil || !at.Equal(want.at):
			return fmt.Errorf("item %s at %q, want %v", got.ID, got.Time, want.at)
		case !sameText(squeeze(got.Text), want.text):
			return fmt.Errorf("item %s says %q, want %q", got.ID, got.Text, want.text)
		}
		seen[got.ID] = true
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if len(seen) != len(b.truth) {
		return fmt.Errorf("%d items, want %d", len(seen), len(b.truth))
	}
	return nil
}

// sameText tells whether got is want, but for what stands as ‹name› or the like in
// got because it identified somebody.
func sameText(got, want string) bool {
	if !strings.Contains(got, "‹") {
		return got == want
	}
	var pattern strings.Builder
	for i, part := range placeholder.Split(got, -1) {
		if i > 0 {
			pattern.WriteString(".+")
		}
		pattern.WriteString(regexp.QuoteMeta(part))
	}
	return regexp.MustCompile("^" + pattern.String() + "$").MatchString(want)
}

var placeholder = regexp.MustCompile("‹[a-z]+›")
