package registry

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// embedded reads the data once for all tests; none of them changes it.
var embedded = sync.OnceValues(func() (*Country, error) { return Embedded("KZ", Rules{}) })

func kazakhstan(t testing.TB) *Country {
	t.Helper()
	c, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func index(t testing.TB, c *Country) *Index {
	t.Helper()
	x, err := NewIndex(c)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestBodyByName(t *testing.T) {
	t.Parallel()
	x := index(t, kazakhstan(t))
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		at   time.Time
		want string // "" for none
	}{
		{"Министерство труда и социальной защиты населения", now, "mintrud"},
		{"Министерство труда и социальной защиты населения РК", now, "mintrud"},
		{"  МИНИСТЕРСТВО  труда и\nсоциальной защиты населения Республики Казахстан ", now, "mintrud"},
		{"ҚР Еңбек және халықты әлеуметтік қорғау министрлігі", now, "mintrud"},
		{"Қазақстан Республикасының Еңбек және халықты әлеуметтік қорғау министрлігі", now, "mintrud"},
		{"Еңбек және халықты әлеуметтiк қорғау министрлiгi", now, "mintrud"}, // Latin i for і
		{"Ministry of Labour and Social Protection of the Population of the Republic of Kazakhstan", now, "mintrud"},
		{"Министр труда и социальной защиты населения РК", now, "mintrud"},
		{"Государственная корпорация \"Правительство для граждан\"", now, "goscorp"},
		{"Правительство РК", now, "government"},
		{"Премьер – Министр Республики Казахстан", now, "government"},
		{"Счётный комитет", now, "audit"}, // ё for е
		{"Аппарат акима Атырауской области", now, "akimat_atyrau"},
		{"Атырау облысының әкімі", now, "akimat_atyrau"},
		{"Акимат города Алматы", now, "akimat_almaty_city"},
		{"Акимат Алматинской области", now, "akimat_almaty_region"},
		{"Министерство образования и науки РК", time.Date(2022, 6, 10, 12, 0, 0, 0, time.UTC), "mon"},
		{"Министерство образования и науки РК", time.Date(2022, 6, 10, 18, 30, 0, 0, time.UTC), ""}, // 11 June in Almaty
		{"Министерство образования и науки РК", now, ""},
		{"Министерство образования и науки РК", time.Time{}, "mon"},
		{"Министерство просвещения РК", time.Date(2022, 6, 10, 12, 0, 0, 0, time.UTC), ""},
		{"Министерство", now, ""},
		{"РК", now, ""},
		{"", now, ""},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %s", tt.name, tt.at.Format(time.DateOnly)), func(t *testing.T) {
			got := ""
			if b, ok := x.BodyByName(tt.name, tt.at); ok {
				got = b.ID
			}
			if got != tt.want {
				t.Errorf("BodyByName(%q, %s) = %q, want %q", tt.name, tt.at, got, tt.want)
			}
		})
	}
}

// newspaper is a country in which an account and a name have gone from one body
// to another.
func newspaper(t testing.TB) *Index {
	t.Helper()
	account := func(id, from, to string) Account {
		return Account{Platform: "telegram", ID: id, Confidence: Verified, Evidence: "invented", ValidFrom: from, ValidTo: to}
	}
	x, err := NewIndex(&Country{
		Code: "XT", Zone: "Asia/Almaty",
		Bodies: []Body{
			{
				ID: "new", Names: Names{EN: "The Office"}, ValidFrom: "2024-01-01", Zone: "Asia/Aqtobe",
				Accounts: []Account{account("@Office", "", ""), account("hotline", "2024-06-01", "")},
				Sources:  []Source{{ID: "b", Zone: "Asia/Oral"}, {ID: "a"}},
			},
			{
				ID: "old", Names: Names{EN: "The Office"}, ValidTo: "2023-12-31",
				Accounts: []Account{account("office", "", "")},
			},
		},
		Gaps: []Gap{{From: "2022-01-05", To: "2022-01-10", Reason: "shutdown"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestAccount(t *testing.T) {
	t.Parallel()
	x := newspaper(t)
	almaty := zone(t, "Asia/Almaty")
	tests := []struct {
		platform, id string
		at           time.Time
		want         string
	}{
		{"telegram", "office", time.Date(2023, 12, 31, 23, 59, 59, 0, almaty), "old"},
		{"telegram", "office", time.Date(2024, 1, 1, 0, 0, 0, 0, almaty), "new"},
		{"telegram", "OFFICE", time.Time{}, "new"},
		{"telegram", "@office", time.Time{}, "new"},
		{"telegram", "hotline", time.Date(2024, 5, 31, 12, 0, 0, 0, almaty), ""},
		{"telegram", "hotline", time.Date(2024, 6, 1, 12, 0, 0, 0, almaty), "new"},
		{"vk", "office", time.Time{}, ""},
		{"telegram", "", time.Time{}, ""},
	}
	for _, tt := range tests {
		got := ""
		if b, ok := x.Account(tt.platform, tt.id, tt.at); ok {
			got = b.ID
		}
		if got != tt.want {
			t.Errorf("Account(%s, %q, %s) = %q, want %q", tt.platform, tt.id, tt.at, got, tt.want)
		}
	}

	var got []string
	for a, b := range x.Accounts(time.Date(2024, 3, 1, 0, 0, 0, 0, almaty)) {
		got = append(got, a.ID+" "+b.ID)
	}
	if want := []string{"@Office new"}; !slices.Equal(got, want) {
		t.Errorf("Accounts(March 2024) = %v, want %v", got, want)
	}
}

func TestSourcesAndZones(t *testing.T) {
	t.Parallel()
	x := newspaper(t)
	var got []string
	for s, b := range x.Sources() {
		got = append(got, fmt.Sprint(s.ID, " ", b.ID, " ", x.Location(s, b)))
	}
	if want := []string{"a new Asia/Aqtobe", "b new Asia/Oral"}; !slices.Equal(got, want) {
		t.Errorf("Sources() = %v, want %v", got, want)
	}
	if s, b, ok := x.Source("b"); !ok || s.ID != "b" || b.ID != "new" {
		t.Errorf("Source(b) = %v, %v, %v", s, b, ok)
	}
	if _, _, ok := x.Source("c"); ok {
		t.Error("Source(c) finds something")
	}
	old, ok := x.Body("old")
	if !ok || x.Location(nil, old).String() != "Asia/Almaty" || x.Location(nil, nil).String() != "Asia/Almaty" {
		t.Errorf("Location of a body without a zone = %v, want the country's", x.Location(nil, old))
	}
}

func TestGap(t *testing.T) {
	t.Parallel()
	x, loc := newspaper(t), zone(t, "Asia/Almaty")
	tests := []struct {
		from, to string
		want     bool
	}{
		{"2022-01-04 00:00", "2022-01-05 00:00", false},
		{"2022-01-04 00:00", "2022-01-05 00:01", true},
		{"2022-01-07 10:00", "2022-01-07 11:00", true},
		{"2022-01-10 23:59", "2022-02-01 00:00", true},
		{"2022-01-11 00:00", "2022-02-01 00:00", false},
	}
	for _, tt := range tests {
		if g, got := x.Gap(local(t, loc, tt.from), local(t, loc, tt.to)); got != tt.want {
			t.Errorf("Gap(%s, %s) = %v, %v, want %v", tt.from, tt.to, g, got, tt.want)
		}
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	x, loc := index(t, kazakhstan(t)), zone(t, "Asia/Almaty")
	tests := []struct {
		kind, at, want string
	}{
		{"appeal", "2021-06-30 23:59", "law221_simple"},
		{"appeal", "2021-07-01 00:00", "appc_main"},
		{"appeal_inquiry", "2021-06-30 12:00", "law221_inquiry"},
		{"appeal_inquiry", "2021-07-01 12:00", ""}, // The APPC has one period for all.
		{"information", "2015-12-31 12:00", ""},
		{"comment", "2025-01-01 12:00", "social_comment"},
		{"parking", "2025-01-01 12:00", ""},
	}
	for _, tt := range tests {
		if d, ok := x.Deadline(tt.kind, local(t, loc, tt.at)); d.ID != tt.want || ok != (tt.want != "") {
			t.Errorf("Deadline(%s, %s) = %q, %v, want %q", tt.kind, tt.at, d.ID, ok, tt.want)
		}
	}
}

func TestNewIndexRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]Country{
		"zone":     {Zone: "Asia/Atlantis"},
		"date":     {Bodies: []Body{{ID: "b", ValidFrom: "soon"}}},
		"account":  {Bodies: []Body{{ID: "b", Accounts: []Account{{ValidTo: "late"}}}}},
		"deadline": {Deadlines: []Deadline{{ValidFrom: "soon"}}},
		"gap":      {Gaps: []Gap{{From: "soon"}}},
	}
	for name, c := range tests {
		if _, err := NewIndex(&c); err == nil {
			t.Errorf("NewIndex(bad %s) = nil, want an error", name)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	x := index(b, kazakhstan(b))
	at := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	b.Run("Account", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			x.Account("telegram", "aqorda_resmi", at)
		}
	})
	b.Run("BodyByName", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			x.BodyByName("Министерство труда и социальной защиты населения РК", at)
		}
	})
}

func BenchmarkEmbedded(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Embedded("KZ", Rules{}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestOutsideLeavesOutGaps(t *testing.T) {
	hour := func(h int) time.Time { return time.Date(2026, 1, 1, h, 0, 0, 0, time.UTC) }
	index, err := NewIndex(&Country{
		Code: "XQ", Names: Names{EN: "Qiyal"}, Zone: "UTC", Week: Week{Days: []string{"mon"}, From: "09:00", To: "18:00"},
		Gaps: []Gap{{From: "2026-01-02", To: "2026-01-02"}, {From: "2026-01-04", To: "2026-01-05"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name     string
		from, to int // hours of 1 January
		want     string
	}{
		{"before", 0, 20, "[0 20]"},
		{"into the first", 20, 30, "[20 24]"},
		{"out of the first", 30, 50, "[48 50]"},
		{"over both", 20, 130, "[20 24][48 72][120 130]"},
		{"inside", 26, 28, ""},
		{"nothing", 10, 10, ""},
		{"backwards", 10, 5, ""},
	} {
		got := ""
		for from, to := range index.Outside(hour(test.from), hour(test.to)) {
			got += fmt.Sprintf("[%v %v]", from.Sub(hour(0)).Hours(), to.Sub(hour(0)).Hours())
		}
		if got != test.want {
			t.Errorf("%s: Outside(%d, %d) = %s, want %s", test.name, test.from, test.to, got, test.want)
		}
	}
}
