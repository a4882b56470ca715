package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"qulaq/jobs"
	"qulaq/pipeline/coding"
)

// Agree compares the sheets of two coders.
type Agree struct {
	Output
	A     string `arg:"" help:"Sheet of one coder." type:"existingfile"`
	B     string `arg:"" help:"Sheet of the other." type:"existingfile"`
	Key   string `name:"sample-key" help:"File key.tsv of the sample." type:"existingfile" placeholder:"FILE"`
	Codes string `help:"Write the codes of both here, for qulaq rank and series. Rows on which they disagree are to be settled in the file. Needs --sample-key." type:"path" placeholder:"FILE"`
}

// Help is printed below the flags.
func (Agree) Help() string {
	return `Agreement is told on the rows that both have coded, of citizens' classes, of whether
an item needs a reply, and of officials' classes: the share of rows on which they
agree, Cohen's kappa and Krippendorff's alpha, with bootstrap intervals at 95 %. Alpha
of 0.8 is what is asked of data to rely on, 0.667 the least to draw any conclusion from
(Krippendorff). Below are what one took for what, and the rows on which they disagree.

  qulaq agree sample/a.tsv sample/b.tsv
  qulaq agree sample/a.tsv sample/b.tsv --sample-key sample/key.tsv --codes data/codes/first.tsv

Codes in DATA/codes are used by rank and series on their own.`
}

// Run compares.
func (c *Agree) Run(s Streams) error {
	if c.Codes != "" && c.Key == "" {
		return fmt.Errorf("--codes needs --sample-key, the file beside the sheets that tells what the rows are")
	}
	a, err := readSheet(c.A)
	if err != nil {
		return err
	}
	b, err := readSheet(c.B)
	if err != nil {
		return err
	}
	agreed, err := jobs.Agree(a, b)
	if err != nil {
		return err
	}
	if err := c.print(s, agreed); err != nil || c.Codes == "" {
		return err
	}
	key, err := readFile(c.Key, coding.ReadKey)
	if err != nil {
		return err
	}
	merged, err := coding.Merge(key, a, b)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := coding.WriteCodes(&file, merged); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.Codes), 0o700); err != nil {
		return err
	}
	if err := replaceFile(c.Codes, file.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(s.Err, "%s written; %d rows are to be settled in it: write the class that holds\n", c.Codes, len(agreed.Disagreements))
	return nil
}

func (c *Agree) print(s Streams, agreed jobs.Agreed) error {
	if c.format() == "json" {
		encoder := json.NewEncoder(s.Out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(agreed)
	}
	type row = jobs.AgreedOn
	err := write(s.Out, c.Output, agreed.On, []column[row]{
		{name: "on", cell: func(r row) string { return r.What }},
		{name: "rows", right: true, cell: func(r row) string { return strconv.Itoa(r.N) }},
		{name: "agree", right: true, cell: func(r row) string { return fmt.Sprintf("%.3f", r.Observed) }},
		{name: "kappa", right: true, cell: func(r row) string { return agreement(r.Kappa, r.KappaLo, r.KappaHi) }},
		{name: "alpha", right: true, cell: func(r row) string { return agreement(r.Alpha, r.AlphaLo, r.AlphaHi) }},
	})
	if err != nil || c.format() == "csv" || c.format() == "ndjson" {
		return err
	}
	for _, on := range agreed.On {
		fmt.Fprintf(s.Out, "\n%s: what coder a took for the class on the left, coder b took for\n", on.What)
		if err := confusion(s.Out, c.Output, on.Names, on.Confusion); err != nil {
			return err
		}
	}
	if len(agreed.Disagreements) == 0 {
		return nil
	}
	fmt.Fprintln(s.Out)
	return write(s.Out, c.Output, agreed.Disagreements, []column[jobs.Disagreement]{
		{name: "row", cell: func(d jobs.Disagreement) string { return d.Row }},
		{name: "a", cell: func(d jobs.Disagreement) string { return string(d.A) }},
		{name: "b", cell: func(d jobs.Disagreement) string { return string(d.B) }},
		{name: "text", cell: func(d jobs.Disagreement) string { return clip(d.Text, 80) }},
	})
}

// agreement writes kappa or alpha; none can be told where all is of one class.
func agreement(value, lo, hi *float64) string {
	if value == nil {
		return "–"
	}
	return limited(*value, *lo, *hi)
}

func readSheet(name string) ([]coding.Coded, error) { return readFile(name, coding.ReadSheet) }

// readFile reads a file and says in its name what is wrong with it.
func readFile[T any](name string, read func(r io.Reader) (T, error)) (T, error) {
	file, err := os.Open(name)
	if err != nil {
		var none T
		return none, err
	}
	defer file.Close()
	content, err := read(file)
	if err != nil {
		return content, fmt.Errorf("%s: %w", name, err)
	}
	return content, nil
}
