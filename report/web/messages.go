package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// language is a language of the site.
type language string

// languages are those of the site; the first is that of readers who ask for none.
var languages = []language{"kk", "ru", "en"}

// messages are the texts of the site, by key and language. {0}, {1} … stand for what
// is filled in.
type messages map[string]map[language]string

// loadMessages reads the catalogue. A text that a language lacks is an error.
func loadMessages(files fs.FS) (messages, error) {
	text, err := fs.ReadFile(files, "messages.json")
	if err != nil {
		return nil, fmt.Errorf("web: messages: %w", err)
	}
	var m map[string]struct{ KK, RU, EN string }
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("web: messages: %w", err)
	}
	out := messages{}
	for key, in := range m {
		out[key] = map[language]string{"kk": in.KK, "ru": in.RU, "en": in.EN}
		for lang, text := range out[key] {
			if strings.TrimSpace(text) == "" {
				return nil, fmt.Errorf("web: messages: %s has no text in %s", key, lang)
			}
		}
	}
	return out, nil
}

// text is a message with what is filled in. A key that the catalogue does not have
// stands for itself; a test finds it.
func (m messages) text(lang language, key string, args ...any) string {
	text, ok := m[key][lang]
	if !ok {
		return key
	}
	for i, arg := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", fmt.Sprint(arg))
	}
	return text
}

// textOr is a message, or something else when the catalogue does not have it: for
// words that data bring along.
func (m messages) textOr(lang language, key, otherwise string) string {
	if text, ok := m[key][lang]; ok {
		return text
	}
	return otherwise
}
