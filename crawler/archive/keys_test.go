package archive

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

func TestCreateIdentity(t *testing.T) {
	path := filepath.Join(t.TempDir(), "identity")
	recipient, err := CreateIdentity(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("identity file has mode %v, %v, want 0600", info.Mode(), err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CreateIdentity(path); err == nil {
		t.Error("CreateIdentity over an identity = no error")
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Error("CreateIdentity changed an identity that was there")
	}

	recipients, err := ParseRecipients(recipient)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Recipients: recipients})
	mustGet(t, w, web(page), "http://a.example/")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	identities, err := ReadIdentities(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := targets(t, openReader(t, dir, identities...), Filter{}); len(got) != 1 {
		t.Errorf("pages = %v, want the one that was sealed", got)
	}
}

func TestReadIdentities(t *testing.T) {
	dir := t.TempDir()
	secret := newKey(t).String()
	for _, test := range []struct {
		name, content string
		mode          os.FileMode
		err           string
	}{
		{"as age-keygen writes it", "# created: 2026-11-23T06:03:01Z\n# public key: age1…\n" + secret + "\n", 0o600, ""},
		{"read-only", secret, 0o400, ""},
		{"readable by a group", secret, 0o640, "others can read it"},
		{"readable by all", secret, 0o644, "others can read it"},
		{"empty", "", 0o600, "no identities"},
		{"mistyped", secret[:len(secret)-1], 0o600, "line 1"},
	} {
		path := filepath.Join(dir, test.name)
		if err := os.WriteFile(path, []byte(test.content), test.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, test.mode); err != nil { // against the umask
			t.Fatal(err)
		}
		_, err := ReadIdentities(path)
		switch {
		case test.err == "" && err != nil:
			t.Errorf("ReadIdentities(%s) = %v, want no error", test.name, err)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
			t.Errorf("ReadIdentities(%s) = %v, want …%s…", test.name, err, test.err)
		case err != nil && strings.Contains(err.Error(), secret[20:40]):
			t.Errorf("ReadIdentities(%s) tells the identity: %v", test.name, err)
		}
	}
	if _, err := ReadIdentities(filepath.Join(dir, "none")); err == nil {
		t.Error("ReadIdentities of no file = no error")
	}
}

func TestReadRecipients(t *testing.T) {
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	a, b := newKey(t), newKey(t)
	for _, test := range []struct {
		name, content string
		want          int
		err           string
	}{
		{"two and a comment", "# the archive's keepers\n" + a.Recipient().String() + "\n\n" + b.Recipient().String() + "\n", 2, ""},
		{"post-quantum", hybrid.Recipient().String(), 1, ""},
		{"none", "# nobody\n", 0, "no recipients"},
		{"an identity by mistake", a.String(), 0, "line 1"},
	} {
		path := filepath.Join(t.TempDir(), "recipients")
		if err := os.WriteFile(path, []byte(test.content), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := ReadRecipients(path)
		if len(got) != test.want || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("ReadRecipients(%s) = %d, %v, want %d, %q", test.name, len(got), err, test.want, test.err)
		}
		if err != nil && strings.Contains(err.Error(), a.String()) {
			t.Errorf("ReadRecipients(%s) tells an identity: %v", test.name, err)
		}
	}
	if _, err := ParseRecipients(); err == nil {
		t.Error("ParseRecipients() = no error")
	}
}

// TestAnyRecipientOpens: what is sealed to two can be opened by each.
func TestAnyRecipientOpens(t *testing.T) {
	a, b := newKey(t), newKey(t)
	dir := t.TempDir()
	w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{a.Recipient(), b.Recipient()}})
	mustGet(t, w, web(page), "http://a.example/")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, identity := range []age.Identity{a, b} {
		if got := targets(t, openReader(t, dir, identity), Filter{}); len(got) != 1 {
			t.Errorf("pages = %v, want one", got)
		}
	}
}
