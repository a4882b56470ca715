package report

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"qulaq/registry"
	"qulaq/schema"
	"qulaq/stats"
)

// kz is the registry of Kazakhstan with two bodies only.
func kz(t testing.TB) *registry.Index {
	t.Helper()
	country, err := registry.Embedded("KZ", registry.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	country.Bodies = nil
	for _, id := range []string{"steady", "lucky", "silent"} {
		country.Bodies = append(country.Bodies, registry.Body{
			ID: id, Level: "central", Type: "ministry", Names: registry.Names{EN: id},
			Sources: []registry.Source{{ID: id + "-page", Platform: "telegram"}},
		})
	}
	index, err := registry.NewIndex(country)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// need is a row of latencies: asked at, answered after, or watched for.
type need struct {
	body   string
	asked  time.Time
	lo, hi float64 // days
}

func evidence(t testing.TB, needs ...need) *Evidence {
	t.Helper()
	l := &schema.Latencies{}
	for i, n := range needs {
		l.BodyID = append(l.BodyID, n.body)
		l.SourceID = append(l.SourceID, n.body+"-page")
		l.ThreadID = append(l.ThreadID, fmt.Sprint(i))
		l.NeedID = append(l.NeedID, fmt.Sprint(i))
		l.AskedLo, l.AskedHi = append(l.AskedLo, n.asked), append(l.AskedHi, n.asked)
		l.Lo, l.Hi = append(l.Lo, n.lo*day), append(l.Hi, n.hi*day)
	}
	return &Evidence{Index: kz(t), Any: l, Substantive: l, AsOf: date(2026, 11, 1)}
}

func date(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 9, 0, 0, 0, time.FixedZone("+05", 5*3600))
}

var never = math.Inf(1)

// A body with 2 of 2 must not outrank one with 67 of 67.
func TestTwoOfTwoDoesNotOutrank67Of67(t *testing.T) {
	var needs []need
	for range 67 {
		needs = append(needs, need{"steady", date(2026, 3, 2), 1, 1})
	}
	needs = append(needs, need{"lucky", date(2026, 3, 2), 1, 1}, need{"lucky", date(2026, 3, 3), 1, 1})
	for range 50 {
		needs = append(needs, need{"silent", date(2026, 3, 2), 60, never})
	}
	table, err := Ranking(evidence(t, needs...), RankOptions{By: 2})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, s := range table {
		order = append(order, s.BodyID)
	}
	if got, want := strings.Join(order, " "), "steady lucky silent"; got != want {
		t.Errorf("order = %s, want %s", got, want)
	}
	if lucky := table[1]; lucky.RankLo != 1 || lucky.Any.Rates[2].Limits().Lo > 0.4 {
		t.Errorf("2 of 2: ranks %d–%d with a rate of %s, want rank 1 not excluded and a wide interval", lucky.RankLo, lucky.RankHi, lucky.Any.Rates[2].Percent())
	}
}

// Young questions bias a naive median down: 4 days where the truth is 6.
func TestYoungQuestionsDoNotBiasTheMedianDown(t *testing.T) {
	// Questions evenly over 30 days, each answered after 2, 4, …, 18 days: half of
	// them by day 10. Those whose answer is still to come are censored at their age.
	var needs []need
	var answered []float64
	for age := 0.25; age < 30; age += 0.25 {
		latency := 2 * float64(1+int(age*4)%9)
		if latency <= age {
			needs = append(needs, need{"steady", date(2026, 3, 2), latency, latency})
			answered = append(answered, latency)
		} else {
			needs = append(needs, need{"steady", date(2026, 3, 2), age, never})
		}
	}
	table, err := Ranking(evidence(t, needs...), RankOptions{})
	if err != nil {
		t.Fatal(err)
	}
	naive := 0.0
	for _, a := range answered {
		naive += a / float64(len(answered))
	}
	if got := table[0].Any.Median.Value(); got != 10 {
		t.Errorf("median = %v days, want 10 (the mean of the answered is %.1f)", got, naive)
	}
	if naive > 9 {
		t.Errorf("the naive mean is %.1f: the trap of this test is not set", naive)
	}
}

// The internet shutdown of 5–10 January 2022 is a gap, not silence.
func TestTheShutdownOfJanuary2022IsAGap(t *testing.T) {
	asked := date(2022, 1, 4)
	e := evidence(t,
		need{"steady", asked, 7.5, 7.5},           // answered on 11 January
		need{"steady", asked, 8, never},           // watched until the 12th
		need{"steady", date(2022, 2, 1), 2, 2},    // far from it
		need{"steady", date(2022, 1, 7), 0.5, .5}, // asked and answered inside
	)
	s, err := e.draw(e.Any, false, []int{0, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range s.observations {
		got = append(got, fmt.Sprintf("%.2f–%.2f", o.Lo, o.Hi))
	}
	if want := "1.50–1.50 2.00–+Inf 2.00–2.00 0.00–0.00"; strings.Join(got, " ") != want {
		t.Errorf("days outside of the gap = %s, want %s", strings.Join(got, " "), want)
	}
}

// 29 February 2024 23:00–24:00 happened twice in Almaty.
func TestTheHourThatHappenedTwiceInAlmaty(t *testing.T) {
	almaty, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	asked := time.Date(2024, 2, 29, 17, 50, 0, 0, time.UTC) // 23:50, the first time
	replied := asked.Add(80 * time.Minute)                  // 00:10 on 1 March
	if h, m, _ := replied.In(almaty).Clock(); h != 0 || m != 10 {
		t.Fatalf("the reply came at %v, want 00:10 on the clocks of Almaty", replied.In(almaty))
	}
	e := evidence(t, need{"steady", asked, 80.0 / 1440, 80.0 / 1440})
	s, err := e.draw(e.Any, false, []int{0})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.observations[0].Lo * 1440; math.Abs(got-80) > 1e-6 {
		t.Errorf("latency = %v minutes, want 80", got)
	}
}

func TestWorkingDays(t *testing.T) {
	// Friday 6 February 2026, 17:00, to Monday 10:00: an hour and a half, and an hour.
	e := evidence(t,
		need{"steady", time.Date(2026, 2, 6, 17, 0, 0, 0, time.FixedZone("+05", 5*3600)), 65.0 / 24, 65.0 / 24},
		need{"steady", date(2026, 12, 30), 30, never}, // beyond the last year of the calendar
	)
	s, err := e.draw(e.Any, true, []int{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.observations[0].Lo, 2.5/9.5; math.Abs(got-want) > 1e-9 {
		t.Errorf("latency = %v working days, want %v", got, want)
	}
	if got := s.observations[1]; got != stats.Censored(0) {
		t.Errorf("latency beyond the calendar = %+v, want it censored at once", got)
	}
}

func TestNumbersAreNeverBare(t *testing.T) {
	table, err := Ranking(evidence(t, need{"steady", date(2026, 3, 2), 1, 1}, need{"lucky", date(2026, 3, 2), 3, never}), RankOptions{By: 2})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Any struct {
			Rates []map[string]any `json:"rates"`
		} `json:"any"`
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if len(row.Any.Rates) != len(DefaultHorizons) {
			t.Errorf("%d rates, want %d", len(row.Any.Rates), len(DefaultHorizons))
		}
		for _, rate := range row.Any.Rates {
			for _, key := range []string{"horizon", "value", "lo", "hi", "n", "censored", "coverage", "as_of"} {
				if _, ok := rate[key]; !ok {
					t.Errorf("a rate without %s: %v", key, rate)
				}
			}
		}
	}
}

func TestHorizons(t *testing.T) {
	for text, want := range map[string]Horizon{"7d": {Days: 7}, "12h": {Days: 0.5}, "15wd": {Days: 15, Working: true}} {
		got, err := ParseHorizon(text)
		if err != nil || got != want {
			t.Errorf("ParseHorizon(%q) = %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "7", "d", "-1d", "0d", "soon", "NaNd", "Infd", "7w"} {
		if got, err := ParseHorizon(text); err == nil {
			t.Errorf("ParseHorizon(%q) = %+v, want an error", text, got)
		}
	}
}

func TestSeriesCutsWeeksByTheCalendarOfTheSource(t *testing.T) {
	// Sunday 23:30 in Almaty is Sunday 18:30 UTC; two hours later it is Monday there.
	sunday := time.Date(2026, 3, 8, 18, 30, 0, 0, time.UTC)
	points, err := Series(evidence(t, need{"steady", sunday, 1, 1}, need{"steady", sunday.Add(2 * time.Hour), 1, 1}), SeriesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range points {
		got = append(got, p.Period)
	}
	if want := "2026-03-02 2026-03-09"; strings.Join(got, " ") != want {
		t.Errorf("weeks of %v, want %s", got, want)
	}
}
