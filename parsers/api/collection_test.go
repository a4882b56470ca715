package api

import (
	"net/url"
	"testing"
)

func TestCollection(t *testing.T) {
	letters := Collection{
		Name: "letters", Path: "/api/letters", Slash: "/", Filters: []string{"body"},
		Offset: "from", Limit: "many", Size: 50, Record: url.Values{"with": {"answers"}},
	}
	const list = "https://api.example/api/letters/"
	for raw, want := range map[string]string{
		list:                                 "letters " + list + "?from=0&many=50",
		list + "?from=200&many=7&key=SECRET": "letters " + list + "?from=0&many=50",
		list + "?body=90&from=200":           "letters?body=90 " + list + "?body=90&from=0&many=50",
		list + "5":                           "5 " + list + "5/?with=answers",
		list + "5/?body=90":                  "5 " + list + "5/?with=answers",
		list + "five":                        "",
		list + "5/pages":                     "",
		"https://api.example/api/letters5":   "",
		"https://api.example/api/":           "",
		list + "?from=-1":                    "",
		list + "?from=x":                     "",
		"letters":                            "",
	} {
		got := ""
		p, err := letters.Parse(raw)
		if err == nil {
			got = p.Thread().ID + " " + p.Thread().Address.URL
		}
		if got != want {
			t.Errorf("Parse(%q) shows %q, %v, want %q", raw, got, err, want)
		}
	}
	if got := letters.At("https://api.example", "5", nil).Thread().Address.URL; got != list+"5/?with=answers" {
		t.Errorf("At of letter 5 is at %s", got)
	}
}

func TestPagesOfACollectionFollowWhatWasShown(t *testing.T) {
	letters := Collection{Name: "letters", Path: "/letters", Offset: "from", Limit: "many", Size: 50, Filters: []string{"body"}}
	page, err := letters.Parse("https://api.example/letters?body=9&from=50")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		shown, total int
		want         string
	}{
		{50, 101, "https://api.example/letters?body=9&from=100&many=50"},
		{7, 101, "https://api.example/letters?body=9&from=57&many=50"}, // fewer than asked for
		{50, 100, ""},
		{0, 100, ""}, // else it would never end
	} {
		got := ""
		if next := page.After(test.shown, test.total); next != nil {
			got = next.URL
		}
		if got != test.want {
			t.Errorf("After(%d, %d) = %q, want %q", test.shown, test.total, got, test.want)
		}
	}
}
