package jobs

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"qulaq/pipeline"
	"qulaq/pipeline/language"
	"qulaq/registry"
	"qulaq/report"
	"qulaq/stats"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the generated documents")

// docs/method.md and its short versions are what the program would print.
func TestMethodPageIsCurrent(t *testing.T) {
	country, err := registry.Embedded("KZ", registry.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := methodPages(country)
	if err != nil {
		t.Fatal(err)
	}
	for lang, file := range map[string]string{"en": "../docs/method.md", "ru": "../docs/method.ru.md", "kk": "../docs/method.kk.md"} {
		if *update {
			if err := os.WriteFile(file, []byte(pages[lang]), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), pages[lang]); diff != "" {
			t.Errorf("%s differs; go test ./jobs -run Method -update (-file +program):\n%s", file, diff)
		}
	}
}

// The short pages tell the constants of the full one.
func TestMethodPagesTellTheSameConstants(t *testing.T) {
	country, err := registry.Embedded("KZ", registry.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := methodPages(country)
	if err != nil {
		t.Fatal(err)
	}
	for _, constant := range []string{
		language.Default().Version(), country.Week.From, country.Week.To, country.Gaps[0].From, country.Gaps[0].To,
		fmt.Sprint(stats.DefaultDraws), fmt.Sprint(report.MinCoded), fmt.Sprintf("%g %%", 100*pipeline.Likeness),
	} {
		for lang, page := range pages {
			if !strings.Contains(page, constant) {
				t.Errorf("the page in %s does not tell %q", lang, constant)
			}
		}
	}
	if err := WriteMethod(io.Discard, country, "de"); err == nil {
		t.Error("WriteMethod wrote a page in de, which there is not")
	}
}
