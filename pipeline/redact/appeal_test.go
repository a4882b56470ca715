package redact

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// All numbers below are invented.
func TestAppeals(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"e-Otinish", "Моё обращение ЖТ-2026-00123456 без ответа", []string{"ЖТ-2026-123456"}},
		{"e-Otinish, Latin letters", "жду ответа по ZT-2026-00123456", []string{"ЗТ-2026-123456"}},
		{"e-Otinish, a three for the letter", "3Т-2026-00123456", []string{"ЗТ-2026-123456"}},
		{"e-Otinish, its zeros left out", "№ жт-2026-123456", []string{"ЖТ-2026-123456"}},
		{"a body's own register", "по обращению № 4512 сообщаем", []string{"4512"}},
		{"with a date", "Ваше обращение от 12.03.2026 № 3-17/456 рассмотрено", []string{"3-17/456"}},
		{"with a date in words", "на ваше обращение от 12 марта 2026 года № 4512-И", []string{"4512-И"}},
		{"with a letter in front", "заявление № Ж-4512", []string{"Ж-4512"}},
		{"letters that look alike", "заявление № 4512-K; заявление № 4512-К", []string{"4512-К"}},
		{"incoming", "вх. № 4512 от 01.02.2026", []string{"4512"}},
		{"incoming, in full", "входящий номер 4512", []string{"4512"}},
		{"registered", "Ваше обращение зарегистрировано за № 4512.", []string{"4512"}},
		{"registered, a new sentence", "Ваше обращение принято. Номер: 4512", []string{"4512"}},
		{"number of an appeal", "номер моего обращения 4512", []string{"4512"}},
		{"number in front, no sign", "обращение номер 4512", []string{"4512"}},
		{"no-break space", "обращение №\u00A04512", []string{"4512"}},
		{"hash sign", "жалоба #4512", []string{"4512"}},
		{"Latin sign", "заявление N 4512", []string{"4512"}},
		{"Kazakh", "№ 4512 өтінішіңіз қаралды", []string{"4512"}},
		{"Kazakh, registered", "Өтінішіңіз № 4512 болып тіркелді", []string{"4512"}},
		{"Kazakh, number in words", "4512 нөмірлі өтініш", nil}, // nothing before it says that a number comes
		{"Kazakh, number of the appeal", "өтінішімнің нөмірі: 4512", []string{"4512"}},
		{"Kazakh with Russian letters", "№ 4512 отинишим кайда", []string{"4512"}},
		{"English", "your appeal No 4512", []string{"4512"}},
		{"two", "по обращениям № 4512 и № 4513", []string{"4512", "4513"}},
		{"one twice", "обращение № 4512, снова обращение №4512", []string{"4512"}},

		{"phone", "жалоба, тел. 8 701 555 01 01", nil},
		{"phone as a number", "обращение номер 87015550101", nil},
		{"law", "обращение по закону № 94-V", nil},
		{"law of three digits", "Закон РК от 29 июня 2020 года № 350-VI", nil},
		{"order", "жалоба на приказ № 4512", nil},
		{"school", "обращение родителей школы № 512", nil},
		{"school, after a comma", "Пишу обращение, школа № 512", nil},
		{"school, Kazakh", "№ 512 мектептің өтініші", nil},
		{"house", "обращение жильцов дома № 112", nil},
		{"bus", "жалоба на автобус № 137", nil},
		{"house in the next sentence", "Прошу принять обращение. № 112 дом на Абая", nil},
		{"short", "обращение № 5", nil},
		{"date", "обращение № 12.03.2026", nil},
		{"sum", "заявление на 250 000 тенге", nil},
		{"year", "обращение 2026 года", nil},
		{"organisation", "заявление № 990140000017", nil},
		{"another year", "жалоба на СТ-2026-0012", nil},
		{"decision", "обращение о решении № 4512", nil},
		{"how many", "1250 обращений, 300 жалоб", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clean, got, found := Read(tt.in)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Read(%q): appeals (-want +got):\n%s", tt.in, diff)
			}
			if named := strings.Contains(clean, Appeal.Placeholder()); named != (len(tt.want) > 0) || named != (found[Appeal] > 0) {
				t.Errorf("Read(%q) = %q with %d appeals found, want %d", tt.in, clean, found[Appeal], len(tt.want))
			}
			if strings.Contains(clean, "4512") && tt.want != nil {
				t.Errorf("Read(%q) = %q, which still has the number", tt.in, clean)
			}
		})
	}
}
