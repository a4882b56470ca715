package registry

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The days of the week as a Week names them, at their time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// workingWeek is a Week as a clock needs it.
type workingWeek struct {
	days     [7]bool // by time.Weekday
	from, to int     // minutes after midnight
}

func parseWeek(w Week) (workingWeek, error) {
	var out workingWeek
	if len(w.Days) == 0 {
		return out, errors.New("week.days is missing: list the working days, mon to sun")
	}
	for _, name := range w.Days {
		i := slices.Index(weekdays, name)
		if i < 0 {
			return out, fmt.Errorf("%q is no day: write %s", name, strings.Join(weekdays, ", "))
		}
		if out.days[i] {
			return out, fmt.Errorf("%q is listed twice: keep one", name)
		}
		out.days[i] = true
	}
	var ok1, ok2 bool
	out.from, ok1 = minutes(w.From)
	out.to, ok2 = minutes(w.To)
	if !ok1 || !ok2 || out.from >= out.to {
		return out, fmt.Errorf("the hours from %q to %q must be a time of day and a later one, such as 09:00 and 18:30", w.From, w.To)
	}
	return out, nil
}

// minutes reads a time of day from 00:00 to 24:00.
func minutes(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	return h*60 + m, m < 60 && h*60+m <= 24*60
}
