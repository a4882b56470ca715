package jobs

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers/all"
	"qulaq/pipeline"
	"qulaq/pipeline/language"
	"qulaq/registry"
	"qulaq/simulate"
)

// TestPlatforms serves the further platforms in their own formats, crawls them
// over HTTP on the republic's clock, and holds what was measured against the
// truth: not within bounds, but item by item, with what each visit could see.
// Which items are needs is told by hand, so that the classifier plays no part.
func TestPlatforms(t *testing.T) {
	const token = "of-the-republic"
	republic, err := simulate.New(simulate.Config{Seed: 11, Bodies: 30, Days: 5, Load: 0.6, Platforms: simulate.Platforms(), Token: token})
	if err != nil {
		t.Fatal(err)
	}
	stage, err := OpenStage(republic, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stage.Close() })
	country := stage.Country()
	for i := range country.Bodies { // TestRehearsal watches the other platforms
		b := &country.Bodies[i]
		b.Sources = slices.DeleteFunc(b.Sources, func(s registry.Source) bool { return !slices.Contains(simulate.Platforms(), s.Platform) })
	}
	r := &rehearsal{dir: t.TempDir(), republic: republic}
	r.env = openEnv(t, r.dir, country, slog.New(slog.NewTextHandler(&r.logs, &slog.HandlerOptions{Level: slog.LevelDebug})))
	e := r.env
	e.Codes, e.Tokens = codes(republic, stage), Tokens{}
	for _, platform := range simulate.Platforms() {
		if parser, _ := all.Parser(platform); parser.Properties().NeedsKey {
			e.Tokens[platform] = token
		}
	}
	tally, err := Rehearse(t.Context(), e, stage, 12*time.Hour, 9*aDay)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v", &tally)
	t.Run("no identity is stored, logged or told", r.testTold)
	found := newFinding(t, e, stage)
	for _, platform := range simulate.Platforms() {
		t.Run(platform, func(t *testing.T) {
			tried(t, found.compare(t, republic, platform), republic.Shows(platform))
		})
	}
}

// testItemByItem holds what was measured on the republic's first platforms against
// the truth, as [TestPlatforms] does for the others.
func (r *rehearsal) testItemByItem(t *testing.T) {
	e := *r.env
	e.Codes = codes(r.republic, &Stage{})
	found := newFinding(t, &e, &Stage{})
	for _, platform := range []string{"telegram", "vk", "legalacts"} {
		t.Run(platform, func(t *testing.T) {
			if happened := found.compare(t, r.republic, platform); happened["needs"] < 25 || happened["replies"] < 20 {
				t.Errorf("too little happened to try the platform: %v", happened)
			}
		})
	}
}

// codes are the true classes of all items, as if people had told them by hand.
func codes(republic *simulate.Republic, stage *Stage) pipeline.Codes {
	all := pipeline.Codes{}
	for _, item := range republic.Items() {
		if item.Official && len(item.Rulings) > 0 && item.Rulings[0].Words == "holding" {
			continue // the platform tells
		}
		all[key{item.Source, abroad(stage, item.ID)}] = language.Class(item.Class)
	}
	return all
}

// abroad is the id of an item or thread with the host of its page, where that is
// part of it, and home is it without.
func abroad(stage *Stage, id string) string {
	if strings.HasPrefix(id, "/") {
		return strings.TrimPrefix(stage.bases["qapage"], "http://") + id
	}
	return id
}

func home(stage *Stage, id string) string {
	return strings.TrimPrefix(id, strings.TrimPrefix(stage.bases["qapage"], "http://"))
}
