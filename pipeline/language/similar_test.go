package language

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMask(t *testing.T) {
	tests := []struct{ name, a, b string }{
		{"greetings", "Здравствуйте! Принято.", "Добрый вечер, принято"},
		{"numbers of appeals", "Ваше обращение № 764523 принято.", "Ваше обращение ‹appeal› принято."},
		{"names", "Уважаемая ‹name›! Принято.", "Уважаемый ‹name›, принято."},
		{"numbers", "Обращение № 764523 от 12.10.2023 принято", "Обращение № 1 от 05.01.2024 принято"},
		{"Kazakh greeting", "Сәлеметсіз бе! Қабылданды", "Қабылданды"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a, b := Mask(tt.a), Mask(tt.b); a != b || a == "" {
				t.Errorf("Mask(%q) = %q, Mask(%q) = %q, want the same", tt.a, a, tt.b, b)
			}
		})
	}
}

func TestMaskKeepsGreetingWordsWithinText(t *testing.T) {
	if got, want := Mask("Приём в первый день"), "прием в первый день"; got != want {
		t.Errorf("Mask = %q, want %q", got, want)
	}
}

func TestSimilar(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       float64
	}{
		{"copies", "а б", "а б", 1},
		{"half", "а б в", "а б г", 0.5},
		{"repeated words count once", "а а б", "а б", 1},
		{"nothing in common", "а", "б", 0},
		{"both empty", "", "", 1},
		{"one empty", "", "а", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Similar(tt.a, tt.b); math.Abs(got-tt.want) > 1e-12 {
				t.Errorf("Similar(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
			}
		})
	}
}

func TestIndex(t *testing.T) {
	x := NewIndex(0.7)
	steps := []struct {
		text        string
		group, size int
	}{
		{"ваше обращение 0 принято в работу отделом жкх", 0, 1},
		{"ваше обращение 0 принято в работу отделом дорог", 0, 2},
		{"ремонт улицы запланирован на май", 2, 1},
		{"ваше обращение 0 принято в работу отделом жкх", 0, 3},
		{"", 4, 1},
		{"", 4, 2},
	}
	for i, step := range steps {
		if group, size := x.Add(step.text); group != step.group || size != step.size {
			t.Errorf("Add #%d (%q) = %d, %d, want %d, %d", i, step.text, group, size, step.group, step.size)
		}
	}
}

// texts draws n texts from templates with changed words.
func texts(n int) []string {
	r := rand.New(rand.NewPCG(3, 4))
	templates := make([][]string, n/20+1)
	for i := range templates {
		words := make([]string, 5+r.IntN(25))
		for j := range words {
			// Zipf-like: some words are in nearly every text.
			words[j] = fmt.Sprintf("w%d", int(math.Exp(r.Float64()*9)))
		}
		templates[i] = words
	}
	all := make([]string, n)
	for i := range all {
		words := append([]string(nil), templates[r.IntN(len(templates))]...)
		for range r.IntN(4) {
			words[r.IntN(len(words))] = fmt.Sprintf("w%d", r.IntN(9000))
		}
		all[i] = strings.Join(words, " ")
	}
	return all
}

// TestIndexMissesNothing compares the index with the same rule over all pairs.
func TestIndexMissesNothing(t *testing.T) {
	all := texts(1500)
	var got, want []int
	x := NewIndex(0.7)
	var leaders []int
	joined := 0
	copies := map[string]int{} // a copy stays in the group of its original
	for i, text := range all {
		group, _ := x.Add(text)
		got = append(got, group)
		best, top := i, 0.0
		if original, ok := copies[text]; ok {
			best, top = original, 1
		}
		for _, leader := range leaders {
			if alike := Similar(text, all[leader]); alike >= 0.7 && alike > top {
				best, top = leader, alike
			}
		}
		copies[text] = best
		if best == i {
			leaders = append(leaders, i)
		} else {
			joined++
		}
		want = append(want, best)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups (-all pairs +index):\n%s", diff)
	}
	if joined < 500 {
		t.Errorf("only %d texts joined a group; the test shows nothing", joined)
	}
}

func BenchmarkIndex(b *testing.B) {
	all := texts(100_000)
	b.ReportAllocs()
	for b.Loop() {
		x := NewIndex(0.7)
		for _, text := range all {
			x.Add(text)
		}
	}
	b.ReportMetric(float64(len(all)*b.N)/b.Elapsed().Seconds(), "texts/s")
}

func BenchmarkMask(b *testing.B) {
	const text = "Здравствуйте, ‹name›! Ваше обращение № 764523 от 12.10.2023 принято и направлено в отдел ЖКХ."
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Mask(text)
	}
}

// TestIndexFindsTemplates measures the grouping on replies of one body whose templates
// are labelled: with other names, numbers, greetings and single words, beside replies
// that begin alike and say something else. A wrong pair makes an answer a template.
func TestIndexFindsTemplates(t *testing.T) {
	table, err := os.ReadFile("testdata/templates.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var replies []Reply
	for line := range strings.Lines(string(table)) {
		if template, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); template != "template" {
			replies = append(replies, Reply{Template: template, Text: text})
		}
	}
	pairs := EvaluateTemplates(replies, 0.7) // pipeline.Likeness
	t.Logf("%+v", pairs)
	if p, r := pairs.Precision(), pairs.Recall(); p < 0.95 || r < 0.85 {
		t.Errorf("pairs %+v: precision %.3f, recall %.3f; want at least 0.95 and 0.85", pairs, p, r)
	}
}
