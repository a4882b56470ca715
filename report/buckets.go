package report

import "math"

// The buckets of time in which the store counts needs: of a width up to a time, both
// in minutes. The last width goes on for ever. The times are edges, and so are the
// default horizons and [CurveDays].
var bucketWidths = []struct{ until, width uint32 }{
	{60, 5},
	{180, 15},
	{720, 30},
	{3 * dayMinutes, 60},
	{7 * dayMinutes, 180},
	{15 * dayMinutes, 360},
	{30 * dayMinutes, 720},
	{90 * dayMinutes, dayMinutes},
	{370 * dayMinutes, 7 * dayMinutes},
	{math.MaxUint32, 30 * dayMinutes},
}

const dayMinutes = 24 * 60

// bucketOf is the bucket (lo, hi] of a number of days, in minutes; (0, 0) is the
// moment of asking.
func bucketOf(days float64) (lo, hi uint32) {
	minutes := math.Round(days*day*1000) / 60_000 // whole milliseconds, as times are stored
	if minutes <= 0 {
		return 0, 0
	}
	from := uint32(0)
	for _, b := range bucketWidths {
		if minutes <= float64(b.until) {
			n := uint32(math.Ceil((minutes - float64(from)) / float64(b.width)))
			return from + (n-1)*b.width, from + n*b.width
		}
		from = b.until
	}
	return from - 1, from // Unreachable: no latency is of 8,000 years.
}
