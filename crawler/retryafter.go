package crawler

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the longest Retry-After that is believed. A server that asks
// for more is asked again once a day.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads the delay that an answer asks for, in seconds or as a date
// (RFC 9110 section 10.2.3); 0 when it asks for none. A date is compared with
// the answer's own Date, if it has one, so that a server whose clock is wrong is
// understood all the same.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if isDigits(value) {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(maxRetryAfter/time.Second) {
			return maxRetryAfter // too many digits for an integer are a long time, too
		}
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if made, err := http.ParseTime(h.Get("Date")); err == nil {
		now = made
	}
	return min(max(until.Sub(now), 0), maxRetryAfter)
}

// limitReset reads when a spent rate limit is whole again, as the APIs tell it that
// send no Retry-After: in seconds since 1970 (X, Bluesky, GitHub), as a time
// (Mastodon), or in seconds from now (draft-ietf-httpapi-ratelimit-headers); 0
// when it is not told.
func limitReset(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(cmp.Or(h.Get("X-Rate-Limit-Reset"), h.Get("X-RateLimit-Reset"), h.Get("RateLimit-Reset")))
	pause := time.Duration(0)
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		pause = at.Sub(now)
	} else if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		const year2001 = 1e9 // no pause lasts as long
		if pause = time.Duration(seconds) * time.Second; seconds > year2001 {
			pause = time.Unix(int64(seconds), 0).Sub(now)
		}
	}
	return min(max(pause, 0), maxRetryAfter)
}

func isDigits(s string) bool {
	return strings.Trim(s, digits) == ""
}
