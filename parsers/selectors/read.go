package selectors

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// reader turns one page into a result.
type reader struct {
	doc    *document
	at     at
	parser *Parser
	page   parsers.Page
	result *parsers.Result
	opened parsers.Span // when the thread was opened, as far as the page tells
}

func (r *reader) read() *parsers.Refusal {
	p := r.at.page
	if r.doc.present(p.gone, r.doc.root) {
		return parsers.Refuse(parsers.Gone, "the page shows "+p.gone.printed+": the thread does not exist")
	}
	if p.addressee != nil {
		r.result.Addressee, _ = r.doc.text(p.addressee, r.doc.root)
	}
	next, refused := r.next()
	if refused != nil {
		return refused
	}
	closed := r.doc.present(p.closed, r.doc.root)
	r.result.State = parsers.OK
	if p.kind == parsers.Listing {
		refused = r.listing()
	} else {
		refused = r.thread()
	}
	if refused != nil {
		return refused
	}
	r.result.Next = next
	switch {
	case r.doc.cut():
		r.result.State, r.result.Reason = parsers.Partial, "the page ends before it is over"
	case r.result.State == parsers.OK && next == nil && closed: // told with the last page, for it ends a visit
		r.result.State, r.result.Reason = parsers.CommentsClosed, "the page shows "+p.closed.printed+": nobody may comment"
	}
	return nil
}

// listing reads where a listing leads.
func (r *reader) listing() *parsers.Refusal {
	t := r.at.page.threads
	entries := r.doc.find(t.entry, r.doc.root)
	r.doc.seen.entries(t.entry, len(entries))
	if r.at.id == r.parser.first.id && r.at.first {
		for _, a := range r.parser.further {
			further := a
			further.url = r.at.url
			r.result.Found = append(r.result.Found, further.thread())
		}
	}
	if len(entries) == 0 {
		if r.at.page.none != nil && r.doc.present(r.at.page.none, r.doc.root) || r.doc.lacks(t.entry) {
			r.result.State, r.result.Reason = parsers.Empty, "the listing leads to no thread"
			return nil
		}
		return r.drift("no %s (%s) on the page, and nothing in its place", t.entry.path, t.entry.printed)
	}
	if r.doc.cut() {
		entries = entries[:len(entries)-1] // it may be cut
	}
	var found []parsers.Thread
	unlinked, undated, elsewhere := 0, 0, error(nil)
	for _, e := range entries {
		link, ok := r.doc.text(t.link, e)
		if !ok || link == "" {
			unlinked++
			continue
		}
		thread, err := r.found(link)
		if err != nil {
			elsewhere = err // such as an announcement between the questions
			continue
		}
		if t.published != nil {
			if thread.Published, _, ok = r.when(t.published, e); !ok {
				undated++
			}
		}
		if t.declared != nil {
			if n, ok := r.number(t.declared, e); ok {
				thread.Declared = n
			}
		}
		if !slices.ContainsFunc(found, func(f parsers.Thread) bool { return f.ID == thread.ID }) {
			found = append(found, thread)
		}
	}
	switch {
	case len(found) == 0 && len(entries) > 0 && elsewhere != nil:
		return r.drift("no %s leads to a page of this site that the selectors know: the last %v", t.link.path, elsewhere)
	case len(found) == 0 && len(entries) > 0:
		return r.drift("no %s has %s (%s)", t.entry.path, t.link.path, t.link.printed)
	case undated > 0 && undated >= len(found):
		return r.drift("no %s has %s (%s), or not as declared", t.entry.path, t.published.path, t.published.printed)
	case undated > 0:
		r.result.State, r.result.Reason = parsers.Partial, fmt.Sprintf("%d of %d %s are without %s, as declared", undated, len(entries), t.entry.path, t.published.path)
	case unlinked > 0:
		r.result.State, r.result.Reason = parsers.Partial, fmt.Sprintf("%d of %d %s are without %s", unlinked, len(entries), t.entry.path, t.link.path)
	}
	r.result.Found = append(r.result.Found, found...)
	return nil
}

// found is the thread that a link leads to.
func (r *reader) found(link string) (parsers.Thread, error) {
	if form := r.at.page.threads.address; form != "" {
		link = strings.Replace(form, linkValue, url.PathEscape(link), 1)
	}
	u, err := r.at.resolve(link)
	if err != nil {
		return parsers.Thread{}, err
	}
	a, err := r.parser.find(u)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("%s %w", weburl.WithoutSecrets(u.String()), err)
	}
	if a.id == r.at.id {
		return parsers.Thread{}, errors.New("leads to this listing itself")
	}
	return a.thread(), nil
}

// next is the address of the next page, nil on the last.
func (r *reader) next() (*parsers.Address, *parsers.Refusal) {
	n := r.at.page.next
	if n == nil {
		return nil, nil
	}
	if n.pages != nil {
		pages, ok := r.number(n.pages, r.doc.root)
		if !ok {
			return nil, r.drift("%s (%s) is not on the page, or no number", n.pages.path, n.pages.printed)
		}
		if r.at.number >= pages-1+n.base() {
			return nil, nil
		}
		u := *r.at.url
		query := u.Query()
		query.Set(n.parameter, strconv.Itoa(r.at.number+1))
		u.RawQuery, u.Fragment, u.RawFragment = query.Encode(), "", ""
		return &parsers.Address{URL: u.String()}, nil
	}
	link, ok := r.doc.text(n.link, r.doc.root)
	if !ok || link == "" {
		return nil, nil
	}
	u, err := r.at.resolve(link)
	if err != nil {
		return nil, r.drift("%s %v", n.link.path, err)
	}
	a, err := r.parser.find(u)
	switch {
	case err != nil:
		return nil, r.drift("%s leads to an address that %v", n.link.path, err)
	case a.id != r.at.id:
		return nil, r.drift("%s leads to another thread, %s", n.link.path, a.id)
	case a.number <= r.at.number: // the last page of some sites links to itself
		return nil, nil
	}
	return &parsers.Address{URL: u.String()}, nil
}

// number reads a count. White space and commas may part its digits.
func (r *reader) number(v *value, from node) (int, bool) {
	text, ok := r.doc.text(v, from)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(strings.NewReplacer(" ", "", ",", "").Replace(text))
	if err != nil || n < 0 {
		r.doc.seen.unread(v, text)
		return 0, false
	}
	return n, true
}

// drift tells which part of the description the page does not have.
func (r *reader) drift(format string, args ...any) *parsers.Refusal {
	reason := fmt.Sprintf(format, args...)
	if r.doc.shown != nil {
		if stands := r.doc.shown.StandIn("place"); stands.State != parsers.Drift {
			return stands
		}
	}
	return parsers.Refuse(parsers.Drift, reason)
}
