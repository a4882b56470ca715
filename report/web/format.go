package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"qulaq/report"
)

const nbsp = "\u00a0"

// decimal writes a number as the language does, with so many decimals.
func (r *request) decimal(x float64, decimals int) string {
	if math.IsInf(x, 1) {
		return "∞"
	}
	text := strconv.FormatFloat(x, 'f', decimals, 64)
	if r.lang != "en" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// count writes a number of things, its thousands apart.
func count[N int | uint64](n N) string {
	digits := strconv.FormatUint(uint64(n), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u202f" + digits[i:]
	}
	return digits
}

// share writes a share in percent.
func (r *request) share(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return r.decimal(100*x, 0) + nbsp + "%"
}

// fewer stands for what rests on too few needs to be told.
func fewer() string { return fmt.Sprintf("n%s<%s%d", nbsp, nbsp, report.SmallCell) }

// known tells whether a number can be shown, and what stands in its place when not.
func known(n report.Number) (instead string, ok bool) {
	switch {
	case n.Suppressed():
		return fewer(), false
	case n.Basis().Needs == 0:
		return "–", false
	}
	return "", true
}

// percent writes a share and its limits.
func (r *request) percent(n report.Number) (value, limits string) {
	if instead, ok := known(n); !ok {
		return instead, ""
	}
	return r.share(n.Value()), fmt.Sprintf("[%s–%s]", r.decimal(100*n.Limits().Lo, 0), r.decimal(100*n.Limits().Hi, 0))
}

// days writes a number of days and its limits, in hours where that reads better.
func (r *request) days(n report.Number) (value, limits string) {
	if instead, ok := known(n); !ok {
		return instead, ""
	}
	unit, scale := r.t("unit.days"), 1.0
	if n.Value() < 2 {
		unit, scale = r.t("unit.hours"), 24
	}
	limits = fmt.Sprintf("[%s–%s]", r.decimal(n.Limits().Lo*scale, 1), r.decimal(n.Limits().Hi*scale, 1))
	if math.IsInf(n.Value(), 1) {
		return r.t("number.unreached"), limits + nbsp + unit
	}
	return r.decimal(n.Value()*scale, 1) + nbsp + unit, limits
}

// needs writes on how many needs a number rests.
func needs(n report.Number) string {
	if n.Suppressed() {
		return fmt.Sprintf("<%s%d", nbsp, report.SmallCell)
	}
	return count(n.Basis().Needs)
}

// horizonName is a horizon in words.
func (r *request) horizonName(h report.Horizon) string {
	key := "horizon.days"
	if h.Working {
		key = "horizon.working"
	}
	return r.t(key, strconv.FormatFloat(h.Days, 'f', -1, 64))
}

// moment writes a time for people. It is UTC, as all times of the site.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + nbsp + "UTC" }

// ranks writes a set of ranks; "–" for one that is not told.
func ranks(lo, hi int) string {
	switch lo {
	case 0:
		return "–"
	case hi:
		return strconv.Itoa(lo)
	}
	return fmt.Sprintf("%d–%d", lo, hi)
}

// plain writes a number for programs; "" for what is not known or not reached.
func plain(x float64) string {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', 10, 64)
}
