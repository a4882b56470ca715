package vk

import (
	"slices"
	"strings"

	"qulaq/parsers/weburl"
)

// apiHosts answer calls; siteHosts are where people find walls.
var (
	apiHosts  = []string{"api.vk.com", "api.vk.ru"}
	siteHosts = []string{"vk.com", "vk.ru"}
)

// parseSource reads the address of a wall or post as people write it, or that of
// a call. A host of the loopback network is taken for a test server.
func parseSource(source string) (address, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	host := u.Hostname()
	if slices.Contains(apiHosts, host) || weburl.Loopback(host) {
		return parseAddress(u.String())
	}
	host = strings.TrimPrefix(strings.TrimPrefix(host, "www."), "m.")
	if !slices.Contains(siteHosts, host) {
		return address{}, errNotVK
	}
	a := address{base: "https://" + apiHosts[0] + "/method/", method: wallGet}
	path := strings.Trim(u.Path, "/")
	if w := u.Query().Get("w"); strings.HasPrefix(w, "wall") { // a post opened over another page
		path = w
	}
	if wall, ok := strings.CutPrefix(path, "wall"); ok {
		owner, post, _ := strings.Cut(wall, "_")
		if a.owner = integer(owner); a.owner != 0 {
			if post == "" {
				return a, nil
			}
			a.method, a.post = getComments, integer(post)
			if a.post > 0 {
				return a, nil
			}
		}
		return address{}, errNoPost
	}
	for prefix, sign := range map[string]int64{"club": -1, "public": -1, "event": -1, "id": 1} {
		if number, ok := strings.CutPrefix(path, prefix); ok && integer(number) > 0 {
			a.owner = sign * integer(number)
			return a, nil
		}
	}
	a.domain = strings.ToLower(path)
	if !isScreenName(a.domain) {
		return address{}, errNoWall
	}
	return a, nil
}

// isScreenName tells whether s can be the screen name of a wall.
func isScreenName(s string) bool {
	switch s {
	case "feed", "login", "join", "search", "groups", "friends", "video", "audio", "clips", "market", "im", "dev":
		return false // VK's own
	}
	if len(s) < 2 || len(s) > 32 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '.' {
			return false
		}
	}
	return true
}
