package web

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	reading "qulaq/pipeline/language"
	"qulaq/registry"
	"qulaq/schema"
)

// keyPattern finds keys of messages where they are asked for by their full name.
var keyPattern = regexp.MustCompile(`(?:\bt "|\.t\("|messages\.text\(lang, ")([a-z0-9_.]+)"`)

// built are keys that are put together from a prefix and what data hold.
func built() map[string]bool {
	keys := map[string]bool{}
	for prefix, words := range map[string][]string{
		"nav.":        {"overview", "compare", "equity", "coverage", "data", "method"},
		"level.":      {registry.Central, registry.Regional, registry.Local},
		"status.":     {string(registry.Active), string(registry.Blocked), string(registry.Import), string(registry.Retired)},
		"reply.":      {"any", "substantive", "acknowledgement", "redirect", "refusal", "closing", "template"},
		"language.":   {"kk", "ru", "mixed", "en"},
		"class.":      {string(reading.Question), string(reading.Request), string(reading.Complaint), string(reading.Praise), string(reading.Chatter), string(reading.Ad)},
		"theme.":      {"none"},
		"column.":     append([]string{"language", "level", "region", "class", "theme"}, sortable...),
		"job.":        {"crawl", "relink", "prune", "backup"},
		"statements.": {registry.Reply, registry.Correction},
		"survey.":     {"awareness", "attention", "principles", "share", "yes", "no", "unknown", "implemented", "not_implemented"},
	} {
		for _, word := range words {
			keys[prefix+word] = true
		}
	}
	for _, theme := range reading.AllThemes() {
		keys["theme."+theme.ID] = true
	}
	for _, id := range []string{"languages", "levels", "regions", "themes", "classes", "trend", "overview", "sources", "blocked", "outages", "alarms"} {
		keys[id+".title"] = true
	}
	for _, o := range schema.Outcomes {
		if !o.EarnsSilence() {
			keys["outcome."+string(o)] = true
		}
	}
	keys["coverage.weeks"], keys["horizon.days"], keys["horizon.working"] = true, true, true
	return keys
}

func TestMessagesAreCompleteAndUsed(t *testing.T) {
	catalogue, err := loadMessages(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	used := built()
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	templates, err := fs.Glob(os.DirFS("."), "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(names, templates...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range keyPattern.FindAllStringSubmatch(string(text), -1) {
			if !strings.HasSuffix(m[1], ".") {
				used[m[1]] = true
			}
		}
	}
	survey := kazakhstan(t).Country().Survey
	for _, a := range survey.Awareness {
		used["survey."+slug(a.Text)] = true
	}
	for _, o := range slices.Concat(survey.Attention, survey.Principles) {
		used["survey."+slug(o.Statement)] = true
	}
	for _, m := range survey.Mentions {
		used["survey."+slug(m.Theme)], used["survey."+slug(m.Category)] = true, true
	}
	for key := range used {
		if _, ok := catalogue[key]; !ok {
			t.Errorf("message %s is used, and not in messages.json", key)
		}
	}
	for key := range catalogue {
		if !used[key] {
			t.Errorf("message %s of messages.json is used nowhere", key)
		}
	}
}

// A number that is filled into one language is filled into all.
func TestMessagesHaveTheSameBlanks(t *testing.T) {
	catalogue, err := loadMessages(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	blanks := regexp.MustCompile(`\{\d\}`)
	of := func(text string) []string {
		found := blanks.FindAllString(text, -1)
		slices.Sort(found)
		return found
	}
	for key, texts := range catalogue {
		for _, lang := range languages {
			if !slices.Equal(of(texts[lang]), of(texts["en"])) {
				t.Errorf("message %s: %s has the blanks %v, en has %v", key, lang, of(texts[lang]), of(texts["en"]))
			}
		}
	}
}

func TestMessagesAreStrict(t *testing.T) {
	for name, text := range map[string]string{
		"a language is missing": `{"a": {"kk": "а", "ru": "а"}}`,
		"a text is empty":       `{"a": {"kk": "а", "ru": " ", "en": "a"}}`,
		"another language":      `{"a": {"kk": "а", "ru": "а", "en": "a", "de": "a"}}`,
		"no JSON":               `{"a": `,
	} {
		if _, err := loadMessages(fstest.MapFS{"messages.json": {Data: []byte(text)}}); err == nil {
			t.Errorf("%s: loadMessages took %s", name, text)
		}
	}
}
