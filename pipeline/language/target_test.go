package language

import "testing"

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
