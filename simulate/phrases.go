package simulate

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed phrases/*.tsv
var phraseFiles embed.FS

// phrases are the wordings from which all texts are put together. A wording
// holds {slots}, which [phrases.fill] fills with invented particulars.
type phrases struct {
	citizens map[key][]string // needs, by theme, class and language
	around   map[key][]string // greetings, contexts, endings, by part and language
	chatter  map[key][]string // what needs no answer, by class and language
	official map[key][]string // facts by theme; other parts under theme "*"
	drafts   map[key][]string // titles and comments of draft laws, by part and language
	linking  map[key][]string // how replies and needs name each other, by part and language
	slots    map[key][]string // by name and language
	nation   [][]string       // names of bodies and regions
}

// key is up to three columns of a phrase file.
type key struct{ a, b, c string }

func loadPhrases() (*phrases, error) {
	p := &phrases{}
	for _, file := range []struct {
		name   string
		fields int
		into   *map[key][]string
	}{
		{"citizens", 4, &p.citizens},
		{"around", 3, &p.around},
		{"chatter", 3, &p.chatter},
		{"officials", 4, &p.official},
		{"drafts", 3, &p.drafts},
		{"linking", 3, &p.linking},
		{"slots", 3, &p.slots},
	} {
		rows, err := readTable(phraseFiles, file.name, file.fields)
		if err != nil {
			return nil, err
		}
		*file.into = map[key][]string{}
		for _, row := range rows {
			k := key{a: row[0], b: row[1]}
			if file.fields == 4 {
				k.c = row[2]
			}
			texts := []string{row[file.fields-1]}
			if file.name == "slots" {
				texts = strings.Split(texts[0], "|")
			}
			(*file.into)[k] = append((*file.into)[k], texts...)
		}
	}
	var err error
	p.nation, err = readTable(phraseFiles, "nation", 6)
	return p, err
}

func readTable(files fs.FS, name string, fields int) ([][]string, error) {
	path := "phrases/" + name + ".tsv"
	data, err := fs.ReadFile(files, path)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		row := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(row) != fields {
			return nil, fmt.Errorf("%s:%d: %d fields, want %d", path, number, len(row), fields)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// fill replaces the slots of a wording. Slots that given does not hold are
// drawn; those of mixed texts come from the Kazakh list.
func (p *phrases) fill(d dice, text, lang string, given map[string]string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		if value, ok := given[name]; ok {
			b.WriteString(value)
		} else {
			b.WriteString(p.slot(d, name, lang))
		}
		text = after
	}
}

func (p *phrases) slot(d dice, name, lang string) string {
	switch name {
	case "n":
		return fmt.Sprint(d.between(2, 9))
	case "few": // before a Russian genitive singular
		return fmt.Sprint(d.between(2, 4))
	case "many": // before a genitive plural
		return fmt.Sprint(d.between(5, 9))
	case "num":
		return fmt.Sprint(d.between(2, 60))
	case "house": // fives and tens: also before a genitive plural
		return fmt.Sprint(5 * d.between(3, 36))
	case "house2":
		return fmt.Sprint(d.between(61, 88))
	case "route":
		return fmt.Sprint(d.between(1, 99))
	case "sum":
		return fmt.Sprint(5 * d.between(3, 96))
	case "d":
		return fmt.Sprint(d.between(1, 28))
	case "hour":
		return fmt.Sprint(d.between(9, 21))
	case "street2":
		name = "street"
	}
	if lang != "ru" {
		lang = "kk"
	}
	return pick(d, p.slots[key{a: name, b: lang}])
}
