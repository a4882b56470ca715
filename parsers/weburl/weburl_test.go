package weburl

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for raw, ok := range map[string]bool{
		"https://example.org/a?b#c": true,
		"http://127.0.0.1:80/":      true,
		"":                          false,
		"/blogs/1":                  false,
		"ftp://example.org/":        false,
		"https:///a":                false,
		"https://example.org:x/":    false,
	} {
		if _, err := Parse(raw); (err == nil) != ok || err != nil && !errors.Is(err, ErrNotWeb) {
			t.Errorf("Parse(%q) = %v, want ok %t", raw, err, ok)
		}
	}
}

func TestSource(t *testing.T) {
	for raw, want := range map[string]string{
		" Example.ORG/Path ":    "https://example.org/Path",
		"http://example.org":    "http://example.org",
		"localhost:8080/a?b=C":  "https://localhost:8080/a?b=C",
		"ftp://example.org":     "",
		"":                      "",
		"two words.kz/question": "",
	} {
		got := ""
		if u, err := Source(raw); err == nil {
			got = u.String()
		}
		if got != want {
			t.Errorf("Source(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestSourceOf(t *testing.T) {
	for raw, want := range map[string]string{
		"portal.example/a?b=C":             "https://portal.example/a?b=C",
		"http://WWW.portal.example:8080/a": "https://portal.example/a",
		"http://127.0.0.1:8080/a":          "http://127.0.0.1:8080/a",
		"elsewhere.example/portal.example": "",
		"https://x.portal.example":         "",
		"ftp://portal.example":             "",
		"":                                 "",
	} {
		got := ""
		u, err := SourceOf("portal.example", raw)
		if err == nil {
			got = u.String()
		}
		if got != want {
			t.Errorf("SourceOf(%q) = %q, %v, want %q", raw, got, err, want)
		}
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true,
		"10.0.0.1": false, "localhost.example.org": false, "": false,
	} {
		if got := Loopback(host); got != want {
			t.Errorf("Loopback(%q) = %t, want %t", host, got, want)
		}
	}
}

func TestWithoutSecrets(t *testing.T) {
	for _, name := range []string{"api_key", "apiKey", "api-key", "access_token", "api_secret", "oauth_signature", "key"} {
		if got := WithoutSecrets("https://u:hunter2@example.org/a?id=5&" + name + "=hunter2"); strings.Contains(got, "hunter2") || !strings.Contains(got, "id=5") {
			t.Errorf("WithoutSecrets of %s = %s", name, got)
		}
	}
	for _, raw := range []string{"https://example.org/?keyword=a", "https://example.org/a#comment-5", "https://example.org/a#owner=7&n=3"} {
		if got := WithoutSecrets(raw); got != raw {
			t.Errorf("WithoutSecrets(%s), which holds none, = %s", raw, got)
		}
	}
	if got, want := WithoutSecrets("https://example.org/a#state=x&access_token=hunter2"), "https://example.org/a"; got != want {
		t.Errorf("WithoutSecrets of a fragment = %s, want %s", got, want)
	}
	if got := WithoutSecrets("https://example.org:x/?token=hunter2"); got != "(malformed)" {
		t.Errorf("WithoutSecrets of a malformed address = %s", got)
	}
}

func TestIsID(t *testing.T) {
	for s, want := range map[string]bool{
		"7": true, "765824": true, "999999999999999999": true,
		"": false, "0": false, "07": false, "-1": false, "+1": false, "1a": false, "１": false, "1000000000000000000": false,
	} {
		if got := IsID(s); got != want {
			t.Errorf("IsID(%q) = %t, want %t", s, got, want)
		}
	}
}
