package registry

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
)

// claim is something that only one may have at a time: the path of the value in
// its document, who has it, and when.
type claim struct {
	key, path  string
	body       *Body
	from, to   string
	repeatable bool // the same body may claim it twice: a name in two languages
}

// checkTogether holds the bodies against each other. Problems are added to the
// document of the later one.
func checkTogether(entries []entry, files map[string][]byte, c *Country, rules Rules) {
	var (
		ids      = map[string]*Body{}
		sources  = map[string]*Body{}
		urls     = map[string][]claim{}
		accounts = map[string][]claim{}
		names    = map[string][]claim{}
		fold     = newFolder(c.Affixes)
	)
	for _, e := range entries {
		ids[e.body.ID] = e.body
	}
	for _, e := range entries {
		b, d := e.body, e.doc
		if d == nil {
			d = &document{} // Of a base, which has been checked.
		}
		for i, p := range b.Predecessors {
			at := fmt.Sprintf("predecessors[%d]", i)
			other, known := ids[p]
			_, broken := files[path.Join(bodiesDir, p+".yaml")]
			switch {
			case p == b.ID || slices.Contains(b.Predecessors[:i], p):
				d.complain(at, "predecessor %q is the body itself or listed twice: remove it", p)
			case !known && !broken:
				d.complain(at, "predecessor %q is no body of this registry: add %s/%s.yaml or correct the id", p, bodiesDir, p)
			case known && other.ValidFrom != "" && b.ValidFrom != "" && other.ValidFrom >= b.ValidFrom:
				d.complain(at, "predecessor %q begins on %s, not before this body: correct one valid_from", p, other.ValidFrom)
			}
		}
		for i := range b.Sources {
			s := &b.Sources[i]
			at := fmt.Sprintf("sources[%d]", i)
			if other, taken := sources[s.ID]; taken {
				d.complain(at+".id", "source id %q is already one of body %s: give each source its own", s.ID, other.ID)
			}
			sources[s.ID] = b
			claimOnce(d, urls, claim{
				key: canonical(s, rules), path: at + ".url", body: b,
				from: later(s.ValidFrom, b.ValidFrom), to: earlier(s.ValidTo, b.ValidTo),
			}, "url is already a source of body %s at the same time: remove one, or end one before the other begins")
		}
		for i, a := range b.Accounts {
			claimOnce(d, accounts, claim{
				key: a.Platform + " " + foldAccount(a.ID), path: fmt.Sprintf("accounts[%d].id", i), body: b,
				from: later(a.ValidFrom, b.ValidFrom), to: earlier(a.ValidTo, b.ValidTo),
			}, "account already speaks for body %s at the same time: remove one, or end one before the other begins")
		}
		for _, n := range namesOf(b) {
			claimOnce(d, names, claim{
				key: fold.fold(n.name), path: n.path, body: b, from: b.ValidFrom, to: b.ValidTo, repeatable: true,
			}, "name is already one of body %s at the same time: a page that prints it could mean either")
		}
	}
}

// claimOnce records a claim and complains when another one holds at the same
// time; format takes the id of the body that has it.
func claimOnce(d *document, taken map[string][]claim, c claim, format string) {
	for _, other := range taken[c.key] {
		if c.repeatable && other.body == c.body {
			return
		}
		if overlap(other.from, other.to, c.from, c.to) {
			d.complain(c.path, format, other.body.ID)
			return
		}
	}
	taken[c.key] = append(taken[c.key], c)
}

// canonical gives one form to all the ways in which people write an address.
func canonical(s *Source, rules Rules) string {
	if rules.Address != nil && slices.Contains(rules.Platforms, s.Platform) {
		if id, err := rules.Address(s.Platform, s.URL); err == nil && id != "" {
			return s.Platform + " " + id
		}
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		return s.URL
	}
	return strings.ToLower(u.Host) + strings.TrimSuffix(u.EscapedPath(), "/") + "?" + u.Query().Encode()
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// overlap tells whether two validities share a day. Dates are inclusive, "" is
// open.
func overlap(from1, to1, from2, to2 string) bool {
	return (to2 == "" || from1 <= to2) && (to1 == "" || from2 <= to1)
}

// later gives the later of two beginnings, of which "" is the earliest.
func later(a, b string) string { return max(a, b) }

// earlier gives the earlier of two ends, of which "" is the latest.
func earlier(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}
