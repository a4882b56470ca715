package command

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// A body signs by the commands of docs/editions.md, and what it signed holds; of
// another text it does not.
func TestStatementsSignedByOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not on this machine")
	}
	page, err := os.ReadFile("../../docs/editions.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	savePage(t, "reply.txt", "We were moving house.\n")
	var printed []string
	for _, m := range regexp.MustCompile(`(?m)^    (openssl .*|qulaq statements message .*)$`).FindAllStringSubmatch(string(page), -1) {
		if args, ok := strings.CutPrefix(m[1], "qulaq "); ok {
			args, file, _ := strings.Cut(args, " > ")
			savePage(t, file, must(t, strings.Fields(args)...))
			continue
		}
		out, err := exec.CommandContext(t.Context(), "sh", "-c", m[1]).Output()
		if err != nil {
			t.Fatalf("%s: %v", m[1], err)
		}
		printed = append(printed, strings.TrimSpace(string(out)))
	}
	if len(printed) != 3 || len(printed[1]) != 44 || len(printed[2]) != 88 {
		t.Fatalf("the commands of the page print %q, want nothing, a public key and a signature", printed)
	}
	for text, holds := range map[string]bool{"We were moving house.": true, "We were on the moon.": false} {
		savePage(t, "registry/bodies/city.yaml", fmt.Sprintf(`id: city
level: local
type: akimat
names: {kk: Қала, ru: Город, en: City}
region: {iso: KZ-10, kind: city}
sources:
  - {id: city-vk, platform: vk, url: 'https://vk.com/club1', status: active, confidence: verified, evidence: invented for this test}
accounts:
  - {platform: vk, id: '-1', confidence: verified, evidence: invented for this test}
keys:
  - {id: press-2026, ed25519: '%s', confidence: verified, evidence: invented for this test, valid_from: 2026-01-01}
statements:
  - {edition: 2026-Q3, date: '2026-10-20', kind: reply, language: en, text: "%s\n", key: press-2026, signature: '%s'}
`, printed[1], text, printed[2]))
		code, out, errs := qulaq(t, "--registry", "registry", "statements", "list", "--format", "csv")
		if holds != (code == exitOK) {
			t.Errorf("%q: the signature holds = %t, want %t: %s", text, code == exitOK, holds, errs)
		}
		if holds && !strings.Contains(out, "city,2026-Q3,2026-10-20,reply,press-2026,") {
			t.Errorf("the statement is not listed:\n%s", out)
		}
	}
}
