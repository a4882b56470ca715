package redact

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// planter makes identifiers, each with the part of it that must not survive.
type planter struct{ *rand.Rand }

func (p planter) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + p.IntN(10))
	}
	return string(b)
}

func pick[T any](p planter, of ...T) T { return of[p.IntN(len(of))] }

func (p planter) iin() (text, secret string) {
	for {
		d := fmt.Sprintf("%02d%02d%02d%d%s", p.IntN(100), 1+p.IntN(12), 1+p.IntN(28), p.IntN(7), p.digits(5))
		var values [12]byte
		for i := range values {
			values[i] = d[i] - '0'
		}
		if validIIN(values[:]) {
			return pick(p, d, "ИИН "+d, "ЖСН:"+d, d[:6]+" "+d[6:], d[:6]+"-"+d[6:9]+"-"+d[9:]), d[7:]
		}
	}
}

func (p planter) phone() (text, secret string) {
	code, a, b, c := pick(p, "701", "702", "705", "707", "747", "771", "775", "778"), p.digits(3), p.digits(2), p.digits(2)
	sep := pick(p, " ", "-", ".", "\u00A0", "")
	local := a + sep + b + sep + c
	return pick(p, "+7", "8", "7") + pick(p, sep+code+sep, "("+code+")", " ("+code+") ") + local, b + sep + c
}

func (p planter) email() (text, secret string) {
	name := pick(p, "asel", "n.omarov", "zere_01", "бектур", "b-k", "a+b") + p.digits(p.IntN(4))
	return name + pick(p, "@", " @ ", "(at)", "[собака]") + pick(p, "mail.ru", "example.kz", "inbox.com", "почта.рф"), name
}

func (p planter) card() (text, secret string) {
	for {
		d := "4" + p.digits(15)
		values := make([]byte, len(d))
		for i := range values {
			values[i] = d[i] - '0'
		}
		if luhn(values) {
			sep := pick(p, " ", "-", "")
			return d[:4] + sep + d[4:8] + sep + d[8:12] + sep + d[12:], d[12:]
		}
	}
}

func (p planter) account() (text, secret string) {
	name := pick(p, "asel_n", "bektur.omarov", "zere01") + p.digits(3)
	return pick(p, "@", "t.me/", "https://vk.com/", "instagram.com/", "https://www.facebook.com/", "https://x.com/",
		"tiktok.com/@", "tg://resolve?domain=") + name, name
}

func (p planter) person() (text, secret string) {
	given := pick(p, "Айгуль", "Нурлан", "Бектұр", "Зере", "Дінмұхамед")
	patronymic := pick(p, "Сериковна", "Маратович", "Болатқызы", "Асқарұлы", "Ерлановны", "Бековичу")
	surname := pick(p, "Омаров", "Иванова", "Сейткали", "Ким", "Досжанова")
	return pick(p,
		"Уважаемая "+given+" "+patronymic,
		surname+" "+given+" "+patronymic,
		"С уважением, "+given+" "+surname,
		"ФИО: "+surname+" "+given,
		"меня зовут "+given+" "+surname,
		surname+" "+given[:2]+"."+patronymic[:2]+".",
	), surname
}

// TestPlantedIdentifiersDoNotSurvive puts identifiers into ordinary sentences.
func TestPlantedIdentifiersDoNotSurvive(t *testing.T) {
	before := []string{"", "Здравствуйте! ", "мой номер ", "жауап беріңіздер, ", "в 2023 году, ", "Писала 3 раза: ", "("}
	after := []string{"", ".", ", жду ответа", " рахмет", "! Когда дадут воду?", ")", "\n№ 764523 от 12.10.2023"}
	tests := []struct {
		name  string
		plant func(planter) (text, secret string)
	}{
		{"iin", planter.iin},
		{"phone", planter.phone},
		{"email", planter.email},
		{"card", planter.card},
		{"account", planter.account},
		{"person", planter.person},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := planter{rand.New(rand.NewPCG(1, 2))}
			for range 3000 {
				text, secret := tt.plant(p)
				left, right := pick(p, before...), pick(p, after...)
				in := left + text + right
				got, found := Text(in)
				if found.Total() == 0 || strings.Contains(strings.TrimSuffix(strings.TrimPrefix(got, left), right), secret) {
					t.Fatalf("Text(%q) = %q, still has %q", in, got, secret)
				}
				if again, _ := Text(got); again != got {
					t.Fatalf("Text(%q) = %q, want it unchanged", got, again)
				}
			}
		})
	}
}
