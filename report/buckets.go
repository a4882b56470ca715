package report

import "math"

// buckets are those of time in which the store counts needs: of a width up to a time,
// both in minutes. The last width goes on for ever.
type buckets []struct{ until, width uint32 }

// fineBuckets are for all needs together: the default horizons and [CurveDays] are
// edges.
var fineBuckets = buckets{
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

// seriesBuckets are for the needs of a week or a month: the default horizons are edges.
// Few needs were put to one body in one week; finer buckets would hold one need each.
var seriesBuckets = buckets{
	{360, 60},
	{dayMinutes, 360},
	{3 * dayMinutes, 720},
	{7 * dayMinutes, dayMinutes},
	{15 * dayMinutes, 2 * dayMinutes},
	{30 * dayMinutes, 5 * dayMinutes},
	{90 * dayMinutes, 15 * dayMinutes},
	{370 * dayMinutes, 70 * dayMinutes},
	{math.MaxUint32, 180 * dayMinutes},
}

const dayMinutes = 24 * 60

// of is the number of the bucket that holds a number of days; 0 is the moment of asking.
func (w buckets) of(days float64) int {
	minutes := math.Round(days*day*1000) / 60_000 // whole milliseconds, as times are stored
	if minutes <= 0 {
		return 0
	}
	from, before := uint32(0), 0
	for _, b := range w {
		if minutes <= float64(b.until) {
			return before + int(math.Ceil((minutes-float64(from))/float64(b.width)))
		}
		before += int((b.until - from) / b.width)
		from = b.until
	}
	return before // Unreachable: no latency is of 8,000 years.
}

// edges are those of a bucket (lo, hi], in minutes.
func (w buckets) edges(bucket int) (lo, hi uint32) {
	if bucket == 0 {
		return 0, 0
	}
	from, before := uint32(0), 0
	for _, b := range w {
		if n := int((b.until - from) / b.width); bucket > before+n {
			from, before = b.until, before+n
			continue
		}
		hi = from + uint32(bucket-before)*b.width
		return hi - b.width, hi
	}
	return from, from // Unreachable, as above.
}
