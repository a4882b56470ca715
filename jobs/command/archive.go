package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"qulaq/crawler/archive"

	"filippo.io/age"
)

// Archiving says whether and how a crawl keeps the pages that it gets.
type Archiving struct {
	Archive          string   `enum:"auto,off,sealed,plain" default:"auto" help:"Keep the pages: sealed to recipients, plain or off. auto is sealed if there are recipients, else off." env:"QULAQ_ARCHIVE" config:"archive.mode" placeholder:"MODE"`
	ArchiveRecipient []string `help:"Who can open what is sealed: age1…, or a file with one on each line. Repeatable." env:"QULAQ_ARCHIVE_RECIPIENT" config:"archive.recipients" placeholder:"RECIPIENT"`
	ArchiveDir       string   `help:"Folder of the archive (default: DATA/archive)." env:"QULAQ_ARCHIVE_DIR" config:"archive.dir" type:"path" placeholder:"DIR"`
}

// open returns a writer; nil when nothing is to be kept.
func (a *Archiving) open(g *Globals) (*archive.Writer, error) {
	config := archive.Config{Dir: archiveDir(g, a.ArchiveDir), Mode: archive.Mode(a.Archive), Software: "qulaq/" + version()}
	if a.Archive == "auto" {
		config.Mode = ""
	}
	if config.Mode == archive.Off {
		return nil, nil
	}
	var err error
	if config.Recipients, err = archive.Recipients(a.ArchiveRecipient); err != nil {
		return nil, err
	}
	if config.Mode == archive.Sealed && len(config.Recipients) == 0 {
		return nil, errors.New("a sealed archive needs --archive-recipient; make one with: qulaq archive keygen FILE")
	}
	return archive.New(config)
}

// archiveDir is the folder that is named, or that of the data.
func archiveDir(g *Globals, named string) string {
	if named != "" {
		return named
	}
	return filepath.Join(g.Data, "archive")
}

// Archive makes keys for archived pages and reads them.
type Archive struct {
	Keygen ArchiveKeygen `cmd:"" help:"Make a key pair: the identity opens what is sealed to the recipient."`
	Verify ArchiveVerify `cmd:"" help:"Check that everything that was archived is there and as it was; exit code 1 if not."`
	List   ArchiveList   `cmd:"" help:"List the archived answers in the order of time."`
	Export ArchiveExport `cmd:"" help:"Write archived pages as plain WARC files, which other tools read."`
	Prune  ArchivePrune  `cmd:"" help:"Remove the pages of days that are long past; no identity is needed."`
}

// ArchiveKeygen makes a key pair.
type ArchiveKeygen struct {
	File string `arg:"" type:"path" help:"New file for the identity. Keep it off the machine that crawls."`
}

// Run makes it and prints the recipient.
func (c *ArchiveKeygen) Run(s Streams) error {
	recipient, err := archive.CreateIdentity(c.File)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Out, recipient)
	fmt.Fprintf(s.Err, "The identity is in %s. Without it, what is sealed to this recipient can never be read.\n", c.File)
	return nil
}

// Opening names an archive and what opens it.
type Opening struct {
	Identity string `help:"Identity file; not needed for a plain archive." env:"QULAQ_ARCHIVE_IDENTITY" type:"path" placeholder:"FILE"`
	Dir      string `arg:"" optional:"" type:"existingdir" help:"Folder of the archive (default: DATA/archive)."`
}

func (o *Opening) open(g *Globals) (*archive.Reader, error) {
	var identities []age.Identity
	if o.Identity != "" {
		var err error
		if identities, err = archive.ReadIdentities(o.Identity); err != nil {
			return nil, err
		}
	}
	dir := archiveDir(g, o.Dir)
	reader, err := archive.Open(dir, identities...)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no archive at %s; qulaq crawl --archive-recipient makes one", dir)
	}
	if err != nil {
		return nil, err
	}
	for _, segment := range reader.Segments() {
		if segment.Sealed && o.Identity == "" {
			return nil, errors.New("the archive is sealed; give --identity FILE")
		}
	}
	return reader, nil
}

// Choosing chooses archived answers.
type Choosing struct {
	From time.Time `help:"Only what was asked for from then on, RFC 3339." placeholder:"TIME"`
	To   time.Time `help:"Only what was asked for before then, RFC 3339." placeholder:"TIME"`
	URL  string    `help:"Only addresses that contain this." placeholder:"TEXT"`
}

func (c *Choosing) filter() archive.Filter {
	f := archive.Filter{From: c.From, To: c.To}
	if c.URL != "" {
		f.URL = func(url string) bool { return strings.Contains(url, c.URL) }
	}
	return f
}

// ArchiveVerify checks an archive.
type ArchiveVerify struct {
	Output
	Opening
}

// Run checks it.
func (c *ArchiveVerify) Run(ctx context.Context, g *Globals, s Streams) error {
	reader, err := c.open(g)
	if err != nil {
		return err
	}
	report, failed := reader.Verify(ctx)
	if errors.Is(failed, context.Canceled) {
		return failed
	}
	type row struct {
		Segment   string   `json:"segment"`
		Records   int      `json:"records"`
		Exchanges int      `json:"exchanges"`
		Readable  int64    `json:"readable_bytes"`
		Cut       int64    `json:"cut_bytes"`
		Encrypted int64    `json:"undecrypted_bytes"`
		State     string   `json:"state"`
		Problems  []string `json:"problems"`
	}
	var rows []row
	for _, segment := range report.Segments {
		r := row{
			Segment: segment.Path, Records: segment.Records, Exchanges: segment.Exchanges, Readable: segment.Readable,
			Cut: segment.Cut, Encrypted: segment.Encrypted, State: "sound", Problems: []string{},
		}
		if segment.Open {
			r.State = "sound, not closed"
		}
		for _, p := range segment.Problems {
			r.State = "damaged"
			r.Problems = append(r.Problems, fmt.Sprintf("at byte %d: %s", p.Offset, p.What))
		}
		rows = append(rows, r)
	}
	if err := write(s.Out, c.Output, rows, []column[row]{
		{name: "segment", cell: func(r row) string { return r.Segment }},
		{name: "exchanges", right: true, cell: func(r row) string { return strconv.Itoa(r.Exchanges) }},
		{name: "bytes", right: true, cell: func(r row) string { return strconv.FormatInt(r.Readable, 10) }},
		{name: "state", cell: func(r row) string { return r.State }},
		{name: "problem", cell: func(r row) string { return strings.Join(r.Problems, "; ") }},
	}); err != nil {
		return err
	}
	for _, stray := range report.Strays {
		fmt.Fprintf(s.Err, "not of the archive: %s\n", stray)
	}
	for _, missing := range report.Missing {
		fmt.Fprintf(s.Err, "missing: %s\n", missing)
	}
	if failed != nil {
		return failed
	}
	if !report.OK() {
		return errors.New("the archive is not as it was recorded")
	}
	return nil
}

// ArchiveList lists archived answers.
type ArchiveList struct {
	Output
	Choosing
	Opening
}

// Run lists them. What a damaged segment still holds is listed.
func (c *ArchiveList) Run(ctx context.Context, g *Globals, s Streams) error {
	reader, err := c.open(g)
	if err != nil {
		return err
	}
	type row struct {
		Sent    time.Time `json:"sent"`
		Status  int       `json:"status"`
		Type    string    `json:"type"` // response, or revisit of an earlier one
		Bytes   int       `json:"bytes"`
		URL     string    `json:"url"`
		Segment string    `json:"segment"`
	}
	var rows []row
	var damaged []error
	for record, err := range reader.Records(c.filter()) {
		var damage *archive.DamageError
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &damage):
			damaged = append(damaged, err)
			continue
		case err != nil:
			return err
		case record.Type == "request":
			continue
		}
		rows = append(rows, row{record.Date, status(record.Block), record.Type, len(record.Block), record.Target, record.Segment})
	}
	err = write(s.Out, c.Output, rows, []column[row]{
		{name: "sent", cell: func(r row) string { return r.Sent.Format(time.RFC3339) }},
		{name: "status", right: true, cell: func(r row) string { return strconv.Itoa(r.Status) }},
		{name: "type", cell: func(r row) string { return r.Type }},
		{name: "bytes", right: true, cell: func(r row) string { return strconv.Itoa(r.Bytes) }},
		{name: "url", cell: func(r row) string { return r.URL }},
	})
	return errors.Join(append(damaged, err)...)
}

// status is the status of an archived answer; 0 when it tells none.
func status(block []byte) int {
	line, _, _ := bytes.Cut(block, []byte("\r\n"))
	if fields := bytes.Fields(line); len(fields) > 1 {
		if code, err := strconv.Atoi(string(fields[1])); err == nil && http.StatusText(code) != "" {
			return code
		}
	}
	return 0
}

// ArchiveExport exports archived pages.
type ArchiveExport struct {
	Out string `required:"" type:"path" help:"Folder for the exported files." placeholder:"DIR"`
	Choosing
	Opening
}

// Help is printed below the flags.
func (ArchiveExport) Help() string {
	return `The files are WARC/1.1, gzip by record, and hold what was sealed: pages with the
names of the people on them. Keep them accordingly.

  qulaq archive export --identity identity.txt --out case-7 --url /view?id=7`
}

// Run exports them.
func (c *ArchiveExport) Run(ctx context.Context, g *Globals, s Streams) error {
	reader, err := c.open(g)
	if err != nil {
		return err
	}
	done, err := reader.Export(ctx, c.Out, c.filter())
	fmt.Fprintf(s.Out, "%d records of %d segments, %d bytes, in %s\n", done.Records, done.Segments, done.Bytes, c.Out)
	return err
}

// ArchivePrune removes what was archived long ago.
type ArchivePrune struct {
	Dir       string        `arg:"" optional:"" type:"path" help:"Folder of the archive (default: DATA/archive)."`
	OlderThan time.Duration `required:"" help:"Remove days that ended longer ago, such as 8760h for a year." placeholder:"DURATION"`
}

// Run removes whole days and names the files that are gone.
func (c *ArchivePrune) Run(g *Globals, s Streams) error {
	if c.OlderThan < 0 {
		return errors.New("--older-than: an age cannot be negative")
	}
	removed, err := archive.Prune(archiveDir(g, c.Dir), time.Now().Add(-c.OlderThan))
	for _, path := range removed {
		fmt.Fprintln(s.Out, path)
	}
	fmt.Fprintf(s.Err, "%d files removed\n", len(removed))
	return err
}
