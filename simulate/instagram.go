package simulate

import (
	"fmt"
	"net/http"
	"strconv"
)

// The Graph API about professional Instagram accounts: ACCOUNT/media, a medium with
// its first comments, MEDIUM/comments and COMMENT/replies.

const (
	instagramMedia    = 5 // on a page
	instagramComments = 4
	instagramReplies  = 2
	// instagramBase lies before the ids of media and comments.
	instagramBase = 17_900_000_000_000_000
)

type instagramEntry struct {
	ID        string                     `json:"id"`
	Username  string                     `json:"username,omitempty"`
	Timestamp string                     `json:"timestamp,omitempty"`
	Caption   string                     `json:"caption,omitempty"`
	Count     *int                       `json:"comments_count,omitempty"`
	Comments  *graphList[instagramEntry] `json:"comments,omitempty"`
	Text      string                     `json:"text,omitempty"`
	From      *instagramWho              `json:"from,omitempty"`
	Parent    string                     `json:"parent_id,omitempty"`
	Replies   *graphList[instagramEntry] `json:"replies,omitempty"`
}

type instagramWho struct {
	ID       string `json:"id"`
	Username string `json:"username"`
}

func instagram() *platform {
	return &platform{
		name:  "instagram",
		Shows: Shows{Parents: true, CountsHidden: true},
		fixed: true, // nothing but a caption can be changed
		flat:  true,
		// The replies to a comment go with it.
		orphans: true,
		routes: func(at *site) map[string]renderer {
			const root = "GET /" + graphVersion + "/{id}"
			return map[string]renderer{
				root:               at.keyed("access_token", at.instagramMedium, graphNoKey),
				root + "/media":    at.keyed("access_token", at.instagramAccount, graphNoKey),
				root + "/comments": at.keyed("access_token", at.instagramComments, graphNoKey),
				root + "/replies":  at.keyed("access_token", at.instagramReplies, graphNoKey),
			}
		},
		address: func(s *source) string { return fmt.Sprintf("/%s/%d/media", graphVersion, s.body.official(s).number) },
		thread:  func(t *thread) string { return t.opener.instagramID() },
		item:    (*item).instagramID,
		account: func(_ string, who *account) string {
			if who.body == nil {
				return "" // told of the owner's own words alone
			}
			return fmt.Sprint(who.number)
		},
	}
}

func (it *item) instagramID() string { return fmt.Sprint(instagramBase + it.number) }

func (at *site) instagramItem(q *http.Request, now int64) *item {
	id, _ := strconv.ParseInt(q.PathValue("id"), 10, 64)
	if it := at.items[id-instagramBase]; it != nil && it.shown(now) {
		return it
	}
	return nil
}

func (at *site) instagramAccount(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.ofBody(q.PathValue("id"))
	if s == nil {
		return graphMissing(b)
	}
	found, changed := s.latest(now)
	media := make([]instagramEntry, 0, len(found))
	for _, t := range found {
		e := t.opener.instagramEntry(now)
		e.Caption, e.Text, e.Count = e.Text, "", t.instagramCount(now)
		media = append(media, e)
	}
	return asJSON(b, graphPage(q, media, q.FormValue("after"), "/"+q.PathValue("id")+"/media", instagramMedia), answer{changed: changed})
}

// instagramCount counts the comments of a medium with what is hidden.
func (t *thread) instagramCount(now int64) *int {
	n := 0
	for _, it := range t.items {
		if it.at <= now && now < it.deleted {
			n++
		}
	}
	return &n
}

func (at *site) instagramMedium(b []byte, q *http.Request, now int64) ([]byte, answer) {
	it := at.instagramItem(q, now)
	if it == nil || it != it.thread.opener {
		return graphMissing(b)
	}
	_, changed := it.thread.replies(now)
	e := instagramEntry{ID: it.instagramID(), Username: it.who.handle, Count: it.thread.instagramCount(now)}
	if page := it.instagramBelow(q, "", now); len(page.Data) > 0 {
		e.Comments = &page
	}
	return asJSON(b, e, answer{changed: changed})
}

func (at *site) instagramComments(b []byte, q *http.Request, now int64) ([]byte, answer) {
	it := at.instagramItem(q, now)
	if it == nil || it != it.thread.opener {
		return graphMissing(b)
	}
	return asJSON(b, it.instagramBelow(q, q.FormValue("after"), now), answer{})
}

func (at *site) instagramReplies(b []byte, q *http.Request, now int64) ([]byte, answer) {
	it := at.instagramItem(q, now)
	if it == nil || it == it.thread.opener {
		return graphMissing(b)
	}
	return asJSON(b, it.instagramBelow(q, q.FormValue("after"), now), answer{})
}

// instagramBelow is a page of what answers a medium, each with the first replies to
// it, or of what answers a comment.
func (it *item) instagramBelow(q *http.Request, after string, now int64) graphList[instagramEntry] {
	edge, size := "/replies", instagramReplies
	if it == it.thread.opener {
		edge, size = "/comments", instagramComments
	}
	all := []instagramEntry{}
	for _, other := range it.below() {
		if !other.shown(now) {
			continue
		}
		e := other.instagramEntry(now)
		if other.parent != nil {
			e.Parent = other.parent.instagramID()
		}
		if replies := other.instagramBelow(q, "", now); len(replies.Data) > 0 {
			e.Replies = &replies
		}
		all = append(all, e)
	}
	return graphPage(q, all, after, "/"+it.instagramID()+edge, size)
}

func (it *item) instagramEntry(now int64) instagramEntry {
	e := instagramEntry{ID: it.instagramID(), Username: it.who.handle, Timestamp: graphTime(it.at), Text: it.words(now)}
	if it.who.body != nil && it != it.thread.opener {
		e.From = &instagramWho{fmt.Sprint(it.who.number), it.who.handle}
	}
	return e
}
