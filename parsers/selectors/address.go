package selectors

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"qulaq/parsers/weburl"
)

// template is the form of an address: a path, and the parameters that tell a
// page from another. {name} stands for one segment, or for a part of one.
type template struct {
	printed string
	path    *regexp.Regexp
	query   map[string]*regexp.Regexp
	names   []string // of the placeholders, as they are printed
}

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

func parseTemplate(s string) (*template, error) {
	if !strings.HasPrefix(s, "/") {
		return nil, errors.New("must begin with /: the host is that of the source")
	}
	if strings.Contains(s, "#") {
		return nil, errors.New("must not have a fragment, which is never sent")
	}
	path, query, _ := strings.Cut(s, "?")
	t := &template{printed: s, path: shape(strings.TrimSuffix(path, "/")), query: map[string]*regexp.Regexp{}}
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		if slices.Contains(t.names, m[1]) {
			return nil, fmt.Errorf("{%s} stands in it twice", m[1])
		}
		t.names = append(t.names, m[1])
	}
	if strings.ContainsAny(placeholder.ReplaceAllString(s, ""), "{}") {
		return nil, errors.New("a placeholder is a word in lower case, such as {id}")
	}
	for part := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(part, "=")
		if query != "" && weburl.IsSecret(key) {
			return nil, fmt.Errorf("the parameter %s is a secret, which has no place in a registry", key)
		}
		if query != "" {
			t.query[key] = shape(value)
		}
	}
	return t, nil
}

// shape matches what a template stands for.
func shape(s string) *regexp.Regexp {
	var b strings.Builder
	b.WriteByte('^')
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(regexp.QuoteMeta(s[at:m[0]]) + "(?P<" + s[m[2]:m[3]] + ">[^/?&#]+)")
		at = m[1]
	}
	b.WriteString(regexp.QuoteMeta(s[at:]) + "$")
	return regexp.MustCompile(b.String())
}

// match gives what the placeholders stand for in an address. Parameters that the
// template does not name may be there.
func (t *template) match(u *url.URL) (map[string]string, bool) {
	found := map[string]string{}
	if !collect(t.path, strings.TrimSuffix(u.Path, "/"), found) {
		return nil, false
	}
	query := u.Query()
	for key, want := range t.query {
		if !query.Has(key) || !collect(want, query.Get(key), found) {
			return nil, false
		}
	}
	return found, true
}

func collect(shape *regexp.Regexp, s string, into map[string]string) bool {
	m := shape.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	for i, name := range shape.SubexpNames() {
		if name != "" {
			into[name] = m[i]
		}
	}
	return true
}

// fill writes the address that the placeholders stand for.
func (t *template) fill(values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(t.printed, func(s string) string {
		return url.PathEscape(values[s[1:len(s)-1]])
	})
}

// at is what the address of a page tells.
type at struct {
	url    *url.URL
	page   *page
	id     string // of the thread: the address of its first page, without the host
	number int    // of the page within the thread, as the site counts
	first  bool   // it is the first of them
}

var (
	errNoPage = errors.New("is of no kind of page that the selectors know")
	errHost   = errors.New("is on another host than the source")
)

// find tells what an address leads to. The first kind of page whose form it has
// decides.
func (p *Parser) find(u *url.URL) (at, error) {
	for _, page := range p.pages {
		if page.next != nil && page.next.address != nil {
			if values, ok := page.next.address.match(u); ok {
				n, err := strconv.Atoi(values[pageNumber])
				if err == nil {
					return at{u, page, page.address.fill(values), n, n <= page.next.base()}, nil
				}
			}
		}
		values, ok := page.address.match(u)
		if !ok {
			continue
		}
		a := at{u, page, page.address.fill(values), page.next.base(), true}
		if page.next != nil && page.next.parameter != "" {
			if printed := u.Query().Get(page.next.parameter); printed != "" {
				n, err := strconv.Atoi(printed)
				if err != nil {
					return at{}, fmt.Errorf("has the parameter %s, which is no number", page.next.parameter)
				}
				a.number, a.first = n, n <= a.number
			}
		}
		return a, nil
	}
	return at{}, errNoPage
}

// pageNumber is the placeholder of a page's number.
const pageNumber = "page"

// resolve reads a link of a page. It is an error when it leads away from the site.
func (a at) resolve(link string) (*url.URL, error) {
	u, err := a.url.Parse(strings.TrimSpace(link))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, weburl.ErrNotWeb
	}
	if !strings.EqualFold(u.Host, a.url.Host) {
		return nil, errHost
	}
	u.Scheme, u.Host, u.User = a.url.Scheme, a.url.Host, nil
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}
