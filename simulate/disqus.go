package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Disqus's API 3.0: forums/listThreads and threads/listPosts. Every body's site is
// a forum; its pages are the threads.

const disqusEntries = 6 // on a page

type disqusThread struct {
	ID      string `json:"id"`
	Forum   string `json:"forum"`
	Title   string `json:"title"`
	Created string `json:"createdAt"`
	Posts   int    `json:"posts"`
	Closed  bool   `json:"isClosed"`
	Deleted bool   `json:"isDeleted"`
}

type disqusAuthor struct {
	ID        string `json:"id,omitempty"` // absent for who has no account
	Username  string `json:"username,omitempty"`
	Name      string `json:"name"`
	Anonymous bool   `json:"isAnonymous"`
}

type disqusPost struct {
	ID       string       `json:"id"`
	Parent   *int64       `json:"parent"`
	Thread   string       `json:"thread"`
	Forum    string       `json:"forum"`
	Author   disqusAuthor `json:"author"`
	Created  string       `json:"createdAt"`
	Message  string       `json:"message"`
	Approved bool         `json:"isApproved"`
	Deleted  bool         `json:"isDeleted"`
	Spam     bool         `json:"isSpam"`
	Edited   bool         `json:"isEdited"`
}

type disqusCursor struct {
	ID      string `json:"id"`
	Next    string `json:"next"`
	HasNext bool   `json:"hasNext"`
	More    bool   `json:"more"`
	Total   *int   `json:"total"`
}

func disqus() *platform {
	return &platform{
		name:  "disqus",
		Shows: Shows{Parents: true, Edits: true, Deletions: true, Closed: true},
		mute:  true,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /api/3.0/forums/listThreads.json": at.keyed("api_key", at.disqusThreads, disqusNoKey),
				"GET /api/3.0/threads/listPosts.json":  at.keyed("api_key", at.disqusPosts, disqusNoKey),
			}
		},
		address: func(s *source) string { return "/api/3.0/forums/listThreads.json?forum=" + s.disqusForum() },
		thread:  func(t *thread) string { return fmt.Sprint(t.number) },
		item:    func(it *item) string { return fmt.Sprint(it.number) },
		account: func(_ string, who *account) string {
			if who.disqusGuest() {
				return ""
			}
			return fmt.Sprint(who.number)
		},
	}
}

// disqusForum is the short name of a body's forum.
func (s *source) disqusForum() string { return fmt.Sprintf("xq-demo-%d", s.index()+1) }

// disqusGuest tells whether somebody comments without an account.
func (a *account) disqusGuest() bool { return a.body == nil && a.number%3 == 0 }

func disqusNoKey(b []byte) ([]byte, answer) {
	return asJSON(b, map[string]any{"code": 5, "response": "Invalid API key"}, answer{status: http.StatusUnauthorized})
}

func disqusTime(at int64) string { return time.Unix(at, 0).UTC().Format("2006-01-02T15:04:05") }

func (at *site) disqusThreads(b []byte, q *http.Request, now int64) ([]byte, answer) {
	for _, s := range at.sources {
		if s.disqusForum() != q.FormValue("forum") {
			continue
		}
		found, changed := s.latest(now)
		list := make([]disqusThread, 0, len(found))
		for _, t := range found {
			posts, _ := t.replies(now)
			list = append(list, disqusThread{
				ID: fmt.Sprint(t.number), Forum: s.disqusForum(), Title: fmt.Sprintf("№ %d", t.number),
				Created: disqusTime(t.at), Posts: len(posts), Closed: t.closed,
			})
		}
		return disqusPage(b, q, list, changed)
	}
	return asJSON(b, map[string]any{"code": 8, "response": "Unable to find forum"}, answer{status: http.StatusBadRequest})
}

func (at *site) disqusPosts(b []byte, q *http.Request, now int64) ([]byte, answer) {
	number, _ := strconv.ParseInt(q.FormValue("thread"), 10, 64)
	t := at.find(number, now)
	if t == nil {
		return asJSON(b, map[string]any{"code": 8, "response": "Unable to find thread"}, answer{status: http.StatusBadRequest})
	}
	_, changed := t.replies(now)
	list := []disqusPost{}
	for _, it := range t.items {
		if it.at <= now && !it.hidden {
			list = append(list, it.disqusPost(now))
		}
	}
	return disqusPage(b, q, list, changed)
}

func (it *item) disqusPost(now int64) disqusPost {
	t := it.thread
	p := disqusPost{
		ID: fmt.Sprint(it.number), Thread: fmt.Sprint(t.number), Forum: t.source.disqusForum(), Created: disqusTime(it.at),
		Author: disqusAuthor{Name: it.who.name, Anonymous: true}, Approved: true, Edited: now >= it.edited, Deleted: now >= it.deleted,
		Message: paragraph(it.words(now)),
	}
	if !it.who.disqusGuest() {
		p.Author = disqusAuthor{ID: fmt.Sprint(it.who.number), Username: it.who.handle, Name: it.who.name}
	}
	if it.parent != nil {
		p.Parent = &it.parent.number
	}
	if p.Deleted {
		p.Message = ""
	}
	return p
}

func disqusPage[T any](b []byte, q *http.Request, all []T, changed int64) ([]byte, answer) {
	offset, _ := strconv.Atoi(q.FormValue("cursor"))
	page, more := cut(all, offset, disqusEntries)
	cursor := disqusCursor{ID: fmt.Sprint(offset), Next: fmt.Sprint(offset + len(page)), HasNext: more, More: more}
	return asJSON(b, map[string]any{"code": 0, "cursor": cursor, "response": page}, answer{changed: changed})
}
