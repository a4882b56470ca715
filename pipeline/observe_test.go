package pipeline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/registry"
	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

// testIndex knows one ministry, with a wall and an account that answers on the
// walls of others, and one city.
func testIndex(t testing.TB) *registry.Index {
	t.Helper()
	body := func(id, level, name string, region *registry.Region, accounts ...registry.Account) registry.Body {
		return registry.Body{
			ID: id, Level: level, Type: "ministry", Names: registry.Names{KK: name, RU: name, EN: name},
			Region: region, Accounts: accounts,
			Sources: []registry.Source{{ID: id + "_vk", Platform: "vk", URL: "https://vk.com/" + id, Status: registry.Active, Confidence: "verified", Evidence: "test"}},
		}
	}
	index, err := registry.NewIndex(&registry.Country{
		Code: "XQ", Names: registry.Names{EN: "Qiyal"}, Zone: "Asia/Almaty",
		Week: registry.Week{Days: []string{"mon"}, From: "09:00", To: "18:00"},
		Bodies: []registry.Body{
			body("city", "local", "City", &registry.Region{ISO: "XQ-01", Kind: "city"}),
			body("roads", "central", "Ministry of Roads", nil,
				registry.Account{Platform: "vk", ID: "-77", Confidence: "verified", Evidence: "test", ValidFrom: "2026-01-01"}),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// look makes a complete look at a thread of the city's wall.
func look(hour int, items ...parsers.Item) *Look {
	l := &Look{
		Source: registry.Source{ID: "city_vk", Platform: "vk"}, BodyID: "city",
		Thread: parsers.Thread{ID: "post", Kind: parsers.Post}, SeenAt: at(hour), StartedAt: at(hour),
	}
	l.Add(parsers.Result{State: parsers.OK, Items: items, Declared: len(items), Counted: len(items)})
	return l
}

func comment(id, text string) parsers.Item {
	return parsers.Item{
		ID: id, Thread: "post", Kind: parsers.KindComment, Author: parsers.Author{ID: "5"},
		Published: parsers.At(at(0)), Precision: parsers.PrecisionSecond, Text: text,
	}
}

// changes writes the sightings of a batch as "item change".
func changes(b schema.Batch) []string {
	var out []string
	for _, s := range b.Sightings {
		out = append(out, s.ItemID+" "+string(s.Change))
	}
	return out
}

func TestObserveWritesOnlyChanges(t *testing.T) {
	deleted := comment("b", "")
	deleted.Deleted = true
	marked := comment("a", "one")
	marked.Edited = true
	post := comment("post", "news")
	post.Kind = parsers.KindPost
	judged := comment("b", "three")
	judged.Outcome = "rejected"
	partial := look(6)
	partial.Fail(schema.Partial, "cut off")
	gone := &Look{Source: partial.Source, Thread: partial.Thread, SeenAt: at(9)}
	gone.Fail(schema.Gone, "no such post")

	o, memory := NewObserver(testKey(1), testIndex(t)), NewMemory()
	for _, step := range []struct {
		name string
		look *Look
		want []string
	}{
		{"first", look(1, post, comment("a", "one"), comment("b", "two")), []string{"post first", "a first", "b first"}},
		{"nothing new", look(2, post, comment("a", "one"), comment("b", "two")), nil},
		{"a text changed", look(3, comment("a", "one"), comment("b", "three")), []string{"b edited"}},
		{"a mark appeared", look(4, marked, comment("b", "three")), []string{"a edited"}},
		{"one is missing, the post stands elsewhere", look(5, marked), []string{"b vanished"}},
		{"half a page misses nothing", partial, nil},
		{"back", look(7, marked, comment("b", "three")), []string{"b back"}},
		{"the platform gave its verdict", look(7, marked, judged), []string{"b edited"}},
		{"shown as deleted", look(8, marked, deleted), []string{"b vanished"}},
		{"still shown as deleted", look(8, marked, deleted), nil},
		{"the thread is gone", gone, []string{"a vanished", "post vanished"}},
	} {
		t.Run(step.name, func(t *testing.T) {
			batch := o.Observe(step.look, memory)
			if diff := cmp.Diff(step.want, changes(batch)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if v := batch.Visits[0]; int(v.Sightings) != len(batch.Sightings) {
				t.Errorf("the visit commits %d sightings, want %d", v.Sightings, len(batch.Sightings))
			}
		})
	}
}

func TestObserveNeverCountsAnUnreadableVisitAsComplete(t *testing.T) {
	o := NewObserver(testKey(1), testIndex(t))
	for _, outcome := range schema.Outcomes {
		l := look(1)
		l.Fail(outcome, "because")
		got := o.Observe(l, NewMemory()).Visits[0].Complete
		want := slices.Contains([]schema.Outcome{schema.OK, schema.NotModified, schema.Empty}, outcome)
		if got != want {
			t.Errorf("a visit that ended as %s is complete: %t, want %t", outcome, got, want)
		}
	}
}

// A page that declares 24 and shows 20 is 83 % covered, and proves no silence.
func TestObserveDeclares24Shows20(t *testing.T) {
	l := look(1)
	l.Declared, l.Parsed = 24, 20
	if v := NewObserver(testKey(1), testIndex(t)).Observe(l, NewMemory()).Visits[0]; v.Complete || v.Declared != 24 || v.Parsed != 20 {
		t.Errorf("visit = %+v, want it incomplete with 20 of 24", v)
	}
}

func TestObserveTellsWhoSpeaks(t *testing.T) {
	item := func(author string, role parsers.Role, published time.Time) parsers.Item {
		i := comment("a", "x")
		i.Author.ID, i.Role, i.Published = author, role, parsers.At(published)
		return i
	}
	for _, test := range []struct {
		name       string
		item       parsers.Item
		role, body string
	}{
		{"a person", item("5", parsers.RoleUnknown, at(0)), "", "city"},
		{"the wall's own community, as the page tells", item("-9", parsers.RoleOfficial, at(0)), "official", "city"},
		{"another body's community, as the registry tells", item("-77", parsers.RoleUnknown, at(0)), "official", "roads"},
		{"the same before it spoke for the body", item("-77", parsers.RoleUnknown, at(-24*40)), "", "city"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := NewObserver(testKey(1), testIndex(t)).Observe(look(1, test.item), NewMemory()).Sightings[0]
			if s.Role != test.role || s.BodyID != test.body {
				t.Errorf("role %q of %q, want %q of %q", s.Role, s.BodyID, test.role, test.body)
			}
		})
	}
}

func TestObserveNamesTheBodyOfASharedPortalOrNone(t *testing.T) {
	for addressee, want := range map[string]string{"Ministry of Roads": "roads", "Ministry of Nothing": ""} {
		l := look(1, comment("a", "x"))
		l.Source.Shared, l.Addressee = true, addressee
		if got := NewObserver(testKey(1), testIndex(t)).Observe(l, NewMemory()).Sightings[0].BodyID; got != want {
			t.Errorf("body of a page about %q = %q, want %q", addressee, got, want)
		}
	}
}

func TestObserveLeavesNoIdentity(t *testing.T) {
	asks := comment("a", "Меня зовут Тестбай Сынақұлы, мой телефон +7 701 555 01 23, почта asker@example.org, пишите @asker_handle")
	asks.Author = parsers.Author{ID: "551784194", Name: "Тестбай Сынақұлы"}
	answers := comment("b", "[id551784194|Тестбай], добрый день! Тестбай Сынақұлы, ваш вопрос решён.")
	answers.Author, answers.Role = parsers.Author{ID: "-9"}, parsers.RoleOfficial
	answers.Mentions, answers.Quoted = []string{"551784194"}, asks.Text
	batch := NewObserver(testKey(1), testIndex(t)).Observe(look(1, asks, answers), NewMemory())
	text, err := json.Marshal(batch)
	if err != nil {
		t.Fatal(err)
	}
	for _, planted := range []string{"551784194", "Тестбай", "Сынақұлы", "701", "555", "asker"} {
		if strings.Contains(string(text), planted) {
			t.Errorf("the rows hold %q:\n%s", planted, text)
		}
	}
	if got, want := batch.Sightings[1].Mentions, []string{batch.Sightings[0].Author}; !slices.Equal(got, want) {
		t.Errorf("mentions %q, want the asker's pseudonym %q", got, want)
	}
	if batch.Sightings[1].QuotedHash != batch.Sightings[0].TextHash {
		t.Error("the quoted text has another fingerprint than the text")
	}
}

func TestObserveSameVisitSameRows(t *testing.T) {
	o := NewObserver(testKey(1), testIndex(t))
	var rows []string
	for range 2 {
		rows = append(rows, fmt.Sprintf("%+v", o.Observe(look(1, comment("a", "x"), comment("b", "y")), NewMemory())))
	}
	if rows[0] != rows[1] {
		t.Errorf("the same look gave\n%s\nand\n%s", rows[0], rows[1])
	}
}

func TestLookAddsAnItemThatTwoPagesShowOnce(t *testing.T) {
	l := look(1, comment("a", "x"), comment("b", "y"))
	l.Add(parsers.Result{State: parsers.OK, Items: []parsers.Item{comment("b", "y"), comment("c", "z")}, Declared: 3, Counted: 2})
	if len(l.Items) != 3 || l.Parsed != 3 || !l.Complete() {
		t.Errorf("%d items, %d parsed, complete %t; want 3, 3, true", len(l.Items), l.Parsed, l.Complete())
	}
}
