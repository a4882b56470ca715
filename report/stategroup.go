package report

import (
	"cmp"
	"maps"
	"slices"

	"qulaq/schema"
	"qulaq/stats"
)

// stateGroup counts needs that stand together in a report.
type stateGroup struct {
	buckets  buckets
	cells    []cellCount // by number of bucket
	spans    map[[2]int]uint32
	horizons []float64
	sums     []stats.ClusterSums // by horizon
	threads  int
	thread   string // the one in hand
	n, k     []float64
}

type cellCount struct{ answered, open, wide uint32 }

// sight is what a group counts of an observation.
type sight struct {
	thread   string
	at       float64 // the middle of its span
	answered bool
	bucket   int
	from, to int // buckets of the ends of its span, when that is wider than its bucket
}

func sightOf(w buckets, o stats.Observation, thread string) sight {
	x := sight{thread: thread, at: o.Lo}
	if o.IsCensored() {
		x.bucket = w.of(o.Lo)
		return x
	}
	x.answered, x.at = true, o.Lo/2+o.Hi/2
	x.bucket = w.of(x.at)
	if lo, hi := w.edges(x.bucket); o.Hi-o.Lo > float64(hi-lo)/dayMinutes {
		x.from, x.to = w.of(o.Lo), w.of(o.Hi)
		if _, edge := w.edges(x.from); float64(edge)/dayMinutes == o.Lo {
			x.from++ // the span does not include its lower end
		}
	}
	return x
}

// isWide tells whether a reply's time is known less exactly than its bucket.
func (x *sight) isWide() bool { return x.to > 0 }

func newStateGroup(w buckets, clock string) *stateGroup {
	g := &stateGroup{buckets: w}
	for _, h := range DefaultHorizons {
		if h.Working == (clock == workingClock) {
			g.horizons = append(g.horizons, h.Days)
		}
	}
	g.sums = make([]stats.ClusterSums, len(g.horizons))
	g.n, g.k = make([]float64, len(g.horizons)), make([]float64, len(g.horizons))
	return g
}

// add counts a need of a thread. A reply whose time is known less exactly than its
// bucket is counted in the middle of its span as wide, and its span is.
func (g *stateGroup) add(x sight) {
	if g.threads == 0 || x.thread != g.thread {
		g.close()
		g.thread = x.thread
		g.threads++
	}
	if x.bucket >= len(g.cells) {
		g.cells = slices.Grow(g.cells, x.bucket+1-len(g.cells))[:x.bucket+1]
	}
	c := &g.cells[x.bucket]
	if x.answered {
		c.answered++
	} else {
		c.open++
	}
	if x.isWide() {
		c.wide++
		if g.spans == nil {
			g.spans = map[[2]int]uint32{}
		}
		g.spans[[2]int{x.from, x.to}]++
	}
	for i, h := range g.horizons {
		switch {
		case x.answered && x.at <= h:
			g.n[i]++
			g.k[i]++
		case x.at >= h:
			g.n[i]++
		}
	}
}

// close adds up the thread in hand.
func (g *stateGroup) close() {
	for i := range g.horizons {
		if n, k := g.n[i], g.k[i]; n > 0 {
			g.sums[i] = g.sums[i].Add(stats.ClusterSums{Clusters: 1, N: n, K: k, SquareN: n * n, NK: n * k, SquareK: k * k})
		}
		g.n[i], g.k[i] = 0, 0
	}
}

// states adds the counts of the group, under its key.
func (g *stateGroup) states(key schema.StateKey, out *schema.States) {
	g.close()
	for bucket, c := range g.cells {
		if c != (cellCount{}) {
			lo, hi := g.buckets.edges(bucket)
			out.Cells = append(out.Cells, schema.ReplyState{StateKey: key, Lo: lo, Hi: hi, Answered: c.answered, Open: c.open, Wide: c.wide})
		}
	}
	for _, s := range slices.SortedFunc(maps.Keys(g.spans), func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }) {
		lo, _ := g.buckets.edges(s[0])
		_, hi := g.buckets.edges(s[1])
		out.Spans = append(out.Spans, schema.ReplySpan{StateKey: key, Lo: lo, Hi: hi, Answered: g.spans[s]})
	}
	for i, h := range g.horizons {
		s := g.sums[i]
		out.Threads = append(out.Threads, schema.ThreadSums{
			StateKey: key, Horizon: h, Threads: uint64(g.threads), Followed: uint64(s.Clusters), N: s.N, K: s.K, NN: s.SquareN, NK: s.NK, KK: s.SquareK,
		})
	}
}
