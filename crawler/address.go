package crawler

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// addressError says that an address was not asked because of what it is.
type addressError struct {
	addr netip.Addr
	why  string
}

func (e *addressError) Error() string {
	return fmt.Sprintf("address %s is %s", e.addr, e.why)
}

// reserved are the blocks that no public page is served from: the IANA
// special-purpose registries (RFC 6890 and its updates) as far as they are not
// globally reachable, multicast, and what is left over. Of IPv6 only 2000::/3
// is in use, so everything else there is refused without being listed.
var reserved = []struct {
	block netip.Prefix
	why   string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "unspecified"},
	{netip.MustParsePrefix("10.0.0.0/8"), "private"},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared by a carrier's customers"},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local"},
	{netip.MustParsePrefix("172.16.0.0/12"), "private"},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved"},
	{netip.MustParsePrefix("192.0.2.0/24"), "for documentation"},
	{netip.MustParsePrefix("192.88.99.0/24"), "reserved"},
	{netip.MustParsePrefix("192.168.0.0/16"), "private"},
	{netip.MustParsePrefix("198.18.0.0/15"), "for benchmarks"},
	{netip.MustParsePrefix("198.51.100.0/24"), "for documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "for documentation"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("::/128"), "unspecified"},
	{netip.MustParsePrefix("::1/128"), "loopback"},
	{netip.MustParsePrefix("2001::/23"), "reserved"}, // Teredo (2001::/32) hides an IPv4 address
	{netip.MustParsePrefix("2001:db8::/32"), "for documentation"},
	{netip.MustParsePrefix("2002::/16"), "reserved"}, // 6to4 hides an IPv4 address
	{netip.MustParsePrefix("3fff::/20"), "for documentation"},
	{netip.MustParsePrefix("fc00::/7"), "private"},
	{netip.MustParsePrefix("fe80::/10"), "link-local"},
	{netip.MustParsePrefix("ff00::/8"), "multicast"},
}

var (
	globalUnicast6 = netip.MustParsePrefix("2000::/3")
	nat64          = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052: the last 32 bits are an IPv4 address
)

// checkPublic refuses every address that is not globally reachable. An IPv4
// address inside an IPv6 one is judged as what it is.
func checkPublic(addr netip.Addr) error {
	inner := addr.Unmap().WithZone("")
	if nat64.Contains(inner) {
		b := inner.As16()
		inner = netip.AddrFrom4([4]byte(b[12:]))
	}
	for _, r := range reserved {
		if r.block.Contains(inner) {
			return &addressError{addr, r.why}
		}
	}
	if inner.Is6() && !globalUnicast6.Contains(inner) {
		return &addressError{addr, "reserved"}
	}
	return nil
}

// checkLoopback refuses every address but those of this machine.
func checkLoopback(addr netip.Addr) error {
	if !addr.Unmap().IsLoopback() {
		return &addressError{addr, "not loopback, and the source is"}
	}
	return nil
}

// newDialer makes a dialer that asks check about every address just before it
// connects: after the name was resolved, so that a name cannot hide one.
func newDialer(check func(netip.Addr) error) *net.Dialer {
	return &net.Dialer{
		Timeout:   10 * time.Second,
		KeepAlive: 30 * time.Second,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			target, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("crawler: dial %q: %w", address, err)
			}
			return check(target.Addr())
		},
	}
}
