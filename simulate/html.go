package simulate

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// escape appends s with the characters escaped that mean something in HTML.
func escape(b []byte, s string) []byte {
	for {
		i := strings.IndexAny(s, `&<>"'`)
		if i < 0 {
			return append(b, s...)
		}
		b = append(b, s[:i]...)
		switch s[i] {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&quot;"...)
		default:
			b = append(b, "&#39;"...)
		}
		s = s[i+1:]
	}
}

// lines appends s escaped, with a mark in place of each line break.
func lines(b []byte, s, mark string) []byte {
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b = append(b, mark...)
		}
		b = escape(b, line)
	}
	return b
}

// markup appends s as Telegram shows a text: names and links clickable, emoji
// as pictures around the character, exclamation marks escaped.
func markup(b []byte, s string) []byte {
	plain := 0 // start of what has not been appended yet
	flush := func(end int) { b = append(b, s[plain:end]...) }
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\n':
			flush(i)
			b = append(b, "<br/>"...)
			i++
			plain = i
		case c == '!' || c == '&' || c == '<' || c == '>' || c == '"' || c == '\'':
			flush(i)
			if c == '!' {
				b = append(b, "&#33;"...)
			} else {
				b = escape(b, s[i:i+1])
			}
			i++
			plain = i
		case c == '@' && nameLength(s[i+1:]) >= 5 && (i == 0 || !isWord(s[i-1])):
			flush(i)
			name := s[i+1 : i+1+nameLength(s[i+1:])]
			b = link(b, "https://t.me/", name, "@"+name)
			i += 1 + len(name)
			plain = i
		case c == 'h' && strings.HasPrefix(s[i:], "https://"):
			flush(i)
			address, _, _ := strings.Cut(s[i:], " ")
			address, _, _ = strings.Cut(address, "\n")
			b = link(b, "", address, address)
			i += len(address)
			plain = i
		case c >= 0xe2:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r >= 0x1f300 || 0x2600 <= r && r <= 0x27bf {
				flush(i)
				b = append(b, `<i class="emoji" style="background-image:url('//telegram.org/img/emoji/40/`...)
				for _, c := range []byte(s[i : i+size]) {
					b = append(b, hexDigits[c>>4], hexDigits[c&15])
				}
				b = append(b, `.png')"><b>`...)
				b = append(b, s[i:i+size]...)
				b = append(b, `</b></i>`...)
				plain = i + size
			}
			i += size
		default:
			i++
		}
	}
	flush(len(s))
	return b
}

const hexDigits = "0123456789ABCDEF"

func link(b []byte, prefix, address, shown string) []byte {
	b = append(b, `<a href="`...)
	b = escape(append(b, prefix...), address)
	b = append(b, `" target="_blank">`...)
	b = escape(b, shown)
	return append(b, `</a>`...)
}

// nameLength is how many bytes of s can be those of an account's name.
func nameLength(s string) int {
	n := 0
	for n < len(s) && isWord(s[n]) {
		n++
	}
	return n
}

func isWord(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_'
}

// join appends its parts: strings as they are, numbers in decimal.
func join(b []byte, parts ...any) []byte {
	for _, part := range parts {
		switch v := part.(type) {
		case string:
			b = append(b, v...)
		case int:
			b = strconv.AppendInt(b, int64(v), 10)
		case int64:
			b = strconv.AppendInt(b, v, 10)
		}
	}
	return b
}
