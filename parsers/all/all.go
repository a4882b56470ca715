// Package all lists the parsers. It is the only place that names them all.
package all

import (
	"qulaq/parsers"
	"qulaq/parsers/legalacts"
	"qulaq/parsers/telegram"
	"qulaq/parsers/vk"
)

// list is in alphabetical order of the parsers' names.
var list = []parsers.Parser{
	legalacts.New(),
	telegram.New(),
	vk.New(),
}

// Parser returns the parser of a platform.
func Parser(platform string) (parsers.Parser, bool) {
	for _, p := range list {
		if p.Properties().Name == platform {
			return p, true
		}
	}
	return nil, false
}

// Names lists the platforms that have a parser.
func Names() []string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.Properties().Name
	}
	return names
}
