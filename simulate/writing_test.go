package simulate

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// TestWordings: there are words for everything that can be said, and every slot
// is known.
func TestWordings(t *testing.T) {
	p, err := loadPhrases()
	if err != nil {
		t.Fatal(err)
	}
	need := func(table map[key][]string, k key) {
		if len(table[k]) == 0 {
			t.Errorf("no wording for %v", k)
		}
	}
	themes := slices.Clone(localThemes)
	for _, row := range p.nation {
		if row[0] == "ministry" {
			themes = append(themes, row[2])
		}
	}
	for _, lang := range []string{"ru", "kk"} {
		for _, theme := range themes {
			for _, class := range []string{"question", "request", "complaint"} {
				need(p.citizens, key{theme, class, lang})
			}
			need(p.official, key{"fact", lang, theme})
		}
		for _, part := range []string{"lead", "detail", "acknowledgement", "redirect", "refusal", "closing", "canned", "post"} {
			need(p.official, key{part, lang, "*"})
		}
		for _, class := range []string{"praise", "chatter", "rhetorical", "ad", "thanks", "quarrel"} {
			need(p.chatter, key{a: class, b: lang})
		}
		for _, part := range []string{"title", "question", "request", "complaint", "fact"} {
			need(p.drafts, key{a: part, b: lang})
		}
	}
	for _, lang := range []string{"ru", "kk", "mixed"} {
		for _, part := range []string{"greet", "context", "tail", "private", "update"} {
			need(p.around, key{a: part, b: lang})
		}
	}
	d := newDice(1, "wordings")
	given := identifiers(d, &source{platform: "telegram"})
	given["topic"], given["appeal"], given["words"] = "…", "4512", "…"
	for _, table := range []map[key][]string{p.citizens, p.around, p.chatter, p.official, p.drafts, p.linking} {
		for k, texts := range table {
			for _, text := range texts {
				lang := "kk"
				if k.a == "ru" || k.b == "ru" || k.c == "ru" {
					lang = "ru"
				}
				if filled := p.fill(d, text, lang, given); strings.ContainsAny(filled, "{}") || strings.TrimSpace(filled) != filled {
					t.Errorf("%v: %q fills as %q", k, text, filled)
				}
			}
		}
	}
}

// TestTemplatesCanBeTold: a near-duplicate search over the texts as published
// finds the flagged replies and no others, so that the flag can be measured.
func TestTemplatesCanBeTold(t *testing.T) {
	t.Parallel()
	r := republic(t, Config{Seed: 12, Load: 2})
	type sent struct{ words map[string]bool }
	earlier := map[string][]sent{}
	texts := map[string]string{}
	for _, it := range r.Items() {
		texts[it.ID] = it.Text
	}
	var replies []Reply
	for _, e := range r.Truth() {
		replies = append(replies, e.Replies...)
	}
	slices.SortStableFunc(replies, func(a, b Reply) int { return a.At.Compare(b.At) })
	hit, missed, wrong := 0, 0, 0
	for _, reply := range replies {
		words := unigrams(texts[reply.Item])
		near := 0
		for _, other := range earlier[reply.Body] {
			if jaccard(words, other.words) >= 0.7 {
				near++
			}
		}
		switch got := near >= 3; {
		case got && reply.Template:
			hit++
		case got:
			wrong++
		case reply.Template:
			missed++
		}
		earlier[reply.Body] = append(earlier[reply.Body], sent{words})
	}
	if float64(wrong) > 0.03*float64(len(replies)) || float64(missed) > 0.1*float64(hit+missed) {
		t.Errorf("of %d replies: %d templates found, %d missed, %d others taken for templates", len(replies), hit, missed, wrong)
	}
}

// unigrams are the words of a text without numbers, greeting, address and
// mention, roughly as the pipeline masks them.
func unigrams(text string) map[string]bool {
	if _, after, ok := strings.Cut(text, "], "); ok {
		text = after
	}
	if strings.HasPrefix(text, "@") {
		_, text, _ = strings.Cut(text, " ")
	}
	if before, after, ok := strings.Cut(text, "! "); ok && len(before) < 100 && len(after) > 0 {
		text = after
	}
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) }) {
		words[w] = true
	}
	return words
}

func jaccard(a, b map[string]bool) float64 {
	both := 0
	for w := range a {
		if b[w] {
			both++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
