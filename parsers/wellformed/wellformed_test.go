package wellformed

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/net/html"
)

// below writes what lies in the body of a tree, a line a node.
func below(root *html.Node) string {
	var b strings.Builder
	var write func(n *html.Node, depth int)
	write = func(n *html.Node, depth int) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Parent != n || c.PrevSibling != nil && c.PrevSibling.NextSibling != c || c.NextSibling == nil && n.LastChild != c {
				b.WriteString("MISLINKED ")
			}
			b.WriteString(strings.Repeat(" ", depth))
			switch c.Type {
			case html.ElementNode:
				b.WriteString("<" + c.Namespace + ":" + c.Data)
				attributes := slices.Clone(c.Attr) // html.Parse sorts those of some elements
				slices.SortFunc(attributes, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
				for _, a := range attributes {
					b.WriteString(" " + strings.ToLower(a.Key) + "=" + a.Val)
				}
				b.WriteString(">\n")
				write(c, depth+1)
			case html.CommentNode:
				b.WriteString("# " + c.Data + "\n")
			default:
				b.WriteString("| " + c.Data + "\n")
			}
		}
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "body" {
			write(n, 0)
		}
	}
	// html.Parse puts white space that stands behind the body into it.
	return strings.TrimRight(b.String(), "\n\t\f| ")
}

// same holds the tree of a source, if there is one, against that of html.Parse.
func same(t *testing.T, tree *Tree, source string) (ok bool) {
	t.Helper()
	root, ok := tree.Parse(source)
	if !ok {
		return false
	}
	full, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatalf("Parse(%q) gave a tree, html.Parse says %v", source, err)
	}
	if diff := cmp.Diff(below(full), below(root)); diff != "" {
		t.Fatalf("Parse(%q) (-html.Parse +Parse):\n%s", source, diff)
	}
	return true
}

func TestParse(t *testing.T) {
	page := func(body string) string {
		return "<!DOCTYPE html>\n<html>\n <head><title>T &amp; t</title><script>if (a<b) {}</script></head>\n<body>" + body + "</body>\n</html>\n"
	}
	for _, tc := range []struct {
		name, body string
		want       bool // well-formed
	}{
		{"nothing", "", true},
		{"text", "a &amp; b &notit; &copy c", true},
		{"elements", `<div class="a b" data-x='1' hidden><b>x</b> y<br/>z<br></div>`, true},
		{"a stray quote", `<a href="x" ">y</a>`, true},
		{"a drawing", `<svg viewBox="0 0 9 20"><g fill="none"><path d="M8,1"/><path d="M9"></path></g></svg>`, true},
		{"a script in the body", `<div><script>x("<b>")</script></div>`, true},
		{"a comment", "a<!-- b -->c", true},
		{"a value with references", `<a href="?a=1&amp;b=2&quot;">x</a>`, true},
		{"a value with a reference that lacks its end", `<a href="?a=1&copy=2">x</a>`, false},
		{"crossed elements", "<b><i>x</b></i>", false},
		{"an element that is not closed", "<div><b>x</div>", false},
		{"an end tag too many", "<div></b></div>", false},
		{"links in each other", "<a>x<span><a>y</a></span></a>", false},
		{"a link in a division of a link", `<div><a href="1">x<div>y<br>z<a href="2">v</a><i>w</i> <a href="3">u</a></div> </a>t<a>s</a></div>`, true},
		{"the same at once", `<div><a href="1"><div><a href="2">v</a></div></a></div>`, true},
		{"the same twice", `<div><a href="1"><div>x<a href="2">y<div>z<a href="3">v</a></div></a></div></a></div>`, true},
		{"the same within bold text", `<div><b><a href="1">x<div>y<a href="2">v</a></div></a></b></div>`, false},
		{"the same around bold text", `<div><a href="1">x<div><b>y<a href="2">v</a></b></div></a></div>`, false},
		{"a link in a link that is not closed", `<div><a href="1">x<div>y<a href="2">v</a></div></div>`, true},
		{"an end of a link too many", `<div><a href="1">x<div>y<a href="2">v</a></div></a></a></div>`, false},
		{"headings in each other", "<h1>x<h2>y</h2></h1>", false},
		{"paragraphs, which close each other", "<p>x</p>", false},
		{"a table, out of which text moves", "<table>x<tr></tr></table>", false},
		{"a slash that closes nothing", "<div/>x</div>", false},
		{"a drawing that is broken out of", "<svg><div>x</div></svg>", false},
		{"capitals", "<DIV>x</DIV>", false},
		{"a capital behind a name", "<div><svg><pathA/></svg></div>", false},
		{"a sign that begins no tag", "a < b", false},
		{"a byte that is nothing", "a\x00b", false},
		{"a script with a comment", "<script><!-- <script> --></script>", false},
		{"an attribute twice", `<a id="1" id="2">x</a>`, false},
		{"a value without quotes", "<a href=x>y</a>", false},
		{"a comment that ends at once", "<!-->x-->", false},
		{"a body in a body", "<body>x</body>", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var tree Tree
			if got := same(t, &tree, page(tc.body)); got != tc.want {
				t.Errorf("Parse = %v, want %v", got, tc.want)
			}
			piece := strings.HasPrefix(tc.body, "<div") || strings.HasPrefix(tc.body, "<svg")
			if got := same(t, &tree, tc.body); piece && got != tc.want {
				t.Errorf("Parse of the piece alone = %v, want %v", got, tc.want)
			}
		})
	}
	for _, source := range []string{"", "text", "<html><body>x</body></html>", page("x") + "y", page("x") + "<div></div>", "<div>x</div></body>", page("x")[:60]} {
		var tree Tree
		if same(t, &tree, source) {
			t.Errorf("Parse(%q) = ok, want to leave it to html.Parse", source)
		}
	}
}

// TestCutPagesAreLeft cuts a page everywhere: no part of it is taken for a whole.
func TestCutPagesAreLeft(t *testing.T) {
	const page = `<!DOCTYPE html><html><head><meta charset="utf-8"><title>T</title></head><body><div class="a"><svg><g/></svg><!-- c -->x<script>y</script></div></body>`
	var tree Tree
	if !same(t, &tree, page) {
		t.Fatal("Parse = not ok, want ok")
	}
	for i := range len(page) {
		if same(t, &tree, page[:i]) {
			t.Errorf("Parse(%q) = ok, want not", page[:i])
		}
	}
}

// TestPagesOfPlatforms holds every page of the parsers' fixtures, and of the captured
// ones, against html.Parse.
func TestPagesOfPlatforms(t *testing.T) {
	var tree Tree
	read, left := map[string]int{}, map[string]int{}
	for name, dir := range map[string]string{"fixtures": "..", "captured": filepath.Join("..", "..", "..", "shared", "captures", "telegram")} {
		if _, err := os.Stat(dir); err != nil {
			t.Logf("%s: the captured pages (../shared/captures) are not on this machine", dir)
			continue
		}
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) == ".go" {
				return err
			}
			body, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			pages := [][]byte{body}
			if filepath.Ext(path) == ".txtar" {
				pages = nil
				for _, file := range txtar.Parse(body).Files {
					pages = append(pages, file.Data)
				}
			}
			for _, page := range pages {
				switch page = bytes.TrimSpace(page); {
				case !bytes.HasPrefix(page, []byte("<")) || len(page) > 1<<20:
				case same(t, &tree, string(page)):
					read[name]++
				default:
					left[name]++
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("read: %v, left to html.Parse: %v", read, left)
	if read["fixtures"] < 10 {
		t.Errorf("%d pages of fixtures were read, want 10 at least", read["fixtures"])
	}
}

// TestMemoryIsUsedAgain checks that no tree has anything of the one before.
func TestMemoryIsUsedAgain(t *testing.T) {
	var tree Tree
	large := "<div>" + strings.Repeat(`<span class="x">y</span>`, 2000) + "</div>"
	for range 3 {
		if !same(t, &tree, large) || !same(t, &tree, `<div><b id="1">z</b></div>`) {
			t.Fatal("Parse = not ok, want ok")
		}
	}
	if got := testing.AllocsPerRun(20, func() { tree.Parse(large) }); got > 0 {
		t.Errorf("Parse of a page as large as one before makes %v allocations, want 0", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"<div><b>x</b></div>", `<!DOCTYPE html><html><head></head><body><a href="?a&amp;b" ">x</a><svg><path d="1"/></svg></body></html>`,
		`<div><a href="1">x<div>y<a href="2">v</a><i>w</i></div> </a>t</div>`, "<div><script>a</script><!-- b --></div>", "<div><h1>x</h1><form><input></form></div>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		var tree Tree
		same(t, &tree, source)
	})
}
