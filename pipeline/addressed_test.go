package pipeline

import (
	"slices"
	"strings"
	"testing"

	"qulaq/parsers"

	"github.com/google/go-cmp/cmp"
)

// says is what somebody says below a post; without an account, of the body.
func says(id, account, name, text string) parsers.Item {
	item := comment(id, text)
	item.Author = parsers.Author{ID: account, Name: name}
	if account == "" {
		item.Author, item.Role = parsers.Author{ID: "-9"}, parsers.RoleOfficial
	}
	return item
}

// All people are invented.
func TestWordsTellWhoIsAnswered(t *testing.T) {
	ann := says("ann", "1", "Айгүл Сағымова", "Когда на нашей улице отремонтируют дорогу и поставят фонари?")
	bob := says("bob", "2", "Айгүл Бұлтова", "Когда на нашей улице дадут горячую воду?")
	eve := says("eve", "3", "Зере", "Согласна!")
	for _, test := range []struct {
		name, text    string
		mention, cite string // ids of items
	}{
		{"a full name", "Уважаемая Айгүл Сағымова! Осенью.", "ann", ""},
		{"one name of two people", "Айгүл, здравствуйте! Осенью.", "", ""},
		{"a name that nobody else has", "Зере, здравствуйте! Осенью.", "eve", ""},
		{"a passage", "На вопрос «отремонтируют дорогу и поставят фонари» отвечаем: осенью.", "", "ann"},
		{"a passage in a line of its own", "> отремонтируют дорогу и поставят…\nОсенью.", "", "ann"},
		{"words that two have said", "«Когда на нашей улице» спрашивают многие.", "", ""},
		{"too few words", "Программа «поставят фонари» начнётся осенью.", "", ""},
		{"what nobody has said", "По программе «Ауыл ел бесігі на этот год» осенью.", "", ""},
		{"an open quotation", "Вы пишете: «отремонтируют дорогу и поставят фонари", "", ""},
		{"name and passage", "Зере, добрый день! Ранее на вопрос «отремонтируют дорогу и поставят фонари» ответили.", "eve", "ann"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := NewObserver(testKey(1), testIndex(t)).Observe(look(1, ann, bob, eve, says("r", "", "", test.text)), NewMemory()).Sightings
			var mentions []string
			cited := ""
			for _, s := range rows[:3] {
				if s.ItemID == test.mention {
					mentions = []string{s.Author}
				}
				if s.ItemID == test.cite {
					cited = s.TextHash
				}
			}
			if diff := cmp.Diff(mentions, rows[3].Mentions); diff != "" {
				t.Errorf("%q mentions (-want +got):\n%s", test.text, diff)
			}
			if rows[3].QuotedHash != cited {
				t.Errorf("%q quotes %q, want %q of item %q", test.text, rows[3].QuotedHash, cited, test.cite)
			}
		})
	}
}

// What a page tells by its links is not guessed from words.
func TestWordsDoNotOverrideThePage(t *testing.T) {
	ann, bob := says("ann", "1", "Зере", "Когда дадут воду?"), says("bob", "2", "Айгүл", "А когда свет?")
	byParent, byAccount := says("p", "", "", "Зере, здравствуйте! Завтра."), says("m", "", "", "Зере, здравствуйте! Завтра.")
	byParent.Parent, byAccount.Mentions = "bob", []string{"2"}
	rows := NewObserver(testKey(1), testIndex(t)).Observe(look(1, ann, bob, byParent, byAccount), NewMemory()).Sightings
	if len(rows[2].Mentions) > 0 || !slices.Equal(rows[3].Mentions, []string{rows[1].Author}) {
		t.Errorf("mentions %q and %q, want none and %q", rows[2].Mentions, rows[3].Mentions, rows[1].Author)
	}
}

func TestNumbersOfAppealsArePseudonyms(t *testing.T) {
	asks := says("a", "1", "Зере", "Моё обращение ЖТ-2026-00123456 лежит месяц, дом № 112, школа № 512")
	answers := says("b", "", "", "По обращению № ЖТ-2026-123456 (вх. № 7781): завтра. Закон № 194-V")
	key := testKey(1)
	rows := NewObserver(key, testIndex(t)).Observe(look(1, asks, answers), NewMemory()).Sightings
	want := [][]string{
		{key.Appeal("city_vk", "ЖТ-2026-123456")},
		{key.Appeal("city_vk", "ЖТ-2026-123456"), key.Appeal("city_vk", "7781")},
	}
	if diff := cmp.Diff(want, [][]string{rows[0].Numbers, rows[1].Numbers}); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
	for _, s := range rows {
		if strings.Contains(s.Text, "123456") || strings.Contains(s.Text, "7781") {
			t.Errorf("the text still has the number: %q", s.Text)
		}
	}
	if !strings.Contains(rows[0].Text, "№ 112, школа № 512") || !strings.Contains(rows[1].Text, "№ 194-V") {
		t.Errorf("numbers of other things are gone: %q, %q", rows[0].Text, rows[1].Text)
	}
	if testKey(2).Appeal("city_vk", "7781") == want[1][1] || key.Appeal("other_vk", "7781") == want[1][1] {
		t.Error("an appeal has one pseudonym with two keys, or in two sources")
	}
}
