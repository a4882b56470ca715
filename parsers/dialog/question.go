package dialog

import (
	"regexp"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	asked         = cascadia.MustCompile("#firstFocus .b-question")
	answersFrame  = cascadia.MustCompile("#answers")
	answersHead   = cascadia.MustCompile("h2, h3, h4, .answers-title")
	answerItem    = cascadia.MustCompile(".blog-item")
	answerBody    = cascadia.MustCompile(".media-body")
	unfilled      = regexp.MustCompile(`blog\?\.question\?\.\w+|\{\{[^}]*\}\}`)
	counted       = regexp.MustCompile(`\((\d{1,6})\)\s*$`)
	headlineShape = regexp.MustCompile(`^(.{0,200}?)[\s,]*(\d{2}\.\d{2}\.\d{4}(?:,?\s+\d{1,2}:\d{2})?)\s*`)
)

// question reads a question's own page.
func (s *site) question(r *parsers.Result) *parsers.Refusal {
	frame := s.Tree.FindMatcher(asked).First()
	if frame.Length() == 0 {
		return s.StandIn("#firstFocus .b-question")
	}
	info := frame.FindMatcher(cardInfo).First()
	c := card{
		linked:  s.at.question,
		printed: beside(info, number),
		name:    htmlpage.Line(frame.FindMatcher(applicant).First().Nodes...),
		text:    cardText(frame),
	}
	var ok bool
	c.asked, _, ok = s.clock.Read(beside(info, calendar))
	missing := ""
	switch {
	case unfilled.MatchString(c.text):
		missing = "a text: its script has not filled it in"
	case c.text == "":
		missing = "a text"
	case !ok:
		missing = "a day beside i.fa-calendar"
	}
	frame = s.Tree.FindMatcher(answersFrame).First()
	switch {
	case missing != "" && s.Cut, s.Cut && frame.Length() == 0:
		return parsers.Refuse(parsers.Partial, "the page ends within the question")
	case missing != "":
		return parsers.Refuse(parsers.Drift, "the question is without "+missing)
	case frame.Length() == 0:
		return parsers.Refuse(parsers.Drift, "the page is without #answers")
	}
	r.Thread.Published = c.asked
	r.Addressee = htmlpage.Line(s.Tree.FindMatcher(blogTitle).First().Nodes...)
	q := s.item(r, c)
	r.Items = []parsers.Item{q}
	r.State = parsers.OK
	s.answers(frame, q, r)
	r.Thread.Declared = r.Declared
	return nil
}

// answers reads the answers on a question's own page. The number in their
// heading is told to the page by its server, also where the words before it are
// left as the name of a variable.
func (s *site) answers(frame *goquery.Selection, q parsers.Item, r *parsers.Result) {
	head := htmlpage.Line(frame.ChildrenMatcher(answersHead).First().Nodes...)
	if m := counted.FindStringSubmatch(head); m != nil {
		r.Declared, _ = strconv.Atoi(m[1]) // six digits are a number
	}
	found := frame.FindMatcher(answerItem)
	if found.Length() == 0 {
		found = frame.FindMatcher(answerBody)
	}
	missing := ""
	found.EachWithBreak(func(i int, element *goquery.Selection) bool {
		if s.Cut && i == found.Length()-1 {
			return false // its text may be cut
		}
		head, text := parts(element)
		name, at, rest := headline(head)
		if text == "" {
			text = rest
		}
		answer, ok := s.answer(q, i+1, name, at, text)
		if !ok {
			missing = "who answered and when"
			return true
		}
		r.Items = append(r.Items, answer)
		return true
	})
	r.Counted = len(r.Items) - 1
	switch {
	case s.Cut:
		r.State, r.Reason = parsers.Partial, "the page ends before it is over"
	case missing != "":
		r.State, r.Reason = parsers.Partial, "an answer is without "+missing
	}
}

// parts tells what stands before the first paragraph of an answer, and the
// paragraphs. Where there is none, all of it is the former.
func parts(element *goquery.Selection) (head, text string) {
	var before, paragraphs []*html.Node
	for n := range element.Nodes[0].Descendants() {
		switch {
		case n.DataAtom == atom.P:
			paragraphs = append(paragraphs, n)
		case n.Type == html.TextNode && len(paragraphs) == 0:
			before = append(before, n)
		}
	}
	head = htmlpage.Text(before...)
	return strings.TrimSpace(unfilledHead.ReplaceAllString(head, "")), htmlpage.Text(paragraphs...)
}

// unfilledHead is the heading that a script has left as the name of a variable.
var unfilledHead = regexp.MustCompile(`blog\?\.question\?\.\w+\s*(?:\(\d*\))?`)

// headline takes apart "Name dd.mm.yyyy, HH:MM" and what follows.
func headline(s string) (name, at, rest string) {
	flat := strings.Join(strings.Fields(s), " ")
	m := headlineShape.FindStringSubmatch(flat)
	if m == nil {
		return "", "", ""
	}
	return m[1], m[2], flat[len(m[0]):]
}

// item is the question of a card. A notice stands in place of a text that is not
// published; it is the portal's, so that the question has an outcome and no text.
// That the notice of a rejection has replaced the text is an edit, of the day of
// the rejection.
func (s *site) item(r *parsers.Result, c card) parsers.Item {
	q := parsers.Item{
		ID:        r.Thread.ID,
		Thread:    r.Thread.ID,
		Kind:      parsers.KindQuestion,
		Role:      parsers.RoleCitizen,
		Author:    parsers.Author{Name: c.name},
		Published: c.asked,
		Precision: parsers.PrecisionDay,
		Text:      c.text,
	}
	for _, number := range [...]string{c.printed, c.linked} {
		if number != q.ID && isPrinted(number) {
			q.Parts = []string{number}
		}
	}
	if n, ok := readNotice(c.text); ok {
		q.Text, q.Outcome = "", n.outcome
		if n.blog != "" {
			r.Addressee = n.blog
		}
		if day, _, ok := s.clock.Read(n.day); ok {
			q.Edited, q.EditedAt = true, day
		}
	}
	return q
}

// answer is an answer to q; false when its time cannot be read.
func (s *site) answer(q parsers.Item, place int, name, at, text string) (parsers.Item, bool) {
	published, precision, ok := s.clock.Read(at)
	if !ok || text == "" {
		return parsers.Item{}, false
	}
	return parsers.Item{
		ID:        q.Thread + "/answer/" + strconv.Itoa(place),
		Thread:    q.Thread,
		Parent:    q.ID,
		Nested:    true,
		Kind:      parsers.KindAnswer,
		Role:      parsers.RoleOfficial,
		Author:    parsers.Author{Name: name},
		Published: published,
		Precision: precision,
		Text:      text,
	}, true
}
