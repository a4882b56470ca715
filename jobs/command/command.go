// Package command is the command line of qulaq: one file a command, and what they
// share: global flags, output formats, progress and exit codes.
//
// What a command prints for people and for machines is the same data: --format
// chooses among table, json, csv and the rest. Progress, summaries and errors go
// to stderr, so that stdout can be piped.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"qulaq/jobs/config"
	"qulaq/parsers/all"
	"qulaq/schema"

	"github.com/alecthomas/kong"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // the command could not do what it was asked, or found what it was asked to look for
	exitUsage  = 2 // the command line is wrong
)

// CLI is the grammar of the command line.
type CLI struct {
	Globals

	Crawl    Crawl    `cmd:"" group:"collect" help:"Visit the sources that are due."`
	Replay   Replay   `cmd:"" group:"collect" help:"Take in saved pages as if a visit had just seen them."`
	Import   Import   `cmd:"" group:"collect" help:"Take in what other tools captured: pages or items."`
	Relink   Relink   `cmd:"" group:"collect" help:"Make items and exchanges again from what was seen."`
	Prune    Prune    `cmd:"" group:"citizens" help:"Give up citizens' texts whose time is over; no number changes."`
	Forget   Forget   `cmd:"" group:"citizens" help:"Remove an item or thread everywhere, and keep it removed."`
	Keys     Keys     `cmd:"" group:"citizens" help:"Exchange or destroy the key of the pseudonyms."`
	Archive  Archive  `cmd:"" group:"collect" help:"Make keys for archived pages; verify, list and export them."`
	Reparse  Reparse  `cmd:"" group:"collect" help:"Show what the parsers now read otherwise in archived pages; stores nothing."`
	Parse    Parse    `cmd:"" group:"collect" help:"Show what a parser reads in a saved page; stores nothing."`
	Rank     Rank     `cmd:"" group:"read" help:"Rank bodies by how they answer, with rank intervals."`
	Series   Series   `cmd:"" group:"read" help:"Show reply rates and latencies over time."`
	Coverage Coverage `cmd:"" group:"read" help:"Show how much of what there is was seen."`
	Equity   Equity   `cmd:"" group:"read" help:"Compare how groups are answered: by language, region, seat or theme."`
	Survey   Survey   `cmd:"" group:"read" help:"Lay what is measured beside what people said in a survey."`
	Estimate Estimate `cmd:"" group:"read" help:"Estimate rates and medians of latencies of your own, from a CSV file."`
	SQL      SQL      `cmd:"" group:"read" name:"sql" help:"Ask anything in SQL, read-only."`
	Classify Classify `cmd:"" group:"reading" help:"Read texts of your own: language, class, need, themes."`
	Evaluate Evaluate `cmd:"" group:"reading" help:"Hold the classifier against labelled texts."`
	Train    Train    `cmd:"" group:"reading" help:"Train a classifier on labelled texts."`
	Sample   Sample   `cmd:"" group:"reading" help:"Draw items for coding by hand."`
	Agree    Agree    `cmd:"" group:"reading" help:"Compare two coders, and put their codes together."`
	Bodies   Bodies   `cmd:"" group:"registry" help:"List the bodies of the registry."`
	Sources  Sources  `cmd:"" group:"registry" help:"List and check sources; cover a new site."`
	Serve    Serve    `cmd:"" group:"watch" help:"Watch: run the jobs on their schedule, and serve the web pages."`
	Jobs     Jobs     `cmd:"" group:"watch" help:"Show the last and next runs of the daemon's jobs."`
	Worker   Worker   `cmd:"" group:"watch" help:"Make visits for a daemon on this machine or another."`
	Config   Config   `cmd:"" group:"watch" help:"Check, show and describe the configuration file."`
	Plan     Plan     `cmd:"" group:"watch" help:"Show what would be visited when, and why."`
	Backup   Backup   `cmd:"" group:"watch" help:"Write a backup of the tables."`
	Restore  Restore  `cmd:"" group:"watch" help:"Fill the tables from a backup."`
	Doctor   Doctor   `cmd:"" group:"watch" help:"Check everything that a support person would ask for."`
	Demo     Demo     `cmd:"" group:"more" help:"Crawl a simulated republic and show what comes out."`
	Schema   Schema   `cmd:"" group:"more" help:"Make the tables; describe them."`
	Method   Method   `cmd:"" group:"more" help:"Print the method page, with the constants of this program."`
	Version  Version  `cmd:"" group:"more" help:"Print the version."`

	Export     Export     `cmd:"" group:"read" help:"Write a table for other programs: CSV, NDJSON, Parquet or Arrow."`
	Publish    Publish    `cmd:"" group:"read" help:"Write an edition: pages and data that can be cited."`
	Verify     Verify     `cmd:"" group:"read" help:"Hold an edition against its manifest."`
	Statements Statements `cmd:"" group:"registry" help:"List what bodies have signed to say of editions; prepare it."`
}

const description = `qulaq measures whether a state listens.

It visits the public pages of state bodies, finds what citizens asked and what
officials answered, and keeps reply rates and latencies in ClickHouse.

Try:
  qulaq demo                        a republic of invented bodies, offline
  qulaq sources list                who is watched
  qulaq crawl --once                visit what is due
  qulaq rank                        who answers
  qulaq sql 'SHOW TABLES'           ask for yourself

Data lives in --data (default ./data): the ClickHouse folder and the key that
turns authors into pseudonyms. Keep the key; without it, new visits cannot
recognise the people of old ones.`

// Streams are where a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Run runs one command line and returns the exit code of the process.
func Run(ctx context.Context, args []string, s Streams) int {
	cli, line, exited, err := parse(args, s)
	if exited >= 0 {
		return exited // --help
	}
	var problems config.Problems
	if errors.As(err, &problems) {
		fmt.Fprintf(s.Err, "qulaq: %v\n", err)
		return exitFailed // not the command line is wrong, but the file
	}
	if err != nil {
		fmt.Fprintf(s.Err, "qulaq: %v\n", err)
		if len(args) == 0 {
			fmt.Fprintln(s.Err, "Run `qulaq --help` for what it can do.")
		} else {
			fmt.Fprintf(s.Err, "Run `qulaq %s--help` for how to use it.\n", commandWord(args))
		}
		return exitUsage
	}
	line.Bind(reload(func() (*CLI, error) {
		fresh, _, _, err := parse(args, Streams{In: s.In, Out: io.Discard, Err: io.Discard})
		return fresh, err
	}))
	line.BindTo(ctx, (*context.Context)(nil))
	line.Bind(&cli.Globals, s)
	err = line.Run()
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(s.Err, "qulaq: interrupted; what was stored is kept")
		return exitFailed
	default:
		fmt.Fprintf(s.Err, "qulaq: %v\n", err)
		return exitFailed
	}
}

// reload reads the command line again, and with it the environment and the
// configuration file.
type reload func() (*CLI, error)

// parse reads a command line. exited is the exit code of what parsing itself has
// answered (--help), else -1.
func parse(args []string, s Streams) (cli *CLI, line *kong.Context, exited int, err error) {
	cli, exited = new(CLI), -1
	parser, err := kong.New(cli,
		kong.Name("qulaq"),
		kong.Description(description),
		kong.Writers(s.Out, s.Err),
		kong.Exit(func(code int) { exited = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "watch", Title: "Watch"},
			{Key: "collect", Title: "Collect"},
			{Key: "read", Title: "Read"},
			{Key: "reading", Title: "Check what is read"},
			{Key: "citizens", Title: "Keep citizens safe"},
			{Key: "registry", Title: "Registry"},
			{Key: "more", Title: "More"},
		}),
		kong.Vars{"formats": strings.Join(formats, ", "), "parsers": strings.Join(all.Names(), ", "), "mappings": strings.Join(mappingNames(), ", "), "exports": strings.Join(schema.ExportTables(), ", ")},
	)
	if err != nil {
		// Unreachable without a mistake in the grammar above.
		panic(err)
	}
	line, err = parser.Parse(args)
	return cli, line, exited, err
}

// commandWord is the command that args begin with, for a hint.
func commandWord(args []string) string {
	if strings.HasPrefix(args[0], "-") {
		return ""
	}
	return args[0] + " "
}

// isTerminal tells whether w is a terminal, where progress may be drawn over.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
