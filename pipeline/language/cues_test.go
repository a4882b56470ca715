package language

import (
	"strings"
	"testing"
)

func TestEveryCueMatchesItsExample(t *testing.T) {
	cues, _, err := parseCues(cuesTSV)
	if err != nil {
		t.Fatal(err)
	}
	if len(cues) < 250 {
		t.Fatalf("%d cues, want at least 250", len(cues))
	}
	for _, c := range cues {
		p := newPhrases()
		if err := p.add(0, c.pattern); err != nil {
			t.Error(err)
			continue
		}
		for _, example := range []string{Fold(c.example), OnRussianKeys(Fold(c.example))} {
			hits := 0
			p.find(strings.Fields(example), func(int) { hits++ })
			if hits == 0 {
				t.Errorf("cue %s %q does not match its example %q", c.group, c.pattern, example)
			}
		}
	}
}

func TestParseCuesRefuses(t *testing.T) {
	const header = "group\tlang\tpattern\texample\n"
	tests := []struct{ name, in, want string }{
		{"no header", "question\tru\tкогда\tx\n", "line 1"},
		{"missing column", header + "question\tru\tкогда\n", "line 2: want 4 columns"},
		{"unknown group", header + "questoin\tru\tкогда\tx\n", "line 2: unknown group"},
		{"unknown language", header + "question\txx\tкогда\tx\n", "line 2: unknown language"},
		{"repeated", header + "question\tru\tкогда\tx\nquestion\tru\tкогда\ty\n", "line 3: pattern repeated from line 2"},
		{"not folded", header + "question\tru\tКогда\tx\n", "no folded word"},
		{"star within", header + "question\tru\tко*гда\tx\n", "no folded word"},
		{"star alone", header + "question\tru\t*\tx\n", "no folded word"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := parseCues(tt.in); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("parseCues(%q) = %v, want an error with %q", tt.in, err, tt.want)
			}
		})
	}
}

func TestPhrases(t *testing.T) {
	tests := []struct {
		name, pattern, text string
		want                int
	}{
		{"word", "когда", "а когда включат", 1},
		{"part of a word", "когда", "никогда", 0},
		{"phrase over a comma", "до каких пор", "до, каких пор", 1},
		{"phrase in another order", "нет воды", "воды нет", 0},
		{"any ending", "отписк*", "одни отписки и отписка", 2},
		{"any ending, in the middle", "хотел* бы узнать", "хотела бы узнать", 1},
		{"any beginning", "*ет|*ит ли", "работает ли цон", 1},
		{"any beginning needs one", "*ет ли", "ет ли", 0},
		{"one of several", "ма|ме", "бола ма", 1},
		{"Kazakh on Russian keys", "қашан", "кашан берилед", 1},
		{"question mark as a word", "*ма ?", "жүрмейма?", 1},
		{"longer than the text", "су жоқ", "су", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPhrases()
			if err := p.add(0, tt.pattern); err != nil {
				t.Fatal(err)
			}
			got := 0
			p.find(strings.Fields(Fold(tt.text)), func(int) { got++ })
			if got != tt.want {
				t.Errorf("pattern %q in %q: %d hits, want %d", tt.pattern, tt.text, got, tt.want)
			}
		})
	}
}

func TestCues(t *testing.T) {
	tests := []struct {
		name string
		role Role
		in   string
		want Class
	}{
		{"question", Citizen, "Когда включат отопление", Question},
		{"question mark alone", Citizen, "А автобус 32 идёт?", Question},
		{"Kazakh question", Citizen, "Жылу қашан беріледі", Question},
		{"Kazakh question on Russian keys", Citizen, "жылу кашан бериледи", Question},
		{"rhetorical question", Citizen, "Вы издеваетесь?", Complaint},
		{"headline", Citizen, "Когда подорожает бензин? Эксперты рассказали", Chatter},
		{"request", Citizen, "Прошу принять меры", Request},
		{"advertisement with a question", Citizen, "Нужен займ? Скидка до пятницы, пишите в директ", Ad},
		{"nothing known", Citizen, "мда", Chatter},
		{"strongest of two", Official, "Спасибо за обращение! Ремонт запланирован на май", Substantive},
		{"refusal", Official, "К сожалению, не представляется возможным", Refusal},
		{"redirect after an acknowledgement", Official, "Принято в работу. Напишите в директ", Redirect},
		{"closing", Official, "Хорошего дня", Closing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			verdict := Cues().Citizen(tt.in)
			if tt.role == Official {
				verdict = Cues().Official(tt.in)
			}
			if verdict.Class != tt.want {
				t.Errorf("%s %q = %s, want %s", tt.role, tt.in, verdict.Class, tt.want)
			}
			if verdict.Confidence <= 0 || verdict.Confidence > 1 || (verdict.Need > 0.5) != tt.want.Need() {
				t.Errorf("%s %q: confidence %v, need %v", tt.role, tt.in, verdict.Confidence, verdict.Need)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	tests := []struct {
		name, in string
		want     Language
	}{
		{"Kazakh", "Жылу қашан беріледі", Kazakh},
		{"Russian", "Когда дадут отопление", Russian},
		{"mixed", "Сәлем, документы қайда тапсырамыз, очередь жылжып жатыр ма", Mixed},
		{"English", "When will the bus route be restored?", English},
		{"Kazakh in Latin letters", "salem, qashan su beriledi bizdin auylga", Kazakh},
		{"no words", "+++ 😀 123", Undetermined},
		{"empty", "", Undetermined},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Cues().Language(tt.in); got != tt.want {
				t.Errorf("Language(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}
