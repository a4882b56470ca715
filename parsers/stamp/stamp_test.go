package stamp

import (
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/when"
)

func TestRead(t *testing.T) {
	seen := time.Date(2025, 6, 1, 12, 0, 0, 500_000, time.UTC) // half a millisecond past
	clock := Clock{when.Grammar{Shapes: when.ISO | when.Dots}, seen}
	at := func(hour, minute int) time.Time { return time.Date(2025, 6, 1, hour, minute, 0, 0, time.UTC) }
	for _, test := range []struct {
		name, printed string
		want          parsers.Span
		ok            bool
	}{
		{"a moment", "2025-06-01T09:30:00Z", parsers.At(at(9, 30)), true},
		{"without a zone it is the grammar's", "2025-06-01T09:30:00", parsers.At(at(9, 30)), true},
		{"today, which is not over", "01.06.2025", parsers.Within(at(0, 0), 24*time.Hour), true},
		{"a clock ahead", "2025-06-01T12:01:00Z", parsers.Span{Lo: at(12, 0), Hi: at(12, 1)}, true},
		{"tomorrow evening", "2025-06-02T20:00:00Z", parsers.Span{}, false},
		{"unset", "0000-00-00T00:00:00", parsers.Span{}, false},
		{"the epoch", "1970-01-01T00:00:00Z", parsers.Span{}, false},
		{"none", "", parsers.Span{}, false},
		{"another shape", "1 июня 2025", parsers.Span{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, _, ok := clock.Read(test.printed); got != test.want || ok != test.ok {
				t.Errorf("Read(%q) = %v, %t, want %v, %t", test.printed, got, ok, test.want, test.ok)
			}
		})
	}
}
