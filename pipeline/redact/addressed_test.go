package redact

import "testing"

func TestAddressed(t *testing.T) {
	// All people are invented.
	names := []string{"Айгүл Сағымова", "Айгүл Бұлтова", "МИРАЖНОВА МАРИНА", "Зере 🌷", "Житель", "вода"}
	d := NewDirectory(names)
	for _, tt := range []struct {
		name, text string
		want       int
	}{
		{"full name", "Уважаемая Айгүл Сағымова! Вода будет.", 0},
		{"surname first", "Құрметті Бұлтова Айгүл, су беріледі", 1},
		{"name and patronymic", "Уважаемая Марина Сергеевна! Вода будет.", 2},
		{"name before a greeting", "Зере, здравствуйте!", 3},
		{"name behind a greeting", "Сәлеметсіз бе, Зере! Су беріледі.", 3},
		{"surname alone", "Сағымова, добрый день", 0},
		{"two of one given name", "Айгүл, сәлеметсіз бе", -1},
		{"names of two people", "Марина Бұлтова, здравствуйте", -1},
		{"two people", "Зере, Марина, добрый день", 3}, // the first
		{"not at the beginning", "Ответ дан Зере вчера", -1},
		{"somebody else", "Уважаемая Ольга! Вода будет.", -1},
		{"a word that is a name here", "Житель, добрый день", -1},
		{"a word in lower case", "вода будет", -1},
		{"nobody", "Здравствуйте! Вода будет.", -1},
		{"a greeting alone", "Добрый день", -1},
		{"nothing", "", -1},
		{"signs", "!!! ‹name›", -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := d.Addressed(tt.text); got != tt.want {
				t.Errorf("Addressed(%q) = %d, want %d", tt.text, got, tt.want)
			}
		})
	}
	if got := NewDirectory(nil).Addressed("Зере, здравствуйте"); got != -1 {
		t.Errorf("an empty directory finds %d, want -1", got)
	}
}
