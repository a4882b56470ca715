package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/export"
	"qulaq/pipeline"
	"qulaq/schema"
)

// pause is the longest time between two captures of one look at a thread: tools
// that capture while somebody scrolls give each item a time of its own.
const pause = 30 * time.Minute

// readEvery is after how many items a reading says how far it is.
const readEvery = 10_000

// itemPlan says where the items of files stand. Files may be far larger than
// memory: it holds 32 bytes for each item.
type itemPlan struct {
	importer *importer
	files    []ImportFile
	open     []*export.File
	mappings []*export.Mapping
	threads  []string
	numbers  map[string]uint32 // of threads
	items    []itemPlace
}

type itemPlace struct {
	captured int64 // Unix milliseconds
	offset   int64
	length   uint32
	line     uint32
	thread   uint32
	file     uint32
}

// read goes through a file.
func (p *itemPlan) read(ctx context.Context, file ImportFile) error {
	o := &p.importer.options
	m := o.Mapping
	if m == nil {
		all, err := export.Mappings()
		if err == nil {
			m, err = export.Recognise(file, file.Size, all)
		}
		if err != nil {
			return fmt.Errorf("jobs: import %s: %w", file.Name, err)
		}
	}
	opened, err := export.Open(file, file.Size, m, export.Options{
		Source: o.Source, Start: p.importer.start(), Thread: o.Thread, Captured: o.Captured, Zone: p.importer.feed.zone,
	})
	if err != nil {
		return fmt.Errorf("jobs: import %s: %w", file.Name, err)
	}
	number := uint32(len(p.open))
	p.files, p.open, p.mappings = append(p.files, file), append(p.open, opened), append(p.mappings, m)
	for entry, err := range opened.Entries() {
		var broken *export.RecordError
		switch {
		case errors.As(err, &broken):
			if err := p.importer.trouble(file, broken); err != nil {
				return err
			}
			continue
		case err != nil: // the rest of the file cannot be read
			return p.importer.trouble(file, err)
		}
		if len(p.items)%readEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			p.importer.env.progress(Progress{Job: "read", Done: len(p.items), Note: file.Name})
		}
		p.items = append(p.items, itemPlace{
			captured: entry.Captured.UnixMilli(), offset: entry.Place.Offset, length: uint32(entry.Place.Length),
			line: uint32(entry.Place.Line), thread: p.thread(entry.Item.Thread), file: number,
		})
	}
	return nil
}

// thread is the number of a thread.
func (p *itemPlan) thread(id string) uint32 {
	n, ok := p.numbers[id]
	if !ok {
		n = uint32(len(p.threads))
		p.numbers[id], p.threads = n, append(p.threads, id)
	}
	return n
}

// sittings puts the items together that were seen in one look at one thread.
func (p *itemPlan) sittings() []sitting {
	slices.SortFunc(p.items, func(a, b itemPlace) int {
		return cmp.Or(cmp.Compare(a.thread, b.thread), cmp.Compare(a.captured, b.captured),
			cmp.Compare(a.file, b.file), cmp.Compare(a.offset, b.offset))
	})
	var sittings []sitting
	for rest := p.items; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].thread == rest[0].thread && rest[n].captured-rest[n-1].captured <= pause.Milliseconds() {
			n++
		}
		places := rest[:n:n]
		rest = rest[n:]
		sittings = append(sittings, sitting{
			begun: time.UnixMilli(places[n-1].captured).UTC(),
			last:  p.last(places[0].thread, rest),
			look:  func() (*pipeline.Look, error) { return p.look(places) },
		})
	}
	return sittings
}

// last gives a thread of which the places that follow have none.
func (p *itemPlan) last(thread uint32, rest []itemPlace) iter.Seq[string] {
	return func(yield func(string) bool) {
		if (len(rest) == 0 || rest[0].thread != thread) && len(p.importer.pages.mine) == 0 {
			yield(p.threads[thread])
		}
	}
}

// look reads the items of one look.
func (p *itemPlan) look(places []itemPlace) (*pipeline.Look, error) {
	i := p.importer
	first, last := places[0], places[len(places)-1]
	thread := schema.Thread{ThreadID: p.threads[first.thread], Declared: parsers.Unknown}
	if known, ok := i.frontier.thread(threadKey{i.feed.ID, thread.ThreadID}); ok {
		thread = known.Thread
	}
	look := newLook(i.feed, thread)
	m := p.mappings[last.file]
	look.Parser = parsers.Properties{Name: "import/" + m.Name, Version: m.Version}
	look.StartedAt, look.SeenAt = time.UnixMilli(first.captured).UTC(), time.UnixMilli(last.captured).UTC()
	look.Outcome, look.Reason = schema.Partial, "the file does not tell whether it has all items of the thread"
	if i.options.Complete {
		look.Outcome, look.Reason = schema.OK, ""
	}
	at := make(map[string]int, len(places))
	for _, place := range places {
		entry, err := p.open[place.file].Read(export.Place{Offset: place.offset, Length: int(place.length), Line: int(place.line)})
		if err != nil {
			return nil, fmt.Errorf("jobs: import %s: %w", p.files[place.file].Name, err)
		}
		look.Bytes += int(place.length)
		if look.Thread.Kind == "" {
			look.Thread.Kind = entry.ThreadKind
		}
		if look.Thread.Address.URL == "" {
			look.Thread.Address.URL = entry.ThreadURL
		}
		if entry.Item.Role != parsers.RoleOfficial || look.Addressee == "" {
			look.Addressee = cmp.Or(entry.Addressee, look.Addressee)
		}
		if n, ok := at[entry.Item.ID]; ok {
			look.Items[n] = entry.Item // captured again within the look: as it was last
			continue
		}
		at[entry.Item.ID] = len(look.Items)
		look.Items = append(look.Items, entry.Item)
	}
	look.Parsed = len(look.Items)
	return look, nil
}
