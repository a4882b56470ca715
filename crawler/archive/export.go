package archive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Exported counts what was exported.
type Exported struct {
	Segments int
	Records  int
	Bytes    int64
}

// Export writes the exchanges that the filter chooses to dir as plain .warc.gz
// files, which other software reads: a file for each segment that holds any, with
// the same name and the same records. The record that a chosen revisit refers to
// goes with it. A file that exists is not overwritten.
//
// What a damaged segment still holds is exported; the error then tells of the
// damage. The files hold what was sealed: keep them accordingly.
func (r *Reader) Export(ctx context.Context, dir string, f Filter) (Exported, error) {
	var (
		total  Exported
		failed []error
	)
	for i := range r.segments {
		if err := ctx.Err(); err != nil {
			return total, err
		}
		s := &r.segments[i]
		if !f.touches(s) {
			continue
		}
		var damage *DamageError
		err := r.export(s, dir, &f, &total)
		failed = append(failed, err)
		if err != nil && !errors.As(err, &damage) {
			break
		}
	}
	return total, errors.Join(failed...)
}

func (r *Reader) export(s *Segment, dir string, f *Filter, total *Exported) error {
	c, err := r.open(s)
	if err != nil {
		return err
	}
	defer c.Close() // it is only read
	members, damage := r.choose(s, c, f)
	if len(members) <= 1 { // nothing but the warcinfo
		return damage
	}
	path := filepath.Join(dir, s.name.folder(), s.name.warc())
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("archive: export: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("archive: export: %w", err)
	}
	n, err := copyMembers(file, c, members)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("archive: export %s: %w", s.Path, errors.Join(err, os.Remove(path)))
	}
	total.Segments++
	total.Records += len(members)
	total.Bytes += n
	return damage
}

func copyMembers(w io.Writer, c *content, members []member) (total int64, err error) {
	out := bufio.NewWriterSize(w, 64<<10)
	for _, m := range members {
		n, err := io.Copy(out, io.NewSectionReader(c, m.offset, m.length))
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, out.Flush()
}

// member is a record, by its gzip member.
type member struct{ offset, length int64 }

// choose lists the members to export in the order of the file: the warcinfo, the
// chosen exchanges, and those that chosen revisits refer to.
func (r *Reader) choose(s *Segment, c *content, f *Filter) ([]member, error) {
	type listed struct {
		member
		id, original, concurrent string
		request, chosen          bool
	}
	var all []*listed
	byID := map[string]*listed{}
	_, err := r.scan(s, c, func(rec *Record) error {
		l := &listed{
			member: member{rec.Offset, rec.Length}, id: rec.ID,
			original: rec.reference("WARC-Refers-To"), concurrent: rec.reference("WARC-Concurrent-To"),
			request: rec.Type == typeRequest, chosen: rec.Type == typeInfo || f.takes(rec),
		}
		all = append(all, l)
		byID[l.id] = l
		return nil
	})
	for _, l := range all {
		if l.request && byID[l.concurrent] == nil {
			l.chosen = false // its answer is in the part that is missing
		}
		if original := byID[l.original]; l.chosen && original != nil && !original.chosen {
			original.chosen = true
			if request := byID[original.concurrent]; request != nil {
				request.chosen = true
			}
		}
	}
	var members []member
	for _, l := range all {
		if l.chosen {
			members = append(members, l.member)
		}
	}
	return members, err
}

// Prune removes the segments in dir of which all was recorded before a time, and
// returns their paths below dir. It needs no identity. Days that end later stay as
// a whole.
func Prune(dir string, before time.Time) ([]string, error) {
	r, err := Open(dir)
	if err != nil {
		return nil, err
	}
	var removed []string
	for i := range r.segments {
		s := &r.segments[i]
		if s.day().Add(24 * time.Hour).After(before) {
			continue
		}
		path := filepath.Join(dir, s.Path)
		if err := os.Remove(path); err != nil {
			return removed, fmt.Errorf("archive: prune: %w", err)
		}
		removed = append(removed, s.Path)
		if err := removeTail(filepath.Join(filepath.Dir(path), s.name.closed())); err != nil {
			return removed, fmt.Errorf("archive: prune: %w", err)
		}
		removeEmpty(dir, filepath.Dir(path))
	}
	return removed, nil
}

// removeEmpty removes a folder and those above it, up to dir, that hold nothing
// any more.
func removeEmpty(dir, folder string) {
	for folder != dir && os.Remove(folder) == nil { // not removed while something is in it
		folder = filepath.Dir(folder)
	}
}
