package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"sync"
	"unicode/utf8"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"

	"golang.org/x/text/encoding/charmap"
)

// answer is what the api says when it is asked for more comments.
type answer struct {
	OK     *bool  `json:"ok"`
	Error  string `json:"error"`
	Count  *int   `json:"comments_cnt"`
	HTML   string `json:"comments_html"`
	Header string `json:"header_html"`
}

// decode gives the page as HTML in UTF-8. A page that was asked for by script
// arrives inside JSON: a page of a channel as one string, more comments as an
// [answer]. The refusal is nil when there is HTML to read.
func decode(page parsers.Page) (source []byte, cut bool, a *answer, r *parsers.Refusal) {
	body := htmlpage.UTF8(page.Body, page.ContentType)
	var into any
	var fragment string
	trimmed := bytes.TrimSpace(body)
	switch {
	case len(trimmed) == 0:
		return nil, true, nil, parsers.Refuse(parsers.Partial, "the answer has no content")
	case trimmed[0] == '"':
		into = &fragment
	case trimmed[0] == '{':
		a = new(answer)
		into = a
	default:
		return body, bytes.LastIndex(body, []byte("</html>")) < 0, nil, nil
	}
	// encoding/json puts U+FFFD in place of damaged bytes, so look before.
	if !utf8.Valid(body) {
		return nil, false, nil, parsers.Refuse(parsers.Drift, "the JSON answer is not in UTF-8")
	}
	var syntax *json.SyntaxError
	switch err := json.Unmarshal(trimmed, into); {
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(trimmed)):
		return nil, true, nil, parsers.Refuse(parsers.Partial, "the JSON answer is cut off")
	case err != nil:
		return nil, false, nil, parsers.Refuse(parsers.Drift, "the JSON answer is not what the api sends: "+err.Error())
	case a != nil:
		return []byte(a.HTML), false, a, a.refused()
	default:
		return []byte(fragment), false, nil, nil
	}
}

// sampled is how many letters outside ASCII are looked at to tell garbled text.
const sampled = 400

// garbled tells whether the texts of items were read as windows-1251 or windows-1252
// somewhere on their way and then written as UTF-8 again ("РџСЂРё" for "При").
// Turned back, such letters are well-formed UTF-8; a text in any language is not.
func garbled(items []parsers.Item) bool {
	for _, table := range turnedBack() {
		turned := make([]byte, 0, 4*sampled)
		letters := 0
		for _, item := range items {
			for _, r := range item.Text {
				switch {
				case r < utf8.RuneSelf:
					turned = append(turned, byte(r))
					continue
				case int(r) < len(table):
					turned = append(turned, table[r])
				default:
					turned = append(turned, noByte)
				}
				letters++
			}
			turned = append(turned, ' ')
			if letters >= sampled {
				break
			}
		}
		good, bad := 0, 0
		for len(turned) > 0 {
			r, size := utf8.DecodeRune(turned)
			switch {
			case size > 1:
				good++
			case r == utf8.RuneError:
				bad++
			}
			turned = turned[size:]
		}
		if good >= 8 && good > 4*bad {
			return true
		}
	}
	return false
}

// noByte stands for a letter that a decoder cannot have made. No UTF-8 has it.
const noByte = 0xFF

// turnedBack are, for either charset, the bytes that a decoder makes letters from.
// Bytes without a letter decode to U+0080–U+009F.
var turnedBack = sync.OnceValue(func() (tables [2][]byte) {
	const most = '™' // the last letter that either has
	for i, encoding := range []*charmap.Charmap{charmap.Windows1251, charmap.Windows1252} {
		tables[i] = make([]byte, most+1)
		for r := range tables[i] {
			b, ok := encoding.EncodeRune(rune(r))
			switch {
			case 0x80 <= r && r <= 0x9f:
				b = byte(r)
			case !ok:
				b = noByte
			}
			tables[i][r] = b
		}
	}
	return tables
})
