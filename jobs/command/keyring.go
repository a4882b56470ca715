package command

import (
	"os"
	"path/filepath"

	"qulaq/jobs"
)

// Keyring is where the API keys of a crawl are.
type Keyring struct {
	Tokens string `help:"Folder of API keys (default: DATA/tokens); qulaq crawl --help tells of them." env:"QULAQ_TOKENS" type:"path" placeholder:"DIR"`
}

// tokens reads the keys, those of the environment included.
func (k Keyring) tokens(g *Globals) (jobs.Tokens, error) {
	return jobs.ReadTokens(k.tokensDir(g), os.Environ())
}

func (k Keyring) tokensDir(g *Globals) string {
	if k.Tokens != "" {
		return k.Tokens
	}
	return filepath.Join(g.Data, "tokens")
}
