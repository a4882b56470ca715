package endpoint_test

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"qulaq/schema/endpoint"
)

func TestPassword(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "sql-password")
	first, made, err := endpoint.Password(file)
	if err != nil || !made || len(first) < 20 {
		t.Fatalf("Password of a new file = %q, %v, %v, want a long one, made", first, made, err)
	}
	if again, made, err := endpoint.Password(file); err != nil || made || again != first {
		t.Errorf("Password of the file = %q, %v, %v, want %q, not made", again, made, err, first)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v, want 0600", info.Mode(), err)
	}
	if err := os.WriteFile(file, []byte(" \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, _, err := endpoint.Password(file); err == nil {
		t.Errorf("Password of an empty file = %q, want an error", p)
	}
}

func TestNewRefuses(t *testing.T) {
	good := endpoint.Config{Engine: http.DefaultTransport, Database: "qulaq", User: "a", Password: "b", Limits: limits, Log: slog.New(slog.DiscardHandler)}
	if _, err := endpoint.New(good); err != nil {
		t.Fatalf("New = %v", err)
	}
	for name, spoil := range map[string]func(*endpoint.Config){
		"no user":     func(c *endpoint.Config) { c.User = "" },
		"no password": func(c *endpoint.Config) { c.Password = "" },
		"no time":     func(c *endpoint.Config) { c.Limits.Time = 0 },
		"no memory":   func(c *endpoint.Config) { c.Limits.Memory = 0 },
		"no rows":     func(c *endpoint.Config) { c.Limits.Rows = 0 },
		"no bytes":    func(c *endpoint.Config) { c.Limits.Bytes = 0 },
		"no queries":  func(c *endpoint.Config) { c.Limits.Queries = 0 },
	} {
		c := good
		spoil(&c)
		if _, err := endpoint.New(c); err == nil {
			t.Errorf("%s: New = nil, want an error", name)
		}
	}
}
