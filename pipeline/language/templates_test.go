package language

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadReplies(t *testing.T) {
	got, err := ReadReplies(strings.NewReader("group\tsame\ttext\n1\tyes\tПринято\n1\tyes\tПринято!\n2\tno\tДа\r\n2\tno\t\"Нет\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Reply{{"1", "1", "Принято"}, {"1", "1", "Принято!"}, {"2", "", "Да"}, {"2", "", `"Нет"`}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReadReplies (-want +got):\n%s", diff)
	}
}

func TestReadRepliesRefuses(t *testing.T) {
	const header = "group\tsame\ttext\n"
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", "line 1"},
		{"another header", "group\ttext\n", "line 1"},
		{"a column too few", header + "1\tyes\n", "line 2: 2 columns"},
		{"no text", header + "1\tyes\t \n", "line 2: no group or no text"},
		{"neither yes nor no", header + "1\tperhaps\tДа\n", `line 2: same is "perhaps"`},
		{"both", header + "1\tyes\tДа\n1\tno\tНет\n", `line 3: group "1" is the same and is not`},
		{"alone", header + "1\tyes\tДа\n1\tyes\tДа.\n2\tno\tНет\n", `line 4: group "2" has one reply`},
		{"an endless line", header + strings.Repeat("я", 1<<20), "too long"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ReadReplies(strings.NewReader(tt.in)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("ReadReplies(%q) = %v, want an error with %q", tt.in[:min(len(tt.in), 60)], err, tt.want)
			}
		})
	}
}

func TestEvaluateTemplates(t *testing.T) {
	replies := []Reply{
		{"a", "1", "Заявка 5 принята в работу отделом"},
		{"a", "1", "Заявка 77 принята в работу отделом"}, // found
		{"a", "", "Заявка 8 принята в работу отделом, но отклонена"},
		{"a", "1", "Ваш запрос взяли"},                  // missed, twice
		{"b", "1", "Заявка 9 принята в работу отделом"}, // of another body
	}
	// The third has all 6 words of the first and 2 more: 6/8 is over 0.7 and under 0.8.
	for likeness, want := range map[float64]Counts{
		0.7: {True: 1, FalsePositive: 2, FalseNegative: 2},
		0.8: {True: 1, FalseNegative: 2},
	} {
		if got := EvaluateTemplates(replies, likeness); got != want {
			t.Errorf("EvaluateTemplates(%v) = %+v, want %+v", likeness, got, want)
		}
	}
}
