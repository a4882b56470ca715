package jobs

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qulaq/crawler"
	"qulaq/parsers"
	"qulaq/parsers/all"
	"qulaq/registry"

	"github.com/google/go-cmp/cmp"
)

func TestReadTokens(t *testing.T) {
	write := func(t *testing.T, dir, name, text string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name    string
		files   map[string]string
		mode    os.FileMode
		environ []string
		want    Tokens
		err     string // part of it
	}{
		{name: "none", want: Tokens{}},
		{
			name: "files and variables", mode: 0o600,
			files:   map[string]string{"youtube": "file-of-youtube\n", "akimat-page": "file-of-akimat\n", ".hidden": "x"},
			environ: []string{"QULAQ_TOKEN_YOUTUBE=variable-of-youtube", "QULAQ_TOKEN_X=", "HOME=/", "QULAQ_TOKENS=elsewhere"},
			want:    Tokens{"youtube": "variable-of-youtube", "akimat_page": "file-of-akimat"},
		},
		{name: "readable by others", mode: 0o644, files: map[string]string{"vk": "secret-token-of-vk"}, err: "chmod 600"},
		{name: "too short", mode: 0o600, files: map[string]string{"vk": "short"}, err: "fewer than 8"},
		{name: "two lines", mode: 0o600, files: map[string]string{"vk": "secret-token-of-vk\nsecret-token-of-x"}, err: "one key and nothing else"},
		{name: "variable too short", environ: []string{"QULAQ_TOKEN_VK=short"}, err: "QULAQ_TOKEN_VK"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range test.files {
				write(t, dir, name, text, test.mode)
			}
			if test.files == nil {
				dir = filepath.Join(dir, "absent")
			}
			got, err := ReadTokens(dir, test.environ)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "secret-token") {
					t.Fatalf("ReadTokens = %v, want an error that says %q and no key", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ReadTokens (-want +got):\n%s", diff)
			}
		})
	}
}

// A key goes to the hosts of its platform, or of its source, and nowhere else.
func TestSecretGoesToItsHostsAlone(t *testing.T) {
	const token = "0123456789abcdef"
	bearer := http.Header{"Authorization": {"Bearer " + token}}
	tests := []struct {
		name    string
		source  registry.Source
		tokens  Tokens
		address string
		query   url.Values
		header  http.Header
	}{
		{
			name: "parameter", source: registry.Source{Platform: "youtube", URL: "https://www.youtube.com/@name"},
			tokens: Tokens{"youtube": token}, address: "https://www.googleapis.com/youtube/v3/channels", query: url.Values{"key": {token}},
		},
		{
			name: "header", source: registry.Source{Platform: "x", URL: "https://x.com/name"},
			tokens: Tokens{"x": token}, address: "https://api.x.com/2/users", header: bearer,
		},
		{
			name: "a source that leads elsewhere", source: registry.Source{Platform: "youtube", URL: "https://evil.example/youtube/v3/channels"},
			tokens: Tokens{"youtube": token}, address: "https://evil.example/youtube/v3/channels",
		},
		{
			name: "one key for all instances", source: registry.Source{Platform: "mastodon", URL: "https://social.example/@name"},
			tokens: Tokens{"mastodon": token}, address: "https://social.example/api/v1/accounts/lookup",
		},
		{
			name: "a source's own key", source: registry.Source{ID: "city-mastodon", Platform: "mastodon", URL: "https://social.example/@name"},
			tokens: Tokens{"city_mastodon": token}, address: "https://social.example/api/v1/accounts/lookup", header: bearer,
		},
		{
			name: "a source's own key, elsewhere", source: registry.Source{ID: "city-mastodon", Platform: "mastodon", URL: "https://social.example/@name"},
			tokens: Tokens{"city_mastodon": token}, address: "https://other.example/api/v1/accounts/lookup",
		},
		{
			name: "a source's own key goes before its platform's", source: registry.Source{ID: "page", Platform: "facebook", URL: "https://facebook.com/name"},
			tokens:  Tokens{"page": token, "facebook": "another-token"},
			address: "https://graph.facebook.com/v21.0/name/posts", query: url.Values{"access_token": {token}},
		},
		{
			name: "this machine", source: registry.Source{Platform: "youtube", URL: "http://127.0.0.1:8080/youtube/v3/channels", Loopback: true},
			tokens: Tokens{"youtube": token}, address: "http://127.0.0.1:8080/youtube/v3/comments", query: url.Values{"key": {token}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			parser, ok := all.Parser(test.source.Platform)
			if !ok {
				t.Fatalf("no parser %q", test.source.Platform)
			}
			e := &Env{Tokens: test.tokens}
			r := crawler.Request{URL: test.address}
			e.secret(feed{Source: test.source, parser: parser}).put(&r)
			if !cmp.Equal(r.Secret, test.query) || !cmp.Equal(r.SecretHeader, test.header) {
				t.Errorf("%s is asked with %v and %v, want %v and %v", test.address, r.Secret, r.SecretHeader, test.query, test.header)
			}
		})
	}
}

// Whoever needs a key says where it goes.
func TestKeysHaveAPlace(t *testing.T) {
	for _, name := range all.Names() {
		parser, _ := all.Parser(name)
		p := parser.Properties()
		if p.NeedsKey && p.Key == (parsers.Key{}) {
			t.Errorf("%s needs a key and does not say where it is put", name)
		}
		if (p.Key.Parameter != "") && (p.Key.Header != "") || p.Key.Scheme != "" && p.Key.Header == "" {
			t.Errorf("%s: key %+v is put in two places, or has a scheme without a header", name, p.Key)
		}
	}
}
