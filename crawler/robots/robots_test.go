package robots

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func address(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatalf("url.Parse(%q): %v", s, err)
	}
	return u
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		name    string
		file    string
		path    string
		allowed bool
		decider string
	}{
		{"empty file", "", "/x", true, ""},
		{"a page of markup served as robots.txt", "<!doctype html><title>Not found: 404</title>", "/x", true, ""},
		{"disallow all", "User-agent: *\nDisallow: /", "/x", false, "disallow: /"},
		{"empty disallow allows", "User-agent: *\nDisallow:", "/x", true, ""},
		{"empty path is the root", "User-agent: *\nDisallow: /$", "", false, "disallow: /$"},
		{"robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", true, ""},
		{"comment, case, blanks", " USER-AGENT : * # all\n\tDisAllow : /a # b\n", "/ab", false, "disallow: /a"},
		{"lines end in CR", "User-agent: *\rDisallow: /a\r", "/a", false, "disallow: /a"},
		{"byte order mark", "\ufeffUser-agent: *\nDisallow: /a", "/a", false, "disallow: /a"},
		{"no leading slash", "User-agent: *\nDisallow: private/", "/private/x", false, "disallow: private/"},

		// RFC 9309 section 2.2.1, groups.
		{"own group instead of everybody's", "User-agent: *\nDisallow: /\nUser-agent: qulaq\nDisallow: /a", "/b", true, ""},
		{"own group has no rules", "User-agent: qulaq\n\nUser-agent: *\nDisallow: /", "/b", false, "disallow: /"},
		{"empty disallow ends a group", "User-agent: qulaq\nDisallow:\n\nUser-agent: *\nDisallow: /", "/b", true, ""},
		{"groups for one agent are merged", "User-agent: qulaq\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: qulaq\nDisallow: /b", "/b", false, "disallow: /b"},
		{"several agents in one group", "User-agent: x\nUser-agent: Qulaq\nDisallow: /a", "/a", false, "disallow: /a"},
		{"sitemap does not end a list of agents", "User-agent: qulaq\nSitemap: https://a.example/s\nUser-agent: x\nDisallow: /a", "/a", false, "disallow: /a"},
		{"agent with version", "User-agent: Qulaq/9.1 (x)\nDisallow: /a", "/a", false, "disallow: /a"},
		{"another agent's prefix", "User-agent: qul\nDisallow: /", "/a", true, ""},
		{"another agent that ours is a prefix of", "User-agent: qulaqbot\nDisallow: /", "/a", true, ""},
		{"rule before any agent", "Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", true, ""},
		{"one bad line does not spoil the file", "User-agent: *\nCrawl-delay: soon\n:::\nDisallow: /a", "/a", false, "disallow: /a"},

		// Section 2.2.2, the longest match.
		{"longest wins", "User-agent: *\nDisallow: /example/page/disallowed.gif\nAllow: /example/page/", "/example/page/disallowed.gif", false, "disallow: /example/page/disallowed.gif"},
		{"longest wins whatever the order", "User-agent: *\nAllow: /p/a\nDisallow: /p", "/p/ab", true, "allow: /p/a"},
		{"allow wins a tie", "User-agent: *\nDisallow: /p\nAllow: /p", "/p", true, "allow: /p"},
		{"length is that of the pattern, not of its regular expression", "User-agent: *\nDisallow: /*.p\nAllow: /a.php", "/a.php", true, "allow: /a.php"},
		{"paths are case-sensitive", "User-agent: *\nDisallow: /A", "/a", true, ""},
		{"query belongs to the path", "User-agent: *\nDisallow: /*?page=", "/blogs?page=2", false, "disallow: /*?page="},

		// Section 2.2.3, special characters.
		{"patterns begin at the beginning", "User-agent: *\nDisallow: /a*b", "/x/a1b", true, ""},
		{"star in the middle", "User-agent: *\nDisallow: /a*b*c", "/a-b-c-d", false, "disallow: /a*b*c"},
		{"star order", "User-agent: *\nDisallow: /a*b*c", "/a-c-b", true, ""},
		{"trailing star", "User-agent: *\nDisallow: /a*", "/ab", false, "disallow: /a*"},
		{"dollar", "User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", true, ""},
		{"dollar hit", "User-agent: *\nDisallow: /*.pdf$", "/a.pdf", false, "disallow: /*.pdf$"},
		{"dollar needs its own characters", "User-agent: *\nDisallow: /ab*bc$", "/abc", true, ""},
		{"dollar in the middle is literal", "User-agent: *\nDisallow: /a$b", "/a$b", false, "disallow: /a$b"},
		{"encoded star is literal", "User-agent: *\nDisallow: /file-with-a-%2A.html", "/file-with-a-*.html", false, "disallow: /file-with-a-%2A.html"},
		{"encoded star is not a wildcard", "User-agent: *\nDisallow: /a%2A", "/ab", true, ""},

		// Section 2.2.2, the table of percent-encoded octets.
		{"plain query value", "User-agent: *\nDisallow: /foo/bar?baz=quz", "/foo/bar?baz=quz", false, "disallow: /foo/bar?baz=quz"},
		{"reserved characters encoded stay apart", "User-agent: *\nDisallow: /foo%2Fbar", "/foo/bar", true, ""},
		{"letters outside ASCII in the rule", "User-agent: *\nDisallow: /қазақ/", "/%D2%9B%D0%B0%D0%B7%D0%B0%D2%9B/x", false, "disallow: /қазақ/"},
		{"letters outside ASCII in the address", "User-agent: *\nDisallow: /%d2%9b", "/қ", false, "disallow: /%d2%9b"},
		{"unreserved characters encoded in the rule", "User-agent: *\nDisallow: /foo/bar/%62%61%7A", "/foo/bar/baz", false, "disallow: /foo/bar/%62%61%7A"},
		{"unreserved characters encoded in the address", "User-agent: *\nDisallow: /private", "/%70rivate", false, "disallow: /private"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := Parse([]byte(test.file), "Qulaq")
			allowed, decider := rules.Match(address(t, "https://ministry.example"+test.path))
			if allowed != test.allowed || decider != test.decider {
				t.Errorf("Parse(%q).Match(%q) = %v, %q, want %v, %q",
					test.file, test.path, allowed, decider, test.allowed, test.decider)
			}
		})
	}
}

func TestNilRulesAllow(t *testing.T) {
	var rules *Rules
	if allowed, decider := rules.Match(address(t, "https://a.example/")); !allowed || decider != "" {
		t.Errorf("(*Rules)(nil).Match = %v, %q, want true, \"\"", allowed, decider)
	}
	if got := rules.CrawlDelay(); got != 0 {
		t.Errorf("(*Rules)(nil).CrawlDelay() = %v, want 0", got)
	}
}

func TestCrawlDelay(t *testing.T) {
	for _, test := range []struct {
		file string
		want time.Duration
	}{
		{"User-agent: *\nCrawl-delay: 10", 10 * time.Second},
		{"User-agent: *\nCrawl-delay: 0.5", 500 * time.Millisecond},
		{"User-agent: *\nCrawl-delay: 1\nUser-agent: *\nCrawl-delay: 7", 7 * time.Second},
		{"User-agent: x\nCrawl-delay: 10", 0},
		{"User-agent: qulaq\nDisallow:\nUser-agent: *\nCrawl-delay: 10", 0},
		{"User-agent: *\nCrawl-delay: -3", 0},
		{"User-agent: *\nCrawl-delay: NaN", 0},
		{"User-agent: *\nCrawl-delay: Inf", 24 * time.Hour},
		{"User-agent: *\nCrawl-delay: 1e300", 24 * time.Hour},
		{"Crawl-delay: 10\nUser-agent: *\nDisallow: /", 0},
	} {
		if got := Parse([]byte(test.file), "qulaq").CrawlDelay(); got != test.want {
			t.Errorf("Parse(%q).CrawlDelay() = %v, want %v", test.file, got, test.want)
		}
	}
}

// What lies beyond the limit is not read, and the line that the limit cuts is
// not read as a shorter, wider rule.
func TestParseLimit(t *testing.T) {
	head := "User-agent: *\nDisallow: /first\n"
	cut := "Disallow: /sec" // all that the limit leaves of the line
	filler := strings.Repeat("\n", MaxBytes-len(head)-len(cut))
	rules := Parse([]byte(head+filler+cut+"ond\nDisallow: /third\n"), "qulaq")
	for path, want := range map[string]bool{"/first": false, "/second": true, "/sec": true, "/third": true} {
		if got, _ := rules.Match(address(t, "https://a.example"+path)); got != want {
			t.Errorf("Match(%q) = %v, want %v", path, got, want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nAllow: /%d2%9b\n", "/aқb?c=*")
	f.Add("User-agent: qulaq\r\nDisallow: ***\nCrawl-delay: 1e9", "/%zz%2")
	f.Fuzz(func(t *testing.T, file, path string) {
		u, err := url.Parse("https://a.example/" + path)
		if err != nil {
			return
		}
		allowed, decider := Parse([]byte(file), "qulaq").Match(u)
		if !allowed && decider == "" {
			t.Errorf("Parse(%q).Match(%q) forbids without a rule", file, path)
		}
		if once := canonicalPath(u); canonical(once) != once {
			t.Errorf("canonical(%q) = %q, want it unchanged", once, canonical(once))
		}
		everything := Parse([]byte("User-agent: *\nDisallow: /\n"), "qulaq")
		if allowed, _ := everything.Match(u); allowed && u.Path != "/robots.txt" {
			t.Errorf("disallow: / allows %q", path)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	rules := Parse([]byte("User-agent: *\n"+strings.Repeat("Disallow: /*/private/\nAllow: /blogs/\n", 20)), "qulaq")
	u, err := url.Parse("https://a.example/blogs/all-questions?answeredFilter=yes&page=7")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		rules.Match(u)
	}
}
