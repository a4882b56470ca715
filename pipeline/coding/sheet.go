package coding

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"

	"qulaq/pipeline/language"
)

// Assign shuffles the units and tells who codes which: both coders the share
// overlap of them, and each half of the rest. items are those of one unit after the
// other, the unit first; they are numbered and given to coders here.
func Assign(items [][]Item, overlap float64, seed uint64) error {
	if !(overlap >= 0 && overlap <= 1) {
		return fmt.Errorf("coding: an overlap of %v is not a share", overlap)
	}
	random := rand.New(rand.NewPCG(seed, 2))
	random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	width := len(strconv.Itoa(len(items)))
	both := int(overlap*float64(len(items)) + 0.5)
	for i, unit := range items {
		coders := "ab"
		if i >= both {
			coders = []string{"a", "b"}[(i-both)%2]
		}
		for k := range unit {
			unit[k].Coders = coders
			if unit[k].Row = fmt.Sprintf("%0*d", width, i+1); k > 0 {
				unit[k].Row += "." + strconv.Itoa(k)
			}
		}
	}
	// Those that both have must not stand at the top of both sheets.
	random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	return nil
}

// WriteSheet writes what coder a or b gets, with an empty column for the class.
func WriteSheet(w io.Writer, items [][]Item, coder string) error {
	if err := writeRow(w, slices.Clone(sheetColumns)...); err != nil {
		return err
	}
	for _, unit := range items {
		if unit[0].Coders != coder && unit[0].Coders != "ab" {
			continue
		}
		for _, item := range unit {
			if err := writeRow(w, item.Row, string(item.Role), "", item.Text); err != nil {
				return err
			}
		}
	}
	return nil
}

// Coded is a row of a sheet that a coder has filled in.
type Coded struct {
	Row   string
	Role  language.Role
	Class language.Class // "" where the coder left it open
	Text  string
}

// ReadSheet reads a coder's sheet. A class that does not exist is refused with its
// line; one that is left open is not.
func ReadSheet(r io.Reader) ([]Coded, error) {
	var coded []Coded
	seen := map[string]bool{}
	err := readTable(r, sheetColumns, func(cells map[string]string) (err error) {
		c := Coded{Row: cells["row"], Text: cells["text"]}
		if seen[c.Row] || c.Row == "" {
			return fmt.Errorf("row %q is empty or stands twice", c.Row)
		}
		seen[c.Row] = true
		if c.Role, err = readRole(cells["role"]); err != nil {
			return err
		}
		if cells["class"] != "" {
			if c.Class, err = readClass(c.Role, cells["class"]); err != nil {
				return err
			}
		}
		coded = append(coded, c)
		return nil
	})
	return coded, err
}

// WriteKey writes what the sheets hide, and the probabilities.
func WriteKey(w io.Writer, items [][]Item) error {
	if err := writeRow(w, slices.Clone(keyColumns)...); err != nil {
		return err
	}
	for _, unit := range items {
		for _, i := range unit {
			err := writeRow(w, i.Row, i.Source, i.Thread, i.ID, string(i.Role), i.Body, i.Language, string(i.Class), i.Classifier,
				strconv.FormatFloat(i.Probability, 'g', -1, 64), i.Coders)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// ReadKey reads a key.
func ReadKey(r io.Reader) ([]Item, error) {
	var items []Item
	err := readTable(r, keyColumns, func(cells map[string]string) (err error) {
		i := Item{
			Row: cells["row"], Source: cells["source"], Thread: cells["thread"], ID: cells["item"], Body: cells["body"],
			Language: cells["lang"], Class: language.Class(cells["class"]), Classifier: cells["classifier"], Coders: cells["coders"],
		}
		if i.Role, err = readRole(cells["role"]); err != nil {
			return err
		}
		if i.Probability, err = readProbability(cells["probability"]); err != nil {
			return err
		}
		items = append(items, i)
		return nil
	})
	return items, err
}
