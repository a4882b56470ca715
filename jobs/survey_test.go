package jobs

import (
	"testing"

	"qulaq/pipeline/language"
	"qulaq/registry"

	"github.com/google/go-cmp/cmp"
)

// The themes that are read in texts are those of the study: a category of the survey
// leads to the theme that names it, and none is left over on either side.
func TestMentionsLeadToThemes(t *testing.T) {
	country, err := registry.Embedded("KZ", RegistryRules())
	if err != nil {
		t.Fatal(err)
	}
	want, got := map[string]language.Seed{}, map[string]language.Seed{}
	for _, theme := range language.AllThemes() {
		if theme.Seed != nil {
			want[theme.ID] = *theme.Seed
		}
	}
	for _, m := range country.Survey.Mentions {
		got[m.Beside] = language.Seed{Theme: m.Theme, Category: m.Category, Frequency: m.Frequency}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mentions of the survey differ from the seeds of the themes (-themes +survey):\n%s", diff)
	}
	within := parents()
	if within["roads_transport"] != "public_services" || within["healthcare"] != "healthcare" || within["none"] != "" || len(within) != 18 {
		t.Errorf("parents() = %v, want 18 themes, roads among the public services", within)
	}
}
