package crawler

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestCheckPublic(t *testing.T) {
	for _, test := range []struct {
		addr string
		why  string // "" when public
	}{
		{"8.8.8.8", ""},
		{"2001:4860:4860::8888", ""},
		{"::ffff:8.8.8.8", ""},
		{"64:ff9b::808:808", ""}, // 8.8.8.8 behind NAT64
		{"9.255.255.255", ""},
		{"11.0.0.0", ""},
		{"172.32.0.1", ""},

		{"127.0.0.1", "loopback"},
		{"127.8.8.8", "loopback"},
		{"::1", "loopback"},
		{"::ffff:127.0.0.1", "loopback"},
		{"64:ff9b::7f00:1", "loopback"},
		{"0.0.0.0", "unspecified"},
		{"::", "unspecified"},
		{"10.1.2.3", "private"},
		{"172.16.0.1", "private"},
		{"172.31.255.255", "private"},
		{"192.168.1.1", "private"},
		{"::ffff:192.168.1.1", "private"},
		{"fd00::1", "private"},
		{"169.254.169.254", "link-local"},
		{"::ffff:169.254.169.254", "link-local"},
		{"64:ff9b::a9fe:a9fe", "link-local"},
		{"fe80::1%eth0", "link-local"},
		{"100.64.0.1", "shared by a carrier's customers"},
		{"100.127.255.255", "shared by a carrier's customers"},
		{"224.0.0.1", "multicast"},
		{"ff02::1", "multicast"},
		{"255.255.255.255", "reserved"},
		{"2002:7f00:1::", "reserved"},   // 127.0.0.1 behind 6to4
		{"2001::80ff:fffe", "reserved"}, // Teredo
		{"::7f00:1", "reserved"},        // 127.0.0.1 as IPv4-compatible
		{"fec0::1", "reserved"},
		{"64:ff9b:1::a00:1", "reserved"},
		{"203.0.113.7", "for documentation"},
		{"2001:db8::1", "for documentation"},
	} {
		err := checkPublic(netip.MustParseAddr(test.addr))
		got := ""
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "address "+test.addr+" is ")
		}
		if got != test.why {
			t.Errorf("checkPublic(%s) = %q, want %q", test.addr, got, test.why)
		}
	}
}

func TestCheckLoopback(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1": true, "127.1.2.3": true, "::1": true, "::ffff:127.0.0.1": true,
		"10.0.0.1": false, "169.254.169.254": false, "8.8.8.8": false, "0.0.0.0": false, "fe80::1": false,
	} {
		if got := checkLoopback(netip.MustParseAddr(addr)) == nil; got != want {
			t.Errorf("checkLoopback(%s) allows: %v, want %v", addr, got, want)
		}
	}
}

// TestPrivateAddressesAreRefused goes through the real dialer: as the address of
// the request, behind a name, and behind a redirect from a public host.
func TestPrivateAddressesAreRefused(t *testing.T) {
	inside := serve(t, map[string]http.HandlerFunc{"/": text("internal")})
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	outside := serve(t, map[string]http.HandlerFunc{
		"/metadata":  redirect("http://169.254.169.254/latest/meta-data/"),
		"/inside":    redirect(inside.URL + "/"),
		"/mapped":    redirect("http://[::ffff:127.0.0.1]:" + port + "/"),
		"/by-name":   redirect("http://localhost:" + port + "/"),
		"/to-public": redirect("http://other.example/"),
	})
	other := serve(t, map[string]http.HandlerFunc{"/": text("public")})
	c := newTestCrawler(t, func(config *Config) {
		config.Transport = publicNames(map[string]*webServer{"ministry.example": outside, "other.example": other})
	})
	for _, test := range []struct {
		url     string
		outcome Outcome
		reason  string
	}{
		{inside.URL, NetworkError, "address 127.0.0.1 is loopback"},
		{"http://localhost:" + port, NetworkError, "is loopback"},
		{"http://2130706433:" + port, NetworkError, "127.0.0.1 is loopback"},
		{"http://ministry.example/metadata", NetworkError, "address 169.254.169.254 is link-local"},
		{"http://ministry.example/inside", NetworkError, "address 127.0.0.1 is loopback"},
		{"http://ministry.example/mapped", NetworkError, "127.0.0.1 is loopback"},
		{"http://ministry.example/by-name", NetworkError, "is loopback"},
		{"http://ministry.example/to-public", OK, ""},
	} {
		v := c.Visit(t.Context(), Request{URL: test.url})
		if v.Outcome != test.outcome || !strings.Contains(v.Reason, test.reason) {
			t.Errorf("Visit(%s) = %s (%s), want %s (%s)", test.url, v.Outcome, v.Reason, test.outcome, test.reason)
		}
	}
	if diff := cmp.Diff([]string(nil), inside.askedAll(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("requests that reached the inside (-want +got):\n%s", diff)
	}
}

// A source on loopback may be visited when its request says so, and nothing else
// may then be reached.
func TestAllowLoopback(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/":    text("here"),
		"/out": redirect("http://10.0.0.1/"),
	})
	c, err := New(Config{}) // no contact: loopback only
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, test := range []struct {
		request Request
		outcome Outcome
		reason  string
	}{
		{Request{URL: s.URL, AllowLoopback: true}, OK, ""},
		{Request{URL: s.URL + "/out", AllowLoopback: true}, NetworkError, "address 10.0.0.1 is not loopback, and the source is"},
		{Request{URL: s.URL}, NetworkError, "no contact is configured, so that only loopback may be visited"},
	} {
		v := c.Visit(t.Context(), test.request)
		if v.Outcome != test.outcome || v.Reason != test.reason {
			t.Errorf("Visit(%v) = %s (%s), want %s (%s)", test.request, v.Outcome, v.Reason, test.outcome, test.reason)
		}
	}
}

// A connection that a loopback request left open is not lent to a public one.
func TestLoopbackConnectionIsNotShared(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/": text("here")})
	c := newTestCrawler(t, nil)
	if v := c.Visit(t.Context(), Request{URL: s.URL, AllowLoopback: true}); v.Outcome != OK {
		t.Fatalf("Visit with AllowLoopback = %s (%s), want ok", v.Outcome, v.Reason)
	}
	v := c.Visit(t.Context(), Request{URL: s.URL})
	if v.Outcome != NetworkError || v.Reason != "address 127.0.0.1 is loopback" {
		t.Errorf("Visit without = %s (%s), want network_error (address 127.0.0.1 is loopback)", v.Outcome, v.Reason)
	}
	if got := len(s.asked()); got != 1 {
		t.Errorf("requests for the page = %d, want 1", got)
	}
}
