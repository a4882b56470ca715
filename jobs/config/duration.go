package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a time.Duration that files write as 90d, 36h, 15m or 1h30m.
type Duration time.Duration

// UnmarshalText reads a duration.
func (d *Duration) UnmarshalText(text []byte) error {
	if days, ok := strings.CutSuffix(string(text), "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return fmt.Errorf("%q is no number of days", text)
		}
		*d = Duration(time.Duration(n) * day)
		return nil
	}
	v, err := time.ParseDuration(string(text))
	if err != nil || v < 0 {
		return fmt.Errorf("%q is no duration: write 90d, 36h, 15m or 1h30m", text)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes the duration as files have it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String writes the duration as files have it.
func (d Duration) String() string {
	v := time.Duration(d)
	switch {
	case v != 0 && v%day == 0:
		return strconv.Itoa(int(v/day)) + "d"
	case v != 0 && v%time.Hour == 0:
		return strings.TrimSuffix(v.String(), "0m0s")
	case v != 0 && v%time.Minute == 0:
		return strings.TrimSuffix(v.String(), "0s")
	default:
		return v.String()
	}
}
