package language

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFold(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"case and signs", "Когда, наконец, ВКЛЮЧАТ?!", "когда наконец включат ?"},
		{"yo", "Ёлка", "елка"},
		{"spaces", "  су\n\t жоқ  ", "су жоқ"},
		{"hyphen within a word", "e-Otinish – портал -", "e-otinish портал"},
		{"placeholders and links", "‹name›, смотрите https://egov.kz/a?b=1 тут", "смотрите тут"},
		{"emoji", "рахмет❤️👍", "рахмет"},
		{"nothing", "!!! …", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestOnRussianKeys(t *testing.T) {
	if got, want := OnRussianKeys("қашан өтініш әкім ұң үһі ғ"), "кашан отиниш аким ун ухи г"; got != want {
		t.Errorf("OnRussianKeys = %q, want %q", got, want)
	}
}

func TestClassesOfRolesDiffer(t *testing.T) {
	seen := map[Class]bool{}
	for _, classes := range Classes {
		for _, class := range classes {
			if seen[class] {
				t.Errorf("class %s is of two roles", class)
			}
			seen[class] = true
		}
	}
	for _, class := range Classes[Official] {
		if class.Need() {
			t.Errorf("%s.Need() = true, want false for an official's class", class)
		}
	}
}

func TestThemes(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"Russian", "врачей в поликлинике нет", []string{"healthcare"}},
		{"Kazakh", "емханада дәрігер жетіспейді", []string{"healthcare"}},
		{"Kazakh on Russian keys", "емханада даригер жетиспейди", []string{"healthcare"}},
		{"two themes, the stronger first", "в школе нет учителя, класс переполнен, а врачей мало", []string{"education", "healthcare"}},
		{"none", "доброе утро", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Themes(tt.in)); diff != "" {
				t.Errorf("Themes(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestThemesOfTheStudyAreComplete(t *testing.T) {
	frequency := 0
	for _, theme := range AllThemes() {
		if theme.Seed != nil {
			frequency += theme.Seed.Frequency
		}
		if len(theme.RU) < 8 || len(theme.KK) < 8 {
			t.Errorf("theme %s has %d Russian and %d Kazakh entries, want at least 8", theme.ID, len(theme.RU), len(theme.KK))
		}
	}
	if len(AllThemes()) != 18 || frequency == 0 {
		t.Errorf("%d themes with frequency %d in all, want 18", len(AllThemes()), frequency)
	}
}

func TestParseThemesRefuses(t *testing.T) {
	tests := []struct{ name, in string }{
		{"unknown key", "a:\n  seed: {theme: A, category: A, frequency: 1}\n  fr: [x]\n"},
		{"unknown parent", "a:\n  parent: b\n  ru: [x]\n"},
		{"neither seed nor parent", "a:\n  ru: [x]\n"},
		{"word not folded", "a:\n  seed: {theme: A, category: A, frequency: 1}\n  ru: [Вода]\n"},
		{"theme twice", "a:\n  seed: {theme: A, category: A, frequency: 1}\na:\n  seed: {theme: A, category: A, frequency: 1}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parseThemes([]byte(tt.in)); err == nil {
				t.Errorf("parseThemes(%q) = nil error, want one", tt.in)
			}
		})
	}
}

// TestThemesOfUnseenTexts holds the words of the themes above floors, on the situations
// of data/test.tsv: a theme, its part or its parent is found in so many of its texts, and
// none in so many texts that have none. Texts of public_services, which is also the theme
// of what could be about any service, are left out.
func TestThemesOfUnseenTexts(t *testing.T) {
	parents := map[string]string{}
	for _, theme := range AllThemes() {
		parents[theme.ID] = theme.Parent
	}
	var themed, found, without, silent int
	for _, e := range examples(t, "data/test.tsv") {
		got := Themes(e.Text)
		switch e.Theme {
		case "none":
			without++
			if len(got) == 0 {
				silent++
			}
		case "public_services":
		default:
			themed++
			if slices.ContainsFunc(got, func(id string) bool {
				return id == e.Theme || parents[id] == e.Theme || id == parents[e.Theme]
			}) {
				found++
			}
		}
	}
	t.Logf("found in %d of %d texts with a theme, none in %d of %d without", found, themed, silent, without)
	if 10*found < 4*themed || 10*silent < 7*without {
		t.Errorf("themes found in %d of %d texts and none in %d of %d, want at least 0.4 and 0.7", found, themed, silent, without)
	}
}
