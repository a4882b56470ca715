package registry

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSaveRoundTrip(t *testing.T) {
	t.Parallel()
	for _, want := range []*Country{kazakhstan(t), open(t, nil, "testdata/tamarisk")} {
		dir := filepath.Join(t.TempDir(), "new", want.Code)
		if err := Save(dir, want); err != nil {
			t.Fatalf("Save(%s) = %v", want.Code, err)
		}
		if diff := cmp.Diff(want, open(t, nil, dir)); diff != "" {
			t.Errorf("Save(%s) and Open differ (-want +got):\n%s", want.Code, diff)
		}
		if err := Save(dir, want); err != nil {
			t.Errorf("Save(%s) to its own folder = %v", want.Code, err)
		}
		hidden, err := filepath.Glob(filepath.Join(dir, "*", ".*"))
		if err != nil || len(hidden) > 0 {
			t.Errorf("Save(%s) left %v behind, %v", want.Code, hidden, err)
		}
	}
}

func TestSaveRefuses(t *testing.T) {
	t.Parallel()
	c := *open(t, nil, "testdata/tamarisk")

	broken := c
	broken.Bodies = append([]Body{{ID: "wells", Level: Central, Type: "agency"}}, c.Bodies...)
	dir := filepath.Join(t.TempDir(), "new")
	var problems Problems
	if err := Save(dir, &broken); !errors.As(err, &problems) {
		t.Errorf("Save(a body without names) = %v, want Problems", err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("Save wrote %s although it refused: %v", dir, err)
	}

	twice := c
	twice.Bodies = append([]Body{c.Bodies[0]}, c.Bodies...)
	if err := Save(dir, &twice); err == nil || !strings.Contains(err.Error(), `two bodies have the id "dunes"`) {
		t.Errorf("Save(a body twice) = %v", err)
	}

	outside := c
	outside.Bodies = []Body{{ID: "../wells", Level: Central, Type: "agency", Names: Names{RU: "А", EN: "B"}}}
	if err := Save(dir, &outside); err == nil {
		t.Error("Save(a body that points out of the folder) = nil, want an error")
	}

	mine := write(t, map[string]string{"bodies/mine.yaml": "id: mine\n"})
	if err := Save(mine, &c); err == nil || !strings.Contains(err.Error(), "mine.yaml is not of the country") {
		t.Errorf("Save(over another registry) = %v, want a refusal that names its file", err)
	}
	if got, err := os.ReadFile(filepath.Join(mine, "bodies", "mine.yaml")); err != nil || string(got) != "id: mine\n" {
		t.Errorf("Save changed a file of another registry: %q, %v", got, err)
	}
}

// FuzzSave looks for text that does not come back as it was, and is not refused
// either.
func FuzzSave(f *testing.F) {
	for _, s := range []string{
		"Ordinary", "«Кавычки»", `"quotes" and 'more'`, "a: b", "# no comment", "- no list", "yes", "null", "~", "1871", "1e3", "0x1F",
		"2024-02-30", "12:30", "{a}", "[a]", "*a", "&a", "!a", "|", ">", "%", "@", "`", "two\nlines", "two\n\nmore\n", " spaces ", "\ttab", "trailing ", "қ", "\u2028", "\\", "?", "---", "...",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := &Country{
			Code: "XT", Names: Names{EN: s}, Zone: "UTC", Week: Week{Days: []string{"mon"}, From: "10:00", To: "12:00"}, Note: s,
			Bodies: []Body{{ID: "wells", Level: Central, Type: "agency", Names: Names{EN: s}, Note: s}},
		}
		files, err := marshal(want)
		if err != nil {
			t.Fatalf("marshal(%q) = %v", s, err)
		}
		if comesBack(&Country{}, files, "fuzz") != nil {
			return
		}
		got, err := load(nil, files, "fuzz", Rules{})
		if err != nil {
			t.Fatalf("load(%q) = %v", s, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("marshal and load of %q differ (-want +got):\n%s", s, diff)
		}
	})
}
