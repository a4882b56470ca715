package command

import (
	"fmt"
	"os"

	"qulaq/registry"
)

// Statements is what bodies say of editions.
type Statements struct {
	List    StatementsList    `cmd:"" help:"List what bodies have said of editions."`
	Message StatementsMessage `cmd:"" help:"Print what a body has to sign."`
}

// StatementsList lists statements.
type StatementsList struct {
	Output
	Body string `help:"Only of this body." placeholder:"ID"`
}

// Help is printed below the flags.
func (StatementsList) Help() string {
	return `Statements stand in the registry, in the file of their body, with the public keys that
verify them. A registry with a signature that does not hold is refused as a whole.

  qulaq statements list --format json`
}

// spoken is a statement with who made it.
type spoken struct {
	BodyID    string `json:"body_id"`
	Edition   string `json:"edition"`
	Date      string `json:"date"`
	Kind      string `json:"kind"`
	Language  string `json:"language"`
	Text      string `json:"text"`
	Key       string `json:"key"`
	Signature string `json:"signature"`
}

// Run lists them.
func (c *StatementsList) Run(g *Globals, s Streams) error {
	index, err := g.index()
	if err != nil {
		return err
	}
	var rows []spoken
	for _, b := range index.Country().Bodies {
		for _, m := range b.Statements {
			if c.Body == "" || c.Body == b.ID {
				rows = append(rows, spoken{b.ID, m.Edition, m.Date, m.Kind, m.Language, m.Text, m.Key, m.Signature})
			}
		}
	}
	return write(s.Out, c.Output, rows, []column[spoken]{
		{name: "body", cell: func(r spoken) string { return r.BodyID }},
		{name: "edition", cell: func(r spoken) string { return r.Edition }},
		{name: "date", cell: func(r spoken) string { return r.Date }},
		{name: "kind", cell: func(r spoken) string { return r.Kind }},
		{name: "key", cell: func(r spoken) string { return r.Key }},
		{name: "text", cell: func(r spoken) string { return r.Text }},
	})
}

// StatementsMessage prints a message.
type StatementsMessage struct {
	Body     string `required:"" help:"Body that speaks." placeholder:"ID"`
	Edition  string `required:"" help:"Edition that it speaks of." placeholder:"NAME"`
	Date     string `required:"" help:"Day of the signature, YYYY-MM-DD." placeholder:"DATE"`
	Kind     string `enum:"reply,correction" default:"reply" help:"reply or correction."`
	Language string `enum:",kk,ru,en" default:"" help:"Language of the text: kk, ru or en."`
	Text     string `arg:"" type:"existingfile" help:"File with the text."`
}

// Help is printed below the flags.
func (StatementsMessage) Help() string {
	return `The text with all that it is about, byte by byte as it is to be signed, so that a
signature cannot be moved to another body, edition or day. A body signs it with a key
that only it has, for example:

  openssl genpkey -algorithm ed25519 -out key.pem
  qulaq statements message --body city --edition 2026-Q3 --date 2026-10-20 reply.txt > message
  openssl pkeyutl -sign -rawin -inkey key.pem -in message | base64 -w0
  openssl pkey -in key.pem -pubout -outform DER | tail -c 32 | base64

The last two lines are the signature and the public key of docs/editions.md.`
}

// Run prints it.
func (c *StatementsMessage) Run(s Streams) error {
	text, err := os.ReadFile(c.Text)
	if err != nil {
		return err
	}
	m := registry.Statement{Edition: c.Edition, Date: c.Date, Kind: c.Kind, Language: c.Language, Text: string(text)}
	_, err = fmt.Fprintf(s.Out, "%s", m.Message(c.Body))
	return err
}
