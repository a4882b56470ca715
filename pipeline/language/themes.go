package language

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed data/themes.yaml
var themesYAML []byte

// Theme is what texts are about.
type Theme struct {
	ID     string   `yaml:"-"`
	Parent string   `yaml:"parent,omitempty"` // the theme of the study that it belongs to
	Seed   *Seed    `yaml:"seed,omitempty"`   // its place in the study; nil for a part of one
	RU     []string `yaml:"ru"`
	KK     []string `yaml:"kk"`
	EN     []string `yaml:"en,omitempty"`
}

// Seed is a row of table 8 of Kurmanov, "Listening State?": how often the focus
// groups spoke of a category.
type Seed struct {
	Theme     string `yaml:"theme"`
	Category  string `yaml:"category"`
	Frequency int    `yaml:"frequency"`
}

// Themes returns the ids of the themes that text touches, by the number of their
// words in it, most first; none when it touches none.
func Themes(text string) []string {
	lexicon := themes()
	counts := make([]int, len(lexicon.all))
	lexicon.phrases.find(strings.Fields(Fold(text)), func(theme int) { counts[theme]++ })
	var found []int
	for theme, n := range counts {
		if n > 0 {
			found = append(found, theme)
		}
	}
	slices.SortStableFunc(found, func(a, b int) int { return cmp.Compare(counts[b], counts[a]) })
	var ids []string
	for _, theme := range found {
		ids = append(ids, lexicon.all[theme].ID)
	}
	return ids
}

// AllThemes lists the themes in the order of their file.
func AllThemes() []Theme { return slices.Clone(themes().all) }

type themeLexicon struct {
	all     []Theme
	phrases *phrases
}

var themes = sync.OnceValue(func() *themeLexicon {
	lexicon, err := parseThemes(themesYAML)
	if err != nil {
		panic(err) // Unreachable: data/themes.yaml is part of the program and tested.
	}
	return lexicon
})

// parseThemes reads a file of themes, strictly.
func parseThemes(text []byte) (*themeLexicon, error) {
	var order yaml.MapSlice
	byID := map[string]Theme{}
	if err := yaml.Unmarshal(text, &order); err != nil {
		return nil, fmt.Errorf("language: themes: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(text, &byID, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("language: themes: %w", err)
	}
	lexicon := &themeLexicon{phrases: newPhrases()}
	for _, entry := range order {
		id, _ := entry.Key.(string)
		theme := byID[id]
		theme.ID = id
		if _, ok := byID[theme.Parent]; theme.Seed == nil && !ok {
			return nil, fmt.Errorf("language: themes: %s: has no seed, and its parent %q is no theme", id, theme.Parent)
		}
		for _, words := range [][]string{theme.RU, theme.KK, theme.EN} {
			for _, word := range words {
				if err := lexicon.phrases.add(len(lexicon.all), word); err != nil {
					return nil, fmt.Errorf("language: themes: %s: %w", id, err)
				}
			}
		}
		lexicon.all = append(lexicon.all, theme)
	}
	return lexicon, nil
}
