package command

import (
	"bytes"
	"context"
	goflag "flag" // flag is a function of this package
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateSources = goflag.Bool("update-sources", false, "rewrite what the commands of docs/sources.md print")

// fencedBlock is a fenced block of a page: a file to be written when it has a name, or
// a console in which a command is typed.
var fencedBlock = regexp.MustCompile("(?ms)^```(\\w+)(?: (\\S+))?\n(.*?)^```$")

// TestDocs does what docs/sources.md tells a newcomer to do.
func TestDocs(t *testing.T) {
	file, err := filepath.Abs("../../docs/sources.md")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	commands := 0
	done := fencedBlock.ReplaceAllStringFunc(string(page), func(s string) string {
		m := fencedBlock.FindStringSubmatch(s)
		language, name, content := m[1], m[2], m[3]
		if language == "yaml" {
			if n := strings.Count(content, "\n"); n > 60 {
				t.Errorf("%s has %d lines, want at most 60", name, n)
			}
			savePage(t, filepath.Join("broken", filepath.Base(name)), strings.Replace(content, "select: .reply", "select: .repli", 1))
		}
		if name != "" {
			savePage(t, name, content)
		}
		if language != "console" {
			return s
		}
		commands++
		typed, _, _ := strings.Cut(content, "\n")
		args := strings.Fields(strings.TrimPrefix(typed, "$ qulaq "))
		if args[1] == "check" { // the folder that the page builds, and nothing else in it
			if err := os.RemoveAll("broken"); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &out})
		var b strings.Builder
		b.WriteString("```console\n" + typed + "\n")
		for line := range strings.Lines(out.String()) {
			b.WriteString(strings.TrimRight(line, " \n") + "\n")
		}
		return b.String() + "```"
	})
	if commands < 4 {
		t.Errorf("%d commands on the page, want at least 4", commands)
	}
	if *updateSources {
		if err := os.WriteFile(file, []byte(done), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(page), done); diff != "" {
		t.Errorf("docs/sources.md (-says +is); run with -update-sources, then read it:\n%s", diff)
	}
}

func savePage(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
