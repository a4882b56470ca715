package registry

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed data
var data embed.FS

// Rules are what a registry is held against beyond its own shape. The caller
// gives them, because this package does not know how a page looks.
type Rules struct {
	// Platforms names the platforms that have a parser. An active source needs
	// one. Nil turns the rule off.
	Platforms []string
	// Address gives the canonical id of what an address of a platform leads to,
	// or says why it leads to nothing; two addresses of one channel are found out
	// by it. It is only asked about Platforms. Nil turns the rule off.
	Address func(platform, url string) (id string, err error)
	// Selectors gives a pointer to a new struct for the selectors of a source, whose
	// yaml tags are held against the file as strictly as those of this package; nil
	// for a platform that has none. A nil Selectors leaves them as they stand.
	Selectors func(platform string) any
	// CheckSelectors says what is wrong with the selectors of a source. Nil turns
	// the rule off.
	CheckSelectors func(source *Source, zone string, fixtures Fixtures) []Fault
}

// Fault is one thing that is wrong with the selectors of a source.
type Fault struct {
	Path   string // of the value below selectors, such as pages[0].kind; "" for all of it
	Reason string // what is wrong, and what to do
}

// Fixtures are saved pages by the names of their files.
type Fixtures map[string][]byte

// Embedded reads a country that comes with the program, by its ISO 3166-1
// alpha-2 code. The error is of type [Problems] when the data breaks the rules.
func Embedded(code string, rules Rules) (*Country, error) {
	folders, err := fs.ReadDir(data, "data")
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	var codes []string
	for _, f := range folders {
		codes = append(codes, strings.ToUpper(f.Name()))
	}
	if !slices.Contains(codes, code) {
		return nil, fmt.Errorf("registry: no country %q comes with the program, only %s", code, strings.Join(codes, ", "))
	}
	root := path.Join("data", strings.ToLower(code))
	sub, err := fs.Sub(data, root)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	files, err := readFolder(sub)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	return load(nil, files, path.Join("registry", root), rules)
}

// Open reads a registry folder. Without a base it is the whole of a country.
// With a base and the same country code, or without a country.yaml, it extends
// the base: its bodies are added, those with the id of one of the base's replace
// it, and each other file that it has, the survey as one, replaces the base's.
// With another code it stands alone. The base is not changed. The error is of type
// [Problems] when the folder breaks the rules.
func Open(base *Country, dir string, rules Rules) (*Country, error) {
	files, err := readFolder(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("registry: %s: %w", dir, err)
	}
	return load(base, files, dir, rules)
}

// The files of a registry folder beside its bodies.
const (
	countryFile   = "country.yaml"
	calendarFile  = "calendar.csv"
	deadlinesFile = "deadlines.yaml"
	gapsFile      = "gaps.yaml"
	bodiesDir     = "bodies"
	fixturesDir   = "fixtures"
)

// readFolder reads all files of a registry folder by path. Hidden files are
// left out, and texts for people.
func readFolder(fsys fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir(), strings.HasSuffix(name, ".md"):
			return nil
		}
		files[name], err = fs.ReadFile(fsys, name)
		return err
	})
	return files, err
}

// entry is a body with the document it was read from, nil for one of the base.
type entry struct {
	body *Body
	doc  *document
}

// load makes a country of files. Every problem of every file is collected before
// it gives up; root is what their names are shown below.
func load(base *Country, files map[string][]byte, root string, rules Rules) (*Country, error) {
	var (
		country  Country
		entries  []entry
		problems Problems
		shown    = func(name string) string { return filepath.Join(root, name) }
	)
	src, headed := files[countryFile]
	if headed {
		doc := parseYAML(shown(countryFile), src, &country)
		doc.checkCountry(&country)
		problems = append(problems, doc.problems...)
	} else if base == nil {
		problems = append(problems, Problem{File: shown(countryFile), Reason: "is missing: a country begins with its code, names, zone and week"})
	}
	// A header that cannot be read is taken to extend, so that references into the
	// base are not reported on top of it.
	if base != nil && (!headed || len(problems) > 0 || country.Code == base.Code) {
		if !headed {
			country = *base
		}
		country.Bodies = nil
		country.Fixtures = maps.Clone(base.Fixtures)
		country.Calendar, country.Deadlines, country.Gaps, country.Survey = base.Calendar, base.Deadlines, base.Gaps, base.Survey
		for i := range base.Bodies {
			if _, replaced := files[path.Join(bodiesDir, base.Bodies[i].ID+".yaml")]; !replaced {
				entries = append(entries, entry{body: &base.Bodies[i]})
			}
		}
	}
	for name, src := range files {
		if path.Dir(name) == fixturesDir {
			if country.Fixtures == nil {
				country.Fixtures = Fixtures{}
			}
			country.Fixtures[path.Base(name)] = src
		}
	}
	if survey, found := parseSurvey(files, shown); survey != nil {
		country.Survey = survey
		problems = append(problems, found...)
	}
	for name, src := range files {
		var doc *document
		switch {
		case name == countryFile, path.Dir(name) == fixturesDir, path.Dir(name) == surveyDir:
			continue
		case path.Dir(name) == bodiesDir && path.Ext(name) == ".yaml":
			body := new(Body)
			doc = parseYAML(shown(name), src, body)
			if len(doc.problems) == 0 {
				doc.checkBody(body, &country, rules, strings.TrimSuffix(path.Base(name), ".yaml"))
				entries = append(entries, entry{body, doc})
				continue // Its problems are taken when all bodies have been held against each other.
			}
		case name == deadlinesFile:
			country.Deadlines = nil
			doc = parseYAML(shown(name), src, &country.Deadlines)
			doc.checkDeadlines(country.Deadlines)
		case name == gapsFile:
			country.Gaps = nil
			doc = parseYAML(shown(name), src, &country.Gaps)
			doc.checkGaps(country.Gaps)
		case name == calendarFile:
			cal, found := parseCalendar(shown(name), src)
			country.Calendar = cal
			problems = append(problems, found...)
			continue
		default:
			problems = append(problems, Problem{File: shown(name), Reason: fmt.Sprintf("is not read: a registry has %s, %s, %s, %s, %s/ID.yaml, %s/NAME and %s/; rename or remove it",
				countryFile, calendarFile, deadlinesFile, gapsFile, bodiesDir, fixturesDir, surveyDir)})
			continue
		}
		problems = append(problems, doc.problems...)
	}
	// The base comes first, so that of two bodies at odds the new one is blamed.
	slices.SortFunc(entries, func(a, b entry) int {
		if (a.doc == nil) != (b.doc == nil) {
			if a.doc == nil {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.body.ID, b.body.ID)
	})
	checkTogether(entries, files, &country, rules)
	for _, e := range entries {
		if e.doc != nil {
			problems = append(problems, e.doc.problems...)
		}
		country.Bodies = append(country.Bodies, *e.body)
	}
	if err := problems.err(); err != nil {
		return nil, err
	}
	slices.SortFunc(country.Bodies, func(a, b Body) int { return cmp.Compare(a.ID, b.ID) })
	return &country, nil
}
