package registry

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// signer is a key of the tests.
var signer = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// spoken is the country of the tests with a body that has said something.
func spoken(t *testing.T) *Country {
	t.Helper()
	c := *open(t, nil, "testdata/tamarisk")
	c.Bodies = append([]Body(nil), c.Bodies...)
	b := &c.Bodies[0]
	b.Keys = []Key{{
		ID: "press-2026", Ed25519: base64.StdEncoding.EncodeToString(signer.Public().(ed25519.PublicKey)),
		Confidence: Verified, Evidence: "invented for a test", ValidFrom: "2026-01-01", ValidTo: "2026-12-31",
	}}
	s := Statement{Edition: "2026-Q3", Date: "2026-10-20", Kind: Reply, Language: "en", Text: "We were moving house.\n\nWe answer again.\n", Key: "press-2026"}
	s.Signature = base64.StdEncoding.EncodeToString(ed25519.Sign(signer, s.Message(b.ID)))
	b.Statements = []Statement{s}
	return &c
}

func TestStatementsOfABody(t *testing.T) {
	t.Parallel()
	want, dir := spoken(t), filepath.Join(t.TempDir(), "spoken")
	if err := Save(dir, want); err != nil {
		t.Fatal(err)
	}
	got := open(t, nil, dir)
	if diff := cmp.Diff(want.Bodies[0].Statements, got.Bodies[0].Statements); diff != "" {
		t.Errorf("statements read back (-want +got):\n%s", diff)
	}
}

// A signature is of one text, by one body, on one edition and day: whatever is
// exchanged, it does not hold any more.
func TestStatementsMustBeSigned(t *testing.T) {
	t.Parallel()
	const unsigned = "signature is not one of this text by this key"
	for name, tt := range map[string]struct {
		change func(b *Body)
		want   string
	}{
		"text":         {func(b *Body) { b.Statements[0].Text += "!" }, unsigned},
		"edition":      {func(b *Body) { b.Statements[0].Edition = "2026-Q4" }, unsigned},
		"date":         {func(b *Body) { b.Statements[0].Date = "2026-10-21" }, unsigned},
		"kind":         {func(b *Body) { b.Statements[0].Kind = Correction }, unsigned},
		"language":     {func(b *Body) { b.Statements[0].Language = "ru" }, unsigned},
		"body":         {func(b *Body) { b.ID = "dune" }, unsigned},
		"no signature": {func(b *Body) { b.Statements[0].Signature = "" }, unsigned},
		"other key": {func(b *Body) {
			other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize))
			b.Keys[0].Ed25519 = base64.StdEncoding.EncodeToString(other.Public().(ed25519.PublicKey))
		}, unsigned},
		"no key":        {func(b *Body) { b.Keys = nil }, `key "press-2026" is not among the keys of the body`},
		"key too early": {func(b *Body) { b.Keys[0].ValidFrom = "2026-11-01" }, `key "press-2026" does not hold on 2026-10-20`},
		"key too late":  {func(b *Body) { b.Keys[0].ValidTo = "2026-03-01" }, `key "press-2026" does not hold on 2026-10-20`},
		"half a key":    {func(b *Body) { b.Keys[0].Ed25519 = "AAAA" }, "ed25519 must be the 32 bytes of a public key in base64"},
		"no evidence":   {func(b *Body) { b.Keys[0].Evidence = "" }, "evidence is missing"},
		"no text":       {func(b *Body) { b.Statements[0].Text = "\n" }, "text is missing"},
		"other kind":    {func(b *Body) { b.Statements[0].Kind = "praise" }, `kind "praise" must be one of reply, correction`},
		"no day":        {func(b *Body) { b.Statements[0].Date = "today" }, `date "today" is not a date`},
		"twice":         {func(b *Body) { b.Statements = append(b.Statements, b.Statements[0]) }, "put the two into one"},
		"no edition":    {func(b *Body) { b.Statements[0].Edition = "" }, "edition is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := spoken(t)
			b := c.Bodies[0]
			b.Keys, b.Statements = append([]Key(nil), b.Keys...), append([]Statement(nil), b.Statements...)
			tt.change(&b)
			c.Bodies = []Body{b}
			if err := Save(filepath.Join(t.TempDir(), "x"), c); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Save = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	digest := func(c *Country) Digests {
		d, err := Digest(c)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	c := kazakhstan(t)
	was := digest(c)
	if again := digest(kazakhstan(t)); again != was || len(was.Registry) != 64 || was.Calendar == "" || was.Deadlines == "" {
		t.Errorf("Digest twice = %+v and %+v, want the same, and no part without", was, again)
	}
	changed := *c
	changed.Bodies = append([]Body(nil), c.Bodies...)
	changed.Bodies[0].Note += "x"
	if now := digest(&changed); now.Registry == was.Registry || now.Calendar != was.Calendar {
		t.Errorf("Digest of a changed body = %+v, was %+v; want another registry and the same calendar", now, was)
	}
}
