package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"qulaq/pipeline/language"
)

// Classify reads texts.
type Classify struct {
	Model
	Role string `enum:"citizen,official" default:"citizen" help:"Who speaks, where a row does not tell."`
	From string `enum:"auto,ndjson,tsv,text" default:"auto" help:"What comes in: ndjson (an object a line), tsv (with a header), text (a text a line). auto: ndjson if it begins with {, else tsv."`
	File string `arg:"" optional:"" default:"-" help:"File to read; - for standard input."`
}

// Help is printed below the flags.
func (Classify) Help() string {
	return `Rows need a text, and may have a role (citizen or official). They come out as they
came in, one by one, with what was read in them: the language; the class, and the
probability that it is right; of a citizen's text, the probability that it needs a
reply; the themes; of a redirect, where to. In NDJSON that is an object "read", in TSV
columns that begin with read_; plain text comes out as TSV. Nothing is stored.

  echo 'Когда починят дорогу?' | qulaq classify --from text
  qulaq classify comments.ndjson | jq 'select(.read.need > 0.9)'
  qulaq classify --role official replies.tsv`
}

// reading is what was read in a text.
type reading struct {
	Language   language.Language `json:"language"`
	Class      language.Class    `json:"class"`
	Confidence float64           `json:"confidence"`
	Need       *float64          `json:"need,omitempty"` // of a citizen
	Themes     []string          `json:"themes"`
	Target     language.Target   `json:"target,omitempty"` // of a redirect
	Classifier string            `json:"classifier"`
}

// Run classifies row by row.
func (c *Classify) Run(s Streams) (err error) {
	classifier, err := c.classifier()
	if err != nil {
		return err
	}
	file, err := open(c.File, s.In)
	if err != nil {
		return err
	}
	defer file.Close()
	in, out := bufio.NewReaderSize(file, 1<<16), bufio.NewWriterSize(s.Out, 1<<16)
	defer func() { err = errors.Join(err, out.Flush()) }()
	row, err := c.rows(in, out, classifier)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
			if err := row(line); err != nil {
				return fmt.Errorf("%s: line %d: %w", c.File, n, err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if in.Buffered() == 0 { // whoever types a line, or pipes one, waits for its answer
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

// rows tells how a line of the input becomes one of the output.
func (c *Classify) rows(in *bufio.Reader, out *bufio.Writer, classifier language.Classifier) (func(line []byte) error, error) {
	from := c.From
	if from == "auto" {
		first, err := in.Peek(1)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if from = "tsv"; string(first) == "{" {
			from = "ndjson"
		}
	}
	t := tsvRows{out: out, role: c.Role, classifier: classifier}
	switch from {
	case "ndjson":
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		return func(line []byte) error { return classifyObject(encoder, line, c.Role, classifier) }, nil
	case "text":
		t.columns = []string{"text"}
		return t.row, t.header()
	}
	return t.row, nil
}

// read reads a text for a role that the row names, or else the command line.
func read(classifier language.Classifier, named, otherwise, text string) (reading, error) {
	role := language.Role(firstOf(named, otherwise))
	r := reading{Language: classifier.Language(text), Themes: language.Themes(text), Classifier: classifier.Version()}
	var v language.Verdict
	switch role {
	case language.Citizen:
		v = classifier.Citizen(text)
		r.Need = &v.Need
	case language.Official:
		v = classifier.Official(text)
	default:
		return r, fmt.Errorf("unknown role %q: write citizen or official", role)
	}
	r.Class, r.Confidence = v.Class, v.Confidence
	if r.Class == language.Redirect {
		r.Target = language.RedirectTarget(text)
	}
	if r.Themes == nil {
		r.Themes = []string{}
	}
	return r, nil
}

// classifyObject writes an object as it came, with "read".
func classifyObject(out *json.Encoder, line []byte, role string, classifier language.Classifier) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(line, &object); err != nil {
		return fmt.Errorf("not a JSON object: %w", err)
	}
	var row struct {
		Text *string `json:"text"`
		Role string  `json:"role"`
	}
	if err := json.Unmarshal(line, &row); err != nil {
		return err
	}
	if row.Text == nil {
		return errors.New(`no "text"`)
	}
	r, err := read(classifier, row.Role, role, *row.Text)
	if err != nil {
		return err
	}
	if object["read"], err = json.Marshal(r); err != nil {
		return err
	}
	return out.Encode(object)
}

// tsvRows writes rows as they came, with what was read.
type tsvRows struct {
	out        *bufio.Writer
	columns    []string // nil before the header
	role       string
	classifier language.Classifier
}

func (t *tsvRows) header() error {
	_, err := fmt.Fprintf(t.out, "%s\tread_language\tread_class\tread_confidence\tread_need\tread_themes\tread_target\tread_classifier\n", strings.Join(t.columns, "\t"))
	return err
}

func (t *tsvRows) row(line []byte) error {
	fields := strings.Split(string(line), "\t")
	if t.columns == nil {
		fields[0] = strings.TrimPrefix(fields[0], "\ufeff")
		if !slices.Contains(fields, "text") {
			return fmt.Errorf("no column text; it has: %s (see --from text, ndjson)", strings.Join(fields, ", "))
		}
		t.columns = fields
		return t.header()
	}
	if len(t.columns) == 1 {
		fields = []string{string(line)}
	}
	if len(fields) != len(t.columns) {
		return fmt.Errorf("%d columns, want %d", len(fields), len(t.columns))
	}
	cell := func(column string) string {
		if i := slices.Index(t.columns, column); i >= 0 {
			return fields[i]
		}
		return ""
	}
	r, err := read(t.classifier, cell("role"), t.role, cell("text"))
	if err != nil {
		return err
	}
	need := ""
	if r.Need != nil {
		need = share(*r.Need)
	}
	_, err = fmt.Fprintf(t.out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", strings.Join(fields, "\t"), r.Language, r.Class,
		share(r.Confidence), need, strings.Join(r.Themes, ","), r.Target, r.Classifier)
	return err
}

func share(p float64) string { return strconv.FormatFloat(p, 'f', 4, 64) }
