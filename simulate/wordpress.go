package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Sites made with WordPress, each body's own in a folder: /SITE/wp-json/wp/v2/posts
// and comments.

// wordpressEntries is how many entries a page has at most. WordPress's own limit,
// 100, can be lowered by a site.
const wordpressEntries = 6

type wordpressText struct {
	Rendered string `json:"rendered"`
}

type wordpressEntry struct {
	ID            int64          `json:"id"`
	Post          int64          `json:"post,omitempty"`
	Parent        int64          `json:"parent"`
	Author        int64          `json:"author"`
	AuthorName    string         `json:"author_name,omitempty"`
	Date          string         `json:"date"` // by the site's own clock
	DateGMT       string         `json:"date_gmt"`
	Title         *wordpressText `json:"title,omitempty"`
	Content       wordpressText  `json:"content"`
	CommentStatus string         `json:"comment_status,omitempty"`
	Status        string         `json:"status"`
	Type          string         `json:"type"`
}

func wordpress() *platform {
	return &platform{
		name:  "wordpress",
		Shows: Shows{Parents: true, Closed: true},
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /{site}/wp-json/wp/v2/posts":    at.wordpressPosts,
				"GET /{site}/wp-json/wp/v2/comments": at.wordpressComments,
			}
		},
		address: func(s *source) string { return "/" + s.handle },
		thread:  func(t *thread) string { return fmt.Sprintf("post-%d", t.number) },
		item: func(it *item) string {
			if it == it.thread.opener {
				return fmt.Sprintf("post-%d", it.number)
			}
			return fmt.Sprintf("comment-%d", it.number)
		},
		account: func(host string, who *account) string {
			if who.wordpressID() == 0 {
				return ""
			}
			return fmt.Sprintf("%s/author/%d", host, who.number)
		},
	}
}

// wordpressID is the account that somebody has on the site. Most citizens have
// none and comment under a name.
func (a *account) wordpressID() int64 {
	if a.body != nil || a.number%3 == 0 {
		return a.number
	}
	return 0
}

func (at *site) wordpressPosts(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.source(q.PathValue("site"))
	if s == nil {
		return wordpressError(b, "rest_no_route", "No route was found matching the URL and request method.", http.StatusNotFound)
	}
	found, changed := s.latest(now)
	entries := make([]wordpressEntry, 0, len(found))
	for _, t := range found {
		e := t.opener.wordpressEntry(now)
		e.Title, e.Type, e.CommentStatus = &wordpressText{fmt.Sprintf("№ %d", t.number)}, "post", "open"
		if t.closed {
			e.CommentStatus = "closed"
		}
		entries = append(entries, e)
	}
	return wordpressPage(b, q, entries, changed)
}

func (at *site) wordpressComments(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.source(q.PathValue("site"))
	number, _ := strconv.ParseInt(q.FormValue("post"), 10, 64)
	t := at.find(number, now)
	if s == nil || t == nil || t.source != s {
		return wordpressError(b, "rest_post_invalid_id", "Invalid post ID.", http.StatusNotFound)
	}
	found, changed := t.replies(now)
	entries := make([]wordpressEntry, 0, len(found))
	for _, it := range found {
		e := it.wordpressEntry(now)
		e.Post, e.Type, e.AuthorName = t.number, "comment", it.who.name
		if it.parent != nil { // also of a comment that is gone
			e.Parent = it.parent.number
		}
		entries = append(entries, e)
	}
	return wordpressPage(b, q, entries, changed)
}

func (it *item) wordpressEntry(now int64) wordpressEntry {
	const clock = "2006-01-02T15:04:05"
	at := time.Unix(it.at, 0).UTC()
	return wordpressEntry{
		ID: it.number, Author: it.who.wordpressID(), Date: at.Add(5 * time.Hour).Format(clock), DateGMT: at.Format(clock),
		Content: wordpressText{paragraph(it.words(now))}, Status: "publish",
	}
}

// wordpressPage is a page of entries, in an envelope where one is asked for.
func wordpressPage(b []byte, q *http.Request, all []wordpressEntry, changed int64) ([]byte, answer) {
	size, err := strconv.Atoi(q.FormValue("per_page"))
	if err != nil || size < 1 || size > wordpressEntries {
		size = wordpressEntries
	}
	page, _ := strconv.Atoi(q.FormValue("page"))
	page = max(page, 1)
	pages := (len(all) + size - 1) / size
	if page > max(pages, 1) {
		return wordpressError(b, "rest_post_invalid_page_number", "The page number requested is larger than the number of pages available.", http.StatusBadRequest)
	}
	entries, _ := cut(all, (page-1)*size, size)
	if q.FormValue("_envelope") == "" {
		return asJSON(b, entries, answer{changed: changed})
	}
	return asJSON(b, map[string]any{
		"body": entries, "status": http.StatusOK,
		"headers": map[string]int{"X-WP-Total": len(all), "X-WP-TotalPages": pages},
	}, answer{changed: changed})
}

func wordpressError(b []byte, code, message string, status int) ([]byte, answer) {
	return asJSON(b, map[string]any{
		"code": code, "message": message, "data": map[string]int{"status": status},
	}, answer{status: status})
}
