package legalacts

import (
	"fmt"
	"strings"

	"qulaq/parsers"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
)

var (
	info           = cascadia.MustCompile(".blog-info")
	counter        = cascadia.MustCompile("i.fa-comments")
	addressee      = cascadia.MustCompile(".gov-parent")
	crumbAddressee = cascadia.MustCompile(`.breadcrumb a[href*="governmentId="]`)
	documentLabels = cascadia.MustCompile("small > b")
	mainComments   = cascadia.MustCompile(".main-comments")
	noComments     = cascadia.MustCompile(".commentsTab ~ div > label") // "Нет комментариев"
	media          = cascadia.MustCompile(".media")
)

// document reads a document with its comments.
func (s *site) document(r *parsers.Result) {
	about := s.Tree.FindMatcher(info)
	r.Addressee = tidy(about.FindMatcher(addressee).First().Text())
	if r.Addressee == "" {
		r.Addressee = tidy(s.Tree.FindMatcher(crumbAddressee).First().Text())
	}
	label := s.Tree.FindMatcher(documentLabels).FilterFunction(func(_ int, label *goquery.Selection) bool {
		return createdLabels[strings.TrimSpace(label.Text())]
	})
	r.Thread.Published = s.day(textAfter(label))
	r.Declared = count(about.FindMatcher(counter))
	r.Thread.Declared = r.Declared
	if s.at.tab != citizens {
		r.State = parsers.DiscussionUnavailable
		r.Reason = fmt.Sprintf("tab %s shows what expert bodies said; citizens' comments are on tab %s", s.at.tab, citizens)
		return
	}
	comments := s.Tree.FindMatcher(mainComments)
	missing := ""
	switch {
	case about.Length() == 0:
		s.StandIn(".blog-info").Apply(r)
		return
	case s.at.place == onConclusion && r.Declared <= 0:
		r.State, r.Reason = parsers.Empty, "a conclusion on a draft, which nobody comments on"
		return
	case s.at.place == onConclusion:
		r.State, r.Reason = parsers.DiscussionUnavailable, "a conclusion on a draft does not show its comments"
		return
	case r.Declared == parsers.Unknown:
		missing = "i.fa-comments with the comment counter"
	case r.Thread.Published.IsZero():
		missing = "the date of creation"
	case comments.Length() == 0 && r.Declared > 0 && s.Tree.FindMatcher(noComments).Length() == 0:
		missing = ".main-comments, although comments are counted"
	}
	if missing != "" {
		r.State, r.Reason = parsers.Drift, "the document has no "+missing
		if s.Cut {
			r.State, r.Reason = parsers.Partial, "the page ends before its comments begin"
		}
		return
	}
	s.comments(comments, r)
	if total := s.pages(); s.at.page < total {
		r.Next = s.at.next()
	}
}

// comments reads the comments and settles what they make of the page.
func (s *site) comments(comments *goquery.Selection, r *parsers.Result) {
	var read reader
	comments.ChildrenMatcher(media).Each(func(_ int, comment *goquery.Selection) { read.comment(comment, "") })
	if s.Cut && len(read.found) > 0 {
		read.found = read.found[:len(read.found)-1] // its text may be cut
	}
	r.Items = s.timed(read.found, r.Thread, &read.missing)
	r.Counted = len(r.Items)
	switch {
	case s.Cut:
		r.State, r.Reason = parsers.Partial, "the page ends before it is over"
	case read.missing != "" && len(r.Items) == 0:
		r.State, r.Reason = parsers.Drift, "no comment has "+read.missing
	case read.missing != "":
		r.State, r.Reason = parsers.Partial, "a comment is without "+read.missing
	case len(r.Items) > 0 || s.at.page > 1: // the thread is not empty for a last page that is
		r.State = parsers.OK
	case r.Declared > 0 && comments.Length() > 0:
		r.State, r.Reason = parsers.Drift, "no .media in .main-comments, although comments are counted"
	case r.Declared > 0:
		r.State, r.Reason = parsers.Empty, fmt.Sprintf("none of %d comments and replies is on this page", r.Declared)
	default:
		r.State, r.Reason = parsers.Empty, "nobody has commented"
	}
}
