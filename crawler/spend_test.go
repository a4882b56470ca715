package crawler

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

var errPurse = errors.New("nothing is left")

// purse allows so many requests.
type purse struct{ left, spent int }

func (p *purse) spend(context.Context, string) error {
	if p.left == 0 {
		return errPurse
	}
	p.left--
	p.spent++
	return nil
}

// Whatever is sent was allowed: the server sees no request that was not counted, of
// robots.txt, of a page and of a redirect, and none beyond what is left.
func TestSpend(t *testing.T) {
	for left, want := range []struct {
		asked   string
		outcome Outcome
	}{
		0: {"", NetworkError},
		1: {"GET /robots.txt", NetworkError},
		2: {"GET /robots.txt GET /old", NetworkError},
		3: {"GET /robots.txt GET /old GET /new", OK},
		4: {"GET /robots.txt GET /old GET /new", OK},
	} {
		s := serve(t, map[string]http.HandlerFunc{"/old": redirect("/new"), "/new": text("page")})
		c, err := New(Config{})
		if err != nil {
			t.Fatal(err)
		}
		p := &purse{left: left}
		v := c.Visit(t.Context(), Request{URL: s.URL + "/old", Owner: "body", AllowLoopback: true, Spend: p.spend})
		if got := strings.Join(s.askedAll(), " "); got != want.asked || v.Outcome != want.outcome || p.spent != len(s.askedAll()) {
			t.Errorf("with %d requests: %s, asked %q, spent %d; want %s, asked %q", left, v.Outcome, got, p.spent, want.outcome, want.asked)
		}
		if refused := want.outcome != OK; v.Aborted != refused || errors.Is(v.Err, errPurse) != refused {
			t.Errorf("with %d requests: aborted %v, error %v", left, v.Aborted, v.Err)
		}
		if v = c.Visit(t.Context(), Request{URL: s.URL + "/new", Owner: "body", AllowLoopback: true}); v.Outcome != OK {
			t.Errorf("after a refusal: %s, want that it holds up nothing and is nobody's trouble", v.Reason)
		}
	}
}

// net/http repeats a request, untold, when a kept connection dies under it. The
// server has seen it twice, and so it counts twice; where one is left, it is not
// repeated.
func TestSpendOnWhatTheNetworkRepeats(t *testing.T) {
	for _, test := range []struct {
		name string
		left int
		seen int32
		want Outcome
	}{
		{"enough for both", 2, 2, OK},
		{"enough for one", 1, 1, NetworkError},
	} {
		var seen, dies atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/page" {
				http.NotFound(w, r)
				return
			}
			seen.Add(1)
			if dies.CompareAndSwap(1, 0) {
				hijack(t, func(net.Conn) {})(w, r) // it read the request, and closes
				return
			}
			text("page")(w, r)
		}))
		t.Cleanup(s.Close)
		c, err := New(Config{})
		if err != nil {
			t.Fatal(err)
		}
		if v := c.Visit(t.Context(), Request{URL: s.URL + "/page", AllowLoopback: true}); v.Outcome != OK {
			t.Fatal(v.Reason) // now there is a connection that is kept
		}
		seen.Store(0)
		dies.Store(1)
		p := &purse{left: test.left}
		v := c.Visit(t.Context(), Request{URL: s.URL + "/page", AllowLoopback: true, Spend: p.spend})
		if v.Outcome != test.want || seen.Load() != test.seen || int32(p.spent) != test.seen {
			t.Errorf("%s: %s (%s), the server saw %d requests, %d were counted; want %s, %d of both", test.name, v.Outcome, v.Reason, seen.Load(), p.spent, test.want, test.seen)
		}
	}
}
