package mastodon

import (
	"bytes"
	"net/url"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/jsonpage"
)

// status is a post or reply, as far as it is read. A version of an edited one
// has its account, content and time alone.
type status struct {
	ID         string   `json:"id"`
	CreatedAt  string   `json:"created_at"`
	EditedAt   string   `json:"edited_at"`
	ReplyTo    string   `json:"in_reply_to_id"`
	ReplyToWho string   `json:"in_reply_to_account_id"`
	Visibility string   `json:"visibility"`
	Replies    int      `json:"replies_count"` // direct ones
	Warning    string   `json:"spoiler_text"`
	Content    string   `json:"content"` // HTML
	Account    *account `json:"account"`
	Reblog     *struct {
		ID string `json:"id"`
	} `json:"reblog"`
	Mentions []account `json:"mentions"`
	Quote    *struct {
		Status *struct {
			Content string `json:"content"`
		} `json:"quoted_status"`
	} `json:"quote"`
}

// account is whoever wrote a status, or is mentioned in one.
type account struct {
	ID        string `json:"id"`   // on this instance
	Acct      string `json:"acct"` // "name" of this instance's own, "name@host" of others
	URL       string `json:"url"`
	Name      string `json:"display_name"`
	Suspended bool   `json:"suspended"`
}

// address is the full address of an account. Its host is not always that of the
// instance's pages and never that of a copy, so the account's own link tells it.
func (c *account) address() string {
	if strings.Contains(c.Acct, "@") || c.Acct == "" {
		return strings.ToLower(c.Acct)
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" {
		return strings.ToLower(c.Acct)
	}
	return strings.ToLower(c.Acct + "@" + u.Host)
}

// home is the instance of an account that is not of this one; "" for its own.
func (c *account) home() string {
	_, home, _ := strings.Cut(c.Acct, "@")
	return home
}

// isPublic tells whether everyone may read the status.
func (s *status) isPublic() bool {
	return s.Visibility == "public" || s.Visibility == "unlisted"
}

// text is what a reader sees: the warning, which says what a post is about, and
// the post.
func (s *status) text() string {
	text := api.Text(s.Content)
	if s.Warning != "" {
		text = strings.TrimSpace(s.Warning + "\n" + text)
	}
	return text
}

// decode reads an answer, or the error in place of one.
func decode(body []byte, into any) *parsers.Refusal {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte(`{"error"`)) {
		var failure struct {
			Error string `json:"error"`
		}
		if refused := jsonpage.Unmarshal(body, &failure); refused != nil {
			return refused
		}
		return parsers.Refuse(stateOf(failure.Error), "Mastodon error:", failure.Error)
	}
	return jsonpage.Unmarshal(body, into)
}

// stateOf tells what an error means. The texts are those of Mastodon's source,
// config/locales and app/controllers/api; they changed over the years.
func stateOf(message string) parsers.State {
	message = strings.ToLower(message)
	for _, sign := range [...]struct {
		words string
		state parsers.State
	}{
		{"not found", parsers.Gone}, // "Record not found", "Not Found"
		{"authenticated user", parsers.LoginWall},
		{"access token", parsers.LoginWall},
		{"not allowed", parsers.LoginWall},
		{"not authorized", parsers.LoginWall},
		{"unauthorized", parsers.LoginWall},
		{"too many requests", parsers.Throttled},
		{"throttled", parsers.Throttled},
		{"please try again", parsers.Throttled},
	} {
		if strings.Contains(message, sign.words) {
			return sign.state
		}
	}
	return parsers.Drift
}
