// Package instagram reads answers of the Graph API about a professional Instagram
// account: its media, and the comments below one with all replies.
//
// Ids are the numbers of the API. It shows an account to its owner and to whoever
// the owner has let in, and to nobody else; a name alone leads nowhere.
//
// What the API makes difficult, and how it is met:
//
//   - Times have an offset without a colon, 2020-02-24T09:15:16+0000.
//   - Only the medium itself tells how many comments it has and whose it is. It is
//     asked for together with its first comments; the addresses of further pages
//     carry both in their fragment.
//   - comments_count counts what is hidden and what was said by accounts that are
//     gone. It is declared; coverage says how much of it could be read.
//   - A page of comments shows the first replies to each. The rest are asked for
//     before the next page.
//   - "from" is there for the owner's own media alone; the name of an account is
//     then all that is told of an author, and tells the owner too.
//
// A token never enters an address.
package instagram

import (
	"fmt"
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of the Graph API for Instagram.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "instagram",
		Version:      version,
		Hosts:        slices.Clone(hosts),
		Zone:         time.UTC,
		NeedsKey:     true,
		Key:          parsers.Key{Parameter: "access_token"},
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsCounts:  true,
	}
}

// Start implements [parsers.Parser]. It takes the address of a call: the media of
// an account (graph.facebook.com/v21.0/NUMBER/media), a medium, or its comments.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("instagram: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser].
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("instagram: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	in := reader{Reading: api.Read(page, a.thread()), at: a}
	in.Refuse(in.read(page.Body))
	return in.Result, nil
}
