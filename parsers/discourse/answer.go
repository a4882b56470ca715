package discourse

import (
	"strings"

	"qulaq/parsers"
)

// answer is what the forum sends, as far as it is read: a topic, a list of
// topics, or errors.
type answer struct {
	Errors    []string `json:"errors"`
	ErrorType string   `json:"error_type"`

	Stream *struct {
		Posts *[]post `json:"posts"`
		IDs   []int64 `json:"stream"` // of all posts of the topic
	} `json:"post_stream"`
	ID       int64  `json:"id"` // of the topic
	Closed   bool   `json:"closed"`
	Archived bool   `json:"archived"`
	Created  string `json:"created_at"`

	List *struct {
		Topics *[]topic `json:"topics"`
		More   string   `json:"more_topics_url"`
	} `json:"topic_list"`
}

// topic is a topic in a list.
type topic struct {
	ID      int64  `json:"id"`
	Posts   *int   `json:"posts_count"`
	Created string `json:"created_at"`
}

// post is a post of a topic.
type post struct {
	ID          int64   `json:"id"`
	Place       int     `json:"post_number"`
	Type        int     `json:"post_type"`
	Topic       int64   `json:"topic_id"`
	TopicPosts  *int    `json:"posts_count"` // of the topic
	UserID      int64   `json:"user_id"`
	Username    string  `json:"username"`
	Name        string  `json:"name"`
	Created     string  `json:"created_at"`
	Version     int     `json:"version"`
	ReplyTo     int     `json:"reply_to_post_number"`
	Cooked      string  `json:"cooked"`
	Deleted     *string `json:"deleted_at"`
	UserDeleted bool    `json:"user_deleted"`
	Hidden      bool    `json:"hidden"`
	Moderator   bool    `json:"moderator"`
	Admin       bool    `json:"admin"`
	Staff       bool    `json:"staff"`
	Mentioned   []struct {
		ID int64 `json:"id"`
	} `json:"mentioned_users"`
}

// smallAction is the type of what stands in a topic to tell that it was closed,
// moved or renamed.
const smallAction = 3

// refusal tells what errors mean.
func (a *answer) refusal() *parsers.Refusal {
	state := parsers.Drift
	switch a.ErrorType {
	case "not_found":
		state = parsers.Gone
	case "invalid_access", "not_logged_in":
		state = parsers.LoginWall
	case "rate_limit", "read_only":
		state = parsers.Throttled
	}
	return parsers.Refuse(state, "Discourse says "+a.ErrorType+": "+strings.Join(a.Errors, " "))
}
