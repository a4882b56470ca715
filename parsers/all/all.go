// Package all lists the parsers. It is the only place that names them all.
package all

import (
	"qulaq/parsers"
	"qulaq/parsers/alaveteli"
	"qulaq/parsers/bluesky"
	"qulaq/parsers/dataegov"
	"qulaq/parsers/dialog"
	"qulaq/parsers/discourse"
	"qulaq/parsers/disqus"
	"qulaq/parsers/epetition"
	"qulaq/parsers/facebook"
	"qulaq/parsers/feed"
	"qulaq/parsers/froide"
	"qulaq/parsers/instagram"
	"qulaq/parsers/legalacts"
	"qulaq/parsers/mastodon"
	"qulaq/parsers/open311"
	"qulaq/parsers/qapage"
	"qulaq/parsers/selectors"
	"qulaq/parsers/telegram"
	"qulaq/parsers/ukwq"
	"qulaq/parsers/vk"
	"qulaq/parsers/wordpress"
	"qulaq/parsers/x"
	"qulaq/parsers/youtube"
)

// list is in alphabetical order of the parsers' names.
var list = []parsers.Parser{
	alaveteli.New(),
	bluesky.New(),
	dataegov.New(),
	dialog.New(),
	discourse.New(),
	disqus.New(),
	epetition.New(),
	facebook.New(),
	feed.New(),
	froide.New(),
	instagram.New(),
	legalacts.New(),
	mastodon.New(),
	open311.New(),
	qapage.New(),
	selectors.Any(), // its parser of a source is made of the registry: see jobs
	telegram.New(),
	ukwq.New(),
	vk.New(),
	wordpress.New(),
	x.New(),
	youtube.New(),
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
