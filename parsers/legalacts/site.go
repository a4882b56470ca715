package legalacts

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"qulaq/parsers"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// site is a page of the portal, decoded and parsed.
type site struct {
	page parsers.Page
	at   address
	body []byte // UTF-8
	cut  bool   // the page ends before it is over
	tree *goquery.Document
}

// refusal is why a page is not what its address promises.
type refusal struct {
	state  parsers.State
	reason string
}

// read decodes and parses a page. The refusal is nil when the page is the
// portal's and can be read on.
func read(page parsers.Page, at address) (*site, *refusal) {
	s := &site{page: page, at: at, body: toUTF8(page.Body, page.ContentType)}
	s.cut = !bytes.Contains(bytes.ToLower(s.body[max(0, len(s.body)-256):]), []byte("</html"))
	if s.cut {
		s.body = wholeRunes(s.body)
	}
	if !utf8.Valid(s.body) {
		return nil, &refusal{parsers.Partial, "the page is damaged: not all of it is UTF-8"}
	}
	content, found := s.content()
	root, err := html.Parse(bytes.NewReader(content))
	if err != nil { // nested deeper than any browser would follow
		return nil, &refusal{parsers.Drift, "the page is not HTML that can be read: " + err.Error()}
	}
	s.tree = goquery.NewDocumentFromNode(root)
	if !found {
		return nil, s.refusal(strings.Join(landmarks[at.place], " or "))
	}
	return s, nil
}

// landmarks are where the content of each place begins; what stands before is
// navigation, most of it a list of all state bodies that outweighs the content
// by forty to one. A list without cards still has the place for page numbers.
var landmarks = map[place][]string{
	onList:       {`class="contentlist"`, `class="pagination-container"`},
	onDocument:   {`id="main_1"`, `class="content-page"`},
	onConclusion: {`id="main_1"`, `class="content-page"`},
}

// content is the page from the tag of its first landmark on; found is false when
// it has none, and then content is the whole page.
func (s *site) content() (content []byte, found bool) {
	for _, landmark := range landmarks[s.at.place] {
		if i := bytes.Index(s.body, []byte(landmark)); i >= 0 {
			return s.body[max(0, bytes.LastIndexByte(s.body[:i], '<')):], true
		}
	}
	return s.body, false
}

var (
	titles    = cascadia.MustCompile("title, h1")
	passwords = cascadia.MustCompile(`input[type="password"], form[action*="/security/login"], form[action*="idp.egov.kz"]`)
	captchas  = cascadia.MustCompile(`.g-recaptcha, .h-captcha, .cf-turnstile, iframe[src*="captcha"], img[src*="captcha"], input[name*="captcha"]`)
)

// refusal says what a page is that lacks what its place must have.
func (s *site) refusal(missing string) *refusal {
	said := strings.ToLower(s.tree.FindMatcher(titles).Text())
	says := func(any ...string) bool {
		for _, words := range any {
			if strings.Contains(said, words) {
				return true
			}
		}
		return false
	}
	switch {
	case s.tree.FindMatcher(captchas).Length() > 0:
		return &refusal{parsers.Captcha, "a captcha stands in place of the page"}
	case s.tree.FindMatcher(passwords).Length() > 0:
		return &refusal{parsers.LoginWall, "a login form stands in place of the page"}
	case says("429", "503", "too many requests", "слишком много", "технические работы", "техникалық жұмыс", "временно недоступ", "уақытша қолжетімсіз"):
		return &refusal{parsers.Throttled, "the portal asks to come back later"}
	case says("404", "not found", "не найден", "табылмады", "табылған жоқ"):
		return &refusal{parsers.Gone, "the portal says that there is no such page"}
	case s.cut:
		return &refusal{parsers.Partial, "the page ends before its content begins"}
	default:
		return &refusal{parsers.Drift, "no " + missing + " on the page"}
	}
}

// toUTF8 decodes a body by the charset that its header or its own meta element
// declares. The portal is in UTF-8 where neither does, which is where
// DetermineEncoding falls back on windows-1252.
func toUTF8(body []byte, contentType string) []byte {
	encoding, name, certain := charset.DetermineEncoding(body, contentType)
	if name == "utf-8" || (!certain && name == "windows-1252") {
		return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	}
	decoded, err := encoding.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return decoded
}

// wholeRunes drops a character that was cut in the middle at the end.
func wholeRunes(body []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(body); n++ {
		if tail := body[len(body)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return body[:len(body)-n]
			}
			break
		}
	}
	return body
}

// pages is how many pages the list or the comments have, which the page tells
// only to its own script; 0 when it does not.
func (s *site) pages() int {
	if s.at.place != onList && !bytes.Contains(s.body, []byte("pageComment={{number}}")) {
		return 0
	}
	_, after, found := bytes.Cut(s.body, []byte("totalPages:"))
	if !found {
		return 0
	}
	return firstNumber(string(after[:min(len(after), 32)]))
}

// firstNumber is the number that s begins with after white space; 0 when none.
func firstNumber(s string) int {
	n := 0
	for i, r := range strings.TrimSpace(s) {
		if r < '0' || r > '9' || i == 9 {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}
