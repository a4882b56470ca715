package vk

import (
	"fmt"

	"qulaq/parsers"
	"qulaq/parsers/jsonpage"
)

// envelope is what the API sends. A client library saves the content of
// "response" alone, whose fields then stand at the top.
type envelope struct {
	Response *answer  `json:"response"`
	Error    *failure `json:"error"`
	answer
}

// failure is an error of the API.
type failure struct {
	Code    int    `json:"error_code"`
	Message string `json:"error_msg"`
}

// answer is a page of posts or comments, as far as it is read.
type answer struct {
	Count    *int      `json:"count"`               // of a wall, its posts; of a post, its comments with all replies
	Level    *int      `json:"current_level_count"` // comments without replies, or replies to one
	Items    *[]entry  `json:"items"`
	Profiles []profile `json:"profiles"` // only of an extended call
	Groups   []group   `json:"groups"`
}

// entry is a post or a comment. All but id and date may be absent.
type entry struct {
	ID      int64  `json:"id"`
	OwnerID int64  `json:"owner_id"`
	PostID  int64  `json:"post_id"` // of a comment
	FromID  int64  `json:"from_id"`
	Date    int64  `json:"date"`   // unix
	Edited  int64  `json:"edited"` // unix; of a post
	Text    string `json:"text"`
	Deleted flag   `json:"deleted"`

	Comments *struct {
		Count *int `json:"count"`
	} `json:"comments"` // of a post
	History []struct {
		Text string `json:"text"`
	} `json:"copy_history"` // of a post: what it repeats

	ReplyTo int64   `json:"reply_to_comment"`
	Parents []int64 `json:"parents_stack"`
	Thread  struct {
		Count int     `json:"count"`
		Items []entry `json:"items"`
	} `json:"thread"` // of a comment: the replies to it
}

type profile struct {
	ID        int64  `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}

type group struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// flag is a boolean that VK writes as true or as 1.
type flag bool

// UnmarshalJSON implements [json.Unmarshaler].
func (f *flag) UnmarshalJSON(b []byte) error {
	*f = flag(string(b) == "true" || string(b) == "1")
	return nil
}

// decode reads a body. The refusal is nil when there is an answer to read on.
func decode(body []byte) (*answer, *parsers.Refusal) {
	var e envelope
	if refused := jsonpage.Unmarshal(body, &e); refused != nil {
		return nil, refused
	}
	a := &e.answer
	if e.Response != nil {
		a = e.Response
	}
	switch {
	case e.Error != nil:
		return nil, e.Error.refusal()
	case a.Items == nil:
		return nil, parsers.Refuse(parsers.Drift, "the answer has no items")
	case a.Count == nil:
		return nil, parsers.Refuse(parsers.Drift, "the answer has no count")
	case *a.Count < 0:
		return nil, parsers.Refuse(parsers.Drift, fmt.Sprintf("the answer counts %d", *a.Count))
	}
	return a, nil
}
