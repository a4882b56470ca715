package schema

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func TestPerCluster(t *testing.T) {
	type need struct {
		cluster string
		asked   int     // minute
		lo, hi  float64 // seconds
	}
	open := math.Inf(1)
	for _, test := range []struct {
		name  string
		needs []need
		want  string // need asked lo hi
	}{
		{"alone", []need{{"0", 5, 60, 60}}, "0 5 60 60"},
		{"the first asked, the first answered", []need{{"0", 10, 300, 300}, {"0", 0, 7200, 7200}}, "1 0 900 900"},
		{"one of two answered", []need{{"0", 0, 600, open}, {"0", 1, 60, 60}}, "0 0 120 120"},
		{"none answered", []need{{"0", 0, 600, open}, {"0", 60, 600, open}}, "0 0 4200 +Inf"},
		{"spans", []need{{"0", 0, 30, 90}, {"0", 1, 0, 40}}, "0 0 30 90"},
		{"two demands", []need{{"0", 0, 60, 60}, {"1", 0, 60, open}}, "0 0 60 60;1 0 60 +Inf"},
	} {
		l := new(Latencies)
		for i, n := range test.needs {
			l.BodyID, l.SourceID, l.ThreadID = append(l.BodyID, "b"), append(l.SourceID, "s"), append(l.ThreadID, "t")
			l.NeedID, l.Cluster = append(l.NeedID, fmt.Sprint(i)), append(l.Cluster, n.cluster)
			l.Class, l.Language = append(l.Class, "question"), append(l.Language, "kk")
			l.Theme = append(l.Theme, "none")
			l.AskedLo, l.AskedHi = append(l.AskedLo, at(n.asked)), append(l.AskedHi, at(n.asked))
			l.Lo, l.Hi = append(l.Lo, n.lo), append(l.Hi, n.hi)
		}
		got := ""
		per := l.PerCluster()
		for i := range per.NeedID {
			if i > 0 {
				got += ";"
			}
			got += fmt.Sprintf("%s %v %v %v", per.NeedID[i], int(per.AskedLo[i].Sub(at(0))/time.Minute), per.Lo[i], per.Hi[i])
		}
		if got != test.want {
			t.Errorf("%s: PerCluster = %s, want %s", test.name, got, test.want)
		}
	}
}
