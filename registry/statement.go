package registry

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// Key is a public key with which a body signs its [Statement]s.
type Key struct {
	ID         string `yaml:"id"`
	Ed25519    string `yaml:"ed25519"` // 32 bytes (RFC 8032), base64
	Confidence string `yaml:"confidence"`
	Evidence   string `yaml:"evidence"` // where the body published it
	ValidFrom  string `yaml:"valid_from,omitempty"`
	ValidTo    string `yaml:"valid_to,omitempty"`
}

// Statement is what a body says of what an edition says of it. It stands beside the
// body's row, in its own words.
type Statement struct {
	Edition   string `yaml:"edition"` // that it is about
	Date      string `yaml:"date"`    // YYYY-MM-DD, of the signature
	Kind      string `yaml:"kind"`    // reply, correction
	Language  string `yaml:"language,omitempty"`
	Text      string `yaml:"text"`
	Key       string `yaml:"key"`       // id of one of the body's keys
	Signature string `yaml:"signature"` // Ed25519 of Message, base64
}

// The kinds of statements.
const (
	Reply      = "reply"      // the body comments on its numbers
	Correction = "correction" // it says that one is wrong
)

// Message is what the body signs: the text with all that it is about, so that a
// signature cannot be moved to another body, edition or day.
func (s *Statement) Message(bodyID string) []byte {
	return fmt.Appendf(nil, "qulaq statement 1\nbody: %s\nedition: %s\ndate: %s\nkind: %s\nlanguage: %s\n\n%s\n",
		bodyID, s.Edition, s.Date, s.Kind, s.Language, strings.TrimRight(s.Text, "\n"))
}

// verify tells what is wrong with the signature of a statement of a body; "" when it
// is the body's own.
func (s *Statement) verify(b *Body) string {
	i := slices.IndexFunc(b.Keys, func(k Key) bool { return k.ID == s.Key })
	if i < 0 {
		return fmt.Sprintf("key %q is not among the keys of the body", s.Key)
	}
	k := &b.Keys[i]
	if k.ValidFrom != "" && s.Date < k.ValidFrom || k.ValidTo != "" && s.Date > k.ValidTo {
		return fmt.Sprintf("key %q does not hold on %s", s.Key, s.Date)
	}
	public, err := base64.StdEncoding.DecodeString(k.Ed25519)
	if err != nil || len(public) != ed25519.PublicKeySize {
		return fmt.Sprintf("key %q cannot be used", s.Key)
	}
	signature, err := base64.StdEncoding.DecodeString(s.Signature)
	if err != nil || !ed25519.Verify(public, s.Message(b.ID), signature) {
		return "signature is not one of this text by this key: `qulaq statements message` prints what is to be signed"
	}
	return ""
}

func (d *document) checkStatements(b *Body) {
	for i, k := range b.Keys {
		at := fmt.Sprintf("keys[%d]", i)
		if !isID(k.ID) || slices.ContainsFunc(b.Keys[:i], func(other Key) bool { return other.ID == k.ID }) {
			d.complain(at+".id", "id %q must begin with a letter, hold only a-z, 0-9, _ and -, and be the key's own", k.ID)
		}
		if public, err := base64.StdEncoding.DecodeString(k.Ed25519); err != nil || len(public) != ed25519.PublicKeySize {
			d.complain(at+".ed25519", "ed25519 must be the 32 bytes of a public key in base64")
		}
		d.checkEvidence(at, k.Confidence, k.Evidence)
		d.checkValidity(at+".", k.ValidFrom, k.ValidTo)
	}
	for i := range b.Statements {
		at, s := fmt.Sprintf("statements[%d]", i), &b.Statements[i]
		d.checkOneOf(at+".kind", s.Kind, Reply, Correction)
		if s.Language != "" {
			d.checkOneOf(at+".language", s.Language, keysOf[Names]()...)
		}
		if s.Edition == "" {
			d.complain(at+".edition", "edition is missing: say which one the statement is about")
		}
		if !isDate(s.Date) {
			d.complain(at+".date", "date %q is not a date: write it as 2024-12-31", s.Date)
		}
		if strings.TrimSpace(s.Text) == "" {
			d.complain(at+".text", "text is missing")
		}
		if slices.ContainsFunc(b.Statements[:i], func(o Statement) bool {
			return o.Edition == s.Edition && o.Date == s.Date && o.Kind == s.Kind && o.Language == s.Language
		}) {
			d.complain(at+".date", "the body has made a %s to edition %s on this day already: put the two into one", s.Kind, s.Edition)
		}
		if wrong := s.verify(b); wrong != "" {
			d.complain(at+".signature", "%s", wrong)
		}
	}
}
