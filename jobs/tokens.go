package jobs

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"qulaq/crawler"
	"qulaq/parsers"
	"qulaq/parsers/all"
)

// Tokens are API keys, by the name of a platform or the id of a source. They are
// for the wire: nothing prints, logs or stores them.
type Tokens map[string]string

// TokenVariable begins the names of environment variables that hold API keys.
const TokenVariable = "QULAQ_TOKEN_"

// ReadTokens reads the API keys from the files of dir, each named like a platform
// or a source and readable by its owner alone, and from environment variables
// ("KEY=value"), which go before files: QULAQ_TOKEN_YOUTUBE, with _ for what cannot
// stand in a name. A folder that does not exist holds none.
func ReadTokens(dir string, environ []string) (Tokens, error) {
	tokens := Tokens{}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("jobs: API keys: %w", err)
	}
	for _, entry := range entries {
		if entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("jobs: API key: %w", err)
		}
		if mode := info.Mode().Perm(); mode&0o077 != 0 {
			return nil, fmt.Errorf("jobs: API key %s can be read by others (mode %04o); run: chmod 600 %s", path, mode, path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("jobs: API key: %w", err)
		}
		if err := tokens.add(entry.Name(), string(text)); err != nil {
			return nil, fmt.Errorf("jobs: API key %s: %w", path, err)
		}
	}
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if rest, ok := strings.CutPrefix(name, TokenVariable); ok && value != "" {
			if err := tokens.add(rest, value); err != nil {
				return nil, fmt.Errorf("jobs: API key %s: %w", name, err)
			}
		}
	}
	return tokens, nil
}

// add takes in a key. Errors do not repeat it.
func (t Tokens) add(name, value string) error {
	value = strings.TrimSpace(value)
	switch {
	case len(value) < 8:
		return errors.New("it has fewer than 8 characters")
	case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("it holds a space, a line break or something else that no key holds; a file has one key and nothing else")
	}
	t[tokenName(name)] = value
	return nil
}

// tokenName is a name in the form that files and variables can both have.
func tokenName(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), "-", "_")
}

// secret is an API key, with where it may go.
type secret struct {
	token string // "" for none
	key   parsers.Key
	hosts []string // nil for all, which then are of this machine
}

// secret is the key for a source: its own, or else that of its platform. A platform
// that any host may serve has no key for all of them: one server's key is not for
// another to see.
func (e *Env) secret(f feed) secret {
	p := f.parser.Properties()
	s := secret{token: e.Tokens[tokenName(f.ID)], key: p.Key, hosts: p.Hosts}
	if s.token == "" && len(p.Hosts) > 0 {
		s.token = e.Tokens[tokenName(p.Name)]
	}
	if len(s.hosts) == 0 {
		s.hosts = []string{hostname(f.URL)}
	}
	if f.Loopback {
		s.hosts = nil
	}
	return s
}

// put adds the key to a request to a host that it is for.
func (s secret) put(r *crawler.Request) {
	if s.token == "" || s.hosts != nil && !slices.Contains(s.hosts, hostname(r.URL)) {
		return
	}
	switch {
	case s.key.Parameter != "":
		r.Secret = url.Values{s.key.Parameter: {s.token}}
	case s.key.Header != "":
		r.SecretHeader = http.Header{s.key.Header: {strings.TrimSpace(s.key.Scheme + " " + s.token)}}
	}
}

// hostname is the host of an address, without its port; www. is another host.
func hostname(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// Skipped is a source that a crawl does not visit.
type Skipped struct {
	SourceID string `json:"source_id"`
	Platform string `json:"platform"`
	Reason   string `json:"reason"`
}

// withKeys gives each source its API key, and leaves out those that need one and
// have none; that is an error if they were asked for by name. What this machine
// serves itself may do without.
func (e *Env) withKeys(feeds []feed, named bool) ([]feed, []Skipped, error) {
	if err := e.checkTokens(); err != nil {
		return nil, nil, err
	}
	var ready []feed
	var skipped []Skipped
	for _, f := range feeds {
		f.secret = e.secret(f)
		if f.secret.token != "" || f.Loopback || !f.parser.Properties().NeedsKey {
			ready = append(ready, f)
			continue
		}
		reason := fmt.Sprintf("%s is only to be had with an API key, and there is none: put it into the file "+
			"tokens/%[1]s of the data folder, with mode 0600, or into %s%s", f.Platform, TokenVariable, strings.ToUpper(tokenName(f.Platform)))
		if named {
			return nil, nil, fmt.Errorf("jobs: source %s: %s", f.ID, reason)
		}
		skipped = append(skipped, Skipped{f.ID, f.Platform, reason})
	}
	if len(ready) == 0 {
		return nil, nil, fmt.Errorf("jobs: no source can be crawled; source %s: %s", skipped[0].SourceID, skipped[0].Reason)
	}
	return ready, skipped, nil
}

// checkTokens tells of a key whose name is mistaken: nothing would use it.
func (e *Env) checkTokens() error {
	known := map[string]bool{}
	for _, name := range all.Names() {
		known[tokenName(name)] = true
	}
	for source := range e.Index.Sources() {
		known[tokenName(source.ID)] = true
	}
	for name := range e.Tokens {
		if !known[name] {
			return fmt.Errorf("jobs: an API key is named %s, and no platform or source is; see `qulaq sources list`", name)
		}
	}
	return nil
}
