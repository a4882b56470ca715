package simulate

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Bluesky's public API: app.bsky.feed.getAuthorFeed and getPostThread.

const (
	blueskyPosts  = 4 // on a page of a feed; servers may give fewer than were asked for
	blueskyLevels = 2 // of replies that come at once; the real limit is 10
	blueskyPost   = "app.bsky.feed.post"
)

type blueskyAuthor struct {
	DID         string `json:"did"`
	Handle      string `json:"handle"`
	DisplayName string `json:"displayName"`
}

type blueskyRef struct {
	CID string `json:"cid"`
	URI string `json:"uri"`
}

type blueskyReply struct {
	Root   blueskyRef `json:"root"`
	Parent blueskyRef `json:"parent"`
}

type blueskyRecord struct {
	Type    string        `json:"$type"`
	Created string        `json:"createdAt"` // by the writer's own clock
	Langs   []string      `json:"langs"`
	Reply   *blueskyReply `json:"reply,omitempty"`
	Text    string        `json:"text"`
}

type blueskyView struct {
	URI        string        `json:"uri"`
	CID        string        `json:"cid"`
	Author     blueskyAuthor `json:"author"`
	Record     blueskyRecord `json:"record"`
	ReplyCount int           `json:"replyCount"`
	IndexedAt  string        `json:"indexedAt"`
}

type blueskyReason struct {
	Type string `json:"$type"`
}

type blueskyEntry struct {
	Post   blueskyView    `json:"post"`
	Reason *blueskyReason `json:"reason,omitempty"`
}

type blueskyNode struct {
	Type     string        `json:"$type"`
	Post     *blueskyView  `json:"post,omitempty"`
	URI      string        `json:"uri,omitempty"`
	NotFound bool          `json:"notFound,omitempty"`
	Replies  []blueskyNode `json:"replies,omitempty"`
}

func bluesky() *platform {
	return &platform{
		name:  "bluesky",
		Shows: Shows{Parents: true, Deletions: true},
		// A record can be replaced; hardly any client does.
		fixed: true,
		// A deleted reply keeps its place, but shows nothing below it.
		orphans: true,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /xrpc/app.bsky.feed.getAuthorFeed": at.blueskyFeed,
				"GET /xrpc/app.bsky.feed.getPostThread": at.blueskyThread,
			}
		},
		address: func(s *source) string {
			return "/xrpc/app.bsky.feed.getAuthorFeed?actor=" + blueskyDID(s.body.official(s))
		},
		thread: func(t *thread) string { return blueskyURI(t.opener) },
		item: func(it *item) string {
			if it.who.body != nil {
				return blueskyURI(it)
			}
			return blueskyKey(it) // the rest would tell who wrote it
		},
		account: func(_ string, who *account) string { return blueskyDID(who) },
	}
}

// blueskyDID is an account's lasting name: 24 characters of base32.
func blueskyDID(who *account) string {
	raw := binary.BigEndian.AppendUint64([]byte("xq-demo"), uint64(who.number))
	return "did:plc:" + strings.ToLower(base32.StdEncoding.EncodeToString(raw))
}

func blueskyURI(it *item) string {
	return "at://" + blueskyDID(it.who) + "/" + blueskyPost + "/" + blueskyKey(it)
}

func blueskyKey(it *item) string { return fmt.Sprintf("3xq%d", it.number) }

// blueskyItem finds what a URI names; nil for nothing.
func (at *site) blueskyItem(uri string) *item {
	_, key, _ := strings.Cut(uri, "/3xq")
	number, _ := strconv.ParseInt(key, 10, 64) // 0 is nobody's
	if it := at.items[number]; it != nil && blueskyURI(it) == uri {
		return it
	}
	return nil
}

func blueskyError(b []byte, name, message string) ([]byte, answer) {
	return asJSON(b, map[string]string{"error": name, "message": message}, answer{status: http.StatusBadRequest})
}

// blueskyFeed answers getAuthorFeed: newest first. The first post of all is
// pinned, and so stands at the top of the first page as well.
func (at *site) blueskyFeed(b []byte, q *http.Request, now int64) ([]byte, answer) {
	for _, s := range at.sources {
		if blueskyDID(s.body.official(s)) != q.FormValue("actor") {
			continue
		}
		found, changed := s.latest(now)
		offset, _ := strconv.Atoi(q.FormValue("cursor"))
		page, more := cut(found, offset, blueskyPosts)
		feed := []blueskyEntry{}
		if offset == 0 && len(found) > 0 {
			feed = append(feed, blueskyEntry{found[len(found)-1].opener.blueskyView(now), &blueskyReason{"app.bsky.feed.defs#reasonPin"}})
		}
		for _, t := range page {
			feed = append(feed, blueskyEntry{Post: t.opener.blueskyView(now)})
		}
		answered := map[string]any{"feed": feed}
		if more {
			answered["cursor"] = strconv.Itoa(offset + len(page))
		}
		return asJSON(b, answered, answer{changed: changed})
	}
	return blueskyError(b, "InvalidRequest", "Profile not found")
}

// blueskyThread answers getPostThread: a post with what is below it, to a depth.
func (at *site) blueskyThread(b []byte, q *http.Request, now int64) ([]byte, answer) {
	it := at.blueskyItem(q.FormValue("uri"))
	if it == nil || !it.shown(now) {
		return blueskyError(b, "NotFound", "Post not found: "+q.FormValue("uri"))
	}
	levels, err := strconv.Atoi(q.FormValue("depth"))
	if err != nil {
		levels = 6
	}
	_, changed := it.thread.replies(now)
	return asJSON(b, map[string]any{"thread": it.blueskyNode(min(levels, blueskyLevels), now)}, answer{changed: changed})
}

func (it *item) blueskyNode(levels int, now int64) blueskyNode {
	view := it.blueskyView(now)
	n := blueskyNode{Type: "app.bsky.feed.defs#threadViewPost", Post: &view}
	if levels == 0 {
		return n
	}
	for _, other := range it.below() {
		switch {
		case other.shown(now):
			n.Replies = append(n.Replies, other.blueskyNode(levels-1, now))
		case other.deleted <= now && !other.hidden && other.at < other.deleted:
			n.Replies = append(n.Replies, blueskyNode{Type: "app.bsky.feed.defs#notFoundPost", URI: blueskyURI(other), NotFound: true})
		}
	}
	return n
}

// blueskyView is a post or reply. Some people's clocks are days off.
func (it *item) blueskyView(now int64) blueskyView {
	ref := func(it *item) blueskyRef { return blueskyRef{"bafyxqdemo", blueskyURI(it)} }
	v := blueskyView{
		URI: blueskyURI(it), CID: "bafyxqdemo",
		Author:    blueskyAuthor{blueskyDID(it.who), strings.ReplaceAll(it.who.handle, "_", "-") + ".social.example", it.who.name},
		Record:    blueskyRecord{Type: blueskyPost, Created: milliseconds(it.at - it.who.number%3*86_400), Langs: []string{it.lang}, Text: it.words(now)},
		IndexedAt: milliseconds(it.at),
	}
	if to := it.answered(); to != nil {
		v.Record.Reply = &blueskyReply{ref(it.thread.opener), ref(to)}
	}
	for _, other := range it.below() {
		if other.shown(now) {
			v.ReplyCount++
		}
	}
	return v
}
