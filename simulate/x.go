package simulate

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The X API, version 2: users/by/username, users/ID/tweets and tweets/search/all.

const (
	xPosts = 5 // on a page
	// An id of X's holds the time in milliseconds since its own epoch above bits,
	// below which here the number of the item stands.
	xEpoch = 1288834974657
	xBits  = 22
)

type xReference struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

type xMetrics struct {
	Replies int `json:"reply_count"`
}

type xWithheld struct {
	Copyright bool     `json:"copyright"`
	Countries []string `json:"country_codes"`
}

type xPost struct {
	ID           string       `json:"id"`
	Author       string       `json:"author_id"`
	Conversation string       `json:"conversation_id"`
	CreatedAt    string       `json:"created_at"`
	Text         string       `json:"text"`
	Versions     []string     `json:"edit_history_tweet_ids"`
	ReplyToWho   string       `json:"in_reply_to_user_id,omitempty"`
	Referenced   []xReference `json:"referenced_tweets,omitempty"`
	Metrics      xMetrics     `json:"public_metrics"`
	Withheld     *xWithheld   `json:"withheld,omitempty"`
}

type xUser struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Username string `json:"username"`
}

type xProblem struct {
	Title    string `json:"title"`
	Detail   string `json:"detail"`
	Type     string `json:"type"`
	Resource string `json:"resource_id,omitempty"`
	Status   int    `json:"status,omitempty"`
}

func x() *platform {
	return &platform{
		name:   "x",
		Shows:  Shows{Parents: true, Edits: true},
		settle: (*thread).withhold,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /2/users/by/username/{name}": at.keyed("", at.xAccount, xNoKey),
				"GET /2/users/{id}/tweets":        at.keyed("", at.xTimeline, xNoKey),
				"GET /2/tweets/search/all":        at.keyed("", at.xSearch, xNoKey),
			}
		},
		address: func(s *source) string { return "/2/users/by/username/" + s.body.official(s).xName() + "#search=all" },
		thread:  func(t *thread) string { return t.opener.xFirst() },
		item:    (*item).xFirst,
		account: func(_ string, who *account) string { return strconv.FormatInt(who.number, 10) },
	}
}

// withhold has some of what is said withheld in a country.
func (t *thread) withhold() {
	for _, it := range append([]*item{t.opener}, t.items...) {
		if it.at%11 == 0 {
			it.rulings = []ruling{{it.at, "withheld in " + Code}}
		}
	}
}

// xName is the name of an account, which has at most 15 characters.
func (a *account) xName() string { return fmt.Sprintf("xq_%d", a.number) }

func xID(at, number int64) string {
	return strconv.FormatInt((at*1000-xEpoch)<<xBits|number, 10)
}

func (at *site) xItem(id string) *item {
	n, _ := strconv.ParseInt(id, 10, 64)
	return at.items[n&(1<<xBits-1)]
}

// xFirst is the id of the first version, and xVersions are those of all until a
// moment: an edit makes a new post.
func (it *item) xFirst() string { return xID(it.at, it.number) }

func (it *item) xVersions(now int64) []string {
	ids := []string{it.xFirst()}
	if now >= it.edited {
		ids = append(ids, xID(it.edited, it.number))
	}
	return ids
}

// xVersion is the id under which an item was to be had at a moment.
func (it *item) xVersion(at int64) string {
	ids := it.xVersions(at)
	return ids[len(ids)-1]
}

func xError(b []byte, status int, title, detail string) ([]byte, answer) {
	return asJSON(b, xProblem{Title: title, Detail: detail, Type: "about:blank", Status: status}, answer{status: status})
}

func xNoKey(b []byte) ([]byte, answer) {
	return xError(b, http.StatusUnauthorized, "Unauthorized", "Unauthorized")
}

func (at *site) xAccount(b []byte, q *http.Request, _ int64) ([]byte, answer) {
	for _, s := range at.sources {
		if who := s.body.official(s); who.xName() == strings.ToLower(q.PathValue("name")) {
			return asJSON(b, map[string]xUser{"data": who.xUser()}, answer{})
		}
	}
	return asJSON(b, map[string][]xProblem{"errors": {{
		Title: "Not Found Error", Detail: "Could not find user with username: [" + q.PathValue("name") + "].",
		Type: "https://api.twitter.com/2/problems/resource-not-found", Resource: q.PathValue("name"),
	}}}, answer{})
}

func (at *site) xTimeline(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.ofBody(q.PathValue("id"))
	if s == nil {
		return xError(b, http.StatusNotFound, "Not Found Error", "Could not find user.")
	}
	found, changed := s.latest(now)
	posts := make([]*item, 0, len(found))
	for _, t := range found {
		posts = append(posts, t.opener)
	}
	return xPage(b, posts, q.FormValue("pagination_token"), changed, now)
}

// xSearch answers a search for a conversation, by the ids of all versions of the
// post that opens it: newest first, without that post.
func (at *site) xSearch(b []byte, q *http.Request, now int64) ([]byte, answer) {
	var found []*item
	var changed int64
	for word := range strings.FieldsSeq(q.FormValue("query")) {
		id, ok := strings.CutPrefix(word, "conversation_id:")
		top := at.xItem(id)
		if !ok || top == nil || top != top.thread.opener {
			continue
		}
		replies, last := top.thread.replies(now)
		changed = max(changed, last)
		for _, it := range replies {
			if top.xVersion(it.at) == id {
				found = append(found, it)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *item) int { return byTime(b, a) })
	return xPage(b, found, q.FormValue("next_token"), changed, now)
}

// xPage is a page of posts, with their authors and what they refer to.
func xPage(b []byte, all []*item, token string, changed, now int64) ([]byte, answer) {
	offset, _ := strconv.Atoi(strings.TrimPrefix(token, "xq"))
	page, more := cut(all, offset, xPosts)
	var posts, referred []xPost
	var users []xUser
	var problems []xProblem
	for _, it := range page {
		posts = append(posts, it.xPost(now))
		if who := it.who.xUser(); !slices.Contains(users, who) {
			users = append(users, who)
		}
		switch to := it.answered(); {
		case to == nil:
		case to.shown(now):
			referred = append(referred, to.xPost(now))
		default:
			problems = append(problems, xProblem{
				Title: "Not Found Error", Detail: "Could not find tweet with referenced_tweets.id.",
				Type: "https://api.twitter.com/2/problems/resource-not-found", Resource: to.xVersion(it.at),
			})
		}
	}
	meta := map[string]any{"result_count": len(posts)}
	if more {
		meta["next_token"] = fmt.Sprintf("xq%d", offset+len(page))
	}
	list := map[string]any{"meta": meta}
	if len(posts) > 0 {
		list["data"], list["includes"] = posts, map[string]any{"users": users, "tweets": referred}
	}
	if len(problems) > 0 {
		list["errors"] = problems
	}
	return asJSON(b, list, answer{changed: changed})
}

// xPost is the latest version of a post.
func (it *item) xPost(now int64) xPost {
	versions := it.xVersions(now)
	at := it.at
	if len(versions) > 1 {
		at = it.edited
	}
	p := xPost{
		ID: versions[len(versions)-1], Author: strconv.FormatInt(it.who.number, 10), CreatedAt: milliseconds(at),
		Conversation: it.thread.opener.xVersion(it.at), Text: it.words(now), Versions: versions,
	}
	if to := it.answered(); to != nil {
		p.ReplyToWho = strconv.FormatInt(to.who.number, 10)
		p.Referenced = []xReference{{"replied_to", to.xVersion(it.at)}}
	} else {
		p.Conversation = p.ID
	}
	for _, other := range it.below() {
		if other.shown(now) {
			p.Metrics.Replies++
		}
	}
	if it.ruling(now) != "" {
		p.Withheld = &xWithheld{Countries: []string{Code}}
	}
	return p
}

func (a *account) xUser() xUser {
	return xUser{strconv.FormatInt(a.number, 10), a.name, a.xName()}
}
