package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// A forum made with Discourse: /c/CATEGORY/N.json and /t/N.json. Every body has a
// category, in which it and the citizens open topics.

const (
	discourseTopics = 5  // on a page of a list
	discoursePosts  = 10 // on a page of a topic, as Discourse gives slow clients; 20 otherwise
)

type discoursePost struct {
	ID          int64   `json:"id"`
	Number      int     `json:"post_number"`
	Type        int     `json:"post_type"`
	Topic       int64   `json:"topic_id"`
	UserID      int64   `json:"user_id"`
	Username    string  `json:"username"`
	Name        string  `json:"name"`
	Created     string  `json:"created_at"`
	Updated     string  `json:"updated_at"` // moves for many reasons
	Version     int     `json:"version"`
	ReplyTo     *int    `json:"reply_to_post_number"`
	Cooked      string  `json:"cooked"`
	UserDeleted bool    `json:"user_deleted"`
	Deleted     *string `json:"deleted_at"`
	Hidden      bool    `json:"hidden"`
	Staff       bool    `json:"staff"`
	Moderator   bool    `json:"moderator"`
	Admin       bool    `json:"admin"`
}

type discourseTopic struct {
	ID      int64  `json:"id"`
	Title   string `json:"title"`
	Posts   int    `json:"posts_count"`
	Highest int    `json:"highest_post_number"`
	Created string `json:"created_at"`
	Closed  bool   `json:"closed"`
}

func discourse() *platform {
	return &platform{
		name:  "discourse",
		Shows: Shows{Parents: true, Edits: true, Deletions: true, Closed: true},
		walls: true,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /c/{slug}/{category}": at.discourseList,
				"GET /t/{topic}":           at.discourseTopic,
			}
		},
		address: func(s *source) string { return fmt.Sprintf("/c/%s/%d", s.handle, s.category()) },
		thread:  func(t *thread) string { return fmt.Sprintf("t/%d", t.number) },
		item: func(it *item) string {
			if n := it.place(); n > 1 {
				return fmt.Sprintf("t/%d/%d", it.thread.number, n)
			}
			return fmt.Sprintf("t/%d", it.thread.number)
		},
		account: func(host string, who *account) string { return fmt.Sprintf("%s/u/%d", host, who.number) },
	}
}

// category is the number of a body's category.
func (s *source) category() int64 { return s.index() + 1 }

// place is the number of a post within its topic, from 1. What is hidden or was
// deleted keeps it.
func (it *item) place() int {
	for i, other := range it.thread.items {
		if other == it {
			return i + 2
		}
	}
	return 1
}

func discourseMissing(b []byte) ([]byte, answer) {
	return asJSON(b, map[string]any{
		"errors": []string{"The requested URL or resource could not be found."}, "error_type": "not_found",
	}, answer{status: http.StatusNotFound})
}

// discourseList answers /c/NAME/N.json: the topics of a category, newest first.
func (at *site) discourseList(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.source(q.PathValue("slug"))
	if s == nil || q.PathValue("category") != fmt.Sprintf("%d.json", s.category()) {
		return discourseMissing(b)
	}
	found, changed := s.latest(now)
	page, _ := strconv.Atoi(q.FormValue("page"))
	shown, more := cut(found, page*discourseTopics, discourseTopics)
	list := map[string]any{"per_page": discourseTopics}
	if more {
		list["more_topics_url"] = fmt.Sprintf("/c/%s/%d?page=%d", s.handle, s.category(), page+1)
	}
	topics := []discourseTopic{}
	for _, t := range shown {
		posts, highest := t.discourseStream(now)
		topics = append(topics, discourseTopic{
			ID: t.number, Title: fmt.Sprintf("Тақырып %d", t.number), Posts: len(posts), Highest: highest,
			Created: milliseconds(t.at), Closed: t.closed,
		})
	}
	list["topics"] = topics
	return asJSON(b, map[string]any{"users": []string{}, "topic_list": list}, answer{changed: changed})
}

// discourseStream lists the posts of a topic, those withdrawn by their authors
// included, and tells the highest place.
func (t *thread) discourseStream(now int64) (posts []*item, highest int) {
	posts, highest = []*item{t.opener}, 1
	for i, it := range t.items {
		if it.at > now {
			break
		}
		if highest = i + 2; !it.hidden {
			posts = append(posts, it)
		}
	}
	return posts, highest
}

// discourseTopic answers /t/N.json?page=K.
func (at *site) discourseTopic(b []byte, q *http.Request, now int64) ([]byte, answer) {
	number, _ := strconv.ParseInt(strings.TrimSuffix(q.PathValue("topic"), ".json"), 10, 64) // 0 is none
	t := at.find(number, now)
	if t == nil {
		return discourseMissing(b)
	}
	page, _ := strconv.Atoi(q.FormValue("page"))
	all, _ := t.discourseStream(now)
	_, changed := t.replies(now)
	shown, _ := cut(all, (max(page, 1)-1)*discoursePosts, discoursePosts)
	posts, stream := []discoursePost{}, []int64{}
	for _, it := range shown {
		posts = append(posts, it.discoursePost(now))
	}
	for _, it := range all {
		stream = append(stream, it.number)
	}
	return asJSON(b, map[string]any{
		"post_stream": map[string]any{"posts": posts, "stream": stream},
		"id":          t.number, "created_at": milliseconds(t.at), "closed": t.closed, "archived": false, "posts_count": len(all),
	}, answer{changed: changed})
}

func (it *item) discoursePost(now int64) discoursePost {
	p := discoursePost{
		ID: it.number, Number: it.place(), Type: 1, Topic: it.thread.number, UserID: it.who.number, Username: it.who.handle, Name: it.who.name,
		Created: milliseconds(it.at), Updated: milliseconds(it.changed(now) + 3600), Version: 1, Cooked: paragraph(it.words(now)),
		Staff: it.who.body != nil, Moderator: it.who.body != nil,
	}
	if now >= it.edited {
		p.Version = 2
	}
	if it.parent != nil {
		to := it.parent.place()
		p.ReplyTo = &to
	}
	if now >= it.deleted {
		p.UserDeleted, p.Cooked = true, "<p>(post deleted by author)</p>"
	}
	return p
}

// paragraph is a text as HTML.
func paragraph(text string) string { return "<p>" + string(lines(nil, text, "<br />\n")) + "</p>\n" }
