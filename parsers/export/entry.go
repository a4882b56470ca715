package export

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
)

// entry reads a record. It is false for one that the mapping leaves out.
func (f *File) entry(r raw) (e Entry, ok bool, err error) {
	if r.err != nil {
		return e, false, r.err
	}
	of, ok, err := f.fields(r.text)
	if err != nil || !ok {
		return e, false, err
	}
	m := f.mapping
	e = Entry{Place: r.Place, ThreadURL: m.ThreadURL.value(of), ThreadKind: parsers.ThreadKind(m.ThreadKind.of(of, string(parsers.Post))), Addressee: m.Addressee.value(of)}
	e.Item = parsers.Item{
		ID:      m.ID.value(of),
		Kind:    parsers.Kind(m.Kind.of(of, string(parsers.KindComment))),
		Role:    parsers.Role(m.Role.value(of)),
		Author:  parsers.Author{ID: m.Author.value(of), Name: m.AuthorName.value(of)},
		Edited:  truth(m.Edited.value(of)),
		Deleted: truth(m.Deleted.value(of)),
		Text:    m.Text.value(of),
		Outcome: m.Outcome.value(of),

		Quoted:   m.Quoted.value(of),
		Mentions: strings.Fields(m.Mentions.value(of)),
	}
	item := &e.Item
	if item.ID == "" {
		return e, false, errors.New("it has no id")
	}
	if item.Thread, item.Parent, err = f.place(of); err != nil {
		return e, false, err
	}
	if item.Parent == item.ID {
		item.Parent = "" // as some tools write "none"
	}
	if m.HTML {
		item.Text, item.Quoted = htmlpage.Fragment(item.Text)
	}
	if err := f.times(&e, of); err != nil {
		return e, false, err
	}
	return e, true, checkValues(&e)
}

// fields reads the fields of a record that is an item of the source.
func (f *File) fields(text []byte) (fields, bool, error) {
	read, err := f.layout.decode(text)
	if err != nil {
		return nil, false, err
	}
	of := context{read, f.layout.head, f.options.Start}
	if source := f.mapping.Source.value(of); source != "" && f.options.Source != "" && source != f.options.Source {
		return nil, false, nil
	}
	return of, !f.mapping.skips(of), nil
}

// skips tells whether a record is no item.
func (m *Mapping) skips(of fields) bool {
	return slices.ContainsFunc(m.Skip, func(c Condition) bool { return c.holds(of) })
}

// place tells the thread and the parent of an item.
func (f *File) place(of fields) (thread, parent string, err error) {
	parent = f.link(f.mapping.Parent, of)
	if f.mapping.Tree == nil {
		thread = f.mapping.Thread.value(of)
	} else {
		var up string
		if thread, up, err = f.root(f.mapping.Tree.Node.value(of)); err != nil {
			return "", "", err
		}
		parent = cmp.Or(parent, up)
	}
	if thread = cmp.Or(thread, f.options.Thread); thread == "" {
		return "", "", errors.New("it does not tell its thread: if all of the file is one, name it (--thread)")
	}
	return thread, parent, nil
}

// link is a reference to another record.
func (f *File) link(to Templates, of fields) string {
	return to.value(without{of, f.mapping.None})
}

// without takes some values for none.
type without struct {
	fields
	none []string
}

func (w without) field(path string) string {
	if v := w.fields.field(path); !slices.Contains(w.none, v) {
		return v
	}
	return ""
}

// times reads the times of a record.
func (f *File) times(e *Entry, of fields) error {
	m, item, zone := f.mapping, &e.Item, f.options.Zone
	captured, _, err := m.Captured.read(of, zone)
	if err != nil {
		return fmt.Errorf("captured: %w", err)
	}
	if e.Captured = captured.Hi; captured.IsZero() {
		e.Captured = f.options.Captured
	}
	if e.Captured.IsZero() {
		return errors.New("it does not tell when it was captured: say so (--captured)")
	}
	if item.Published, item.Precision, err = m.Published.read(of, zone); err != nil {
		return fmt.Errorf("published: %w", err)
	}
	if item.Published, err = published(item.Published, e.Captured); err != nil {
		return err
	}
	if item.Edited {
		if item.EditedAt, _, err = m.EditedAt.read(of, zone); err != nil {
			return fmt.Errorf("edited: %w", err)
		}
	}
	return nil
}

// checkValues refuses what is no value of its kind.
func checkValues(e *Entry) error {
	kinds := []parsers.Kind{parsers.KindPost, parsers.KindComment, parsers.KindQuestion, parsers.KindAnswer}
	roles := []parsers.Role{parsers.RoleUnknown, parsers.RoleCitizen, parsers.RoleOfficial}
	threads := []parsers.ThreadKind{parsers.Post, parsers.Question, parsers.Document, parsers.Listing}
	precisions := []parsers.Precision{
		"", parsers.PrecisionSecond, parsers.PrecisionMinute, parsers.PrecisionHour,
		parsers.PrecisionDay, parsers.PrecisionRelative, parsers.PrecisionVisit,
	}
	switch {
	case !slices.Contains(kinds, e.Item.Kind):
		return fmt.Errorf("kind %q is none of %q", e.Item.Kind, kinds)
	case !slices.Contains(roles, e.Item.Role):
		return fmt.Errorf("role %q is none of %q", e.Item.Role, roles[1:])
	case !slices.Contains(threads, e.ThreadKind):
		return fmt.Errorf("kind of thread %q is none of %q", e.ThreadKind, threads)
	case !slices.Contains(precisions, e.Item.Precision):
		return fmt.Errorf("precision %q is none of %q", e.Item.Precision, precisions[1:])
	}
	return nil
}
