package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestStatusOutcome(t *testing.T) {
	for _, test := range []struct {
		status int
		header http.Header
		want   Outcome
	}{
		{200, nil, OK},
		{203, nil, OK},
		{201, nil, Partial},
		{202, nil, Partial},
		{202, http.Header{"X-Amzn-Waf-Action": {"challenge"}}, Captcha},
		{204, nil, Partial},
		{206, nil, Partial},
		{300, nil, NetworkError},
		{304, nil, NotModified},
		{400, nil, NetworkError},
		{401, nil, LoginWall},
		{403, nil, LoginWall},
		{403, http.Header{"Cf-Mitigated": {"challenge"}}, Captcha},
		{404, nil, Gone},
		{405, nil, NetworkError},
		{407, nil, LoginWall},
		{410, nil, Gone},
		{429, nil, Throttled},
		{429, http.Header{"Retry-After": {"1"}}, Throttled},
		{451, nil, DiscussionUnavailable},
		{500, nil, NetworkError},
		{503, nil, NetworkError},
		{503, http.Header{"Retry-After": {"1"}}, Throttled},
		{503, http.Header{"Cf-Mitigated": {"challenge"}, "Retry-After": {"1"}}, Captcha},
		{599, nil, NetworkError},
	} {
		got, reason := statusOutcome(test.status, test.header)
		if got != test.want {
			t.Errorf("statusOutcome(%d, %v) = %s, want %s", test.status, test.header, got, test.want)
		}
		if quiet := got == OK || got == NotModified; (reason == "") != quiet {
			t.Errorf("statusOutcome(%d, %v) gives reason %q for %s", test.status, test.header, reason, got)
		}
	}
}

func TestErrorOutcome(t *testing.T) {
	reset := &net.OpError{
		Op: "read", Net: "tcp",
		Source: &net.TCPAddr{IP: net.IPv4(192, 168, 7, 7), Port: 54321},
		Err:    os.NewSyscallError("read", syscall.ECONNRESET),
	}
	get := func(err error) error { return &url.Error{Op: "Get", URL: "https://a.example/p", Err: err} }
	until := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		err     error
		outcome Outcome
		reason  string
	}{
		{get(reset), NetworkError, "read: connection reset by peer"},
		{get(&cutError{7, reset}), Partial, "body cut off or damaged after 7 bytes: read: connection reset by peer"},
		{&cutError{0, io.ErrUnexpectedEOF}, Partial, "body cut off or damaged after 0 bytes: unexpected end"},
		{get(errTimeout), NetworkError, "no complete answer in time"},
		{get(context.DeadlineExceeded), NetworkError, "context deadline exceeded"},
		{&cutError{7, os.ErrDeadlineExceeded}, NetworkError, "body cut off or damaged after 7 bytes: i/o timeout"},
		{
			get(&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "a.example", Server: "192.168.7.1:53"}}),
			NetworkError, "lookup a.example: no such host",
		},
		{get(&sizeError{"larger than 10 bytes"}), TooLarge, "larger than 10 bytes"},
		{get(&robotsError{reason: "robots.txt: disallow: /"}), BlockedByRobots, "robots.txt: disallow: /"},
		{
			get(&turnError{until, trouble{Throttled, "it answered 429 Too Many Requests"}}),
			Throttled, "not asked before 2026-03-02T08:00:00Z: it answered 429 Too Many Requests",
		},
		{
			get(&siteError{&turnError{until, trouble{NetworkError, "it did not answer properly: EOF"}}}),
			NetworkError, "robots.txt: not asked before 2026-03-02T08:00:00Z: it did not answer properly: EOF",
		},
		{get(&siteError{reset}), NetworkError, "robots.txt: read: connection reset by peer"},
		{fmt.Errorf("odd: %w", errors.New("thing")), NetworkError, "odd: thing"},
	} {
		outcome, reason := errorOutcome(test.err)
		if outcome != test.outcome || reason != test.reason {
			t.Errorf("errorOutcome(%v) = %s, %q, want %s, %q", test.err, outcome, reason, test.outcome, test.reason)
		}
	}
}
