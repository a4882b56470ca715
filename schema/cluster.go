package schema

import (
	"math"
	"time"
)

// PerCluster makes one row of the needs of each cluster put to one body: a
// petition drive is one demand. It was asked when the first of its needs was, it is
// answered by the first reply to any of them, and it was watched for as long as the
// one of them that was watched longest. NeedID is that of the first need.
func (l *Latencies) PerCluster() *Latencies {
	type key struct{ body, cluster string }
	rows := map[key][]int{}
	var order []key
	for row := range l.NeedID {
		k := key{l.BodyID[row], l.Cluster[row]}
		if rows[k] == nil {
			order = append(order, k)
		}
		rows[k] = append(rows[k], row)
	}
	out := new(Latencies)
	for _, k := range order {
		first := rows[k][0]
		for _, row := range rows[k][1:] {
			if l.AskedLo[row].Before(l.AskedLo[first]) {
				first = row
			}
		}
		lo, hi := l.demand(rows[k], l.AskedLo[first], l.AskedHi[first])
		out.BodyID = append(out.BodyID, l.BodyID[first])
		out.SourceID = append(out.SourceID, l.SourceID[first])
		out.ThreadID = append(out.ThreadID, l.ThreadID[first])
		out.NeedID = append(out.NeedID, l.NeedID[first])
		out.Cluster = append(out.Cluster, l.Cluster[first])
		out.Class = append(out.Class, l.Class[first])
		out.Language = append(out.Language, l.Language[first])
		out.Theme = append(out.Theme, l.Theme[first])
		out.AskedLo = append(out.AskedLo, l.AskedLo[first])
		out.AskedHi = append(out.AskedHi, l.AskedHi[first])
		out.Lo, out.Hi = append(out.Lo, lo), append(out.Hi, hi)
	}
	return out
}

// demand is how long a demand that was first put within [askedLo, askedHi] waited
// for the first reply to any of its needs, in seconds.
func (l *Latencies) demand(rows []int, askedLo, askedHi time.Time) (lo, hi float64) {
	hi = math.Inf(1)
	answered := math.Inf(1)
	for _, row := range rows {
		end := l.AskedHi[row].Sub(askedHi).Seconds() + l.Lo[row] // at the earliest, or until when it was watched
		if math.IsInf(l.Hi[row], 1) {
			lo = max(lo, end)
			continue
		}
		answered = min(answered, end)
		hi = min(hi, l.AskedLo[row].Sub(askedLo).Seconds()+l.Hi[row])
	}
	if math.IsInf(answered, 1) {
		return lo, hi
	}
	return max(0, min(answered, hi)), hi
}
