package legalacts

import (
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/when"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

var (
	cards      = cascadia.MustCompile(".contentlist")
	cardLinks  = cascadia.MustCompile("h3 a[href]")
	cardLabels = cascadia.MustCompile(".info strong")
	cardCounts = cascadia.MustCompile(".tags .icon1")
)

// createdLabels precede the day on which a document was created.
var createdLabels = map[string]bool{"Дата создания:": true, "Құру күні:": true}

// list reads the cards of a list. They are documents and no utterances, so that
// a list has no items and declares none.
func (s *site) list(r *parsers.Result) {
	found := s.Tree.FindMatcher(cards)
	missing := ""
	found.Each(func(_ int, card *goquery.Selection) {
		href, _ := card.FindMatcher(cardLinks).Attr("href")
		thread, ok := s.at.document(href)
		if !ok {
			if !strings.HasPrefix(href, string(onConclusion)) {
				missing = "h3 a[href] with a document"
			}
			return
		}
		if thread.Declared = count(card.FindMatcher(cardCounts)); thread.Declared == parsers.Unknown {
			missing = ".icon1 with the comment counter"
		}
		label := card.FindMatcher(cardLabels).FilterFunction(func(_ int, label *goquery.Selection) bool {
			return createdLabels[strings.TrimSpace(label.Text())]
		})
		if thread.Published = s.day(textAfter(label)); thread.Published.IsZero() {
			missing = "the date of creation"
		}
		r.Found = append(r.Found, thread)
	})
	if s.Cut && len(r.Found) > 0 {
		r.Found = r.Found[:len(r.Found)-1] // the last card may be cut
	}
	switch {
	case s.Cut:
		r.State, r.Reason = parsers.Partial, "the page ends before it is over"
	case missing != "":
		r.State, r.Reason, r.Found = parsers.Drift, "a card of the list has no "+missing, nil
	case found.Length() == 0:
		r.State, r.Reason = parsers.Empty, "the list has no documents"
	default:
		r.State = parsers.OK
	}
	if total := s.pages(); s.at.page < total || total == 0 && r.State == parsers.OK {
		r.Next = s.at.next()
	}
}

// count is the number behind an icon; Unknown when there is none.
func count(icon *goquery.Selection) int {
	text := strings.TrimSpace(textAfter(icon))
	if text == "" || text[0] < '0' || text[0] > '9' {
		return parsers.Unknown
	}
	return firstNumber(text)
}

// textAfter is the text that directly follows the first of some elements.
func textAfter(element *goquery.Selection) string {
	if element.Length() == 0 {
		return ""
	}
	if next := element.Nodes[0].NextSibling; next != nil && next.Type == html.TextNode {
		return next.Data
	}
	return ""
}

// day is the day that s names; zero when it names none.
func (s *site) day(text string) parsers.Span {
	date, err := when.Grammar{Shapes: when.Slashes, Zone: s.zone}.Parse(text, when.Context{})
	if err != nil || date.Precision != parsers.PrecisionDay {
		return parsers.Span{}
	}
	return date.Span
}
