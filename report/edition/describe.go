package edition

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"qulaq/registry"
)

// About is what an edition is called, and what it was made from: all its inputs.
type About struct {
	Edition    string            `json:"edition"`
	AsOf       time.Time         `json:"as_of"`      // what was seen later does not count
	LastVisit  time.Time         `json:"last_visit"` // the last that counts
	Country    string            `json:"country"`    // ISO 3166-1
	Program    string            `json:"program"`    // name and version
	Classifier string            `json:"classifier"` // version
	Engine     string            `json:"engine"`     // version of ClickHouse, which writes the tables
	Registry   registry.Digests  `json:"registry_sha256"`
	Schema     map[string]string `json:"schema_sha256"`      // of the migrations
	Evidence   map[string]string `json:"evidence"`           // checksums of what was seen, by table
	SmallCell  int               `json:"small_cell"`         // numbers that rest on fewer needs are left out
	Previous   string            `json:"previous,omitempty"` // edition that this one is compared with
}

// Manifest tells what an edition was made from and what it is made of.
type Manifest struct {
	Format int `json:"format"` // 1
	About
	Files []FileSum `json:"files"` // all but the manifest itself, by path
}

// FileSum is a file of an edition.
type FileSum struct {
	Path   string `json:"path"` // with slashes
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

const manifestFormat = 1

// NewManifest makes the manifest of an edition of some files.
func NewManifest(a About, files []FileSum) *Manifest {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b FileSum) int { return strings.Compare(a.Path, b.Path) })
	return &Manifest{manifestFormat, a, files}
}

// Encode writes the manifest as JSON.
func (m *Manifest) Encode() ([]byte, error) { return marshal(m) }

// ReadManifest reads what Encode wrote.
func ReadManifest(text []byte) (*Manifest, error) {
	m := new(Manifest)
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("edition: manifest: %w", err)
	}
	if m.Format != manifestFormat {
		return nil, fmt.Errorf("edition: manifest: it has format %d, this program reads %d", m.Format, manifestFormat)
	}
	return m, nil
}

// The licence of the data.
const (
	licenceName  = "CC-BY-4.0"
	licenceTitle = "Creative Commons Attribution 4.0"
	licencePath  = "https://creativecommons.org/licenses/by/4.0/"
)

// Title is what the edition is called in full.
func (a About) Title() string {
	return "Listening state: replies of public bodies, " + a.Country + ", edition " + a.Edition
}

// marshal writes JSON as people read it.
func marshal(v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	return append(text, '\n'), err
}

// DataPackage describes the tables as a Frictionless Data Package
// (specs.frictionlessdata.io, Data Package and Table Schema 1). Each table is a CSV
// file and a Parquet file of the same rows.
func DataPackage(a About, tables []Table) ([]byte, error) {
	type constraints struct {
		Required bool `json:"required"`
	}
	type field struct {
		Name        string       `json:"name"`
		Type        string       `json:"type"`
		Description string       `json:"description"`
		Constraints *constraints `json:"constraints,omitempty"`
	}
	type tableSchema struct {
		Fields        []field  `json:"fields"`
		PrimaryKey    []string `json:"primaryKey,omitempty"`
		MissingValues []string `json:"missingValues"`
	}
	type resource struct {
		Profile     string      `json:"profile"`
		Name        string      `json:"name"`
		Title       string      `json:"title"`
		Path        string      `json:"path"`
		Format      string      `json:"format"`
		Mediatype   string      `json:"mediatype"`
		Encoding    string      `json:"encoding"`
		TableSchema tableSchema `json:"schema"`
	}
	var resources []resource
	for _, t := range tables {
		r := resource{
			Profile: "tabular-data-resource", Name: t.Name, Title: t.Title, Path: "data/" + t.Name + ".csv", Format: "csv", Mediatype: "text/csv", Encoding: "utf-8",
			TableSchema: tableSchema{PrimaryKey: t.Key, MissingValues: []string{""}},
		}
		for _, f := range t.Fields {
			kind, optional := frictionless(f.Type)
			described := field{Name: f.Name, Type: kind, Description: f.Meaning}
			if !optional && kind != "string" { // an empty cell is a missing value, and an empty text is one
				described.Constraints = &constraints{true}
			}
			r.TableSchema.Fields = append(r.TableSchema.Fields, described)
		}
		resources = append(resources, r)
	}
	type licence struct {
		Name  string `json:"name"`
		Title string `json:"title"`
		Path  string `json:"path"`
	}
	return marshal(struct {
		Profile   string     `json:"profile"`
		Name      string     `json:"name"`
		Title     string     `json:"title"`
		Version   string     `json:"version"`
		Licenses  []licence  `json:"licenses"`
		Resources []resource `json:"resources"`
	}{"tabular-data-package", "qulaq-" + strings.ToLower(a.Country+"-"+a.Edition), a.Title(), a.Edition, []licence{{licenceName, licenceTitle, licencePath}}, resources})
}

// frictionless is the type of a field in Table Schema, and whether it can be missing.
func frictionless(clickhouse string) (kind string, optional bool) {
	inner, optional := strings.CutPrefix(clickhouse, "Nullable(")
	switch {
	case strings.HasPrefix(inner, "UInt"), strings.HasPrefix(inner, "Int"):
		return "integer", optional
	case strings.HasPrefix(inner, "Float"):
		return "number", optional
	case strings.HasPrefix(inner, "Bool"):
		return "boolean", optional
	case strings.HasPrefix(inner, "DateTime"):
		return "datetime", optional
	case strings.HasPrefix(inner, "Date"):
		return "date", optional
	}
	return "string", optional
}

// Dictionary describes the tables in Markdown.
func Dictionary(a About, tables []Table) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# Data dictionary of edition %s\n\nEach table is a CSV file (UTF-8, RFC 4180) and a Parquet file of the same rows in the folder data. Times are UTC. What is not known, or rests on fewer than %d needs, is an empty cell.\n", a.Edition, a.SmallCell)
	escape := strings.NewReplacer("|", `\|`, "\n", " ")
	for _, t := range tables {
		fmt.Fprintf(&b, "\n## %s\n\n%s.", t.Name, strings.TrimSuffix(t.Title, "."))
		if len(t.Key) > 0 {
			fmt.Fprintf(&b, " A row is named by `%s`.", strings.Join(t.Key, ", "))
		}
		b.WriteString("\n\n| column | type | meaning |\n|---|---|---|\n")
		for _, f := range t.Fields {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", f.Name, escape.Replace(f.Type), escape.Replace(f.Meaning))
		}
	}
	return []byte(b.String())
}

// Citation is the edition as a citation file (Citation File Format 1.2.0).
func Citation(a About) []byte {
	return fmt.Appendf(nil, `cff-version: 1.2.0
message: If you use these data, please cite them as below.
type: dataset
title: %q
version: %q
date-released: %s
license: %s
authors:
  - name: The qulaq project
abstract: >-
  Reply rates and latencies of public bodies, as of %s,
  made by %s. Each number stands with its interval and with what it rests on.
`, a.Title(), a.Edition, a.AsOf.UTC().Format(time.DateOnly), licenceName, a.AsOf.UTC().Format(time.RFC3339), a.Program)
}

// Readme is the first thing that people read of an edition.
func Readme(a About, tables []Table) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `# %s

What was seen until %s. Later visits do not count.

- [site/index.html](site/index.html): the pages, to be opened from here or put on any server
- [METHOD.md](METHOD.md): how the numbers come about, with all constants
- [DICTIONARY.md](DICTIONARY.md), [datapackage.json](datapackage.json): what the columns mean
- [CHANGES.md](CHANGES.md): what differs from the edition before
- [CITATION.cff](CITATION.cff): how to cite it
- [manifest.json](manifest.json): what it was made from, and the SHA-256 of every file

| table | what it holds |
|---|---|
`, a.Title(), a.AsOf.UTC().Format(time.RFC3339))
	for _, t := range tables {
		fmt.Fprintf(&b, "| data/%s.csv, data/%s.parquet | %s |\n", t.Name, t.Name, t.Title)
	}
	b.WriteString("\nThe same program makes the same bytes from the same data and registry, on any day and in any folder. No citizen's words, names or addresses of their posts are in it.\n")
	return []byte(b.String())
}
