package x

import (
	"cmp"
	"encoding/json"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
)

// answer is a page of posts, a line of a stream, or an error, as far as it is
// read.
type answer struct {
	Data     posts `json:"data"`
	Includes struct {
		Tweets []post `json:"tweets"`
		Users  []user `json:"users"`
	} `json:"includes"`
	Meta *struct {
		NextToken string `json:"next_token"`
	} `json:"meta"`
	Errors []problem `json:"errors"`
	problem
}

// posts is an array of posts, or one post.
type posts []post

// UnmarshalJSON implements [json.Unmarshaler].
func (p *posts) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '{' {
		return json.Unmarshal(b, (*[]post)(p))
	}
	*p = make(posts, 1)
	return json.Unmarshal(b, &(*p)[0])
}

type post struct {
	ID           string   `json:"id"`
	Author       string   `json:"author_id"`
	Conversation string   `json:"conversation_id"`
	CreatedAt    string   `json:"created_at"`
	Text         string   `json:"text"`
	Versions     []string `json:"edit_history_tweet_ids"` // the first is the oldest
	ReplyToWho   string   `json:"in_reply_to_user_id"`
	Referenced   []struct {
		Type string `json:"type"`
		ID   string `json:"id"`
	} `json:"referenced_tweets"`
	Note struct {
		Text string `json:"text"`
	} `json:"note_tweet"` // all of a text that is cut in Text
	Entities struct {
		Mentions []struct {
			ID       string `json:"id"` // absent in old answers
			Username string `json:"username"`
		} `json:"mentions"`
	} `json:"entities"`
	Metrics *struct {
		Replies int `json:"reply_count"`
	} `json:"public_metrics"`
	Withheld *struct {
		Countries []string `json:"country_codes"`
	} `json:"withheld"`
}

type user struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Username string `json:"username"`
}

// first is the id of the first version.
func (p *post) first() string {
	if len(p.Versions) > 0 && api.IsNumber(p.Versions[0]) {
		return p.Versions[0]
	}
	return p.ID
}

// reference is the post that this one repeats or answers, "" for none.
func (p *post) reference(kind string) string {
	for _, r := range p.Referenced {
		if r.Type == kind {
			return r.ID
		}
	}
	return ""
}

// opens tells whether the post opens a conversation.
func (p *post) opens() bool {
	if p.reference("replied_to") != "" {
		return false
	}
	if p.Conversation == "" || p.Conversation == p.ID {
		return true
	}
	for _, id := range p.Versions {
		if id == p.Conversation {
			return true
		}
	}
	return false
}

// text is the whole text.
func (p *post) text() string {
	if p.Note.Text != "" {
		return p.Note.Text
	}
	return p.Text
}

// problem is an error, in the form of RFC 7807.
type problem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Type   string `json:"type"`
}

// refusal says why an answer has no posts, by its own error or the first of
// those in it; nil when it only has none.
func refusal(p problem, inside []problem) *parsers.Refusal {
	if p.Title == "" && len(inside) > 0 {
		p = inside[0]
	}
	if p.Title == "" && p.Status == 0 {
		return nil
	}
	return parsers.Refuse(p.state(), "X error:", p.Title+":", cmp.Or(p.Detail, p.Type))
}

// state tells what an error means; see "Response codes and errors" in the
// documentation of the X API.
func (p *problem) state() parsers.State {
	kind := p.Type[strings.LastIndexByte(p.Type, '/')+1:]
	switch {
	case kind == "usage-capped" || p.Title == "UsageCapExceeded" || p.Status == 429 || p.Status >= 500 || strings.Contains(kind, "disconnect"):
		return parsers.Throttled
	case kind == "resource-not-found" || p.Status == 404 || p.Status == 410 || strings.Contains(p.Detail, "suspended"):
		return parsers.Gone
	case kind == "not-authorized-for-resource" || kind == "client-forbidden" || p.Status == 401 || p.Status == 403:
		return parsers.LoginWall
	}
	return parsers.Drift
}
