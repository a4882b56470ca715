package command

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qulaq/jobs"
	"qulaq/parsers/all"
	"qulaq/registry"
)

// docs/channels.md tells of every channel that the study names, by sources that the
// registry has, platforms that are read and commands that there are.
func TestChannelsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/channels.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	country, err := registry.Embedded("KZ", jobs.RegistryRules())
	if err != nil {
		t.Fatal(err)
	}
	index, err := registry.NewIndex(country)
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile(`^(\S+) \((\w+)\)$`)
	platforms := append(all.Names(), "none")
	var channels []string
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 5 || cells[0] == "---" || cells[0] == " channel " {
			continue
		}
		for i := range cells {
			if cells[i] = strings.TrimSpace(cells[i]); cells[i] == "" {
				t.Errorf("%s: cell %d is empty", cells[0], i+1)
			}
		}
		channel, platform, source := cells[0], cells[2], cells[3]
		channels = append(channels, channel)
		if !slices.Contains(platforms, platform) {
			t.Errorf("%s: there is no parser %q", channel, platform)
		}
		if source == "none" {
			continue
		}
		m := example.FindStringSubmatch(source)
		if m == nil {
			t.Errorf("%s: source %q is not written as id (status)", channel, source)
			continue
		}
		s, _, ok := index.Source(m[1])
		switch {
		case !ok:
			t.Errorf("%s: the registry has no source %q", channel, m[1])
		case string(s.Status) != m[2]:
			t.Errorf("%s: %s is %s, not %s", channel, s.ID, s.Status, m[2])
		case s.Platform != platform && !(platform == "none" && !slices.Contains(platforms, s.Platform)):
			t.Errorf("%s: %s is of platform %s, not %s", channel, s.ID, s.Platform, platform)
		}
	}
	for _, named := range []string{
		"e-Otinish", "e-Nätije", "Open data", "Open dialogue", "Open legal acts", "Petitions", "Town-hall", "Feedback forms",
		"Social media: Telegram", "Social media: Facebook", "Web sites of central and local bodies: gov.kz", "Web sites of central and local bodies: their own",
	} {
		if !slices.ContainsFunc(channels, func(c string) bool { return strings.HasPrefix(c, named) }) {
			t.Errorf("no row on %s", named)
		}
	}
	tried := map[string]bool{}
	for _, m := range regexp.MustCompile("`qulaq ([a-z]+(?: (?:new|probe|list))?)").FindAllStringSubmatch(text, -1) {
		if tried[m[1]] {
			continue
		}
		tried[m[1]] = true
		var out, told bytes.Buffer
		if code := Run(context.Background(), append(strings.Fields(m[1]), "--help"), Streams{strings.NewReader(""), &out, &told}); code != exitOK {
			t.Errorf("qulaq %s --help = %d: %s", m[1], code, &told)
		}
	}
	if len(channels) < 18 || len(tried) < 8 {
		t.Errorf("%d channels and %d commands were read from the page: has its table another shape?", len(channels), len(tried))
	}
	if readme, err := os.ReadFile("../../README.md"); err != nil || !strings.Contains(string(readme), "(docs/channels.md)") {
		t.Errorf("README.md does not lead to docs/channels.md (%v)", err)
	}
}
