package dialog

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/weburl"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	cardInfo  = cascadia.MustCompile("ul.blog-info")
	number    = cascadia.MustCompile("i.fa-pencil")
	calendar  = cascadia.MustCompile("i.fa-calendar")
	readMore  = cascadia.MustCompile("a.readmore[href]")
	paragraph = cascadia.MustCompile("p")
	applicant = cascadia.MustCompile("h3")
	folded    = cascadia.MustCompile("div.answers[id]")
	blogTitle = cascadia.MustCompile(".blog-title, h1")
)

// card is a question in a list.
type card struct {
	printed string
	linked  string // the number in its link; "" while it has none
	name    string // of the applicant
	asked   parsers.Span
	text    string
	missing string // what it lacks to be read
}

// cards reads the questions of a list. Articles of the bodies stand between them
// and have no number.
func (s *site) cards() []card {
	var cards []card
	s.Tree.FindMatcher(cardInfo).Each(func(_ int, info *goquery.Selection) {
		c := card{printed: beside(info, number)}
		if c.printed == "" {
			return
		}
		frame := info.Parent()
		c.linked = linkedNumber(frame)
		c.name = htmlpage.Line(frame.FindMatcher(applicant).First().Nodes...)
		c.text = cardText(frame)
		var ok bool
		c.asked, _, ok = s.clock.Read(beside(info, calendar))
		switch {
		case !isPrinted(c.printed):
			c.missing = "a number beside i.fa-pencil"
		case !ok:
			c.missing = "a day beside i.fa-calendar"
		case c.text == "":
			c.missing = "a text"
		}
		cards = append(cards, c)
	})
	return cards
}

// linkedNumber is the number of the question to which a card leads.
func linkedNumber(frame *goquery.Selection) string {
	href, _ := frame.FindMatcher(readMore).Attr("href")
	_, id, ok := strings.Cut(href, "/blogs/all-questions/")
	if !ok || !weburl.IsID(id) {
		return ""
	}
	return id
}

// cardText is the text of a card: its paragraphs or, where the template has
// none, what stands between the applicant's name and the list of facts.
func cardText(frame *goquery.Selection) string {
	if p := frame.ChildrenMatcher(paragraph); p.Length() > 0 {
		return htmlpage.Text(p.Nodes...)
	}
	var nodes []*html.Node
	for n := range frame.Nodes[0].ChildNodes() {
		if n.Type == html.TextNode || n.DataAtom == atom.Span || n.DataAtom == atom.Div {
			nodes = append(nodes, n)
		}
	}
	return htmlpage.Text(nodes...)
}

// beside is the text of the list entry that an icon marks.
func beside(info *goquery.Selection, icon goquery.Matcher) string {
	return htmlpage.Line(info.FindMatcher(icon).First().Closest("li").Nodes...)
}

// pageSize is how many questions a page of a list shows.
const pageSize = 10

// list reads a list. It leads to questions and shows none of its own: those that
// it shows are items of their own threads.
func (s *site) list(r *parsers.Result) *parsers.Refusal {
	cards := s.cards()
	pages, paged := s.pages()
	if len(cards) == 0 && s.Tree.FindMatcher(cardInfo).Length() == 0 && !paged {
		return s.StandIn("ul.blog-info")
	}
	if !paged && len(cards) >= pageSize {
		return parsers.Refuse(parsers.Drift, "a full list is without totalPages")
	}
	if s.Cut && len(cards) > 0 {
		cards = cards[:len(cards)-1] // it may be cut
	}
	seen := map[string]bool{}
	for _, c := range cards {
		if c.missing != "" {
			return parsers.Refuse(parsers.Drift, "a question of the list is without "+c.missing)
		}
		if t, ok := s.at.found(c); ok && !seen[t.ID] {
			seen[t.ID] = true
			r.Found = append(r.Found, t)
		}
	}
	r.State = parsers.OK
	switch {
	case s.Cut:
		r.State, r.Reason = parsers.Partial, "the page ends before it is over"
	case len(cards) == 0 && s.at.page >= pages:
		r.State, r.Reason = parsers.Empty, "the list has no questions"
	}
	if s.at.page < pages {
		next := s.at.list(s.at.page + 1)
		r.Next = &next
	}
	return nil
}

// inList reads one question where a blog's list shows it.
func (s *site) inList(r *parsers.Result) *parsers.Refusal {
	cards := s.cards()
	pages, _ := s.pages()
	if len(cards) == 0 {
		return s.StandIn("ul.blog-info with a question")
	}
	r.Addressee = htmlpage.Line(s.Tree.FindMatcher(blogTitle).First().Nodes...)
	least, most := cards[0].order(), cards[0].order()
	for i, c := range cards {
		least, most = min(least, c.order()), max(most, c.order())
		if c.printed != s.at.question && c.linked != s.at.question {
			continue
		}
		if s.Cut && i == len(cards)-1 {
			return parsers.Refuse(parsers.Partial, "the page ends within the question")
		}
		if c.missing != "" {
			return parsers.Refuse(parsers.Drift, "the question is without "+c.missing)
		}
		r.Thread.Published = c.asked
		q := s.item(r, c)
		answers, missing := s.foldedAnswers(q)
		if missing != "" {
			return parsers.Refuse(parsers.Drift, "an answer is without "+missing)
		}
		r.State, r.Items, r.Counted = parsers.OK, append([]parsers.Item{q}, answers...), len(answers)
		return nil
	}
	r.State = parsers.OK
	sought := card{printed: s.at.question}.order()
	switch {
	case s.Cut:
		return parsers.Refuse(parsers.Partial, "the page ends before the question")
	case sought < least && s.at.way != newer && s.at.page < pages:
		r.Next = s.at.turned(older)
	case sought > most && s.at.way != older && s.at.page > 1:
		r.Next = s.at.turned(newer)
	default:
		return parsers.Refuse(parsers.DiscussionUnavailable, fmt.Sprintf("question %s is not in the list where its number would stand", s.at.question))
	}
	return nil
}

// order is where a question stands in a list: by number, newest first. One that
// was sent again stands before its number, that of the first, so that the way to
// it leads to older pages, on which it is.
func (c card) order() int {
	number := c.linked
	if number == "" {
		number, _, _ = strings.Cut(c.printed, "/")
	}
	n, _ := strconv.Atoi(number) // what is printed is a number, or has none to be ordered by
	return n
}

// foldedAnswers reads the answers that a blog's list folds in below a question.
// Each ends with who answered, and on which day.
func (s *site) foldedAnswers(q parsers.Item) (answers []parsers.Item, missing string) {
	s.Tree.FindMatcher(folded).EachWithBreak(func(_ int, block *goquery.Selection) bool {
		if id, _ := block.Attr("id"); id != q.ID && !(len(q.Parts) > 0 && id == q.Parts[0]) {
			return true
		}
		var text []*html.Node
		for n := range block.Nodes[0].Descendants() {
			switch {
			case n.DataAtom == atom.P:
				text = append(text, n)
			case n.DataAtom == atom.Span && hasClass(n, "answer-info"):
				name, at, _ := headline(htmlpage.Line(n))
				answer, ok := s.answer(q, len(answers)+1, name, at, htmlpage.Text(text...))
				if !ok {
					missing = "a day in span.answer-info"
					return false
				}
				answers, text = append(answers, answer), nil
			}
		}
		if len(text) > 0 {
			missing = "span.answer-info"
		}
		return false
	})
	return answers, missing
}

func hasClass(n *html.Node, class string) bool {
	for _, a := range n.Attr {
		if a.Key == "class" {
			for c := range strings.FieldsSeq(a.Val) {
				if c == class {
					return true
				}
			}
		}
	}
	return false
}

// pages is how many pages a list has, which the page tells only to its own
// script; false when it does not.
func (s *site) pages() (int, bool) {
	_, after, found := bytes.Cut(s.Source, []byte("totalPages:"))
	if !found {
		return 0, false
	}
	n := 0
	for i, r := range strings.TrimSpace(string(after[:min(len(after), 32)])) {
		if r < '0' || r > '9' || i == 9 {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n, true
}
