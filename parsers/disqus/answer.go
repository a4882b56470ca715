package disqus

import (
	"bytes"
	"encoding/json"
	"fmt"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// answer is what the API sends. Response is a list, or a sentence for people when
// Code is not 0.
type answer struct {
	Code     *int            `json:"code"`
	Response json.RawMessage `json:"response"`
	Cursor   struct {
		More  bool   `json:"hasNext"`
		Next  string `json:"next"`
		Total *int   `json:"total"`
	} `json:"cursor"`
}

// thread is a thread of a forum.
type thread struct {
	ID      id     `json:"id"`
	Created string `json:"createdAt"`
	Posts   *int   `json:"posts"`
	Closed  bool   `json:"isClosed"`
	Deleted bool   `json:"isDeleted"`
}

// post is a post of a thread.
type post struct {
	ID      id     `json:"id"`
	Parent  id     `json:"parent"`
	Thread  id     `json:"thread"`
	Created string `json:"createdAt"`
	Message string `json:"message"` // HTML
	Edited  bool   `json:"isEdited"`
	Deleted bool   `json:"isDeleted"`
	Spam    bool   `json:"isSpam"`
	Author  struct {
		ID       id     `json:"id"` // absent for who has no account
		Username string `json:"username"`
		Name     string `json:"name"`
	} `json:"author"`
}

// id is a number that Disqus writes as a string or as a number.
type id string

// UnmarshalJSON implements [json.Unmarshaler].
func (i *id) UnmarshalJSON(b []byte) error {
	if b = bytes.Trim(b, `"`); weburl.IsID(string(b)) {
		*i = id(b)
	}
	return nil
}

// states has what the error codes of the API mean here; any other is drift. The
// codes are those of disqus.com/api/docs/errors.
var states = map[int]parsers.State{
	4:  parsers.LoginWall, // you must provide an authenticated user for this method
	5:  parsers.LoginWall, // invalid API key
	8:  parsers.Gone,      // a requested object was not found
	9:  parsers.LoginWall, // you cannot access this resource using your API key
	11: parsers.LoginWall, // your API key is not valid on this domain
	12: parsers.LoginWall, // this application does not have enough privileges
	13: parsers.Throttled, // you have exceeded the rate limit for this resource
	14: parsers.Throttled, // you have exceeded the rate limit for your account
	15: parsers.Throttled, // there was internal server error
	16: parsers.Throttled, // your request timed out
	17: parsers.LoginWall, // the authenticated user does not have access
}

// refusal tells what an answer without a list is.
func (a *answer) refusal() *parsers.Refusal {
	switch {
	case a.Code == nil:
		return parsers.Refuse(parsers.Drift, "the answer has no code")
	case *a.Code == 0 && bytes.HasPrefix(a.Response, []byte("[")):
		return nil
	case *a.Code == 0:
		return parsers.Refuse(parsers.Drift, "the response is no list")
	}
	state, known := states[*a.Code]
	if !known {
		state = parsers.Drift
	}
	var said string
	if json.Unmarshal(a.Response, &said) != nil {
		said = "nothing that can be read"
	}
	return parsers.Refuse(state, fmt.Sprintf("Disqus error %d: %s", *a.Code, said))
}
