package redact

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// All people, numbers and accounts below are invented.
var replaced = []struct {
	name, in, want string
}{
	{"iin", "Мой ИИН 850615450121", "Мой ИИН ‹iin›"},
	{"iin without a word for it", "данные: 900101300017, жду", "данные: ‹iin›, жду"},
	{"iin in groups", "900101 300 017 это я", "‹iin› это я"},
	{"iin with a wrong control digit after its word", "ЖСН: 900101300011", "ЖСН: ‹iin›"},
	{"iin one digit short after its word", "ИИН 90010130001", "ИИН ‹iin›"},

	{"phone, trunk prefix", "звоните 87015550101", "звоните ‹phone›"},
	{"phone, dashes", "8-701-555-01-01 жду", "‹phone› жду"},
	{"phone, brackets", "+7 (701) 555-01-01.", "‹phone›."},
	{"phone, brackets, no plus", "8(7172) 55-01-01", "‹phone›"},
	{"phone, dots", "8.701.555.01.01", "‹phone›"},
	{"phone, country code without plus", "77015550101", "‹phone›"},
	{"phone, no prefix", "701 555 01 01", "‹phone›"},
	{"phone, ten digits of an operator", "7475550101 Асхат", "‹phone› ‹name›"},
	{"phone, no-break spaces", "8\u00A0701\u00A0555\u00A001\u00A001", "‹phone›"},
	{"phone, stars", "8*701*555*01*01", "‹phone›"},
	{"phone, keycaps", "8️⃣7️⃣0️⃣1️⃣5️⃣5️⃣5️⃣0️⃣1️⃣0️⃣1️⃣", "‹phone›"},
	{"phone, zero width spaces", "8\u200B701\u200B5550101", "‹phone›"},
	{"phone, glued to a word", "ватсап87015550101", "ватсап‹phone›"},
	{"phone, of a town", "тел. 55-01-01", "тел. ‹phone›"},
	{"phone, of a city", "255-01-01 не отвечает", "‹phone› не отвечает"},
	{"phone, international", "+998 90 555 01 01", "‹phone›"},
	{"phone, Germany", "+49 30 5550101", "‹phone›"},
	{"phone, before a date", "+7 701 555 01 01 12 марта", "‹phone› 12 марта"},
	{"phone, behind a year", "в 2023 87015550101", "в 2023 ‹phone›"},
	{"phone, after a word and a dash", "ватсап-87015550101", "ватсап-‹phone›"},
	{"two phones", "87015550101, 87475550102", "‹phone›, ‹phone›"},
	{"phone, in a link", "https://example.kz/?tel=87015550101", "https://example.kz/?tel=‹phone›"},

	{"email", "пишите a.person@example.kz", "пишите ‹email›"},
	{"email at the end of a sentence", "Адрес a@example.com.", "Адрес ‹email›."},
	{"email, Cyrillic look-alikes", "аsеl@mаil.ru", "‹email›"},
	{"email, national domain", "сергей@почта.рф", "‹email›"},
	{"email, spaces", "asel.n @ mail.ru", "‹email›"},
	{"email, spelled out", "asel_n собака mail точка ru", "‹email›"},
	{"email, brackets", "asel(at)mail.ru", "‹email›"},
	{"email of digits", "87015550101@mail.ru", "‹email›"},
	{"email in a link", "mailto:asel@mail.ru", "‹profile›"},

	{"card", "карта 4400430000000007", "карта ‹card›"},
	{"card in fours", "4400 4300 0000 0007 каспи", "‹card› каспи"},
	{"iban", "счёт KZ86125KZT5004100100", "счёт ‹iban›"},
	{"iban in fours", "KZ86 125K ZT50 0410 0100 жду", "‹iban› жду"},

	{"handle", "спросите у @asel_n", "спросите у ‹handle›"},
	{"handle on another host", "@asel@mastodon.example ответьте", "‹handle› ответьте"},
	{"handle with a dot behind", "Это @asel.n.", "Это ‹handle›."},
	{"handle, Cyrillic", "@асель ответьте", "‹handle› ответьте"},
	{"VK mention", "[id123|Асель], добрый день", "‹profile›, добрый день"},
	{"VK mention of a community", "[club1|Группа], когда?", "‹profile›, когда?"},
	{"VK mention in a comment", "[id123:bp-1_2|Асель], спасибо", "‹profile›, спасибо"},
	{"VK mention with a name in brackets", "@id123 (Асель Н.) напишите", "‹handle› напишите"},
	{"VK mention with a star", "*id123 (Асель) вот", "‹profile› вот"},

	{"profile, Telegram", "мой тг t.me/asel_n", "мой тг ‹profile›"},
	{"profile, Telegram app", "tg://resolve?domain=asel_n", "‹profile›"},
	{"profile, VK", "https://vk.com/id123456, вот", "‹profile›, вот"},
	{"profile, mobile VK", "https://m.vk.com/asel.n", "‹profile›"},
	{"profile, VK wall of a person", "vk.com/wall123_45", "‹profile›"},
	{"profile, Instagram", "Instagram.com/asel.n/", "‹profile›"},
	{"profile, Facebook", "facebook.com/profile.php?id=1000123", "‹profile›"},
	{"profile, WhatsApp", "wa.me/77015550101", "‹profile›"},
	{"profile, WhatsApp API", "https://api.whatsapp.com/send?phone=77015550101", "‹profile›"},
	{"profile, X", "(https://x.com/asel/status/12)", "(‹profile›)"},
	{"profile, YouTube", "https://www.youtube.com/@asel/videos", "‹profile›"},
	{"profile, TikTok", "tiktok.com/@asel", "‹profile›"},

	{"plate", "машина 123 ABC 02 на газоне", "машина ‹plate› на газоне"},
	{"plate without spaces", "123ABC02", "‹plate›"},
	{"flat", "ул. Абая 15, кв. 23", "ул. Абая 15, кв. ‹flat›"},
	{"flat in Kazakh", "Абай көшесі 15, пәтер 7", "Абай көшесі 15, пәтер ‹flat›"},

	{"name after a title", "Уважаемая Айгуль Сериковна!", "Уважаемая ‹name›!"},
	{"name after a title, Kazakh", "Құрметті Нұрлан Серікұлы, сәлем", "Құрметті ‹name›, сәлем"},
	{"name after a title, in lower case", "уважаемая айгуль сериковна", "уважаемая ‹name›"},
	{"name after an office", "Уважаемый Министр Ерлан Бекович!", "Уважаемый Министр ‹name›!"},
	{"double given name", "Уважаемый Касым-Жомарт Кемелевич!", "Уважаемый ‹name›!"},
	{"name before a honorific", "Айгүл ханым, рахмет", "‹name› ханым, рахмет"},
	{"name after a greeting", "Добрый день, Зауреш!", "Добрый день, ‹name›!"},
	{"name after a Kazakh greeting", "Сәлеметсіз бе, Бақытгүл!", "Сәлеметсіз бе, ‹name›!"},
	{"name after an unpunctuated greeting", "Здравствуйте Айгуль Ваш вопрос принят", "Здравствуйте ‹name› Ваш вопрос принят"},
	{"name before a greeting", "Зауреш, здравствуйте! Ответ дан.", "‹name›, здравствуйте! Ответ дан."},
	{"given name in a text", "Вчера Нурлан обещал", "Вчера ‹name› обещал"},
	{"given name, other case", "Сказали Нурлану и Айгүлге", "Сказали ‹name› и ‹name›"},
	{"given name and surname", "Это Асель Нурланова писала", "Это ‹name› писала"},
	{"full name", "Меня, Иванова Ивана Ивановича, не приняли", "Меня, ‹name›, не приняли"},
	{"full name in capitals", "СЕРИКОВА АЙГУЛЬ НУРЛАНОВНА", "‹name›"},
	{"full name in lower case", "я сериков нурлан болатович", "я сериков ‹name›"},
	{"Kazakh patronymic, other case", "Асқар Болатұлының үйі", "‹name› үйі"},
	{"daughter", "Сәуле Маратқызы келді", "‹name› келді"},
	{"surname and initials", "принял Иванов И.И. вчера", "принял ‹name› вчера"},
	{"initials and surname", "к А. Б. Серикову не попасть", "к ‹name› не попасть"},
	{"one initial and surname", "к А.Серикову не попасть", "к ‹name› не попасть"},
	{"given name before a full name", "Видели Айгуль Омарова Зере Сериковна", "Видели ‹name› ‹name›"},
	{"signature", "С уважением, Лейла Омарова", "С уважением, ‹name›"},
	{"signature on a new line", "С уважением,\nИванов И.И.", "С уважением,\n‹name›"},
	{"Kazakh signature", "Құрметпен, Зере", "Құрметпен, ‹name›"},
	{"label", "ФИО: Иванов Иван", "ФИО: ‹name›"},
	{"label, lower case", "фио: иванов иван", "фио: ‹name›"},
	{"label with stops", "Ф.И.О.: Серикова Айгуль", "Ф.И.О.: ‹name›"},
	{"Kazakh label", "Аты-жөні: Серікова Айгүл", "Аты-жөні: ‹name›"},
	{"introduction", "Меня зовут Зауреш, живу в ауле", "Меня зовут ‹name›, живу в ауле"},
	{"introduction, Kazakh", "Менің атым Дінмұхамед", "Менің атым ‹name›"},
	{"introduction, lower case", "меня зовут айгуль живу тут", "меня зовут ‹name› живу тут"},

	{"appeal of eleven digits", "обращение №87011234567", "обращение ‹appeal›"},
	{"appeal with its year", "ЗТ-2023-01234567 на контроле", "‹appeal› на контроле"},
	{"appeal that looks like a birth date", "ЖТ-2011-05123458", "‹appeal›"},
	{"appeal and name", "Айгуль Сериковна, обращение № 764523", "‹name›, обращение ‹appeal›"},
	{"number of an appeal", "номер обращения 764523, жду", "номер обращения ‹appeal›, жду"},

	{"number before an at sign", "7000000000@00", "‹phone›‹handle›"},
	{"two phones announced by one word", "тел. 87015550101, 55-01-01", "тел. ‹phone›, ‹phone›"},
	{"number too long for a phone", "+1000000000 000 00 00", "+1000000000 ‹phone›"},
	{"two given names tied by a dash", "Касым-Жомарт", "‹name›"},
	{
		"everything", "Уважаемая Айгуль Сериковна! ИИН 900101300017, тел 87015550101, a@example.kz",
		"Уважаемая ‹name›! ИИН ‹iin›, тел ‹phone›, ‹email›",
	},
	{"not UTF-8", "тел\xff 87015550101", "тел\uFFFD ‹phone›"},
}

func TestText(t *testing.T) {
	for _, tt := range replaced {
		t.Run(tt.name, func(t *testing.T) {
			got, found := Text(tt.in)
			if got != tt.want {
				t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
			}
			for kind := Kind(0); kind < kinds; kind++ {
				if want := strings.Count(tt.want, kind.Placeholder()); found[kind] != want {
					t.Errorf("Text(%q) counts %d of kind %v, want %d", tt.in, found[kind], kind, want)
				}
			}
		})
	}
}

// What statistics and readers need stays.
var kept = []struct {
	name, in string
}{
	{"date", "Ответ дан 12.10.2023, срок 15-11-2023"},
	{"short date", "с 12-10-23 по 01.02.24"},
	{"ISO date and time", "2023-10-12 14:30:05"},
	{"date that begins like a phone", "8.7.2024 10.00-18.00"},
	{"date after the word phone", "звонили по телефону 12.10.2023"},
	{"time", "с 09:00 до 18:30"},
	{"sum", "выделено 25 000 000 тенге"},
	{"sum that begins like a phone", "бюджет 87 011 234 567 тенге"},
	{"sum with a plus", "пенсия +15 000 000 тенге"},
	{"sum with a dot", "1 234 567.89 тг"},
	{"big sum", "2 500 000 000 000 000 тенге"},
	{"law", "Закон РК от 29 июня 2020 года № 350-VI"},
	{"order", "приказ № 66/138/4/133"},
	{"number of nothing that is named", "№ 764523 рассмотрено"},
	{"number of an organisation", "БИН 990140000017"},
	{"number without a control digit", "счётчик 900101300011"},
	{"service numbers", "звоните 109, 112, 119 или 1414"},
	{"toll-free number", "единый центр 8 800 080 77 77"},
	{"toll-free number with a plus", "+7 800 080 7777"},
	{"official sites", "https://www.gov.kz/memleket/entities/dsm?lang=ru и egov.kz, legalacts.egov.kz/npa/view?id=15906353"},
	{"portal question", "https://dialog.egov.kz/blogs/all-questions/764523"},
	{"VK post of a community", "https://vk.com/wall-123_45"},
	{"Instagram post", "https://www.instagram.com/p/AbC123/"},
	{"video", "https://www.youtube.com/watch?v=abc123"},
	{"hashtag", "#Астана #су_жоқ"},
	{"permit", "разрешение KZ07VWF00412345"},
	{"word dog", "моя собака убежала.помогите"},
	{"at sign alone", "5 @ 10"},
	{"sum in a currency", "500 KZT 10"},
	{"square metres", "65 кв. м на семью"},
	{"quarter", "в 1 кв 2025 и 2 кв. 2026 года"},
	{"houses", "дома 12, 15 18 20 25 30 35 40"},
	{"title and office", "Уважаемый аким! Уважаемый Министр!"},
	{"title and people", "Құрметті Әкім мырза! Уважаемые Жители!"},
	{"office before a honorific", "Министр ханым, тыңдаңызшы"},
	{"greeting and sentence", "Здравствуйте! Подскажите, когда дадут воду? Добрый день. Скажите, пожалуйста"},
	{"greeting and city", "Здравствуйте, Алматы!"},
	{"greeting, no stops", "Здравствуйте Когда включат свет"},
	{"signature of an office", "С уважением, Акимат города"},
	{"signature of an office, Kazakh", "Құрметпен, Баспасөз қызметі"},
	{"name is asked", "Укажите ФИО, адрес и номер обращения"},
	{"street after a writer", "на улице Бауыржана Момышулы темно"},
	{"street, Kazakh", "Абай Құнанбайұлы көшесі жөнделді"},
	{"street with initials", "ул. А. Иманова, пр. С.Сейфуллина"},
	{"university named after", "в КазНТУ имени К.И. Сатпаева"},
	{"shop in quotation marks", "возле ТЦ «Айгерим»"},
	{"great and armed", "Ұлы Отан соғысы, ҚР Қарулы Күштері"},
	{"village", "Ақсу Ауылы"},
	{"postscript", "P.S. Спасибо вам"},
	{"word before a job", "меня зовут на работу"},
	{"state", "закон Р.К. Министерство молчит"},
	{"placeholder", "‹phone› ‹iin› ‹name›"},
	{"single quotes", "‹не плейсхолдер›"},
	{"empty", ""},
	{"signs", "+ ( @ [ * № ‹"},
}

func TestTextKeeps(t *testing.T) {
	for _, tt := range kept {
		t.Run(tt.name, func(t *testing.T) {
			if got, found := Text(tt.in); got != tt.in || found.Total() != 0 {
				t.Errorf("Text(%q) = %q with %d found, want it unchanged", tt.in, got, found.Total())
			}
		})
	}
}

func TestTextIsIdempotent(t *testing.T) {
	for _, tt := range replaced {
		once, _ := Text(tt.in)
		if twice, _ := Text(once); twice != once {
			t.Errorf("Text(Text(%q)) = %q, want %q", tt.in, twice, once)
		}
	}
}

func TestTextAllocatesNothingWhenClean(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { Text(cleanText) }); n != 0 {
		t.Errorf("Text(clean) allocates %v times, want 0", n)
	}
}

// TestTextIsLinear gives every recogniser a text that begins what it looks for again
// and again. In quadratic time, each of these takes minutes.
func TestTextIsLinear(t *testing.T) {
	for _, unit := range []string{
		"№ 1234567 ", "от № 123 ", "-1/1", "№", "1", "1 ", "+", "(", "8 701 ", "a.", "a@", "@", "[", "[id1", "*id", "x.com/i/", "tg:", "https://", "KZ1", "‹",
		"а", "Ж", "Иван ", "А-Б", "И.", "И. ", "Уважаемый ", "Здравствуйте, ", "фио: ", "тел ", "кв ", "а собака ",
	} {
		start := time.Now()
		Text(strings.Repeat(unit, 1<<18/len(unit)))
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("256 KiB of %q take %v", unit, took)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, tt := range replaced {
		f.Add(tt.in)
	}
	for _, tt := range kept {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		once, found := Text(in)
		if !utf8.ValidString(once) {
			t.Fatalf("Text(%q) = %q is not UTF-8", in, once)
		}
		if found.Total() == 0 && utf8.ValidString(in) && once != in {
			t.Fatalf("Text(%q) = %q, but nothing was found", in, once)
		}
		if twice, _ := Text(once); twice != once {
			t.Fatalf("Text(Text(%q)) = %q, want %q", in, twice, once)
		}
	})
}

const cleanText = `Здравствуйте! Когда в нашем ауле сделают дорогу? Обещали ещё в 2023 году, выделили 25 000 000 тенге,
а ям стало только больше. Біздің көшеде жарық жоқ, екі рет өтініш жаздық, жауап берген ешкім болмады. Ответ по № 764523
от 12.10.2023 был отпиской, по телефону 109 говорят ждать. На сайте egov.kz ничего не найти. Прошу принять меры. `

func BenchmarkText(b *testing.B) {
	for _, bench := range []struct{ name, text string }{
		{"clean", strings.Repeat(cleanText, 4)},
		{"identifiers", strings.Repeat(cleanText+"Айгуль Сериковна, 87015550101, a@example.kz ", 4)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			b.ReportAllocs()
			for b.Loop() {
				Text(bench.text)
			}
		})
	}
}
