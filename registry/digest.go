package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// Digests names a registry by its content: each part by the SHA-256, in hex, of the
// files that [Save] writes of it, each with its name and length. Equal parts have
// equal digests, however their files were written.
type Digests struct {
	Registry  string `json:"registry"`  // all of it
	Calendar  string `json:"calendar"`  // "" when there is none
	Deadlines string `json:"deadlines"` // "" when there are none
}

// Digest computes the digests of a country.
func Digest(c *Country) (Digests, error) {
	files, err := marshal(c)
	if err != nil {
		return Digests{}, fmt.Errorf("registry: %w", err)
	}
	of := func(names ...string) string {
		hash := sha256.New()
		for _, name := range names {
			if files[name] == nil {
				return ""
			}
			fmt.Fprintf(hash, "%s\n%d\n", name, len(files[name]))
			hash.Write(files[name])
		}
		return hex.EncodeToString(hash.Sum(nil))
	}
	return Digests{
		Registry: of(slices.Sorted(maps.Keys(files))...), Calendar: of(calendarFile), Deadlines: of(deadlinesFile),
	}, nil
}
