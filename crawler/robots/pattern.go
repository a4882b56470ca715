package robots

import (
	"net/url"
	"strings"
)

// pattern is the path of a rule, ready to match: "*" stands for any run of
// characters, a final "$" for the end of the address (RFC 9309 section 2.2.3).
type pattern struct {
	parts    []string // between the stars, in canonical form; never empty
	anchored bool     // ends in "$"
	length   int      // in octets of the canonical form: how specific it is
}

func compile(path string) pattern {
	var p pattern
	path, p.anchored = strings.CutSuffix(path, "$")
	// The RFC has rules begin with "/" or "*"; people also write "private/".
	if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "*") {
		path = "/" + path
	}
	p.parts = strings.Split(path, "*")
	p.length = len(p.parts) - 1
	if p.anchored {
		p.length++
	}
	for i, part := range p.parts {
		p.parts[i] = canonical(part)
		p.length += len(p.parts[i])
	}
	return p
}

// matches tells whether path, in canonical form, begins with the pattern.
func (p *pattern) matches(path string) bool {
	first, rest := p.parts[0], p.parts[1:]
	path, ok := strings.CutPrefix(path, first)
	if !ok {
		return false
	}
	if len(rest) == 0 {
		return !p.anchored || path == ""
	}
	// Taking the leftmost place for every part leaves the most for the next.
	last := rest[len(rest)-1]
	for _, part := range rest[:len(rest)-1] {
		_, path, ok = strings.Cut(path, part)
		if !ok {
			return false
		}
	}
	if p.anchored {
		return strings.HasSuffix(path, last)
	}
	return strings.Contains(path, last)
}

// canonicalPath is the path and query of an address in canonical form, in which
// a literal "*" or "$" cannot be taken for a wildcard.
func canonicalPath(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	return canonical(path)
}

// canonical writes a path so that equal paths are equal strings (section
// 2.2.2): percent-encoding is undone for unreserved ASCII and put, with capital
// digits, on everything that is not ASCII or has no business in an address, and
// on "*" and "$".
func canonical(s string) string {
	clean := 0
	for clean < len(s) && plain(s[clean]) {
		clean++
	}
	if clean == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 2*(len(s)-clean))
	b.WriteString(s[:clean])
	for i := clean; i < len(s); i++ {
		c := s[i]
		if decoded, ok := percent(s[i:]); ok {
			if unreserved(decoded) {
				b.WriteByte(decoded)
			} else {
				encode(&b, decoded)
			}
			i += 2
			continue
		}
		if plain(c) {
			b.WriteByte(c)
		} else {
			encode(&b, c)
		}
	}
	return b.String()
}

// plain tells whether c stands for itself in canonical form.
func plain(c byte) bool {
	return unreserved(c) || strings.IndexByte("/?&=:@!'()+,;#[]", c) >= 0
}

// unreserved tells whether c may always be written without percent-encoding
// (RFC 3986 section 2.3).
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

// percent decodes the "%D2" that s begins with.
func percent(s string) (decoded byte, ok bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	high, ok1 := hex(s[1])
	low, ok2 := hex(s[2])
	return high<<4 | low, ok1 && ok2
}

func hex(c byte) (value byte, ok bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func encode(b *strings.Builder, c byte) {
	const digits = "0123456789ABCDEF"
	b.WriteByte('%')
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}
