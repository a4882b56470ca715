package export

import (
	"embed"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed mappings/*.yaml
var builtin embed.FS

// Mapping tells what stands where in a file. It is read from strict YAML: a key
// that is not one of these is an error.
//
// A value is a template, {chat}/{id}, or a list of templates of which the first
// that is not empty counts. Within braces stands a column, or the path to a value
// of a JSON object; {$.name} is a field of a JSON document before its items, and
// {$source} the id of the source's first thread.
type Mapping struct {
	Name    string   `yaml:"-"`       // of the file, without .yaml
	Version int      `yaml:"version"` // raised with every change of what is read
	Title   string   `yaml:"title"`   // what wrote such files, for people
	Note    string   `yaml:"note,omitempty"`
	Format  []Format `yaml:"format"`
	Items   string   `yaml:"items,omitempty"` // path of the array in a JSON document; "" when the document is the array

	// A file is read by the mapping when its first record has these fields, and
	// meets these conditions.
	Has  []string    `yaml:"has"`
	When []Condition `yaml:"when,omitempty"`

	Source Templates   `yaml:"source,omitempty"` // id of the record's source, where a file has several
	Skip   []Condition `yaml:"skip,omitempty"`   // a record that meets any of these is no item
	None   []string    `yaml:"none,omitempty"`   // what stands for "no parent", as 0

	ID         Templates `yaml:"id"`
	Thread     Templates `yaml:"thread,omitempty"`
	ThreadKind Choice    `yaml:"thread_kind,omitempty"` // post unless it says otherwise
	ThreadURL  Templates `yaml:"thread_url,omitempty"`
	Parent     Templates `yaml:"parent,omitempty"`
	Tree       *Tree     `yaml:"tree,omitempty"`

	Kind       Choice    `yaml:"kind,omitempty"` // comment unless it says otherwise
	Role       Choice    `yaml:"role,omitempty"`
	Author     Templates `yaml:"author,omitempty"`
	AuthorName Templates `yaml:"author_name,omitempty"`
	Text       Templates `yaml:"text"`
	HTML       bool      `yaml:"html,omitempty"` // the text is HTML
	Outcome    Templates `yaml:"outcome,omitempty"`
	Quoted     Templates `yaml:"quoted,omitempty"`    // text that the item quotes
	Mentions   Templates `yaml:"mentions,omitempty"`  // ids of the authors that it addresses, parted by spaces
	Addressee  Templates `yaml:"addressee,omitempty"` // name of the body that the thread is about, on a portal of many

	Published Moments   `yaml:"published,omitempty"`
	Edited    Templates `yaml:"edited,omitempty"`
	EditedAt  Moments   `yaml:"edited_at,omitempty"`
	Deleted   Templates `yaml:"deleted,omitempty"`
	Captured  Moments   `yaml:"captured,omitempty"`
}

// Tree tells how records hang together in a file whose records do not name their
// thread. A record that hangs on none begins a thread, by Mapping.Thread; what
// hangs on it, directly or not, belongs to that. The parent of an item is what it
// hangs on, unless Mapping.Parent says otherwise.
type Tree struct {
	Node Templates `yaml:"node"` // id of the record within the file
	Up   Templates `yaml:"up"`   // Node of the record that it hangs on
}

// Mappings gives the mappings that come with the program, by name.
func Mappings() ([]*Mapping, error) {
	files, err := builtin.ReadDir("mappings")
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	var all []*Mapping
	for _, file := range files {
		text, err := builtin.ReadFile(path.Join("mappings", file.Name()))
		if err != nil {
			return nil, fmt.Errorf("export: %w", err)
		}
		m, err := ParseMapping(file.Name(), text)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// ParseMapping reads a mapping. Its name is that of the file, without folders and
// extension.
func ParseMapping(file string, text []byte) (*Mapping, error) {
	m := &Mapping{Name: strings.TrimSuffix(strings.TrimSuffix(path.Base(file), ".yaml"), ".yml")}
	err := yaml.UnmarshalWithOptions(text, m, yaml.Strict())
	if err == nil {
		err = m.check()
	}
	if err != nil {
		return nil, fmt.Errorf("export: mapping %s: %w", file, err)
	}
	return m, nil
}

func (m *Mapping) check() error {
	var missing []string
	need := func(key string, ok bool) {
		if !ok {
			missing = append(missing, key)
		}
	}
	need("version", m.Version > 0)
	need("title", m.Title != "")
	need("format", len(m.Format) > 0)
	need("has", len(m.Has) > 0)
	need("id", len(m.ID) > 0)
	need("text", len(m.Text) > 0)
	if m.Tree != nil {
		need("thread (it names the threads that a tree begins)", len(m.Thread) > 0)
		need("tree.node", len(m.Tree.Node) > 0)
		need("tree.up", len(m.Tree.Up) > 0)
	}
	if len(missing) > 0 {
		return fmt.Errorf("these are missing: %s", strings.Join(missing, ", "))
	}
	for _, f := range m.Format {
		if !slices.Contains([]Format{NDJSON, JSON, CSV, TSV}, f) {
			return fmt.Errorf("format %q: it has to be ndjson, json, csv or tsv", f)
		}
	}
	if m.Items != "" && !slices.Contains(m.Format, JSON) {
		return errors.New("items: only a json document has a path to them")
	}
	for key, moments := range map[string]Moments{"published": m.Published, "edited_at": m.EditedAt, "captured": m.Captured} {
		if err := moments.check(); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}
