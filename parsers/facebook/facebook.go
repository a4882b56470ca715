// Package facebook reads answers of the Graph API about a Facebook page: its feed
// and the comments below a post, with all replies.
//
// Ids are those of the API: a post is PAGE_POST, a comment POST_COMMENT. A page
// that is known by its name alone has that as thread id. The API shows pages to
// their owners and to whoever has passed Meta's review, and to nobody else.
//
// What the API makes difficult, and how it is met:
//
//   - Times have an offset without a colon, 2021-08-12T18:30:51+0000.
//   - summary.total_count counts what is hidden and deleted. It is declared; what
//     can be read is often less, and coverage says so.
//   - Without a page token "from" is missing: such authors are unknown, and so is
//     their role.
//   - Without the field "id" the address of a comment tells its id and its parent.
//   - updated_time of a post moves with every comment. It is not an edit, and is
//     not read.
//   - Error 100 does not tell a deleted post from a forbidden one: it is a login
//     wall, not the end of the post.
//   - can_comment tells what the caller may do, and is not read.
//
// A token never enters an address.
package facebook

import (
	"fmt"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/graph"
	"qulaq/parsers/weburl"
)

// version is raised with every change of what Parse returns.
const version = 1

type parser struct{}

// New gives the parser of the Graph API for Facebook pages.
func New() parsers.Parser { return parser{} }

// Properties implements [parsers.Parser].
func (parser) Properties() parsers.Properties {
	return parsers.Properties{
		Name:         "facebook",
		Version:      version,
		Hosts:        []string{apiHost},
		Zone:         time.UTC,
		NeedsKey:     true,
		Key:          parsers.Key{Parameter: "access_token"},
		ReadsErrors:  true,
		ExactTimes:   true,
		ShowsParents: true,
		ShowsCounts:  true,
	}
}

// Start implements [parsers.Parser]. It takes a page as Facebook links to it
// (facebook.com/name, /profile.php?id=1), a post by numbers
// (facebook.com/1/posts/2) and the address of a call.
func (parser) Start(source string) (parsers.Thread, error) {
	a, err := parseSource(source)
	if err != nil {
		return parsers.Thread{}, fmt.Errorf("facebook: source %q: %w", weburl.WithoutSecrets(source), err)
	}
	return a.thread(), nil
}

// Parse implements [parsers.Parser].
func (parser) Parse(page parsers.Page) (parsers.Result, error) {
	a, err := parseAddress(page.URL)
	if err != nil {
		return parsers.Result{}, fmt.Errorf("facebook: address %q: %w", weburl.WithoutSecrets(page.URL), err)
	}
	in := reader{Reading: api.Read(page, a.thread()), at: a}
	in.Refuse(in.read(page.Body))
	return in.Result, nil
}

// answer is a page of posts or comments, as far as it is read.
type answer struct {
	Error   *graph.Failure `json:"error"`
	Data    *[]entry       `json:"data"`
	Paging  *graph.Paging  `json:"paging"`
	Summary struct {
		Total *int `json:"total_count"`
	} `json:"summary"`
}

// entry is a post or a comment. Which fields it has is up to the call and to the
// caller's rights.
type entry struct {
	ID      string `json:"id"`
	Created string `json:"created_time"`
	Message string `json:"message"`
	Link    string `json:"permalink_url"`
	From    *struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"from"`
	Tags []struct {
		ID string `json:"id"`
	} `json:"message_tags"`
	Parent *struct {
		ID string `json:"id"`
	} `json:"parent"` // of a comment that is a reply
	Comments struct {
		Summary struct {
			Total *int `json:"total_count"`
		} `json:"summary"`
	} `json:"comments"` // of a post
}
