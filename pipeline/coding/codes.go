package coding

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"qulaq/pipeline/language"
)

// Merged is an item with what both coders made of it.
type Merged struct {
	Item
	A, B language.Class // "" where a coder did not have it, or left it open
}

// Settled is the class that the coders agree on, or that one of them told alone; ""
// when they disagree or neither told.
func (m Merged) Settled() language.Class {
	switch {
	case m.A == m.B || m.B == "":
		return m.A
	case m.A == "":
		return m.B
	}
	return ""
}

// Merge joins the sheets of two coders by the key. A row that the key does not have
// is an error: the sheet is of another sample.
func Merge(key []Item, a, b []Coded) ([]Merged, error) {
	merged := make([]Merged, len(key))
	places := make(map[string]int, len(key))
	for i, item := range key {
		merged[i].Item, places[item.Row] = item, i
	}
	for _, sheet := range []struct {
		coded []Coded
		of    func(*Merged) *language.Class
	}{{a, func(m *Merged) *language.Class { return &m.A }}, {b, func(m *Merged) *language.Class { return &m.B }}} {
		for _, c := range sheet.coded {
			place, ok := places[c.Row]
			if !ok || merged[place].Role != c.Role {
				return nil, fmt.Errorf("coding: row %s is not in the key: is the sheet of another sample?", c.Row)
			}
			*sheet.of(&merged[place]) = c.Class
		}
	}
	return merged, nil
}

// WriteCodes writes merged items, with a class where it is settled. The others are to
// be settled in the file by hand: columns a and b tell what the coders said. Units
// that nobody coded are left out.
func WriteCodes(w io.Writer, merged []Merged) error {
	if err := writeRow(w, slices.Clone(codesColumns)...); err != nil {
		return err
	}
	for _, m := range merged {
		if m.A == "" && m.B == "" {
			continue
		}
		err := writeRow(w, m.Row, m.Source, m.Thread, m.ID, string(m.Role), string(m.Settled()),
			strconv.FormatFloat(m.Probability, 'g', -1, 64), string(m.A), string(m.B))
		if err != nil {
			return err
		}
	}
	return nil
}

// ReadCodes reads a file of codes. A row whose class is not settled is refused.
func ReadCodes(r io.Reader) ([]Code, error) {
	var codes []Code
	units, seen := map[string]bool{}, map[string]bool{}
	err := readTable(r, codesColumns[:7], func(cells map[string]string) (err error) {
		c := Code{Row: cells["row"], Source: cells["source"], Thread: cells["thread"], Item: cells["item"]}
		if seen[c.Row] || c.Row == "" {
			return fmt.Errorf("row %q is empty or stands twice", c.Row)
		}
		seen[c.Row] = true
		if c.Role, err = readRole(cells["role"]); err != nil {
			return err
		}
		if cells["class"] == "" {
			return fmt.Errorf("row %s is not settled: the coders told %q and %q; write the class that holds", c.Row, cells["a"], cells["b"])
		}
		if c.Class, err = readClass(c.Role, cells["class"]); err != nil {
			return err
		}
		if c.Probability, err = readProbability(cells["probability"]); err != nil {
			return err
		}
		if c.IsUnit() {
			units[c.Row] = true
		}
		codes = append(codes, c)
		return nil
	})
	if err == nil && len(units) == 0 {
		err = errors.New("no unit is coded")
	}
	return codes, err
}
