package htmlpage

import (
	"strings"

	"qulaq/parsers"

	"github.com/andybalholm/cascadia"
)

var (
	titles    = cascadia.MustCompile("title, h1")
	passwords = cascadia.MustCompile(`input[type="password"], form[action*="/login"], form[action*="idp.egov.kz"]`)
	captchas  = cascadia.MustCompile(`.g-recaptcha, .h-captcha, .cf-turnstile, #challenge-form, iframe[src*="captcha"], img[src*="captcha"], input[name*="captcha"]`)
)

// signs are what titles and first headings say when something stands in place of
// a page, in lower case, in English, Russian and Kazakh.
var signs = []struct {
	state  parsers.State
	reason string
	words  []string
}{
	{
		parsers.Captcha, "a test for browsers stands in place of the page",
		[]string{"just a moment", "attention required", "are you a robot", "captcha", "вы не робот"},
	},
	{
		parsers.Throttled, "the site asks to come back later",
		[]string{
			"429", "503", "502", "504", "too many requests", "service unavailable", "bad gateway", "слишком много",
			"технические работы", "техникалық жұмыс", "временно недоступ", "уақытша қолжетімсіз",
		},
	},
	{
		parsers.Gone, "the site says that there is no such page",
		[]string{"404", "not found", "не найден", "табылмады", "табылған жоқ"},
	},
	{
		parsers.LoginWall, "the site does not show the page to the public",
		[]string{"401", "403", "forbidden", "доступ запрещ", "доступ закрыт", "қолжетімділік шектел"},
	},
}

// StandIn says what a page is that lacks what its address promises. missing
// names that for people.
func (p *Page) StandIn(missing string) *parsers.Refusal {
	if p.Tree.FindMatcher(captchas).Length() > 0 {
		return parsers.Refuse(parsers.Captcha, "a captcha stands in place of the page")
	}
	if p.Tree.FindMatcher(passwords).Length() > 0 {
		return parsers.Refuse(parsers.LoginWall, "a login form stands in place of the page")
	}
	said := strings.ToLower(p.Tree.FindMatcher(titles).Text())
	for _, sign := range signs {
		for _, words := range sign.words {
			if strings.Contains(said, words) {
				return parsers.Refuse(sign.state, sign.reason)
			}
		}
	}
	if p.Cut {
		return parsers.Refuse(parsers.Partial, "the page ends before its content begins")
	}
	return parsers.Refuse(parsers.Drift, "no "+missing+" on the page")
}
