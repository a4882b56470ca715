package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestOpenKeyMakesAPrivateFileOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "key")
	first, err := OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode of the key file = %04o, want 0600", got)
	}
	again, err := OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if first.Account("vk", "1") != again.Account("vk", "1") {
		t.Error("the key read back makes other pseudonyms than the key made")
	}
}

func TestOpenKeyRefuses(t *testing.T) {
	for _, test := range []struct {
		name, text string
		mode       os.FileMode
		want       string
	}{
		{"readable by others", strings.Repeat("ab", keySize), 0o644, "can be read by others"},
		{"too short", "abcd", 0o600, "does not hold 32 bytes"},
		{"not hex", strings.Repeat("zz", keySize), 0o600, "does not hold 32 bytes"},
		{"empty", "", 0o600, "does not hold 32 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(path, []byte(test.text), test.mode); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenKey(path); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("OpenKey = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestOpenKeyByManyAtOnceGivesOneKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	pseudonyms := make([]string, 16)
	var wg sync.WaitGroup
	for i := range pseudonyms {
		wg.Go(func() {
			key, err := OpenKey(path)
			if err != nil {
				t.Error(err)
				return
			}
			pseudonyms[i] = key.Account("vk", "1")
		})
	}
	wg.Wait()
	for _, p := range pseudonyms {
		if p != pseudonyms[0] {
			t.Fatalf("pseudonyms of one account differ: %q", pseudonyms)
		}
	}
}

func TestPseudonyms(t *testing.T) {
	key, other := testKey(1), testKey(2)
	account := key.Account("telegram", "Handle")
	for _, test := range []struct {
		name string
		got  string
		same bool
	}{
		{"handles ignore case", key.Account("telegram", "hANDLE"), true},
		{"another platform", key.Account("vk", "Handle"), false},
		{"another account", key.Account("telegram", "Handle2"), false},
		{"another key", other.Account("telegram", "Handle"), false},
		{"a name is no account", key.Name("telegram", "Handle"), false},
		{"parts do not run together", key.Account("telegramH", "andle"), false},
	} {
		if (test.got == account) != test.same {
			t.Errorf("%s: %s against %s, want the same: %t", test.name, test.got, account, test.same)
		}
	}
	if got := key.Account("vk", ""); got != "" {
		t.Errorf("pseudonym of no account = %q, want none", got)
	}
	if got, want := key.Name("s", "  Иван   ИВАНОВ "), key.Name("s", "иван иванов"); got != want {
		t.Errorf("pseudonyms of one name: %s and %s", got, want)
	}
	if strings.Contains(account, "andle") || len(account) != 32 {
		t.Errorf("pseudonym = %q, want 32 hex digits", account)
	}
}

func testKey(seed byte) *Key {
	k := &Key{}
	k.secret[0] = seed
	return k
}
