package htmlpage

import (
	"testing"

	"qulaq/parsers"

	"golang.org/x/text/encoding/charmap"
)

func TestRead(t *testing.T) {
	const page = `<html><body><p>Сұрақ</p>жол</body></html>`
	cyrillic, err := charmap.Windows1251.NewEncoder().String("<html><body>дорога</body></html>")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, body, contentType, text string
		cut                           bool
		state                         parsers.State
	}{
		{"utf-8 undeclared", page, "", "Сұрақ\nжол", false, ""},
		{"byte order mark", "\xef\xbb\xbf" + page, "text/html", "Сұрақ\nжол", false, ""},
		{"windows-1251 by header", cyrillic, "text/html; charset=windows-1251", "дорога", false, ""},
		{"windows-1251 as utf-8", cyrillic, "text/html; charset=utf-8", "", false, parsers.Partial},
		{"cut in a letter", page[:len(page)-len("л</body></html>")+1], "", "Сұрақ\nжо", true, ""},
		{"nothing", " \n", "", "", false, parsers.Partial},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, refused := Read(parsers.Page{Body: []byte(test.body), ContentType: test.contentType})
			if refused != nil {
				if refused.State != test.state {
					t.Errorf("Read = %s (%s), want %q", refused.State, refused.Reason, test.state)
				}
				return
			}
			if got := Text(p.Tree.Nodes...); test.state != "" || got != test.text || p.Cut != test.cut {
				t.Errorf("Read = %q (cut %t), want %q (cut %t), refused as %q", got, p.Cut, test.text, test.cut, test.state)
			}
		})
	}
}

func TestReadFrom(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       parsers.State // "" for a page
		shown      string
	}{
		{"from the landmark on", `<html><p>menu</p><div class="a" id="main">text</div></html>`, "", "text"},
		{"from the first of both", `<html><p id="old">menu</p><div id="main">text</div></html>`, "", "text"},
		{"from the other", `<html><p>menu</p><div id="old">text</div></html>`, "", "text"},
		{"without a tag before it", `id="main" text</html>`, "", `id="main" text`},
		{"none", `<html><p>menu</p></html>`, parsers.Drift, ""},
		{"none, but a captcha", `<html><div class="g-recaptcha"></div></html>`, parsers.Captcha, ""},
		{"cut before it", `<html><p>menu</p>`, parsers.Partial, ""},
		{"nothing", ``, parsers.Partial, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, refused := ReadFrom(parsers.Page{Body: []byte(test.body)}, `id="main"`, `id="old"`)
			if refused != nil {
				if refused.State != test.want {
					t.Errorf("ReadFrom(%s) = %s (%s), want %q", test.body, refused.State, refused.Reason, test.want)
				}
				return
			}
			if got := Text(p.Tree.Nodes...); test.want != "" || got != test.shown || string(p.Source) != test.body {
				t.Errorf("ReadFrom(%s) shows %q of %q, want %q of all, or %q", test.body, got, p.Source, test.shown, test.want)
			}
		})
	}
}

func TestStandIn(t *testing.T) {
	for body, want := range map[string]parsers.State{
		`<title>Just a moment...</title></html>`:                            parsers.Captcha,
		`<title>Вопрос</title><div class="g-recaptcha"></div></html>`:       parsers.Captcha,
		`<h1>Вход</h1><input type="password"></html>`:                       parsers.LoginWall,
		`<title>403 Forbidden</title></html>`:                               parsers.LoginWall,
		`<h1>429 Too Many Requests</h1></html>`:                             parsers.Throttled,
		`<title>Технические работы</title></html>`:                          parsers.Throttled,
		`<title>Бет табылмады</title></html>`:                               parsers.Gone,
		`<title>Страница не найдена</title></html>`:                         parsers.Gone,
		`<title>Открытый диалог</title>`:                                    parsers.Partial,
		`<title>Открытый диалог</title></html>`:                             parsers.Drift,
		`<title>Открытый диалог</title><p>Ошибка 404 в тексте</p></html>`:   parsers.Drift,
		`<title>Диалог</title><p>введите пароль от сайта, капчу</p></html>`: parsers.Drift,
	} {
		p, refused := Read(parsers.Page{Body: []byte(body)})
		if refused != nil {
			t.Fatal(refused.Reason)
		}
		if got := p.StandIn("question"); got.State != want || got.Reason == "" {
			t.Errorf("StandIn of %s = %s (%s), want %s", body, got.State, got.Reason, want)
		}
	}
}

func TestFragment(t *testing.T) {
	for _, test := range []struct{ name, source, text, quoted string }{
		{"plain", "  Қашан  жөндейді? ", "Қашан жөндейді?", ""},
		{"paragraphs", "<p>Добрый день.<br />\nКогда?</p>\n<p>Жду</p>", "Добрый день.\nКогда?\nЖду", ""},
		{"entities", "a &lt; b &amp; c &#8230; &nbsp;d", "a < b & c … d", ""},
		{"quote", "<blockquote><p>Где мост?</p></blockquote><p>Строится.</p>", "Строится.", "Где мост?"},
		{"quote with a title", `<aside class="quote"><div class="title">aman:</div><blockquote>Где?</blockquote></aside>Тут`, "Тут", "Где?"},
		{"quote in a quote", "<blockquote>а<blockquote>б</blockquote>в</blockquote>г", "г", "а\nб\nв"},
		{"never closed", "<blockquote>а", "", "а"},
		{"closed too often", "</blockquote></aside></script>а", "а", ""},
		{"script", "<script>alert('<p>')</script>да<style>p{}</style>", "да", ""},
		{"list", "<ul><li>раз</li><li>два</li></ul>", "раз\nдва", ""},
		{"no tag at all", "5 < 6 и 7 > 6", "5 < 6 и 7 > 6", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if text, quoted := Fragment(test.source); text != test.text || quoted != test.quoted {
				t.Errorf("Fragment(%q) = %q, %q, want %q, %q", test.source, text, quoted, test.text, test.quoted)
			}
		})
	}
}
