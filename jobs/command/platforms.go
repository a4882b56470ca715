package command

import (
	"fmt"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/all"
)

// platform is what a parser can show of a platform, as people and programs read
// it. No field is ever empty: what does not apply is said so.
type platform struct {
	Name         string   `json:"name"`
	Version      int      `json:"version"`
	Hosts        []string `json:"hosts"` // none when any host may serve it
	Zone         string   `json:"zone"`
	Key          string   `json:"key"`    // none, optional or needed
	KeyIn        string   `json:"key_in"` // where it is put
	NeedsKey     bool     `json:"needs_key"`
	ExactTimes   bool     `json:"exact_times"`
	ShowsParents bool     `json:"shows_parents"`
	ShowsEdits   bool     `json:"shows_edits"`
	ShowsCounts  bool     `json:"shows_counts"`
	ReadsErrors  bool     `json:"reads_errors"`
	Noindex      bool     `json:"robots_noindex"`
	ImportOnly   bool     `json:"import_only"`
	QuestionSite bool     `json:"question_site"`
}

// platforms lists what the parsers can show, by name.
func platforms() []platform {
	var rows []platform
	for _, name := range all.Names() {
		parser, _ := all.Parser(name)
		p := parser.Properties()
		row := platform{
			Name: p.Name, Version: p.Version, Hosts: p.Hosts, Zone: "the source's", NeedsKey: p.NeedsKey,
			ExactTimes: p.ExactTimes, ShowsParents: p.ShowsParents, ShowsEdits: p.ShowsEdits, ShowsCounts: p.ShowsCounts,
			ReadsErrors: p.ReadsErrors, Noindex: p.RobotsNoindex, ImportOnly: p.ImportOnly, QuestionSite: p.QuestionSite,
		}
		if p.Zone != nil {
			row.Zone = p.Zone.String()
		}
		row.Key, row.KeyIn = keyOf(p)
		if row.Hosts == nil {
			row.Hosts = []string{}
		}
		rows = append(rows, row)
	}
	return rows
}

// keyOf tells whether a platform takes an API key, and where it is put.
func keyOf(p parsers.Properties) (need, place string) {
	switch {
	case p.Key.Parameter != "":
		place = "parameter " + p.Key.Parameter
	case p.Key.Header != "":
		place = strings.TrimSpace("header " + p.Key.Header + ": " + p.Key.Scheme)
	default:
		return "none", "nowhere"
	}
	if p.NeedsKey {
		return "needed", place
	}
	return "optional", place
}

var platformColumns = []column[platform]{
	{name: "platform", cell: func(p platform) string { return p.Name }},
	{name: "version", right: true, cell: func(p platform) string { return fmt.Sprint(p.Version) }},
	{name: "hosts", cell: func(p platform) string {
		if len(p.Hosts) == 0 {
			return "any"
		}
		return strings.Join(p.Hosts, " ")
	}},
	{name: "zone", cell: func(p platform) string { return p.Zone }},
	{name: "API key", cell: func(p platform) string {
		if p.Key == "none" {
			return p.Key
		}
		return p.Key + ", " + p.KeyIn
	}},
	yes("exact times", func(p platform) bool { return p.ExactTimes }),
	yes("parents", func(p platform) bool { return p.ShowsParents }),
	yes("edits", func(p platform) bool { return p.ShowsEdits }),
	yes("counts", func(p platform) bool { return p.ShowsCounts }),
	yes("explains errors", func(p platform) bool { return p.ReadsErrors }),
	yes("robots noindex", func(p platform) bool { return p.Noindex }),
	yes("import only", func(p platform) bool { return p.ImportOnly }),
	yes("question site", func(p platform) bool { return p.QuestionSite }),
}

// yes makes a column of what is so or not.
func yes[T any](name string, of func(T) bool) column[T] {
	return column[T]{name: name, cell: func(row T) string {
		if of(row) {
			return "yes"
		}
		return "no"
	}}
}
