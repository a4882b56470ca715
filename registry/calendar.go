package registry

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"
)

// Calendar lists the days on which the working week does not hold, and since
// when that was known. It covers whole years, from the first row's to the last
// row's: a year is added only once its list is complete.
type Calendar struct {
	Days []Day // ordered by Date, then KnownFrom
}

// Day is one dated exception from the working week. Several rows of one date
// are its history: the row with the latest KnownFrom that has come holds.
type Day struct {
	Date      string // YYYY-MM-DD
	Kind      string // holiday, observed, transferred_off, working_weekend, …
	Working   bool
	Name      string
	Basis     string // act or rule, and where it was seen
	KnownFrom string // YYYY-MM-DD of the first dated source; "" when known before its year began
}

// The columns of calendar.csv.
var dayColumns = []string{"date", "kind", "is_working", "name", "basis", "known_from"}

// parseCalendar reads calendar.csv.
func parseCalendar(file string, src []byte) (*Calendar, Problems) {
	var cal Calendar
	_, problems := parseTable(file, src, dayColumns, func(row []string, complain complainer) {
		day := Day{Date: row[0], Kind: row[1], Working: row[2] == "1", Name: row[3], Basis: row[4], KnownFrom: row[5]}
		checkDay(cal.Days, day, row[2], complain)
		if isDate(day.Date) { // Else the next row cannot be held against it.
			cal.Days = append(cal.Days, day)
		}
	})
	if len(cal.Days) == 0 && len(problems) == 0 {
		problems = append(problems, newText(file, src).problem(1, 1, "the calendar has no day: fill it or remove the file"))
	}
	return &cal, problems
}

// checkDay holds a row against those before it.
func checkDay(before []Day, day Day, working string, complain complainer) {
	if !isDate(day.Date) {
		complain(0, "%q is not a date: write it as 2024-12-31", day.Date)
		return
	}
	if !isID(day.Kind) {
		complain(1, "kind %q must be a word in lower case, such as holiday or working_weekend", day.Kind)
	}
	if working != "0" && working != "1" {
		complain(2, "is_working %q must be 1 on a working day and 0 on a day off", working)
	}
	if day.Name == "" {
		complain(3, "name is missing: say what the day is")
	}
	if day.Basis == "" {
		complain(4, "basis is missing: name the act, or the source that says so")
	}
	if day.KnownFrom != "" && !isDate(day.KnownFrom) {
		complain(5, "known_from %q is not a date: write it as 2024-12-31, or leave it empty when known before the year began", day.KnownFrom)
	}
	if len(before) == 0 {
		return
	}
	last := before[len(before)-1]
	switch {
	case day.Date < last.Date:
		complain(0, "%s stands after %s: order the rows by date", day.Date, last.Date)
	case day.Date == last.Date && day.KnownFrom == last.KnownFrom:
		complain(0, "%s is already in the row before: keep one, or give this row the day from which it was known", day.Date)
	case day.Date == last.Date && day.KnownFrom < last.KnownFrom:
		complain(5, "known_from stands after %s: order the rows of one date by known_from", last.KnownFrom)
	case year(day.Date) > year(last.Date)+1:
		complain(0, "no row of the year %d: a calendar covers every year between its first and its last", year(last.Date)+1)
	}
}

// check tells whether a calendar that was made in code keeps the promises of its
// fields; parseCalendar holds files to more.
func (c *Calendar) check() error {
	for i, d := range c.Days {
		if !isDate(d.Date) || d.KnownFrom != "" && !isDate(d.KnownFrom) {
			return fmt.Errorf("registry: calendar: %q, known from %q, must be dates such as 2024-12-31", d.Date, d.KnownFrom)
		}
		if i > 0 && cmp.Or(cmp.Compare(c.Days[i-1].Date, d.Date), cmp.Compare(c.Days[i-1].KnownFrom, d.KnownFrom)) >= 0 {
			return fmt.Errorf("registry: calendar: %s is listed twice or out of order", d.Date)
		}
	}
	return nil
}

// marshal writes calendar.csv.
func (c *Calendar) marshal() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{dayColumns}
	for _, d := range c.Days {
		working := "0"
		if d.Working {
			working = "1"
		}
		rows = append(rows, []string{d.Date, d.Kind, working, d.Name, d.Basis, d.KnownFrom})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// isDate tells whether s is a day of the Gregorian calendar as YYYY-MM-DD, of a
// year that nanoseconds can count. Such strings compare like the days they name.
func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil && "1700" <= s && s < "2200"
}

// year gives the year of a date that isDate accepts.
func year(date string) int {
	y, _ := strconv.Atoi(date[:4])
	return y
}

// midnight gives the first instant of a date that isDate accepts, in a zone.
func midnight(date string, loc *time.Location) (time.Time, error) {
	return time.ParseInLocation(time.DateOnly, date, loc)
}
