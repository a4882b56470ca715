package command

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"qulaq/parsers"
	"qulaq/parsers/all"
)

// Parse shows what a parser reads in a saved page.
type Parse struct {
	Parser string     `required:"" help:"Name of the parser: ${parsers}." placeholder:"NAME"`
	URL    string     `required:"" help:"Address that the page was had from. It tells what the page should be, and what the page itself leaves out." placeholder:"URL"`
	Seen   *time.Time `help:"When it was had, RFC 3339 (default: the file's time)." placeholder:"TIME"`
	Zone   string     `help:"Zone of the times that it prints, as Asia/Almaty (default: the platform's)." placeholder:"ZONE"`
	JSON   bool       `help:"One JSON object a line instead of a table."`
	File   string     `arg:"" help:"The page; - for standard input."`
}

// Help is printed below the flags.
func (Parse) Help() string {
	return `Nothing is stored and nothing is fetched. Items go to stdout; what the page is
(its state, what it declares, what was read, where it goes on) goes to stderr.

The exit code is 1 when the page could not be read for what it should be: a login
wall, a captcha, a throttle, half a page, or a layout that the parser does not know.

  qulaq parse --parser telegram --url https://t.me/s/NAME page.html
  qulaq parse --parser vk --url 'https://api.vk.com/method/wall.get?owner_id=-1' --json wall.json`
}

// parsedItem is an item as the command prints it.
type parsedItem struct {
	ItemID      string   `json:"item_id"`
	Parts       []string `json:"parts,omitempty"`
	ThreadID    string   `json:"thread_id"`
	ParentID    string   `json:"parent_id"`
	Kind        string   `json:"kind"`
	Role        string   `json:"role"`
	PublishedLo string   `json:"published_lo"`
	PublishedHi string   `json:"published_hi"`
	Precision   string   `json:"precision"`
	Edited      bool     `json:"edited"`
	Deleted     bool     `json:"deleted"`
	Outcome     string   `json:"outcome,omitempty"`
	Text        string   `json:"text"`
}

// Run parses the page.
func (c *Parse) Run(s Streams) error {
	parser, ok := all.Parser(c.Parser)
	if !ok {
		return fmt.Errorf("no parser %q; there are: %s", c.Parser, strings.Join(all.Names(), ", "))
	}
	page, err := c.page(s.In)
	if err != nil {
		return err
	}
	result, err := parser.Parse(page)
	if err != nil {
		return err
	}
	if err := c.print(s.Out, result); err != nil {
		return err
	}
	summary(s.Err, result)
	switch result.State {
	case parsers.OK, parsers.Empty, parsers.Gone, parsers.CommentsClosed, parsers.DiscussionUnavailable:
		return nil
	default:
		return fmt.Errorf("%s: %s: %s", c.File, result.State, result.Reason)
	}
}

func (c *Parse) page(in io.Reader) (parsers.Page, error) {
	page := parsers.Page{URL: c.URL, Seen: time.Now().UTC()}
	var err error
	if c.File == "-" {
		page.Body, err = io.ReadAll(in)
	} else {
		page.Body, err = os.ReadFile(c.File)
		page.ContentType = mime.TypeByExtension(filepath.Ext(c.File))
		if info, err := os.Stat(c.File); err == nil {
			page.Seen = info.ModTime().UTC()
		}
	}
	if err != nil {
		return page, err
	}
	if c.Seen != nil {
		page.Seen = c.Seen.UTC()
	}
	if c.Zone != "" {
		if page.Zone, err = time.LoadLocation(c.Zone); err != nil {
			return page, fmt.Errorf("--zone: %w", err)
		}
	}
	return page, nil
}

func (c *Parse) print(w io.Writer, result parsers.Result) error {
	rows := parsedItems(result)
	if c.JSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		for _, row := range rows {
			if err := e.Encode(row); err != nil {
				return err
			}
		}
		return nil
	}
	return writeItems(w, rows)
}

// parsedItems are the items of a result as commands print them.
func parsedItems(result parsers.Result) []parsedItem {
	rows := make([]parsedItem, 0, len(result.Items))
	for i := range result.Items {
		item := &result.Items[i]
		rows = append(rows, parsedItem{
			ItemID: item.ID, Parts: item.Parts, ThreadID: item.Thread, ParentID: item.Parent,
			Kind: string(item.Kind), Role: string(item.Role),
			PublishedLo: stamp(item.Published.Lo), PublishedHi: stamp(item.Published.Hi), Precision: string(item.Precision),
			Edited: item.Edited, Deleted: item.Deleted, Outcome: item.Outcome, Text: item.Text,
		})
	}
	return rows
}

// writeItems prints items as a table; nothing when there are none.
func writeItems(w io.Writer, rows []parsedItem) error {
	if len(rows) == 0 {
		return nil
	}
	return write(w, Output{Format: "table"}, rows, []column[parsedItem]{
		{name: "item", cell: func(r parsedItem) string { return r.ItemID }},
		{name: "answers", cell: func(r parsedItem) string { return r.ParentID }},
		{name: "kind", cell: func(r parsedItem) string { return r.Kind }},
		{name: "role", cell: func(r parsedItem) string { return r.Role }},
		{name: "published", cell: func(r parsedItem) string { return r.PublishedLo }},
		{name: "to the", cell: func(r parsedItem) string { return r.Precision }},
		{name: "", cell: func(r parsedItem) string { return marks(r) }},
		{name: "text", cell: func(r parsedItem) string { return clip(r.Text, 50) }},
	})
}

// summary tells what the page is.
func summary(w io.Writer, r parsers.Result) {
	declared := "unknown"
	if r.Declared != parsers.Unknown {
		declared = fmt.Sprint(r.Declared)
	}
	next := "none"
	if r.Next != nil {
		next = r.Next.URL
		if r.Next.Form != nil {
			next += " (POST " + r.Next.Form.Encode() + ")"
		}
	}
	parts := 0
	for i := range r.Items {
		parts += 1 + len(r.Items[i].Parts)
	}
	fmt.Fprintf(w, "state:    %s\n", r.State)
	if r.Reason != "" {
		fmt.Fprintf(w, "reason:   %s\n", r.Reason)
	}
	fmt.Fprintf(w, "thread:   %s (%s)\n", r.Thread.ID, r.Thread.Kind)
	fmt.Fprintf(w, "declared: %s\nparsed:   %d", declared, len(r.Items))
	if parts > len(r.Items) {
		fmt.Fprintf(w, " (with the parts of albums %d ids)", parts)
	}
	if r.Counted != len(r.Items) && r.Declared != parsers.Unknown {
		fmt.Fprintf(w, ", %d of them of the sort declared", r.Counted)
	}
	fmt.Fprintf(w, "\nleads to: %d threads\nnext:     %s\n", len(r.Found), next)
}

func marks(r parsedItem) string {
	var m []string
	if r.Edited {
		m = append(m, "edited")
	}
	if r.Deleted {
		m = append(m, "deleted")
	}
	if n := len(r.Parts); n > 0 {
		m = append(m, fmt.Sprintf("%d parts", n+1))
	}
	return strings.Join(m, ", ")
}

// stamp writes a time as RFC 3339 in UTC, with milliseconds only where there are
// any; "" for the zero time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.999Z07:00")
}

// clip cuts a text to one line of at most n runes.
func clip(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
