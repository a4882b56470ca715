package simulate

import "time"

// officeHours is when officials work and citizens are awake.
type officeHours struct {
	zone *time.Location
}

func newOfficeHours(zone *time.Location) officeHours { return officeHours{zone} }

// The working day of officials, local, and how fast work moves outside of it.
const (
	officeOpens  = 9 * time.Hour
	officeCloses = 18*time.Hour + 30*time.Minute
	offDutyPace  = 0.08
)

// meanPace is the pace of work averaged over an ordinary week.
const meanPace = (5*9.5 + (7*24-5*9.5)*offDutyPace) / (7 * 24)

// holidays of the republic, every year. Invented, but for the new year.
var holidays = [...]struct {
	month          time.Month
	day            int
	nameKK, nameRU string
}{
	{time.January, 1, "Жаңа жыл", "Новый год"},
	{time.January, 2, "Жаңа жыл", "Новый год"},
	{time.April, 4, "Қиял күні", "День фантазии"},
	{time.July, 17, "Бұлт мерекесі", "Праздник облаков"},
	{time.December, 18, "Ертегі күні", "День сказки"},
}

func holiday(t time.Time) bool {
	for _, h := range holidays {
		if t.Month() == h.month && t.Day() == h.day {
			return true
		}
	}
	return false
}

// works tells whether t falls on a working day.
func (h officeHours) works(t time.Time) bool {
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && !holiday(t)
}

// after tells when work of the given length, in hours at full pace, is done if
// it is taken up at from. The inverse of the integral of pace over time.
func (h officeHours) after(from int64, work float64) int64 {
	t, left := time.Unix(from, 0).In(h.zone), work*3600
	for {
		pace, until := h.stretch(t)
		seconds := until.Sub(t).Seconds()
		if left <= seconds*pace {
			return t.Unix() + int64(left/pace)
		}
		left -= seconds * pace
		t = until
	}
}

// stretch gives the pace at t and until when it stays the same.
func (h officeHours) stretch(t time.Time) (pace float64, until time.Time) {
	y, m, d := t.Date()
	at := func(day int, clock time.Duration) time.Time {
		return time.Date(y, m, day, 0, 0, int(clock.Seconds()), 0, h.zone)
	}
	opens, closes := at(d, officeOpens), at(d, officeCloses)
	switch {
	case !h.works(t) || !t.Before(closes):
		return offDutyPace, at(d+1, 0)
	case t.Before(opens):
		return offDutyPace, opens
	default:
		return 1, closes
	}
}

// awake is how much citizens write in each hour of the day; officials post more
// by day. Both have mean 1.
var (
	awake = [24]float64{.5, .25, .12, .08, .08, .15, .4, .8, 1.2, 1.5, 1.6, 1.5, 1.4, 1.35, 1.3, 1.3, 1.3, 1.35, 1.45, 1.6, 1.75, 1.7, 1.4, .92}
	desk  = [24]float64{0, 0, 0, 0, 0, 0, 0, .5, 1.5, 2.5, 2.7, 2.5, 2, 1.8, 2, 2.2, 2.2, 1.8, 1.2, .6, .3, .2, 0, 0}
)

// arrivals draws the moments of a Poisson process from start to end: perDay
// events on an average day, in the rhythm of the day, fewer on days off, and
// growing evenly by growth (0.6: from 0.7 to 1.3 times the mean).
func (h officeHours) arrivals(d dice, start, end int64, perDay float64, rhythm *[24]float64, growth float64) []int64 {
	var out []int64
	for hour := start; hour < end; hour += 3600 {
		t := time.Unix(hour, 0).In(h.zone)
		mean := perDay / 24 * rhythm[t.Hour()]
		if !h.works(t) {
			mean *= 0.6
		}
		mean *= 1 + growth*(float64(hour-start)/float64(end-start)-0.5)
		first := len(out)
		for range d.poisson(mean) {
			out = append(out, hour+d.Int64N(min(3600, end-hour)))
		}
		sortMoments(out[first:])
	}
	return out
}
