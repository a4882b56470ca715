package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"qulaq/parsers/export"
	"qulaq/pipeline"
	"qulaq/schema"
)

// ImportFile is a file that another tool captured.
type ImportFile struct {
	Name string // for messages
	io.ReaderAt
	Size int64
}

// ImportOptions tell how files are imported, and what they do not tell themselves.
type ImportOptions struct {
	Source   string          // id of the source that they are of; "" for pages of all sources that can be read
	Mapping  *export.Mapping // of files of items; nil to recognise it in each
	Captured time.Time       // of items that do not tell when they were captured
	Thread   string          // of items that do not tell their thread
	AllPages bool            // the caller vouches that all pages that the parser can read are the source's
	Complete bool            // the caller vouches that the files have all items of each of their threads
	Strict   bool            // end at the first record that cannot be read; of items, before anything is stored
	Trouble  func(error)     // is told of each record that cannot be read; nil when nobody listens
}

// Imported counts what an import did.
type Imported struct {
	Tally         // of the visits that were stored now
	Known     int `json:"known"`     // visits that had been stored before: by the same import, or by another
	Forgotten int `json:"forgotten"` // visits of threads that were forgotten, which are not taken in again
	Sightings int `json:"sightings"` // items that the visits saw appear, change or vanish
	Foreign   int `json:"foreign"`   // pages that are not of the source, or of none
	Broken    int `json:"broken"`    // records that cannot be read

	Sources []string `json:"sources"` // that have visits in the files, stored now or before, by id
}

// Import takes in what other tools captured as visits of the time at which they
// captured it: pages (WARC, WACZ, HAR) by the parser of the source, items by a
// mapping of package export. Each is compared with what had been seen by then, so
// that files may come in any order. The same files imported again change nothing.
//
// A visit earns silence as one of a crawl does where its pages declare how many
// items there are, or show the thread from its beginning to its end. A file of
// items declares nothing: its visits end as partial, unless the caller vouches for
// them by Complete.
//
// The files are read once for all sources, which are then taken in one after the
// other: in memory is, at a time, what was seen of the threads of one that its pages
// are still to show, and less than a kilobyte for each page of the files.
//
// What cannot be read is counted, and told to Trouble. Nothing is stored but what
// the observer lets through.
func Import(ctx context.Context, e *Env, o ImportOptions, files ...ImportFile) (Imported, error) {
	done := Imported{Sources: []string{}}
	if o.Source == "" && o.AllPages {
		return done, errors.New("jobs: pages can be vouched for as those of one source: name it")
	}
	feeds, err := e.importable(o.Source)
	if err != nil {
		return done, err
	}
	observer, err := e.observer(ctx)
	if err != nil {
		return done, err
	}
	s := newShelf(e, o, feeds, &done)
	tables, err := s.read(ctx, files)
	if err != nil {
		return done, err
	}
	for n, f := range feeds {
		pile := s.pile(f)
		if len(tables) == 0 && !pile.mayHold(f) {
			continue
		}
		i := &importer{env: e, options: o, feed: f, done: &done, observer: observer}
		i.items = itemPlan{importer: i, numbers: map[string]uint32{}}
		i.pages = pagePlan{importer: i, pile: pile, turn: uint32(n + 1)}
		if err := i.run(ctx, tables); err != nil {
			return done, err
		}
	}
	done.Foreign = s.left()
	return done, nil
}

// importable lists the sources that files may be of: the one that is named, or all
// whose pages can be read.
func (e *Env) importable(named string) ([]feed, error) {
	if named == "" {
		return e.feeds(), nil
	}
	source, body, ok := e.Index.Source(named)
	if !ok {
		return nil, fmt.Errorf("jobs: no source %q in the registry; `qulaq sources list` shows them", named)
	}
	f := feed{Source: *source, body: body, zone: e.Index.Location(source, body)}
	f.parser, _ = Parser(source)
	return []feed{f}, nil
}

// run takes in what the files have of one source.
func (i *importer) run(ctx context.Context, tables []ImportFile) error {
	if err := i.begin(ctx); err != nil {
		return err
	}
	for _, file := range tables {
		if err := i.items.read(ctx, file); err != nil {
			return err
		}
	}
	sittings := append(i.items.sittings(), i.pages.sittings()...)
	if len(sittings) == 0 {
		return nil
	}
	if err := i.beginPast(ctx); err != nil {
		return err
	}
	slices.SortStableFunc(sittings, func(a, b sitting) int { return a.begun.Compare(b.begun) })
	for n, s := range sittings {
		if err := ctx.Err(); err != nil {
			return errors.Join(err, i.flush(context.WithoutCancel(ctx)))
		}
		look, err := s.look()
		if err != nil {
			return errors.Join(err, i.flush(ctx))
		}
		if look != nil {
			if err := i.add(ctx, look); err != nil {
				return err
			}
			i.env.progress(Progress{Job: "import", Done: n + 1, Total: len(sittings), Note: i.feed.ID + "  " + look.SeenAt.UTC().Format(time.DateOnly)})
		}
		for thread := range s.last {
			i.memory.Drop(thread)
		}
	}
	return i.flush(ctx)
}

// trouble counts a record that cannot be read. It returns an error where that ends
// the import.
func (o *ImportOptions) trouble(done *Imported, file ImportFile, err error) error {
	done.Broken++
	err = fmt.Errorf("%s: %w", file.Name, err)
	if o.Strict {
		return fmt.Errorf("jobs: import: %w", err)
	}
	if o.Trouble != nil {
		o.Trouble(err)
	}
	return nil
}

// sitting is one look at one thread, as far as a file has been read for its place
// in time. look is called in the order of time; it returns nil for what turned out
// to be none.
type sitting struct {
	begun time.Time
	last  iter.Seq[string] // threads that no later one shows
	look  func() (*pipeline.Look, error)
}

// importer compares looks of the past with what had been seen by then, and stores
// them in batches.
type importer struct {
	env     *Env
	options ImportOptions
	feed    feed
	items   itemPlan
	pages   pagePlan
	done    *Imported

	observer *pipeline.Observer
	frontier *frontier
	known    map[string]bool // visits that are stored
	memory   *pipeline.Memory
	past     []schema.Sighting  // stored ones that memory does not hold yet, by time
	marks    []schema.VisitMark // likewise
	batch    schema.Batch
}

func (i *importer) trouble(file ImportFile, err error) error {
	return i.options.trouble(i.done, file, err)
}

// begin reads which threads and visits of the source are stored.
func (i *importer) begin(ctx context.Context) (err error) {
	i.memory, i.known, i.frontier = pipeline.NewMemory(), map[string]bool{}, newFrontier([]feed{i.feed})
	threads, err := i.env.Store.Threads(ctx, i.feed.ID)
	if err != nil {
		return i.unread(err)
	}
	for _, t := range threads {
		i.frontier.put(t)
	}
	for v, err := range i.env.Store.Visits(ctx, []string{i.feed.ID}) {
		if err != nil {
			return i.unread(err)
		}
		i.known[v.VisitID] = true
		if v.Complete {
			i.marks = append(i.marks, schema.VisitMark{ThreadID: v.ThreadID, SeenAt: v.SeenAt})
		}
	}
	return nil
}

// beginPast reads what was seen of the threads that the files have. Texts are left
// out: their hashes tell whether they differ.
func (i *importer) beginPast(ctx context.Context) error {
	anyThread := len(i.pages.mine) > 0 // a listing shows the posts of others
	for s, err := range i.env.Store.Sightings(ctx, []string{i.feed.ID}, endOfTime) {
		if err != nil {
			return i.unread(err)
		}
		if _, wanted := i.items.numbers[s.ThreadID]; wanted || anyThread {
			s.Text = ""
			i.past = append(i.past, s)
		}
	}
	slices.SortStableFunc(i.past, func(a, b schema.Sighting) int { return a.SeenAt.Compare(b.SeenAt) })
	return nil
}

func (i *importer) unread(err error) error { return fmt.Errorf("jobs: recall %s: %w", i.feed.ID, err) }

// recall makes memory hold what had been seen before a time.
func (i *importer) recall(before time.Time) {
	for len(i.past) > 0 && i.past[0].SeenAt.Before(before) {
		i.memory.Remember(&i.past[0])
		i.past = i.past[1:]
	}
	for len(i.marks) > 0 && i.marks[0].SeenAt.Before(before) {
		i.memory.RecallVisit(i.marks[0].ThreadID, i.marks[0].SeenAt)
		i.marks = i.marks[1:]
	}
}

// add takes in a look, unless it was taken in before.
func (i *importer) add(ctx context.Context, look *pipeline.Look) error {
	if n := len(i.done.Sources); n == 0 || i.done.Sources[n-1] != i.feed.ID {
		i.done.Sources = append(i.done.Sources, i.feed.ID)
	}
	id := pipeline.VisitID(i.feed.ID, look.Thread.ID, look.SeenAt)
	if i.known[id] {
		i.done.Known++
		return nil
	}
	i.known[id] = true
	i.recall(look.SeenAt)
	sheet := i.observer.Strip(look)
	rows := i.observer.Compare(sheet, i.memory)
	if len(rows.Visits) == 0 {
		i.done.Forgotten++
		return nil
	}
	i.done.add(sheet)
	i.done.Sightings += len(rows.Sightings)
	b := &i.batch
	b.Threads, b.Sightings = append(b.Threads, rows.Threads...), append(b.Sightings, rows.Sightings...)
	b.Readings, b.Visits = append(b.Readings, rows.Readings...), append(b.Visits, rows.Visits...)
	if len(b.Threads)+len(b.Sightings)+len(b.Visits) < batchRows {
		return nil
	}
	return i.flush(ctx)
}

// flush stores what has gathered.
func (i *importer) flush(ctx context.Context) error {
	if len(i.batch.Visits) == 0 {
		return nil
	}
	i.batch.Threads = i.frontier.news(i.batch.Threads)
	if err := i.env.Store.Append(ctx, i.batch); err != nil {
		return fmt.Errorf("jobs: store %d visits: %w", len(i.batch.Visits), err)
	}
	i.frontier.saw(&i.batch)
	i.batch = schema.Batch{}
	return nil
}
