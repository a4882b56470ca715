// Package robots reads robots.txt as RFC 9309 says. It is pure: it neither
// fetches nor caches.
//
// [Parse] keeps the rules that concern one crawler; [Rules.Match] then tells
// whether an address may be fetched and which rule says so. Crawl-delay, which
// the RFC leaves out but many sites state, is read as well.
package robots

import (
	"bytes"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// MaxBytes is how much of a file is read; what follows is ignored. RFC 9309
// section 2.5 asks for at least this much.
const MaxBytes = 500 << 10

// maxCrawlDelay keeps an absurd Crawl-delay from meaning "never".
const maxCrawlDelay = 24 * time.Hour

// Rules are the rules of one robots.txt for one crawler. The zero value, like
// nil, allows everything.
type Rules struct {
	rules      []rule
	crawlDelay time.Duration
}

// rule is one allow or disallow line.
type rule struct {
	allow    bool
	pattern  pattern
	original string // as the file has it, for people
}

// group is the part of a file between two lists of user agents.
type group struct {
	rules      []rule
	crawlDelay time.Duration
	closed     bool // has a rule: the next user-agent line opens another group
}

// Parse reads a robots.txt for the crawler with the given product token
// (section 2.2.1, "qulaq"). Nothing is an error: a line that cannot be read is
// as if it were not there, and the lines around it count.
func Parse(body []byte, product string) *Rules {
	own := productToken(product)
	var specific, general []*group
	var current *group
	for line := range lines(body) {
		key, value := field(line)
		switch key {
		case "user-agent", "useragent":
			if current == nil || current.closed {
				current = &group{}
			}
			switch agent := productToken(value); {
			case strings.HasPrefix(value, "*"):
				general = appendOnce(general, current)
			case agent != "" && agent == own:
				specific = appendOnce(specific, current)
			}
		case "allow", "disallow":
			if current == nil {
				continue // section 2.2.1: a rule before any user-agent line concerns nobody
			}
			current.closed = true
			if value != "" {
				current.rules = append(current.rules, rule{
					allow:    key == "allow",
					pattern:  compile(value),
					original: key + ": " + value,
				})
			}
		case "crawl-delay", "crawldelay":
			if current == nil {
				continue
			}
			current.closed = true
			current.crawlDelay = max(current.crawlDelay, crawlDelay(value))
		}
	}
	// Section 2.2.1: groups for the same crawler count as one, and those for
	// everybody only matter to a crawler that no group names.
	chosen := specific
	if len(specific) == 0 {
		chosen = general
	}
	r := &Rules{}
	for _, g := range chosen {
		r.rules = append(r.rules, g.rules...)
		r.crawlDelay = max(r.crawlDelay, g.crawlDelay)
	}
	return r
}

// Match tells whether u may be fetched, and the rule that decided, as the file
// has it ("disallow: /private/"); "" when none matched. The longest matching
// pattern decides, and allow wins over disallow of the same length (section
// 2.2.2). The robots.txt itself may always be fetched.
func (r *Rules) Match(u *url.URL) (allowed bool, decider string) {
	if r == nil || len(r.rules) == 0 || u.Path == "/robots.txt" {
		return true, ""
	}
	path := canonicalPath(u)
	var best *rule
	for i := range r.rules {
		candidate := &r.rules[i]
		if best != nil && !moreSpecific(candidate, best) {
			continue
		}
		if candidate.pattern.matches(path) {
			best = candidate
		}
	}
	if best == nil {
		return true, ""
	}
	return best.allow, best.original
}

// CrawlDelay is the pause between two requests that the file asks for; 0 for
// none. When several are given the longest counts.
func (r *Rules) CrawlDelay() time.Duration {
	if r == nil {
		return 0
	}
	return r.crawlDelay
}

func moreSpecific(a, b *rule) bool {
	if a.pattern.length != b.pattern.length {
		return a.pattern.length > b.pattern.length
	}
	return a.allow && !b.allow
}

// lines yields the lines of a file without comments, up to MaxBytes. A line
// that the limit cuts is left out: half a rule may say the opposite.
func lines(body []byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if len(body) > MaxBytes {
			body = body[:MaxBytes]
			body = body[:bytes.LastIndexAny(body, "\r\n")+1]
		}
		body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
		for len(body) > 0 {
			line := body
			if end := bytes.IndexAny(body, "\r\n"); end >= 0 {
				line, body = body[:end], body[end+1:]
			} else {
				body = nil
			}
			if comment := bytes.IndexByte(line, '#'); comment >= 0 {
				line = line[:comment]
			}
			if !yield(string(line)) {
				return
			}
		}
	}
}

// field splits a line into its key, in lower case, and its value.
func field(line string) (key, value string) {
	key, value, _ = strings.Cut(line, ":")
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
}

// productToken is the leading run of letters, "-" and "_" (section 2.2.1), in
// lower case: the token of "Qulaq/1.0 (+https://…)" is "qulaq".
func productToken(s string) string {
	end := strings.IndexFunc(s, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '-' || c == '_')
	})
	if end >= 0 {
		s = s[:end]
	}
	return strings.ToLower(s)
}

func crawlDelay(value string) time.Duration {
	seconds, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(seconds) || seconds <= 0 {
		return 0
	}
	if seconds >= maxCrawlDelay.Seconds() {
		return maxCrawlDelay
	}
	return time.Duration(seconds * float64(time.Second))
}

func appendOnce(groups []*group, g *group) []*group {
	if n := len(groups); n > 0 && groups[n-1] == g {
		return groups
	}
	return append(groups, g)
}
