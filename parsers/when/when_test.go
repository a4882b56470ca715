package when

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"qulaq/parsers"

	"github.com/google/go-cmp/cmp"
)

var (
	almaty = location("Asia/Almaty")
	seen   = time.Date(2024, 3, 15, 12, 0, 0, 0, time.FixedZone("", 5*3600))
	all    = ISO | Dots | Slashes | YearFirst | SlashNoYear | Named | NamedNoYear | DayWord | Ago
)

func location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// format writes a date as one line, in the zone of its source.
func format(d Date) string {
	const layout = "2006-01-02T15:04:05.999-07"
	span := d.Span.Lo.In(almaty).Format(layout)
	if !d.Span.IsPoint() {
		span += " … " + d.Span.Hi.In(almaty).Format(layout)
	}
	return string(d.Precision) + " " + span
}

func minute(at string) string { return "minute " + at + ":00+05 … " + at + ":59.999+05" }
func wholeDate(on string) string {
	return "day " + on + "T00:00:00+05 … " + on + "T23:59:59.999+05"
}

func TestParse(t *testing.T) {
	twelfth := minute("2024-03-12T09:15")
	date := wholeDate("2024-03-12")
	for in, want := range map[string]string{
		// Russian
		"5 минут назад":             "relative 2024-03-15T11:54:00+05 … 2024-03-15T11:55:30+05",
		"час назад":                 "relative 2024-03-15T10:00:00+05 … 2024-03-15T11:30:00+05",
		"2 ч. назад":                "relative 2024-03-15T09:00:00+05 … 2024-03-15T10:30:00+05",
		"полчаса назад":             "relative 2024-03-15T11:00:00+05 … 2024-03-15T11:45:00+05",
		"две недели назад":          "relative 2024-02-23T13:00:00+06 … 2024-03-05T00:00:00+05",
		"3 дня назад":               "relative 2024-03-11T12:00:00+05 … 2024-03-13T00:00:00+05",
		"месяц назад":               "relative 2024-01-13T13:00:00+06 … 2024-03-01T12:00:00+05",
		"только что":                "relative 2024-03-15T11:58:00+05 … 2024-03-15T12:00:00+05",
		"несколько секунд назад":    "relative 2024-03-15T11:59:00+05 … 2024-03-15T12:00:00+05",
		"вчера в 14:30":             minute("2024-03-14T14:30"),
		"Сегодня, 09:15":            minute("2024-03-15T09:15"),
		"позавчера в 8:05":          minute("2024-03-13T08:05"),
		"вчера":                     wholeDate("2024-03-14"),
		"сегодня":                   "day 2024-03-15T00:00:00+05 … 2024-03-15T12:00:00+05",
		"12 марта 2024 г., 09:15":   twelfth,
		"12 марта 2024 года в 9:15": twelfth,
		"12 марта 2024 г. 09:15":    twelfth,
		"1 фев 2024 в 17:45":        "minute 2024-02-01T17:45:00+06 … 2024-02-01T17:45:59.999+06",
		"12.03.2024 09:15":          twelfth,
		"12.03.2024, 09:15:30":      "second 2024-03-12T09:15:30+05",
		"12.03.2024 в 9:15":         twelfth,
		"12.03.24":                  date,
		"12 Марта 2024, вторник":    date,
		"Вторник, 12 марта 2024":    date,
		"вт, 12 мар. 2024, 09:15":   twelfth,
		"12 марта 2024 (вт)":        date,
		"12 мар в 9:15":             twelfth,
		"12 марта":                  date,
		"16 марта":                  "day 2023-03-16T00:00:00+06 … 2023-03-16T23:59:59.999+06",
		// Kazakh
		"2024 жылғы 12 наурыз":          date,
		"2024 ж. 12 наурыз":             date,
		"2024 жылдың 12 наурызы, 09:15": twelfth,
		"2024 жылы 12 наурызда":         date,
		"12 наурыз 2024":                date,
		"12 наурыз 2024 ж.":             date,
		"12 наурыз 2024 ж. 09:15":       twelfth,
		"12 наурыз 2024 ж., сейсенбі":   date,
		"6 мамырда 2023":                "day 2023-05-06T00:00:00+06 … 2023-05-06T23:59:59.999+06",
		"1 ақпан 2024":                  "day 2024-02-01T00:00:00+06 … 2024-02-01T23:59:59.999+06",
		"25 қаңтар 2024 жыл":            "day 2024-01-25T00:00:00+06 … 2024-01-25T23:59:59.999+06",
		"14 желтоқсан, 2023 ж.":         "day 2023-12-14T00:00:00+06 … 2023-12-14T23:59:59.999+06",
		"2023 жылғы 5 қыркүйегінде":     "day 2023-09-05T00:00:00+06 … 2023-09-05T23:59:59.999+06",
		"2023 жылғы 5 қыркүйегі":        "day 2023-09-05T00:00:00+06 … 2023-09-05T23:59:59.999+06",
		"5 минут бұрын":                 "relative 2024-03-15T11:54:00+05 … 2024-03-15T11:55:30+05",
		"2 сағат бұрын":                 "relative 2024-03-15T09:00:00+05 … 2024-03-15T10:30:00+05",
		"бір сағат бұрын":               "relative 2024-03-15T10:00:00+05 … 2024-03-15T11:30:00+05",
		"3 күн бұрын":                   "relative 2024-03-11T12:00:00+05 … 2024-03-13T00:00:00+05",
		"жаңа ғана":                     "relative 2024-03-15T11:58:00+05 … 2024-03-15T12:00:00+05",
		"кеше 14:30":                    minute("2024-03-14T14:30"),
		"кеше, сағат 14:30-да":          minute("2024-03-14T14:30"),
		"бүгін 09:15":                   minute("2024-03-15T09:15"),
		// English
		"March 12, 2024":                date,
		"12 March 2024":                 date,
		"Mar 12th, 2024 at 9:15 AM":     twelfth,
		"12 Mar 2024, 09:15":            twelfth,
		"March 12":                      date,
		"12 Mar 2024, 12:05 am":         minute("2024-03-12T00:05"),
		"12 Mar 2024, 12:05 pm":         minute("2024-03-12T12:05"),
		"an hour ago":                   "relative 2024-03-15T10:00:00+05 … 2024-03-15T11:30:00+05",
		"3 days ago":                    "relative 2024-03-11T12:00:00+05 … 2024-03-13T00:00:00+05",
		"just now":                      "relative 2024-03-15T11:58:00+05 … 2024-03-15T12:00:00+05",
		"Yesterday at 2:30 PM":          minute("2024-03-14T14:30"),
		"Tue, 12 Mar 2024 04:15:00 GMT": "second 2024-03-12T09:15:00+05",
		// machines
		"2024-03-12T04:15:00Z":             "second 2024-03-12T09:15:00+05",
		"2024-03-12T04:15:00+0000":         "second 2024-03-12T09:15:00+05",
		"2024-03-12T09:15:00+05:00":        "second 2024-03-12T09:15:00+05",
		"2024-03-12T09:15:00":              "second 2024-03-12T09:15:00+05",
		"2023-07-20T10:17:40.298101Z":      "second 2023-07-20T16:17:40.298+06",
		"2024-03-12 09:15":                 twelfth,
		"2024-03-12":                       date,
		"2024-02-01":                       "day 2024-02-01T00:00:00+06 … 2024-02-01T23:59:59.999+06",
		"2013/06/18 10:18:19 +1000":        "second 2013-06-18T06:18:19+06",
		"12/03/2024":                       date,
		"12/03 - 09:15":                    twelfth,
		"12/03\u00a0– 09:15":               twelfth,
		"\n      12/03 - 09:15\n\t\u200e ": twelfth,
	} {
		t.Run(in, func(t *testing.T) {
			date, err := Grammar{Shapes: all, Zone: almaty}.Parse(in, Context{Seen: seen})
			got := ""
			if err == nil {
				got = format(date)
			}
			if got != want {
				t.Errorf("Parse(%q) = %q, %v, want %q", in, got, err, want)
			}
		})
	}
}

// What a library reads as a date and is none, and what a page may print that
// must not be guessed at.
func TestRefused(t *testing.T) {
	for _, test := range []struct {
		in     string
		shapes Shape
		reason error
	}{
		{"14 комментариев", all, ErrShape},
		{"№ 1234", all, ErrShape},
		{"1234", all, ErrShape},
		{"2,5 тыс. просмотров", all, ErrShape},
		{"", all, ErrShape},
		{"12", all, ErrShape},
		{"март 2024", all, ErrShape},
		{"31.12", all, ErrShape},
		{"12 марта 2024 и позже", all, ErrShape},
		{"с 12 марта 2024", all, ErrShape},
		{"Опубликовано: 7 февраля 2024, 18:03", all, ErrShape},
		{"изменено 05.02.2024 в 10:00", all, ErrShape},
		{"12. 03. 2024", all, ErrShape},
		{"12.03.2024 25:00", all, ErrShape},
		{"12.03.2024 14:60", all, ErrShape},
		{"12.03.2024 14:5", all, ErrShape},
		{"12 Mar 2024 13:05 pm", all, ErrShape},
		{"2024-3-12", all, ErrShape},
		{"12 марта 0000", all, ErrImpossible},
		{"0000-03-12", all, ErrImpossible},
		{"31.02.2024", all, ErrImpossible},
		{"12.13.2024", all, ErrImpossible},
		{"00.01.2024", all, ErrImpossible},
		{"12 марта 2024, среда", all, ErrImpossible},
		{"сегодня в 12:01", all, ErrImpossible},
		{"только полчаса назад", all, ErrShape},
		{"5 минут", all, ErrShape},
		{"999 лет назад", all, ErrShape},
		{"1234567890123", all, ErrShape},
		{strings.Repeat("1 ", 1000), all, ErrShape},
		{"2024-02-01", Dots, ErrShape},
		{"01.02.2024", ISO, ErrShape},
		{"2024-03-12T04:15:00Z", Dots | Slashes | Named, ErrShape},
		{"12 марта", Named, ErrShape},
		{"12 марта 2024", NamedNoYear, ErrShape},
		{"12.03.2024", 0, ErrShape},
	} {
		t.Run(test.in, func(t *testing.T) {
			date, err := Grammar{Shapes: test.shapes, Zone: almaty}.Parse(test.in, Context{Seen: seen})
			if !errors.Is(err, test.reason) {
				t.Errorf("Parse(%q) = %s, %v, want the error %v", test.in, format(date), err, test.reason)
			}
		})
	}
}

func TestDayAndMonthAreNeverGuessed(t *testing.T) {
	parse := func(shapes Shape, s string) (string, error) {
		date, err := Grammar{Shapes: shapes, Zone: almaty}.Parse(s, Context{})
		return format(date), err
	}
	if got, err := parse(Slashes, "04/03/2024"); err != nil || got != wholeDate("2024-03-04") {
		t.Errorf("Slashes reads 04/03/2024 as %s, %v", got, err)
	}
	if got, err := parse(MonthFirst, "04/03/2024"); err != nil || got != wholeDate("2024-04-03") {
		t.Errorf("MonthFirst reads 04/03/2024 as %s, %v", got, err)
	}
	if got, err := parse(Slashes|MonthFirst, "04/03/2024"); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("Slashes|MonthFirst reads 04/03/2024 as %s, %v, want %v", got, err, ErrAmbiguous)
	}
	if got, err := parse(Slashes|MonthFirst, "04/04/2024"); err != nil || got != wholeDate("2024-04-04") {
		t.Errorf("Slashes|MonthFirst reads 04/04/2024, where both agree, as %s, %v", got, err)
	}
	if got, err := parse(Slashes|MonthFirst, "25/04/2024"); err != nil || got != wholeDate("2024-04-25") {
		t.Errorf("Slashes|MonthFirst reads 25/04/2024, which only one can read, as %s, %v", got, err)
	}
}

func TestLabels(t *testing.T) {
	g := Grammar{Shapes: Dots | Named, Zone: almaty, Labels: []string{"изменено", "опубликовано"}}
	for in, want := range map[string]string{
		"изменено 05.03.2024 в 10:00":       minute("2024-03-05T10:00"),
		"Опубликовано: 7 марта 2024, 18:03": minute("2024-03-07T18:03"),
		"7 марта 2024, 18:03":               minute("2024-03-07T18:03"),
	} {
		if got, err := g.Parse(in, Context{}); err != nil || format(got) != want {
			t.Errorf("Parse(%q) = %s, %v, want %s", in, format(got), err, want)
		}
	}
	if got, err := g.Parse("удалено 05.03.2024", Context{}); err == nil {
		t.Errorf("Parse with an undeclared label = %s, want an error", format(got))
	}
}

func TestErrorNamesTheString(t *testing.T) {
	_, err := Grammar{Shapes: Dots}.Parse("31.02.2024", Context{})
	const want = `when: "31.02.2024": 2024-02-31: no such time`
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestShapeNames(t *testing.T) {
	set, err := ParseShape("dots", "slash-no-year", "ago")
	if err != nil || set != Dots|SlashNoYear|Ago {
		t.Errorf("ParseShape = %v, %v", set, err)
	}
	if got := set.String(); got != "dots|slash-no-year|ago" {
		t.Errorf("String() = %s", got)
	}
	if _, err := ParseShape("dd.mm.yyyy"); err == nil {
		t.Error("ParseShape of an unknown name gave no error")
	}
	seen := map[Shape]bool{}
	for _, rule := range rules {
		if seen[rule.shape] {
			t.Errorf("shape %s has two rules", rule.name)
		}
		seen[rule.shape] = true
	}
}

func TestNilZoneIsUTC(t *testing.T) {
	got, err := Grammar{Shapes: Dots}.Parse("12.03.2024 09:15", Context{})
	want := parsers.Within(time.Date(2024, 3, 12, 9, 15, 0, 0, time.UTC), time.Minute)
	if diff := cmp.Diff(want, got.Span); err != nil || diff != "" {
		t.Errorf("Parse: %v (-want +got):\n%s", err, diff)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"12.03.2024 09:15", "12/03 - 09:15", "2024-03-12T04:15:00.5+0500", "12 марта 2024 г., 09:15", "2024 жылғы 12 наурыз",
		"кеше, сағат 14:30-да", "5 минут назад", "29/02 - 23:30", "March 12, 2024 at 9:15 pm",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, rule := range rules {
			g := Grammar{Shapes: rule.shape, Zone: almaty}
			date, err := g.Parse(s, Context{Seen: seen})
			if err != nil {
				continue
			}
			if date.Span.Lo.IsZero() || date.Span.Hi.Before(date.Span.Lo) || date.Precision == "" {
				t.Errorf("%s reads %q as %+v", rule.name, s, date)
			}
			if (rule.shape == Ago || rule.shape == DayWord) && date.Span.Hi.After(seen) {
				t.Errorf("%s reads %q as %v, later than seen", rule.name, s, date.Span)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, bench := range []struct {
		name, in string
		shapes   Shape
	}{
		{"slash-no-year", "12/03 - 09:15", SlashNoYear},
		{"iso", "2024-03-12T04:15:00Z", ISO},
		{"named", "12 марта 2024 г., 09:15", Named},
		{"any", "2 сағат бұрын", all},
	} {
		b.Run(bench.name, func(b *testing.B) {
			g := Grammar{Shapes: bench.shapes, Zone: almaty}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := g.Parse(bench.in, Context{Seen: seen}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The standard library, told the layout, is the oracle for what the grammar reads
// by shape.
func TestAgreesWithTime(t *testing.T) {
	layouts := map[string]Shape{
		time.RFC3339: ISO, "2006-01-02T15:04:05-0700": ISO, "2006-01-02 15:04:05": ISO,
		"02.01.2006 15:04:05": Dots, "2.1.2006, 15:04:05": Dots, "02/01/2006 15:04:05": Slashes,
		"01/02/2006 15:04:05": MonthFirst, "2006/01/02 15:04:05 -0700": YearFirst,
		time.RFC1123Z: Named, "January 2, 2006 at 3:04:05 PM": Named, "2 January 2006 15:04:05": Named,
	}
	random := rand.New(rand.NewPCG(1, 2))
	aqtobe := location("Asia/Aqtobe") // UTC+5 since 2004: every wall clock is one instant
	from := time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	for range 2000 {
		want := time.Unix(from+random.Int64N(25*365*86400), 0).In(aqtobe)
		for layout, shape := range layouts {
			in := want.Format(layout)
			got, err := Grammar{Shapes: shape, Zone: aqtobe}.Parse(in, Context{})
			if err != nil || got.Span != parsers.At(want) {
				t.Fatalf("%s: Parse(%q) = %s, %v, want %v", shape, in, format(got), err, want)
			}
		}
	}
}
