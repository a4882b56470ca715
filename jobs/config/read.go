package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"qulaq/jobs/schedule"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/printer"
	"github.com/goccy/go-yaml/token"
)

// Problem is one thing that is wrong with a configuration file.
type Problem struct {
	File         string
	Line, Column int // from 1; 0 when the file as a whole is meant
	Reason       string
	Excerpt      string // lines of the file, with a caret; "" when Line is 0
}

// String formats the problem as compilers do.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Reason
	}
	return fmt.Sprintf("%s:%d:%d: %s\n%s", p.File, p.Line, p.Column, p.Reason, p.Excerpt)
}

// Problems is the error of a file that is refused.
type Problems []Problem //nolint:errname // it is the list itself, and reads as one

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return "config: " + strings.Join(lines, "\n")
}

// Read reads a configuration file over the defaults. The error is of type
// [Problems] when the file breaks the rules.
func Read(path string) (*File, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	return Parse(path, src)
}

// Parse is Read of a file's content; name is what problems call it.
func Parse(name string, src []byte) (*File, error) {
	r := reader{name: name}
	tree, err := parser.ParseBytes(src, 0)
	if err != nil {
		return nil, r.syntax(err)
	}
	f := Default()
	r.tree = tree
	if len(tree.Docs) > 1 {
		r.complainAt(tree.Docs[1].Start, "a second document begins here: a configuration is one")
		return nil, r.problems
	}
	if len(tree.Docs) == 1 && tree.Docs[0].Body != nil { // else there are only comments: all defaults
		r.durations(reflect.TypeFor[File](), "$")
		if len(r.problems) > 0 {
			return nil, r.problems
		}
		if err := yaml.NewDecoder(bytes.NewReader(src), yaml.Strict()).Decode(&f); err != nil {
			return nil, r.syntax(err)
		}
	}
	r.check(&f)
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
		return nil, r.problems
	}
	return &f, nil
}

// Check holds the values against each other and against what they mean. It is part
// of [Read]; call it for a configuration that was changed since.
func (f *File) Check() error {
	r := reader{name: "configuration"}
	r.check(f)
	if len(r.problems) > 0 {
		return r.problems
	}
	return nil
}

// reader collects what is wrong with one file.
type reader struct {
	name     string
	tree     *ast.File
	problems Problems
}

// syntax is the problem that the YAML library tells.
func (r *reader) syntax(err error) error {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		return append(r.problems, Problem{File: r.name, Reason: "not readable as YAML: " + err.Error()})
	}
	r.complainAt(e.GetToken(), "%s", e.GetMessage())
	return r.problems
}

func (r *reader) complainAt(tok *token.Token, format string, args ...any) {
	p := Problem{File: r.name, Reason: fmt.Sprintf(format, args...)}
	if tok != nil {
		var print printer.Printer
		p.Line, p.Column = tok.Position.Line, tok.Position.Column
		p.Excerpt = strings.TrimRight(print.PrintErrorToken(tok, false), "\n")
	}
	r.problems = append(r.problems, p)
}

// complain adds a problem at a path such as $.jobs.crawl.cron; at none when the
// file leaves it out.
func (r *reader) complain(path, format string, args ...any) {
	if node := r.node(path); node != nil {
		r.complainAt(node.GetToken(), format, args...)
		return
	}
	r.problems = append(r.problems, Problem{File: r.name, Reason: strings.TrimPrefix(path, "$.") + ": " + fmt.Sprintf(format, args...)})
}

func (r *reader) node(path string) ast.Node {
	if r.tree == nil {
		return nil
	}
	p, err := yaml.PathString(path)
	if err != nil {
		return nil
	}
	node, err := p.FilterFile(r.tree)
	if err != nil {
		return nil
	}
	return node
}

// durations checks all durations before decoding: the library loses the place of
// what a type of ours refuses.
func (r *reader) durations(t reflect.Type, path string) {
	for i := range t.NumField() {
		f := t.Field(i)
		below := path + "." + key(f)
		switch {
		case f.Type == reflect.TypeFor[Duration]():
			node := r.node(below)
			if node == nil {
				continue
			}
			var d Duration
			if err := d.UnmarshalText([]byte(node.GetToken().Value)); err != nil {
				r.complain(below, "%v", err)
			}
		case f.Type.Kind() == reflect.Struct:
			r.durations(f.Type, below)
		}
	}
}

// check holds the values against each other and against what they mean.
func (r *reader) check(f *File) {
	zone := time.UTC
	if f.Zone != "" {
		var err error
		if zone, err = time.LoadLocation(f.Zone); err != nil {
			r.complain("$.zone", "%q is no time zone: write an IANA name, such as Asia/Almaty", f.Zone)
			zone = time.UTC
		}
	}
	for _, address := range []struct{ path, value string }{{"$.listen", f.Listen}, {"$.admin", f.Admin}, {"$.sql.listen", f.SQL.Listen}} {
		if address.path != "$.listen" && address.value == None {
			continue
		}
		if _, _, err := net.SplitHostPort(address.value); err != nil {
			r.complain(address.path, "%q is no address to listen on: write HOST:PORT, such as 127.0.0.1:8080", address.value)
		}
	}
	if f.Address != "" && !isOrigin(f.Address) {
		r.complain("$.address", "%q is no public address: write https://HOST, without a path or a slash at the end", f.Address)
	}
	for name, job := range f.Jobs.All() {
		if job.Cron == Off {
			continue
		}
		if _, err := schedule.ParseLine(job.Cron, zone); err != nil {
			r.complain("$.jobs."+name+".cron", "%s; off for a job that is not run", strings.TrimPrefix(err.Error(), "schedule: "))
		}
	}
	if f.Jobs.Backup.Cron != Off && f.Backup.Dir == "" {
		r.complain("$.jobs.backup.cron", "the job backup needs backup.dir, where its backups go")
	}
	if modes := []string{"auto", "off", "sealed", "plain"}; !slices.Contains(modes, f.Archive.Mode) {
		r.complain("$.archive.mode", "%q is none of %s", f.Archive.Mode, strings.Join(modes, ", "))
	}
	if f.Archive.Mode == "sealed" && len(f.Archive.Recipients) == 0 {
		r.complain("$.archive.mode", "a sealed archive needs archive.recipients; qulaq archive keygen makes one")
	}
	if q := f.Queue.Server; q != None && q != Embedded && !strings.Contains(q, "://") {
		r.complain("$.queue.server", "%q is none of none, embedded and nats://HOST:4222", q)
	}
	if _, _, err := net.SplitHostPort(f.Queue.Listen); err != nil {
		r.complain("$.queue.listen", "%q is no address to listen on: write HOST:PORT, such as 127.0.0.1:4222", f.Queue.Listen)
	}
	if r.tree != nil && strings.Contains(f.Queue.Server, "@") {
		r.complain("$.queue.server", "a password stands in the file: give the address in the variable QULAQ_QUEUE instead")
	}
	if r.tree != nil && hasPassword(f.ClickHouse) {
		r.complain("$.clickhouse", "a password stands in the file: give the address in the variable QULAQ_CLICKHOUSE instead")
	}
	for _, count := range []struct {
		path  string
		value int
		least int
	}{
		{"$.crawl.workers", f.Crawl.Workers, 1},
		{"$.crawl.budget", f.Crawl.Budget, 0},
		{"$.backup.keep", f.Backup.Keep, 0},
		{"$.queue.visits", f.Queue.Visits, 1},
		{"$.queue.replicas", f.Queue.Replicas, 1},
		{"$.sql.memory", f.SQL.Memory, 1},
		{"$.sql.rows", f.SQL.Rows, 1},
		{"$.sql.bytes", f.SQL.Bytes, 1},
		{"$.sql.queries", f.SQL.Queries, 1},
	} {
		if count.value < count.least {
			r.complain(count.path, "%d is less than %d", count.value, count.least)
		}
	}
	for _, name := range []struct{ path, value string }{{"$.data", f.Data}, {"$.country", f.Country}, {"$.sql.user", f.SQL.User}} {
		if name.value == "" {
			r.complain(name.path, "must not be empty")
		}
	}
	if f.SQL.Time <= 0 {
		r.complain("$.sql.time", "must be longer than nothing")
	}
	if f.Texts.Keep <= 0 {
		r.complain("$.texts.keep", "must be longer than nothing; store: false stores no texts at all")
	}
}

// isOrigin tells whether an address is a scheme and a host, and nothing else.
func isOrigin(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && address == u.Scheme+"://"+u.Host
}

// hasPassword tells whether an address such as http://user:secret@host has a
// password.
func hasPassword(address string) bool {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return false
	}
	user, _, ok := strings.Cut(rest, "@")
	_, password, given := strings.Cut(user, ":")
	return ok && given && password != ""
}

// All gives the jobs by name.
func (j Jobs) All() map[string]Job {
	jobs := map[string]Job{}
	v := reflect.ValueOf(j)
	for i := range v.NumField() {
		if job, ok := v.Field(i).Interface().(Job); ok {
			jobs[key(v.Type().Field(i))] = job
		}
	}
	return jobs
}

// key is the name of a field in the file.
func key(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
