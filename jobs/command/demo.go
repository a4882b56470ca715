package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"qulaq/jobs"
	"qulaq/registry"
	"qulaq/schema"
	"qulaq/simulate"
)

// Demo crawls a simulated republic and shows what comes out.
type Demo struct {
	Dir        string        `help:"Folder of the demo's data; wiped at the start if a demo made it." default:"data/demo" type:"path" placeholder:"DIR"`
	Seed       uint64        `help:"Seed of the republic: the same seed gives the same pages." default:"1"`
	Bodies     int           `help:"Bodies of the republic, 12 to 84." default:"14"`
	Days       int           `help:"Days in which its citizens ask." default:"28"`
	Grace      int           `help:"Days that the crawl goes on after the last question." default:"14"`
	Load       float64       `help:"Multiplies the number of questions." default:"1"`
	Platforms  []string      `help:"Serve and crawl these platforms, too, separated by commas; 'all' for all that there are." placeholder:"NAME"`
	Unthreaded bool          `help:"Officials seldom name the item that they answer: they quote, address somebody, name the number of an appeal, or just write below. Replies that nothing ties to a need are then missed, and rates are too low; with --check, this tells by how much."`
	Step       time.Duration `help:"Simulated time between two rounds of the crawl." default:"12h"`
	Once       bool          `help:"End after the results; so it always does while there is no dashboard to stay up for."`
	Check      bool          `help:"Hold what was measured against the truth, beside the usual formulas, and how often each method of linking is right; exit 1 when a rate is off. Bodies with 300 needs or more are held to the bounds: choose --load accordingly."`
	Resume     bool          `hidden:"" help:"Go on with a demo that was broken off, and print nothing."`
	Listen     string        `hidden:"" help:"Where the republic is served." default:"127.0.0.1:0"`
	JSON       bool          `help:"With --check: print the comparison as JSON."`
}

// Help is printed below the flags.
func (Demo) Help() string {
	return `Offline: the pages of the republic are served on a free port of this machine, in the
platforms' own formats, and crawled over HTTP on a simulated clock. Its people and
bodies are invented.

  qulaq demo
  qulaq demo --platforms youtube,mastodon
  qulaq demo --check --unthreaded
  qulaq --data data/demo rank --horizon 3d
  qulaq --data data/demo sql 'SELECT * FROM coverage LIMIT 5'`
}

// marker is a file in every folder that a demo has made, and may wipe.
const marker = "made-by-qulaq-demo"

// Run crawls the republic and prints the main results.
func (c *Demo) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	if err := c.wipe(); err != nil {
		return err
	}
	if slices.Equal(c.Platforms, []string{"all"}) {
		c.Platforms = simulate.Platforms()
	}
	republic, err := simulate.New(simulate.Config{Seed: c.Seed, Bodies: c.Bodies, Days: c.Days, Load: c.Load, Platforms: c.Platforms, Unthreaded: c.Unthreaded})
	if err != nil {
		return err
	}
	stage, err := jobs.OpenStage(republic, c.Listen)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	if err := registry.Save(filepath.Join(c.Dir, "registry"), stage.Country()); err != nil {
		return err
	}
	of := *g
	of.Data, of.Registry = c.Dir, nil
	e, err := of.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	tell := s.Out
	if c.JSON {
		tell = s.Err // stdout is for the JSON
	}
	began := time.Now()
	fmt.Fprintf(tell, "A republic of %d invented bodies is served at %s.\n", len(e.Index.Country().Bodies), stage.Base)
	fmt.Fprintf(tell, "Crawling it from %s for %d days, a round every %v of simulated time:\n",
		republic.Start().Format(time.DateOnly), c.Days+c.Grace, c.Step)
	tally, err := jobs.Rehearse(ctx, e, stage, c.Step, time.Duration(c.Grace)*24*time.Hour)
	if err != nil {
		return err
	}
	fmt.Fprintf(tell, "  %v\n", &tally)
	linked, err := jobs.Relink(ctx, e)
	if err != nil {
		return err
	}
	fmt.Fprintf(tell, "  %d needs found, %d of them answered, in %.1f s\n\n",
		linked.Exchanges, linked.Answered, time.Since(began).Seconds())
	if c.Resume {
		return nil
	}
	if c.Check {
		return c.audit(ctx, e, republic, s)
	}
	return c.show(ctx, e, s)
}

// show prints the ranking, a series and three queries.
func (c *Demo) show(ctx context.Context, e *jobs.Env, s Streams) error {
	fmt.Fprintln(s.Out, "Who answers? Share of needs answered within 7 days, with 95 % intervals:")
	if err := (&Rank{}).show(ctx, e, s); err != nil {
		return err
	}
	fmt.Fprintln(s.Out, "\nWeek by week, all bodies:")
	if err := (&Series{}).show(ctx, e, s); err != nil {
		return err
	}
	for _, q := range demoQueries {
		fmt.Fprintf(s.Out, "\n%s\n\n    %s\n\n", q.question, q.sql)
		if err := runSQL(ctx, e.Store, s.Out, q.sql, schema.QueryOptions{Format: "PrettyCompactMonoBlock", ReadOnly: true}); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.Out, "\nNext: bin/qulaq --data %s sql 'SHOW TABLES', or bin/qulaq --help\n", relative(c.Dir))
	return nil
}

var demoQueries = []struct{ question, sql string }{
	{
		"How are needs answered, and how surely is each answer tied to its question?",
		"SELECT kind, method, count() AS replies, round(avg(confidence), 2) AS confidence FROM replies GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 8",
	},
	{
		"Who answers with templates?",
		"SELECT reply_body_id AS body, count() AS replies, round(avg(template), 2) AS templates FROM replies GROUP BY 1 ORDER BY 3 DESC LIMIT 5",
	},
	{
		"Who answers most within three days? (Kaplan–Meier, as a view)",
		"SELECT body_id, needs, round(rate, 3) AS rate, round(se, 3) AS se FROM kaplan_meier(kind = 'any', days = 3) ORDER BY rate DESC LIMIT 5",
	},
}

// wipe empties the folder of an earlier demo. A folder that no demo made is left
// alone: somebody's data may be in it.
func (c *Demo) wipe() error {
	entries, err := os.ReadDir(c.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if c.Resume && len(entries) > 0 {
		return nil
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(c.Dir, marker)); err != nil {
			return fmt.Errorf("%s is not empty and was not made by a demo; choose another folder with --dir", c.Dir)
		}
		if err := os.RemoveAll(c.Dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Dir, marker), nil, 0o600)
}

// relative shortens a path below the working folder.
func relative(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(wd, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}
