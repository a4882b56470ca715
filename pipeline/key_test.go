package pipeline

import (
	"errors"
	"io"
	"io/fs"
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
		{"readable by others", testKey(1).file(), 0o644, "can be read by others"},
		{"too short", "people abcd\ntexts abcd\n", 0o600, "does not hold 32 bytes"},
		{"not hex", strings.ReplaceAll(testKey(1).file(), "00", "zz"), 0o600, "does not hold 32 bytes"},
		{"one half", "people " + strings.Repeat("ab", keySize), 0o600, `line "texts" does not hold 32 bytes`},
		{"no moment", testKey(1).file() + "since yesterday\n", 0o600, `line "since"`},
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

func TestRotateKeyChangesPeopleAndNotTexts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	old, err := OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	held, err := os.Open(path) // the old file itself, as a disk still has it
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, err := RotateKey(path, at(3)); err != nil {
		t.Fatal(err)
	}
	rotated, err := OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if rotated.Account("vk", "1") == old.Account("vk", "1") || rotated.Name("s", "x") == old.Name("s", "x") {
		t.Error("a pseudonym outlived the rotation")
	}
	if rotated.Text("x") != old.Text("x") || rotated.Tombstone("s", "x") != old.Tombstone("s", "x") {
		t.Error("a fingerprint did not outlive the rotation")
	}
	if !rotated.since.Equal(at(3)) {
		t.Errorf("rotated at %v, want %v", rotated.since, at(3))
	}
	left, err := io.ReadAll(held)
	if err != nil {
		t.Fatal(err)
	}
	if half := strings.Fields(string(before))[1]; strings.Contains(string(left), half) {
		t.Error("the old file still holds the old half")
	}
	if names, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".key-*")); len(names) > 0 {
		t.Errorf("files left behind: %v", names)
	}
}

func TestDestroyKeyLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if _, err := OpenKey(path); err != nil {
		t.Fatal(err)
	}
	held, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if err := DestroyKey(path, at(0)); err != nil {
		t.Fatal(err)
	}
	left, err := io.ReadAll(held)
	if err != nil || strings.Contains(string(left), "people") || strings.Contains(string(left), "texts") {
		t.Errorf("the removed file still holds %q, %v", left, err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat of the key = %v, want that it does not exist", err)
	}
	if err := DestroyKey(path, at(0)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("DestroyKey of no key = %v, want that it does not exist", err)
	}
	if _, err := OpenKey(path); !errors.Is(err, ErrKeyDestroyed) {
		t.Errorf("OpenKey after DestroyKey = %v, want ErrKeyDestroyed", err)
	}
}

func testKey(seed byte) *Key {
	k := &Key{}
	k.people.secret[0], k.texts.secret[0] = seed, seed
	return k
}
