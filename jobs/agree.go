package jobs

import (
	"errors"
	"fmt"
	"slices"

	"qulaq/pipeline/coding"
	"qulaq/pipeline/language"
	"qulaq/stats"
)

// Agreed tells how far two coders agree.
type Agreed struct {
	On            []AgreedOn     `json:"on"`
	Disagreements []Disagreement `json:"disagreements"`
}

// AgreedOn is their agreement on one question. Confusion[i][j] rows are of Names[i] for
// coder a and of Names[j] for coder b. Kappa and alpha are nil where all rows are of
// one class.
type AgreedOn struct {
	What      string   `json:"what"`
	N         int      `json:"n"`
	Observed  float64  `json:"observed"`
	Kappa     *float64 `json:"kappa"`
	KappaLo   *float64 `json:"kappa_lo"`
	KappaHi   *float64 `json:"kappa_hi"`
	Alpha     *float64 `json:"alpha"`
	AlphaLo   *float64 `json:"alpha_lo"`
	AlphaHi   *float64 `json:"alpha_hi"`
	Names     []string `json:"names"`
	Confusion [][]int  `json:"confusion"`
}

// Disagreement is a row that two coders have told differently.
type Disagreement struct {
	Row  string         `json:"row"`
	Role language.Role  `json:"role"`
	A    language.Class `json:"a"`
	B    language.Class `json:"b"`
	Text string         `json:"text"`
}

// agreementDraws is the number of bootstrap draws of kappa and alpha.
const agreementDraws = 2000

// ErrNoOverlap is returned when there is no row that both coders have coded.
var ErrNoOverlap = errors.New("jobs: no row is coded by both")

// Agree compares two sheets on the rows that both coders have filled in.
func Agree(a, b []coding.Coded) (Agreed, error) {
	var out Agreed
	ofB := make(map[string]coding.Coded, len(b))
	for _, c := range b {
		ofB[c.Row] = c
	}
	type pair struct{ a, b language.Class }
	pairs := map[language.Role][]pair{}
	for _, c := range a {
		d, ok := ofB[c.Row]
		if !ok || c.Class == "" || d.Class == "" {
			continue
		}
		if c.Role != d.Role {
			return out, fmt.Errorf("jobs: row %s has two roles: are the sheets of one sample?", c.Row)
		}
		pairs[c.Role] = append(pairs[c.Role], pair{c.Class, d.Class})
		if c.Class != d.Class {
			out.Disagreements = append(out.Disagreements, Disagreement{c.Row, c.Role, c.Class, d.Class, c.Text})
		}
	}
	for _, on := range []struct {
		what  string
		role  language.Role
		names []string
		of    func(language.Class) string
	}{
		{"citizens' classes", language.Citizen, classNames(language.Citizen), className},
		{"needs a reply", language.Citizen, []string{"need", "none"}, func(c language.Class) string {
			if c.Need() {
				return "need"
			}
			return "none"
		}},
		{"officials' classes", language.Official, classNames(language.Official), className},
	} {
		if len(pairs[on.role]) == 0 {
			continue
		}
		var first, second []int
		for _, p := range pairs[on.role] {
			first = append(first, slices.Index(on.names, on.of(p.a)))
			second = append(second, slices.Index(on.names, on.of(p.b)))
		}
		agreed, err := agreedOn(on.what, on.names, first, second)
		if err != nil {
			return out, err
		}
		out.On = append(out.On, agreed)
	}
	if len(out.On) == 0 {
		return out, ErrNoOverlap
	}
	return out, nil
}

func className(c language.Class) string { return string(c) }

func classNames(role language.Role) []string {
	var names []string
	for _, class := range language.Classes[role] {
		names = append(names, string(class))
	}
	return names
}

func agreedOn(what string, names []string, a, b []int) (AgreedOn, error) {
	out := AgreedOn{What: what, N: len(a), Names: names, Confusion: make([][]int, len(names))}
	for i := range names {
		out.Confusion[i] = make([]int, len(names))
	}
	same := 0
	for i := range a {
		out.Confusion[a[i]][b[i]]++
		if a[i] == b[i] {
			same++
		}
	}
	out.Observed = ratio(same, len(a))
	agreement, err := stats.Agree(a, b, stats.DefaultLevel, agreementDraws, 1)
	if errors.Is(err, stats.ErrOneClass) {
		return out, nil
	}
	out.Kappa, out.KappaLo, out.KappaHi = &agreement.Kappa, &agreement.KappaLimits.Lo, &agreement.KappaLimits.Hi
	out.Alpha, out.AlphaLo, out.AlphaHi = &agreement.Alpha, &agreement.AlphaLimits.Lo, &agreement.AlphaLimits.Hi
	return out, err
}
