package crawler

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		value, date string
		want        time.Duration
	}{
		{"", "", 0},
		{"120", "", 2 * time.Minute},
		{" 7 ", "", 7 * time.Second},
		{"0", "", 0},
		{"-5", "", 0},
		{"1.5", "", 0},
		{"soon", "", 0},
		{"86401", "", 24 * time.Hour},
		{"99999999999999999999999", "", 24 * time.Hour},
		{"Mon, 02 Mar 2026 08:00:30 GMT", "", 30 * time.Second},
		{"Mon, 02 Mar 2026 08:00:30 GMT", "Mon, 02 Mar 2026 08:00:10 GMT", 20 * time.Second},
		{"Monday, 02-Mar-26 08:00:30 GMT", "", 30 * time.Second}, // RFC 850
		{"Mon Mar  2 08:00:30 2026", "", 30 * time.Second},       // asctime
		{"Mon, 02 Mar 2026 07:00:00 GMT", "", 0},
		{"Tue, 02 Mar 2027 08:00:00 GMT", "", 24 * time.Hour},
	} {
		h := http.Header{"Retry-After": {test.value}, "Date": {test.date}}
		if got := retryAfter(h, now); got != test.want {
			t.Errorf("retryAfter(%q, Date %q) = %v, want %v", test.value, test.date, got, test.want)
		}
	}
}

// What APIs send in place of Retry-After.
func TestLimitReset(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name, field, value string
		want               time.Duration
	}{
		{"none", "X-RateLimit-Reset", "", 0},
		{"X, seconds since 1970", "X-Rate-Limit-Reset", "1772438700", 5 * time.Minute},
		{"GitHub, seconds since 1970", "X-RateLimit-Reset", "1772438700", 5 * time.Minute},
		{"Bluesky, seconds since 1970", "RateLimit-Reset", "1772438460", time.Minute},
		{"Mastodon, a time", "X-RateLimit-Reset", "2026-03-02T08:05:00.123Z", 5*time.Minute + 123*time.Millisecond},
		{"the draft of the IETF, seconds", "RateLimit-Reset", "90", 90 * time.Second},
		{"past", "X-RateLimit-Reset", "1772438000", 0},
		{"far", "X-RateLimit-Reset", "1872438000", maxRetryAfter},
		{"nonsense", "X-RateLimit-Reset", "soon", 0},
		{"negative", "X-RateLimit-Reset", "-5", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := http.Header{}
			h.Set(test.field, test.value)
			if got := limitReset(h, now); got != test.want {
				t.Errorf("limitReset(%s: %s) = %v, want %v", test.field, test.value, got, test.want)
			}
		})
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("120", "")
	f.Add("Mon, 02 Mar 2026 08:00:30 GMT", "Mon, 02 Mar 2026 08:00:10 GMT")
	f.Fuzz(func(t *testing.T, value, date string) {
		got := retryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, time.Unix(0, 0))
		if got < 0 || got > maxRetryAfter {
			t.Errorf("retryAfter(%q, %q) = %v, want 0 to %v", value, date, got, maxRetryAfter)
		}
	})
}
