package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"qulaq/jobs"
)

// Crawl visits what is due.
type Crawl struct {
	Source []string `arg:"" optional:"" help:"Ids of sources; all active ones when none is named."`
	Once   bool     `required:"" help:"One round: the listings, then every thread that is due."`
	Visiting
	Rendering
	Keyring
	JSON bool `help:"Print the tally as JSON."`
	Texts
	Archiving
}

// Help is printed below the flags.
func (Crawl) Help() string {
	return `Listings are visited first; they tell what threads there are. Then every thread
that is due is visited: young ones often, old ones seldom, until 45 days of age.
robots.txt, Crawl-delay and Retry-After are obeyed, and one request at a time is
made to an owner. How each visit ended is in table visits; see qulaq coverage.

With a recipient (qulaq archive keygen makes one) every page is kept, sealed before
it reaches the disk; what is not archived is not recorded either.

Some platforms want an API key (qulaq sources list --platforms). It is read from
QULAQ_TOKEN_YOUTUBE, named like the platform, or from the file DATA/tokens/youtube
with mode 0600, and goes to that platform's own hosts alone; no address, log, table
or archive holds it. A key that is named like a source (QULAQ_TOKEN_AKIMAT_PAGE,
tokens/akimat-page) is for that source. Sources without the key that they need are
skipped, and told; one that is asked for by name is an error.

The exit code is 1 when no visit of the round was complete.

  qulaq crawl --once --contact https://example.org/about-our-crawler
  qulaq crawl --once akorda-telegram`
}

// Run crawls once.
func (c *Crawl) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	ctx, release, err := alone(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	e.NoTexts = !c.StoreText
	unequip, err := equipment{Archiving: c.Archiving, Keyring: c.Keyring, Rendering: c.Rendering, contact: c.Contact, sources: c.Source}.equip(ctx, g, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unequip()) }()
	collectGarbageAt(crawlGCPercent)
	crawl, err := jobs.NewCrawl(ctx, e, jobs.CrawlOptions{Sources: c.Source, Contact: c.Contact, Workers: c.Workers, Budget: c.Budget, Since: e.Now().Add(-c.Since)})
	if err != nil {
		return err
	}
	for _, skipped := range crawl.Skipped() {
		fmt.Fprintf(s.Err, "source %s is skipped: %s\n", skipped.SourceID, skipped.Reason)
	}
	tally, err := crawl.Round(ctx)
	if err != nil {
		return err
	}
	if _, err := jobs.Relink(ctx, e, c.Source...); err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(s.Out).Encode(tally); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(s.Out, &tally)
	}
	if tally.Visits > 0 && tally.Complete == 0 {
		return errors.New("no visit was complete; see: qulaq coverage --by outcome")
	}
	return nil
}

// Replay takes in saved pages.
type Replay struct {
	Source string    `required:"" help:"Id of the source that the pages are of." placeholder:"ID"`
	URL    []string  `required:"" help:"Address that the page was had from; once for each file, or once for all." placeholder:"URL"`
	At     time.Time `required:"" help:"When the pages were had, RFC 3339." placeholder:"TIME"`
	JSON   bool      `help:"Print the visit as JSON."`
	Texts
	File []string `arg:"" type:"existingfile" help:"The pages of one thread, in the order of paging."`
}

// Help is printed below the flags.
func (Replay) Help() string {
	return `The pages go through the whole pipeline: parsed, stripped of identities, compared
with what was known by then, stored and linked. The same pages replayed again
change nothing.

The exit code is 1 when the visit did not see what it should have seen; it is
recorded with its outcome all the same.

  qulaq replay --source legalacts --url 'https://legalacts.egov.kz/npa/view?id=1' \
    --at 2026-09-16T10:00:00Z page.html`
}

// Run replays the pages.
func (c *Replay) Run(ctx context.Context, g *Globals, s Streams) (err error) {
	if len(c.URL) != 1 && len(c.URL) != len(c.File) {
		return fmt.Errorf("%d addresses for %d files: give one --url for all, or one for each", len(c.URL), len(c.File))
	}
	pages := make([]jobs.SavedPage, len(c.File))
	for i, file := range c.File {
		body, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		pages[i] = jobs.SavedPage{Name: file, URL: c.URL[min(i, len(c.URL)-1)], Body: body}
	}
	e, err := g.env(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = closing(e.Store, err) }()
	e.NoTexts = !c.StoreText
	visit, err := jobs.Replay(ctx, e, c.Source, c.At.UTC(), pages)
	if err != nil {
		return err
	}
	linked, err := jobs.Relink(ctx, e, c.Source)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(s.Out).Encode(visit); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(s.Out, "visit of %s: %s; parsed %d", visit.ThreadID, visit.Outcome, visit.Parsed)
		if visit.Declared >= 0 {
			fmt.Fprintf(s.Out, " of %d declared", visit.Declared)
		}
		fmt.Fprintf(s.Out, "; the source's body has %d needs, %d of them answered\n", linked.Exchanges, linked.Answered)
	}
	if !visit.Outcome.EarnsSilence() {
		return fmt.Errorf("the visit ended as %s: %s", visit.Outcome, visit.Reason)
	}
	return nil
}
