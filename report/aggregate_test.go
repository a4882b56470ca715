package report

import (
	"fmt"
	"testing"
	"time"

	"qulaq/schema"
)

// BenchmarkAggregate counts 10,000 needs, as jobs.Recount does those of each body.
func BenchmarkAggregate(b *testing.B) {
	index := kz(b)
	l := new(schema.Latencies)
	for i := range 10_000 {
		asked := date(2024, 1, 1).Add(time.Duration(i) * time.Hour)
		l.BodyID, l.SourceID, l.ThreadID = append(l.BodyID, "steady"), append(l.SourceID, "none"), append(l.ThreadID, fmt.Sprint(i/8))
		l.NeedID, l.Cluster = append(l.NeedID, fmt.Sprint(i)), append(l.Cluster, fmt.Sprint(i))
		l.Class, l.Language, l.Theme = append(l.Class, "question"), append(l.Language, []string{"kk", "ru"}[i%2]), append(l.Theme, "roads")
		l.AskedLo, l.AskedHi = append(l.AskedLo, asked), append(l.AskedHi, asked)
		seconds := float64(i%977) * 3600
		l.Lo, l.Hi = append(l.Lo, seconds), append(l.Hi, seconds)
	}
	b.ReportAllocs()
	for b.Loop() {
		a := NewAggregate(index)
		for _, kind := range CountedKinds {
			if err := a.Add(kind, l); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := a.States(); err != nil {
			b.Fatal(err)
		}
	}
}
