package web

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMarkdown(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"the title is the page's":       {"# Method\n\nText.", "<p>Text.</p>"},
		"headings":                      {"## A *b*\n\n### C", "<h2>A <em>b</em></h2>\n<h3>C</h3>"},
		"a heading without a gap":       {"## A\ntext", "<h2>A</h2>\n<p>text</p>"},
		"marks":                         {"**s** and *e* and `c *d* <e>`", "<p><strong>s</strong> and <em>e</em> and <code>c *d* &lt;e&gt;</code></p>"},
		"stars between numbers":         {"2 * 3 * 4", "<p>2 * 3 * 4</p>"},
		"a link into the world":         {"[a](https://example.org/b)", `<p><a href="https://example.org/b">a</a></p>`},
		"a link into the repository":    {"[a](measurement.md)", "<p>a</p>"},
		"a link that runs a script":     {"[a](javascript:alert)", "<p>a</p>"},
		"what is written stays written": {"<script>1 < 2</script>", "<p>&lt;script&gt;1 &lt; 2&lt;/script&gt;</p>"},
		"a list":                        {"- one\n  more\n- **two**", "<ul><li>one   more</li><li><strong>two</strong></li></ul>"},
		"a table":                       {"| a | b |\n|---|---|\n| 1 | x \\| y |", `<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>1</td><td>x | y</td></tr></tbody></table></div>`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, strings.TrimSpace(string(markdown(tt.text)))); diff != "" {
				t.Errorf("markdown(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

// All that the project's own pages are written with is understood.
func TestMarkdownOfTheProject(t *testing.T) {
	for _, name := range []string{"method.md", "data-dictionary.md"} {
		text, err := os.ReadFile("../../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		doc := parse(t, string(markdown(string(text))))
		doc.Find("code").Remove()
		for _, mark := range []string{"**", "](", "|--", "\n#", "`"} {
			if strings.Contains(doc.Text(), mark) {
				t.Errorf("%s: %q is left over", name, mark)
			}
		}
		if doc.Find("h2").Length() < 3 || doc.Find("table").Length() < 3 {
			t.Errorf("%s has %d headings and %d tables", name, doc.Find("h2").Length(), doc.Find("table").Length())
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	f.Add(methodText)
	f.Fuzz(func(t *testing.T, text string) {
		if out := string(markdown(text)); strings.Contains(out, "<script") {
			t.Errorf("markdown(%q) = %q lets a script through", text, out)
		}
	})
}
