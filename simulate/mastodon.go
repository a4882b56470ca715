package simulate

import (
	"fmt"
	"net/http"
	"strconv"
)

// Mastodon's API: accounts/lookup, accounts/ID/statuses, statuses/ID/context.
// All accounts live on one instance.

const (
	mastodonHost = "social.xq.example"
	// mastodonStatuses is how many statuses a page has at most. Servers may give
	// fewer than were asked for.
	mastodonStatuses = 4
	// mastodonReplies is how many replies whoever is not logged in is shown.
	mastodonReplies = 60
)

type mastodonAccount struct {
	ID          string `json:"id"`
	Username    string `json:"username"`
	Acct        string `json:"acct"`
	DisplayName string `json:"display_name"`
	URL         string `json:"url"`
}

type mastodonStatus struct {
	ID           string            `json:"id"`
	CreatedAt    string            `json:"created_at"`
	EditedAt     *string           `json:"edited_at"`
	ReplyTo      *string           `json:"in_reply_to_id"`
	ReplyToWho   *string           `json:"in_reply_to_account_id"`
	Visibility   string            `json:"visibility"`
	Language     string            `json:"language"`
	Spoiler      string            `json:"spoiler_text"`
	RepliesCount int               `json:"replies_count"`
	Content      string            `json:"content"`
	Reblog       *struct{}         `json:"reblog"`
	Account      mastodonAccount   `json:"account"`
	Mentions     []mastodonAccount `json:"mentions"`
}

func mastodon() *platform {
	return &platform{
		name:  "mastodon",
		Shows: Shows{Parents: true, Edits: true},
		// What answers a deleted status answers nothing any more.
		orphans: true,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /api/v1/accounts/lookup":        at.mastodonLookup,
				"GET /api/v1/accounts/{id}/statuses": at.mastodonPosts,
				"GET /api/v1/statuses/{id}/context":  at.mastodonContext,
			}
		},
		address: func(s *source) string { return "/@" + s.handle },
		thread:  func(t *thread) string { return mastodonID(t.number) },
		item:    func(it *item) string { return mastodonID(it.number) },
		account: func(_ string, who *account) string { return who.handle + "@" + mastodonHost },
	}
}

// mastodonID makes a number as long as a real one: the ids of statuses hold the
// time in their upper digits and so grow with it.
func mastodonID(number int64) string { return fmt.Sprint(114_000_000_000_000_000 + number) }

func mastodonNumber(id string) int64 {
	n, _ := strconv.ParseInt(id, 10, 64)
	return n - 114_000_000_000_000_000
}

func mastodonMissing(b []byte) ([]byte, answer) {
	return asJSON(b, map[string]string{"error": "Record not found"}, answer{status: http.StatusNotFound})
}

func (at *site) mastodonLookup(b []byte, q *http.Request, _ int64) ([]byte, answer) {
	s := at.source(q.FormValue("acct"))
	if s == nil {
		return mastodonMissing(b)
	}
	return asJSON(b, mastodonWho(s.body.official(s)), answer{})
}

// mastodonPosts answers accounts/ID/statuses: newest first, max_id excluded.
func (at *site) mastodonPosts(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.ofBody(q.PathValue("id"))
	if s == nil {
		return mastodonMissing(b)
	}
	found, changed := s.latest(now)
	if id := q.FormValue("max_id"); id != "" {
		for len(found) > 0 && found[0].number >= mastodonNumber(id) {
			found = found[1:]
		}
	}
	page, _ := cut(found, 0, mastodonStatuses)
	list := make([]mastodonStatus, 0, len(page))
	for _, t := range page {
		list = append(list, t.opener.status(now))
	}
	return asJSON(b, list, answer{changed: changed})
}

// mastodonContext answers statuses/ID/context.
func (at *site) mastodonContext(b []byte, q *http.Request, now int64) ([]byte, answer) {
	t := at.find(mastodonNumber(q.PathValue("id")), now)
	if t == nil {
		return mastodonMissing(b)
	}
	found, changed := t.replies(now)
	below := []mastodonStatus{}
	for _, it := range found {
		if len(below) < mastodonReplies {
			below = append(below, it.status(now))
		}
	}
	return asJSON(b, map[string]any{"ancestors": []mastodonStatus{}, "descendants": below}, answer{changed: changed})
}

// status is an item as the API gives it.
func (it *item) status(now int64) mastodonStatus {
	s := mastodonStatus{
		ID: mastodonID(it.number), CreatedAt: milliseconds(it.at), Visibility: "public", Language: it.lang,
		Content: "<p>" + string(lines(nil, it.words(now), "<br />")) + "</p>",
		Account: mastodonWho(it.who), Mentions: []mastodonAccount{},
	}
	if now >= it.edited {
		edited := milliseconds(it.edited)
		s.EditedAt = &edited
	}
	for _, other := range it.below() {
		if other.shown(now) {
			s.RepliesCount++
		}
	}
	if to := it.answered(); to != nil {
		id, who := mastodonID(to.number), strconv.FormatInt(to.who.number, 10)
		s.ReplyTo, s.ReplyToWho = &id, &who
		s.Mentions = append(s.Mentions, mastodonWho(to.who))
	}
	return s
}

func mastodonWho(who *account) mastodonAccount {
	return mastodonAccount{
		ID: strconv.FormatInt(who.number, 10), Username: who.handle, Acct: who.handle,
		DisplayName: who.name, URL: "https://" + mastodonHost + "/@" + who.handle,
	}
}
