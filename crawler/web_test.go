package crawler

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// webServer is a loopback server that remembers what it was asked.
type webServer struct {
	*httptest.Server
	mu  sync.Mutex
	log []string // "GET /path", in order
}

// serve starts a server. Paths without a handler, /robots.txt among them, are
// not found.
func serve(t *testing.T, routes map[string]http.HandlerFunc) *webServer {
	t.Helper()
	s := &webServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.log = append(s.log, r.Method+" "+r.URL.RequestURI())
		s.mu.Unlock()
		if h, ok := routes[r.URL.Path]; ok {
			h(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// asked returns the requests so far, without those for robots.txt.
func (s *webServer) asked() []string {
	return slices.DeleteFunc(s.askedAll(), func(line string) bool { return line == "GET /robots.txt" })
}

func (s *webServer) askedAll() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

func redirect(target string) http.HandlerFunc {
	return status(http.StatusFound, "Location", target)
}

// hijack hands the raw connection to f, which the server then closes.
func hijack(t *testing.T, f func(net.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Errorf("Hijack: %v", err)
			return
		}
		defer conn.Close()
		f(conn)
	}
}

// reset makes closing conn break it off instead of ending it.
func reset(t *testing.T, conn net.Conn) {
	if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
		t.Errorf("SetLinger: %v", err)
	}
}

// newTestCrawler is a crawler without pauses, with a contact.
func newTestCrawler(t testing.TB, change func(*Config)) *Crawler {
	t.Helper()
	config := Config{
		Version:    "1.2",
		Contact:    "https://qulaq.example/bot",
		Timeout:    5 * time.Second,
		FloorDelay: time.Nanosecond,
		Penalty:    time.Nanosecond,
		MaxPenalty: time.Nanosecond,
	}
	if change != nil {
		change(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(c.Close)
	return c
}

// publicNames is a network in which some names, which the crawler must take for
// public hosts, lead to loopback servers. All else is the real, guarded network.
func publicNames(names map[string]*webServer) http.RoundTripper {
	real := newHTTPTransport(checkPublic)
	dialer := newDialer(checkPublic)
	real.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		name, _, _ := net.SplitHostPort(address)
		if s, ok := names[name]; ok {
			return new(net.Dialer).DialContext(ctx, network, s.Listener.Addr().String())
		}
		return dialer.DialContext(ctx, network, address)
	}
	return real
}

// fakeWeb answers in place of the network, so that time can be simulated.
type fakeWeb func(*http.Request) (*http.Response, error)

func (f fakeWeb) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := f(req)
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}

// answer makes a response. Header is given in pairs.
func answer(code int, body string, header ...string) *http.Response {
	resp := &http.Response{
		StatusCode: code, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
	for i := 0; i < len(header); i += 2 {
		resp.Header.Set(header[i], header[i+1])
	}
	return resp
}

// noRobots answers requests for robots.txt with 404 and all others with f.
func noRobots(f fakeWeb) fakeWeb {
	return func(req *http.Request) (*http.Response, error) {
		if req.URL.Path == "/robots.txt" {
			return answer(http.StatusNotFound, ""), nil
		}
		return f(req)
	}
}
