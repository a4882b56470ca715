package command

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"qulaq/pipeline/language"
)

// Train fits a classifier to labelled texts.
type Train struct {
	File string `arg:"" help:"Tab-separated file with a header and the columns lang, role, class and text, and optionally group and theme; - for standard input."`
	Out  string `short:"o" required:"" help:"Where the model is written." placeholder:"MODEL"`
}

// Help is printed below the flags.
func (Train) Help() string {
	return `The classes of citizens are question, request, complaint, praise, chatter and ad;
those of officials substantive, refusal, redirect, acknowledgement and closing. The
same texts give the same bytes, on every machine. Texts of one group (a situation, a
wording) are never on both sides when the model is calibrated.

The model of the program itself is made by the first line:

  qulaq train pipeline/language/data/labelled.tsv -o pipeline/language/data/model.bin
  qulaq evaluate --model model.bin pipeline/language/data/test.tsv
  qulaq classify --model model.bin comments.ndjson`
}

// Run trains.
func (c *Train) Run(s Streams) error {
	examples, err := readExamples(c.File, s.In)
	if err != nil {
		return err
	}
	count := map[language.Role]int{}
	for _, e := range examples {
		count[e.Role]++
	}
	fmt.Fprintf(s.Err, "training on %d texts of citizens and %d of officials\n", count[language.Citizen], count[language.Official])
	began := time.Now()
	model, err := language.Train(examples)
	if err != nil {
		return err
	}
	classifier, err := language.Load(model)
	if err != nil {
		return err
	}
	if err := replaceFile(c.Out, model); err != nil {
		return err
	}
	fmt.Fprintf(s.Err, "trained in %.1f s\n", time.Since(began).Seconds())
	fmt.Fprintf(s.Out, "%s: %s, %d bytes, sha256 %x\n", c.Out, classifier.Version(), len(model), sha256.Sum256(model))
	return nil
}

// readExamples reads labelled texts from a file.
func readExamples(name string, in io.Reader) ([]language.Example, error) {
	file, err := open(name, in)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	examples, err := language.ReadExamples(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(examples) == 0 {
		return nil, fmt.Errorf("%s: no texts below the header", name)
	}
	return examples, nil
}

// open opens a file to read; - is standard input.
func open(name string, in io.Reader) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(in), nil
	}
	return os.Open(name)
}

// replaceFile writes a file that is never seen half-written.
func replaceFile(name string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Chmod(0o644), file.Close()); err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// Model is the choice of a classifier.
type Model struct {
	Model string `help:"Model of qulaq train to use instead of the program's own." type:"existingfile" placeholder:"FILE"`
}

// classifier is the one that was chosen.
func (m Model) classifier() (language.Classifier, error) {
	if m.Model == "" {
		return language.Default(), nil
	}
	stored, err := os.ReadFile(m.Model)
	if err != nil {
		return nil, err
	}
	classifier, err := language.Load(stored)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Model, err)
	}
	return classifier, nil
}
