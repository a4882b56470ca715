package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLocal is the longest part of an e-mail address before the @ (RFC 5321).
const maxLocal = 64

// email recognises an e-mail address whose local part begins at i, also one in
// which letters were replaced by Cyrillic look-alikes, the @ by a word or signs
// were set apart by spaces. Letters of any alphabet count (RFC 6531).
func (f *finder) email(i int) int {
	if i < f.noEmail {
		return 0
	}
	at := i
	for at < len(f.text) && at-i <= maxLocal {
		r, size := rune(f.text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(f.text[at:])
		}
		if !alnum(r) && !strings.ContainsRune("._%+-", r) {
			break
		}
		at += size
	}
	if at-i <= maxLocal {
		if sign, spelled := atSign(f.text, at); sign > at {
			if end := domain(f.text, sign, spelled); end > sign {
				return end
			}
		}
	}
	// No part of this run begins an address either, unless it was too long.
	f.noEmail = at
	return 0
}

// atSigns are the ways to write an @ other than the sign itself, longest first.
var atSigns = []string{"(собака)", "[собака]", "собака", "(dog)", "[dog]", "(at)", "[at]", "(@)", "[@]", "@"}

// atSign is where the domain begins when an @ follows at i, else i. spelled tells
// that the sign was not simply an @.
func atSign(s string, i int) (next int, spelled bool) {
	if i == len(s) {
		return i, false
	}
	at := i
	for at < len(s) && s[at] == ' ' && at-i < 2 {
		at++
	}
	if at == len(s) {
		return i, false
	}
	switch s[at] {
	case '@', '(', '[', "с"[0]:
	default:
		return i, false
	}
	for _, sign := range atSigns {
		if len(s)-at > len(sign) && strings.EqualFold(s[at:at+len(sign)], sign) {
			next = at + len(sign)
			for next < len(s) && s[next] == ' ' {
				next++
			}
			spelled = sign != "@" || at > i || s[next-1] == ' '
			return next, spelled
		}
	}
	return i, false
}

// topDomains are the ends of the mail domains used in the country. A spelled-out
// address must end in one, for "моя собака убежала.помогите" is none.
var topDomains = []string{"ru", "kz", "com", "net", "org", "su", "info", "me", "io", "рф", "қаз", "ру", "ком", "кз"}

// domain is where the mail domain that begins at i ends; i when there is none.
func domain(s string, i int, spelled bool) int {
	at, dots, top := i, 0, i
	for at < len(s) && at-i < 255 {
		r, size := utf8.DecodeRuneInString(s[at:])
		switch {
		case alnum(r) || r == '-':
			at += size
			continue
		case dots < 4 && at > top:
			if n := dot(s[at:], r == '.', spelled); n > 0 {
				at += n
				top = at
				dots++
				continue
			}
		}
		break
	}
	end := s[top:at]
	if dots > 0 && end == "" { // "a@mail.ru." at the end of a sentence
		at--
		end = s[:at]
		end = end[strings.LastIndexByte(end, '.')+1:]
		dots--
	}
	known := slices.Contains(topDomains, strings.ToLower(end))
	if dots == 0 || utf8.RuneCountInString(end) < 2 || spelled && !known {
		return i
	}
	return at
}

// dot is the length of the dot that s begins with, also of one that is spelled out.
func dot(s string, plain, spelled bool) int {
	if plain {
		return 1
	}
	if spelled {
		for _, word := range []string{" точка ", " dot ", "(точка)", "(dot)", " . "} {
			if strings.HasPrefix(s, word) {
				return len(word)
			}
		}
	}
	return 0
}

// handle recognises @name, @name@host and VK's "@id123 (Name)" at i.
func (f *finder) handle(i int) int {
	if f.joined(i) {
		return 0
	}
	end := handleEnd(f.text, i+1)
	if utf8.RuneCountInString(f.text[i+1:end]) < 2 {
		return 0
	}
	if end < len(f.text) && f.text[end] == '@' {
		end = handleEnd(f.text, end+1)
	}
	return named(f.text, end)
}

// starred recognises VK's other mention, "*id123 (Name)".
func (f *finder) starred(i int) int {
	rest := f.text[i+1:]
	if !strings.HasPrefix(rest, "id") && !strings.HasPrefix(rest, "club") && !strings.HasPrefix(rest, "public") {
		return 0
	}
	end := handleEnd(f.text, i+1)
	if last := f.text[end-1]; last < '0' || last > '9' {
		return 0
	}
	return named(f.text, end)
}

// handleEnd is where the name of an account that begins at i ends, without a dot
// that ends the sentence.
func handleEnd(s string, i int) int {
	start := i
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !alnum(r) && r != '_' && r != '.' && r != '-' {
			break
		}
		i += size
	}
	for i > start && (s[i-1] == '.' || s[i-1] == '-') {
		i--
	}
	return i
}

// named is the end of a mention that goes on with the person's name in brackets.
func named(s string, end int) int {
	if strings.HasPrefix(s[end:], " (") {
		rest := s[end:min(len(s), end+80)]
		if shut := strings.IndexByte(rest, ')'); shut > 0 && !strings.ContainsAny(rest[2:shut], "(\n") {
			r, _ := utf8.DecodeRuneInString(rest[2:])
			if unicode.IsUpper(r) {
				return end + shut + 1
			}
		}
	}
	return end
}

// mention is the length of VK's mention that s begins with, "[id123|Name]"; 0 for
// none.
func mention(s string) int {
	bar := strings.IndexByte(s[:min(len(s), 64)], '|')
	if bar < 0 {
		return 0
	}
	id := strings.ToLower(s[1:bar])
	digits := strings.TrimLeft(id, "abcdefghijklmnopqrstuvwxyz")
	switch id[:len(id)-len(digits)] {
	case "id", "club", "public", "event":
	default:
		return 0
	}
	if digits == "" || strings.Trim(digits, "0123456789:_-bpr") != "" {
		return 0
	}
	shut := strings.IndexByte(s[:min(len(s), bar+256)], ']')
	if shut < bar {
		return 0
	}
	return shut + 1
}
