package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// The Graph API about Facebook pages: PAGE/feed and POST/comments with all replies.

const (
	facebookPosts    = 5 // on a page of a feed
	facebookComments = 6 // on a page of comments
)

type facebookWho struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type facebookParent struct {
	ID string `json:"id"`
}

type facebookSummary struct {
	Order   string `json:"order"`
	Total   int    `json:"total_count"`
	Comment bool   `json:"can_comment"`
}

type facebookEntry struct {
	ID       string          `json:"id"`
	Created  string          `json:"created_time"`
	Updated  string          `json:"updated_time,omitempty"` // moves with every comment
	Message  string          `json:"message"`
	From     *facebookWho    `json:"from,omitempty"`
	Parent   *facebookParent `json:"parent,omitempty"`
	Comments any             `json:"comments,omitempty"`
}

func facebook() *platform {
	return &platform{
		name:  "facebook",
		Shows: Shows{Parents: true, CountsHidden: true, CountsDeleted: true},
		walls: true,
		flat:  true,
		// The replies to a comment go with it.
		orphans: true,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /" + graphVersion + "/{page}/feed":     at.keyed("access_token", at.facebookFeed, graphNoKey),
				"GET /" + graphVersion + "/{post}/comments": at.keyed("access_token", at.facebookComments, graphNoKey),
			}
		},
		address: func(s *source) string { return fmt.Sprintf("/%s/%d/feed", graphVersion, s.body.official(s).number) },
		thread:  func(t *thread) string { return t.facebookID() },
		item: func(it *item) string {
			if it == it.thread.opener {
				return it.thread.facebookID()
			}
			return it.facebookID()
		},
		account: func(_ string, who *account) string {
			if who.facebookHidden() {
				return ""
			}
			return fmt.Sprint(who.number)
		},
	}
}

func (t *thread) facebookID() string {
	return fmt.Sprintf("%d_%d", t.body.official(t.source).number, t.number)
}

func (it *item) facebookID() string { return fmt.Sprintf("%d_%d", it.thread.number, it.number) }

// facebookHidden tells whether the API tells nobody who somebody is.
func (a *account) facebookHidden() bool { return a.body == nil && a.number%2 == 0 }

func (at *site) facebookFeed(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.ofBody(q.PathValue("page"))
	if s == nil {
		return graphMissing(b)
	}
	found, changed := s.latest(now)
	posts := make([]facebookEntry, 0, len(found))
	for _, t := range found {
		_, last := t.replies(now)
		e := t.opener.facebookEntry(now)
		e.ID, e.Updated = t.facebookID(), graphTime(last)
		e.Comments = map[string]any{"data": []string{}, "summary": t.facebookSummary(now)}
		posts = append(posts, e)
	}
	return asJSON(b, graphPage(q, posts, q.FormValue("after"), "/"+q.PathValue("page")+"/feed", facebookPosts), answer{changed: changed})
}

// facebookSummary counts what was ever said below a post, also what is hidden or
// was deleted since.
func (t *thread) facebookSummary(now int64) facebookSummary {
	sum := facebookSummary{Order: "chronological"}
	for _, it := range t.items {
		if it.at <= now && it.at < it.deleted {
			sum.Total++
		}
	}
	return sum
}

func (at *site) facebookComments(b []byte, q *http.Request, now int64) ([]byte, answer) {
	_, post, _ := strings.Cut(q.PathValue("post"), "_")
	number, _ := strconv.ParseInt(post, 10, 64)
	t := at.find(number, now)
	if t == nil || t.facebookID() != q.PathValue("post") {
		return graphMissing(b)
	}
	found, changed := t.replies(now)
	comments := make([]facebookEntry, 0, len(found))
	for _, it := range found {
		if q.FormValue("filter") != "stream" && it.parent != nil {
			continue
		}
		e := it.facebookEntry(now)
		e.ID = it.facebookID()
		if it.parent != nil {
			e.Parent = &facebookParent{it.parent.facebookID()}
		}
		comments = append(comments, e)
	}
	return asJSON(b, struct {
		graphList[facebookEntry]
		Summary facebookSummary `json:"summary"`
	}{
		graphPage(q, comments, q.FormValue("after"), "/"+t.facebookID()+"/comments", facebookComments), t.facebookSummary(now),
	}, answer{changed: changed})
}

func (it *item) facebookEntry(now int64) facebookEntry {
	e := facebookEntry{Created: graphTime(it.at), Message: it.words(now)}
	if !it.who.facebookHidden() {
		e.From = &facebookWho{fmt.Sprint(it.who.number), it.who.name}
	}
	return e
}
