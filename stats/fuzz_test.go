package stats

import (
	"encoding/binary"
	"math"
	"testing"
)

// observations reads two bytes an observation, so that ties, touching ends and
// all sorts of censoring are common; every now and then the times are huge.
func observations(data []byte) []Observation {
	var obs []Observation
	for len(data) >= 2 && len(obs) < 200 {
		lo := float64(data[0] & 31)
		if data[0]&128 != 0 {
			lo *= 1e300
		}
		switch width := data[1] >> 4; width {
		case 0, 1, 2, 3, 4, 5:
			obs = append(obs, Exact(lo))
		case 6, 7, 8:
			obs = append(obs, Censored(lo))
		default:
			obs = append(obs, Between(lo, lo+float64(width-8)))
		}
		data = data[2:]
	}
	return obs
}

func clusters(data []byte, n int) []int {
	cluster := make([]int, n)
	for i := range cluster {
		cluster[i] = int(data[2*i+1] & 15)
	}
	return cluster
}

func FuzzDescribe(f *testing.F) {
	f.Add([]byte{1, 0, 2, 0, 3, 0x70}, 3.0, 5.0, false)
	f.Add([]byte{1, 0x90, 2, 0xf1, 3, 0x70, 1, 0x92}, 3.0, 5.0, true)
	f.Add([]byte{0, 0x70, 0, 0x70}, 0.0, 1.0, true)
	f.Add([]byte{0x81, 0x90, 0x91, 0}, 1e300, 1e300, false)
	f.Fuzz(func(t *testing.T, data []byte, h, until float64, byCluster bool) {
		obs := observations(data)
		o := Options{Horizons: []float64{h}, Until: until}
		if byCluster {
			o.Cluster = clusters(data, len(obs))
		}
		s, err := Describe(obs, o)
		if err != nil {
			return
		}
		checkSummary(t, s)
	})
}

func FuzzObservation(f *testing.F) {
	f.Add(1.0, 2.0, 3.0, math.Inf(1))
	f.Add(math.NaN(), 2.0, -1.0, 5e-324)
	f.Fuzz(func(t *testing.T, a, b, c, d float64) {
		s, err := Describe([]Observation{{a, b}, {c, d}}, Options{Horizons: []float64{1}, Until: 1})
		if err == nil {
			checkSummary(t, s)
		}
	})
}

func FuzzLogRank(f *testing.F) {
	f.Add([]byte{1, 0, 2, 0, 3, 0x70, 9, 0x90}, uint8(2))
	f.Add([]byte{1, 0, 1, 0}, uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, k uint8) {
		groups := make([][]Observation, 1+k%5)
		for i, o := range observations(data) {
			g := i % len(groups)
			groups[g] = append(groups[g], o)
		}
		for _, test := range []func([][]Observation) (Test, error){LogRank, IntervalLogRank} {
			got, err := test(groups)
			if err == nil && !(got.ChiSquare >= 0 && got.P >= 0 && got.P <= 1 && got.DF < len(groups)) {
				t.Errorf("test of %v = %+v", groups, got)
			}
		}
	})
}

func FuzzLeague(f *testing.F) {
	f.Add([]byte{2, 0, 2, 0, 67, 0, 67, 0}, 0.95)
	f.Add([]byte{0, 0, 0, 0}, 0.5)
	f.Add([]byte{0, 0, 255, 255, 255, 255, 255, 255, 1, 0, 2, 0}, 0.999)
	f.Fuzz(func(t *testing.T, data []byte, level float64) {
		var group []Evidence
		for ; len(data) >= 4 && len(group) < 20; data = data[4:] {
			n := int(binary.LittleEndian.Uint16(data[2:]))
			group = append(group, Counts(int(binary.LittleEndian.Uint16(data))%(n+1), n))
		}
		l, err := League(group, LeagueOptions{Level: Level(level), Draws: 50})
		if err != nil {
			return
		}
		seen := make([]bool, len(l)+1)
		for _, s := range l {
			share := func(i Interval) bool { return i.Lo >= 0 && i.Lo <= i.Hi && i.Hi <= 1 }
			ok := share(s.Limits) && share(s.Shrunk.Limits) && s.Shrunk.Rate >= 0 && s.Shrunk.Rate <= 1 &&
				s.RankLo >= 1 && s.RankLo <= s.RankHi && s.RankHi <= len(l) && s.TopQuartile >= 0 && s.TopQuartile <= 1 &&
				s.Tier >= 1 && s.Position >= 1 && s.Position <= len(l) && !seen[s.Position]
			if !ok {
				t.Fatalf("League(%v) has %+v", group, s)
			}
			seen[s.Position] = true
		}
	})
}

func FuzzProportion(f *testing.F) {
	f.Add(0, 0, 0.95)
	f.Add(3, 10, 0.05)
	f.Add(1<<50, 1<<51, 0.99)
	f.Fuzz(func(t *testing.T, k, n int, level float64) {
		for name, of := range map[string]Proportion{"Wilson": Wilson, "ClopperPearson": ClopperPearson, "Jeffreys": Jeffreys, "MidP": MidP} {
			got, err := of(k, n, Level(level))
			if err != nil {
				continue
			}
			if !(got.Lo >= 0 && got.Lo <= got.Hi && got.Hi <= 1) || n > 0 && !got.Contains(float64(k)/float64(n)) {
				t.Errorf("%s(%d, %d, %v) = %v", name, k, n, level, got)
			}
		}
	})
}

func FuzzBCa(f *testing.F) {
	f.Add(1.0, 2.0, 3.0, 0.95)
	f.Add(math.Inf(1), 2.0, math.Inf(-1), 0.95)
	f.Fuzz(func(t *testing.T, a, b, c, level float64) {
		got, err := BCa(a, []float64{b, c, b}, []float64{a, b, c}, Level(level))
		if err == nil && (math.IsNaN(got.Lo) || math.IsNaN(got.Hi) || got.Lo > got.Hi) {
			t.Errorf("BCa(%v, %v, %v) = %v", a, b, c, got)
		}
	})
}
