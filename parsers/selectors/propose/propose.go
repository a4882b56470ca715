// Package propose starts the description of a site from saved pages.
//
// [Site] looks for dates: what repeats around them, with a text, is taken for an
// item, and where links of one form repeat, for a listing. It knows how pages are
// usually made and nothing about this one, so that everything it says is a guess;
// each guess comes with a [Remark] that tells what to check. What it cannot see (who
// is official, how a page without answers looks) it leaves for a person to fill in,
// in such a way that the description is refused, or finds drift, until then.
package propose

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/selectors"
	"qulaq/parsers/weburl"
)

// Page is a saved page to start from.
type Page struct {
	URL  string
	Body []byte
	Seen time.Time          // when it was had: some dates count from then
	Kind parsers.ThreadKind // "" when nobody told; then it is guessed
}

// Remark tells a person what to check about a value of the description.
type Remark struct {
	Path string // of the value, such as pages[0].items[1].role
	Text string
}

// Site proposes the description of a site. The first page is where its source
// begins. An error is a page that cannot be read, or in which nothing repeats.
func Site(pages []Page) (*selectors.Site, []Remark, error) {
	if len(pages) == 0 {
		return nil, nil, errors.New("propose: no page to start from")
	}
	d := &draft{site: &selectors.Site{Format: "html"}}
	if isJSON(pages[0].Body) {
		d.site.Format = "json"
	}
	for i := range pages {
		u, err := weburl.Parse(pages[i].URL)
		if err != nil {
			return nil, nil, fmt.Errorf("propose: %s: %w", weburl.WithoutSecrets(pages[i].URL), err)
		}
		if isJSON(pages[i].Body) != (d.site.Format == "json") {
			return nil, nil, fmt.Errorf("propose: %s: a site has pages of HTML or of JSON: describe them as two sources", pages[i].URL)
		}
		d.at = fmt.Sprintf("pages[%d]", len(d.site.Pages))
		var page *selectors.Page
		if d.site.Format == "json" {
			page, err = d.json(&pages[i], u)
		} else {
			page, err = d.html(&pages[i], u)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("propose: %s: %w", pages[i].URL, err)
		}
		d.site.Pages = append(d.site.Pages, *page)
	}
	d.remark("", "Proposed from saved pages: every line is a guess until `qulaq sources probe` has shown what it matches.")
	return d.site, d.remarks, nil
}

// draft is a description in the making.
type draft struct {
	site    *selectors.Site
	remarks []Remark
	at      string // of the page that is being described
}

func (d *draft) remark(path, format string, args ...any) {
	d.remarks = append(d.remarks, Remark{path, fmt.Sprintf(format, args...)})
}

func isJSON(body []byte) bool {
	text := strings.TrimSpace(strings.TrimPrefix(string(body[:min(len(body), 64)]), "\ufeff"))
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

var (
	number    = regexp.MustCompile(`\d+`)
	pageNames = []string{"page", "p", "list", "start", "offset", "pagen_1", "pg"}
)

// form makes the form of an address: its numbers become placeholders, and the
// parameter of a page's number goes. names are the placeholders.
func form(u *url.URL) (text string, names []string) {
	placeholder := func(string) string {
		name := "id"
		if len(names) > 0 {
			name = string(rune('a' + len(names) - 1))
		}
		names = append(names, name)
		return "{" + name + "}"
	}
	path := u.Path
	if path == "" {
		path = "/"
	}
	text = number.ReplaceAllStringFunc(strings.NewReplacer("{", "", "}", "").Replace(path), placeholder)
	var kept []string
	query := u.Query()
	for _, key := range slices.Sorted(maps.Keys(query)) {
		value := query.Get(key)
		switch {
		case slices.Contains(pageNames, strings.ToLower(key)) || weburl.IsSecret(key) || strings.HasPrefix(key, "utm_"):
		case number.FindString(value) == value && value != "":
			kept = append(kept, key+"="+placeholder(value))
		case len(names) == 0 && len(u.Path) < 2:
			kept = append(kept, key+"="+url.QueryEscape(value))
		}
	}
	if len(kept) > 0 {
		text += "?" + strings.Join(kept, "&")
	}
	return text, names
}

// address proposes the form of a page's own address.
func (d *draft) address(u *url.URL, kind parsers.ThreadKind) string {
	if kind == parsers.Listing {
		text := u.Path
		if text == "" {
			text = "/"
		}
		var kept []string
		for key, values := range u.Query() {
			if !slices.Contains(pageNames, strings.ToLower(key)) {
				kept = append(kept, key+"="+url.QueryEscape(values[0]))
			}
		}
		slices.Sort(kept)
		if len(kept) > 0 {
			text += "?" + strings.Join(kept, "&")
		}
		return text
	}
	text, names := form(u)
	if len(names) == 0 { // a word in place of a number
		path := strings.TrimSuffix(u.Path, "/")
		if cut := strings.LastIndex(path, "/"); cut >= 0 && cut < len(path)-1 {
			text = path[:cut+1] + "{id}"
		}
	}
	d.remark(d.at+".address", "Is {id} what tells one thread from another? Other pages must not have this form.")
	return text
}

// line is the text of a value on one line, cut for a remark.
func line(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

// open reads a page of HTML.
func open(p *Page) (*htmlpage.Page, error) {
	shown, refused := htmlpage.Read(parsers.Page{URL: p.URL, Body: p.Body, Seen: p.Seen})
	if refused != nil {
		return nil, fmt.Errorf("%s: %s", refused.State, refused.Reason)
	}
	return shown, nil
}
