package pipeline

import (
	"iter"
	"strings"
	"unicode/utf8"

	"qulaq/parsers"
	"qulaq/pipeline/language"
	"qulaq/pipeline/redact"
)

// tell notes to whom and to what official items of a look reply, as far as only their
// words tell: names are not kept, and what is quoted may be edited. What the page
// itself tells goes before.
func (o *Observer) tell(look *Look, sheet *Sheet) {
	var page *audience
	for i := range sheet.Shown {
		s, item := &sheet.Shown[i], &look.Items[i]
		if s.Role != official || item.Nested || item.Kind == parsers.KindPost {
			continue
		}
		if page == nil {
			page = newAudience(look, sheet)
		}
		if page.said[s.ParentID] {
			continue
		}
		if len(s.Mentions) == 0 {
			if n := page.names().Addressed(item.Text); n >= 0 {
				s.Mentions = []string{page.people[n]}
			}
		}
		if s.QuotedHash == "" {
			s.QuotedHash = page.quoted(item.Text)
		}
	}
}

// audience is the citizens who write on the pages of a look, and what they say. Most
// replies name what they answer: the rest is made when it is needed.
type audience struct {
	look      *Look
	sheet     *Sheet
	said      map[string]bool // items
	directory *redact.Directory
	people    []string // pseudonyms of those in the directory
	texts     []passage
}

// passage is a text, folded, with a space at each end, and its hash.
type passage struct{ words, hash string }

func newAudience(look *Look, sheet *Sheet) *audience {
	a := &audience{look: look, sheet: sheet, said: map[string]bool{}}
	for i := range sheet.Shown {
		if s := &sheet.Shown[i]; s.Role != official {
			a.said[s.ItemID] = true
		}
	}
	return a
}

func (a *audience) names() *redact.Directory {
	if a.directory != nil {
		return a.directory
	}
	known := map[string]bool{}
	var names []string
	for i := range a.sheet.Shown {
		s, name := &a.sheet.Shown[i], a.look.Items[i].Author.Name
		if s.Role != official && name != "" && !known[s.Author] {
			known[s.Author] = true
			a.people, names = append(a.people, s.Author), append(names, name)
		}
	}
	a.directory = redact.NewDirectory(names)
	return a.directory
}

func spaced(text string) string { return " " + language.Fold(text) + " " }

// The bounds of a quotation that tells what it was taken from: the name of a firm
// stands in quotation marks, too.
const (
	leastQuoted = 4   // words
	mostQuoted  = 600 // bytes
)

// quoted is the hash of the text from which a passage in quotation marks, or behind a
// ">", was taken: "" where there is none, or several have it.
func (a *audience) quoted(text string) string {
	for quotation := range quotations(text) {
		words := spaced(quotation)
		if strings.Count(words, " ") <= leastQuoted {
			continue
		}
		if a.texts == nil {
			for i := range a.sheet.Shown {
				if s := &a.sheet.Shown[i]; s.Role != official && s.TextHash != "" {
					a.texts = append(a.texts, passage{spaced(a.look.Items[i].Text), s.TextHash})
				}
			}
		}
		hash := ""
		for _, t := range a.texts {
			if t.hash == hash || !strings.Contains(t.words, words) {
				continue
			}
			if hash != "" {
				return ""
			}
			hash = t.hash
		}
		if hash != "" {
			return hash
		}
	}
	return ""
}

// marks are pairs of quotation marks.
var marks = map[rune]rune{'«': '»', '“': '”', '„': '“', '"': '"'}

// quotations lists what stands in quotation marks in a text, and its lines behind ">".
func quotations(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			if quoted, ok := strings.CutPrefix(strings.TrimSpace(line), ">"); ok && !yield(quoted) {
				return
			}
		}
		for len(text) > 0 {
			r, size := utf8.DecodeRuneInString(text)
			text = text[size:]
			shut, ok := marks[r]
			if !ok {
				continue
			}
			end := strings.IndexRune(text[:min(len(text), mostQuoted)], shut)
			if end < 0 {
				continue
			}
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
	}
}
