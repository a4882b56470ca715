package redact

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	tests := []struct {
		name, in, want string
		names          []string
	}{
		{"full name", "Асель Нурланова, ответ дан", "‹name›, ответ дан", []string{"Асель Нурланова"}},
		{"full name in lower case", "асель нурланова врёт", "‹name› врёт", []string{"Асель Нурланова"}},
		{"given name alone", "Асель, ответ дан", "‹name›, ответ дан", []string{"Асель Нурланова"}},
		{"other case, Russian", "Передайте Асели Нурлановой и Зауреш", "Передайте ‹name› и Зауреш", []string{"Асель Нурланова"}},
		{"other case, Kazakh", "Бектұрға жауап", "‹name› жауап", []string{"Бектұр"}},
		{"surname in another case", "с Нурлановой согласен", "с ‹name› согласен", []string{"Асель Нурланова"}},
		{"pictures around it", "Зере, рахмет", "‹name›, рахмет", []string{"🌸 Зере 🌸"}},
		{"nickname with digits", "спросите zere_01 об этом", "спросите ‹name› об этом", []string{"zere_01"}},
		{"in two words, dots between", "к А.Нурланову", "к ‹name›", []string{"А Нурланов"}},
		{"several people", "Зере и Бектұр правы", "‹name› и ‹name› правы", []string{"Зере", "Бектұр"}},
		{"nobody", "Зере", "Зере", nil},
		{"empty names", "Зере права", "Зере права", []string{"", " ", "🌸"}},

		{"part of another word stays", "Серебро", "Серебро", []string{"Сере"}},
		{"small word stays", "вода и свет", "вода и свет", []string{"Вода Света"}},
		{"city stays", "Житель Алматы пишет из Алматы", "Житель Алматы пишет из Алматы", []string{"Алматы Житель"}},
		{"word of a sentence stays", "Когда дадут воду?", "Когда дадут воду?", []string{"Когда"}},
		{"placeholder stays", "‹name› ‹phone›", "‹name› ‹phone›", []string{"Name Phone", "Phone"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Names(tt.in, tt.names...); got != tt.want {
				t.Errorf("Names(%q, %q) = %q, want %q", tt.in, tt.names, got, tt.want)
			}
		})
	}
}

func TestZeroRosterKnowsNobody(t *testing.T) {
	var nobody *Roster
	if got := nobody.Redact("Зере"); got != "Зере" {
		t.Errorf("nil roster: Redact(Зере) = %q, want it unchanged", got)
	}
}

func FuzzNames(f *testing.F) {
	f.Add("Асель Нурланова, ответ дан", "Асель Нурланова")
	f.Add("‹name› zere_01", "zere_01")
	f.Fuzz(func(t *testing.T, text, name string) {
		once := Names(text, name)
		if twice := Names(once, name); twice != once {
			t.Fatalf("Names(Names(%q, %q)) = %q, want %q", text, name, twice, once)
		}
	})
}

func BenchmarkRoster(b *testing.B) {
	text := strings.Repeat(cleanText, 4)
	roster := NewRoster("Асель Нурланова", "Зере", "Бектұр Омаров", "zere_01", "Жители 12 дома")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		roster.Redact(text)
	}
}
