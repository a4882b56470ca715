package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// The YouTube Data API, version 3: channels, playlistItems, commentThreads and
// comments.

const (
	youtubeVideos   = 4 // on a page of a playlist
	youtubeThreads  = 4 // on a page of comments
	youtubeReplies  = 3 // on a page of replies
	youtubeEmbedded = 1 // replies that a page of comments shows to each; the API shows up to five
)

type youtubeChannel struct {
	Value string `json:"value"`
}

type youtubeSnippet struct {
	VideoID     string          `json:"videoId,omitempty"`
	ChannelID   string          `json:"channelId"`
	ParentID    string          `json:"parentId,omitempty"`
	Text        string          `json:"textDisplay"`
	Original    string          `json:"textOriginal"`
	AuthorName  string          `json:"authorDisplayName"`
	Author      *youtubeChannel `json:"authorChannelId"`
	PublishedAt string          `json:"publishedAt"`
	UpdatedAt   string          `json:"updatedAt"`
}

type youtubeComment struct {
	Kind    string         `json:"kind"`
	ID      string         `json:"id"`
	Snippet youtubeSnippet `json:"snippet"`
}

func youtube() *platform {
	const root = "GET /youtube/v3/"
	return &platform{
		name:  "youtube",
		Shows: Shows{Parents: true, Edits: true, Closed: true},
		flat:  true,
		// The replies to a comment go with it.
		orphans: true,
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				root + "channels":       at.keyed("key", at.youtubeChannels, youtubeNoKey),
				root + "playlistItems":  at.keyed("key", at.youtubePlaylist, youtubeNoKey),
				root + "commentThreads": at.keyed("key", at.youtubeCommentThreads, youtubeNoKey),
				root + "comments":       at.keyed("key", at.youtubeComments, youtubeNoKey),
			}
		},
		address: func(s *source) string {
			return "/youtube/v3/channels?part=contentDetails&forHandle=@" + s.handle
		},
		thread: func(t *thread) string { return fmt.Sprintf("xq%09d", t.number) },
		item: func(it *item) string {
			if it == it.thread.opener {
				return it.thread.id()
			}
			return it.youtubeID()
		},
		account: func(_ string, who *account) string { return who.youtubeID() },
	}
}

func (a *account) youtubeID() string { return fmt.Sprintf("UCxq%020d", a.number) }

// youtubeID is the id of a comment; that of a reply holds the one of the comment.
func (it *item) youtubeID() string {
	id := fmt.Sprintf("Ugx%016d4AaABAg", it.number)
	if it.parent != nil {
		id = it.parent.youtubeID() + fmt.Sprintf(".9xq%019d", it.number)
	}
	return id
}

func youtubeError(b []byte, status int, reason, message string) ([]byte, answer) {
	return asJSON(b, map[string]any{"error": map[string]any{
		"code": status, "message": message,
		"errors": []map[string]string{{"message": message, "domain": "youtube." + strings.ToLower(reason), "reason": reason}},
	}}, answer{status: status})
}

func youtubeNoKey(b []byte) ([]byte, answer) {
	return youtubeError(b, http.StatusForbidden, "forbidden", "Method doesn't allow unregistered callers. Please use API Key.")
}

// youtubePage is a page of a list, with the token of the next.
func youtubePage[T any](b []byte, q *http.Request, all []T, size, total int, changed int64) ([]byte, answer) {
	offset, _ := strconv.Atoi(strings.TrimPrefix(q.FormValue("pageToken"), "xq"))
	page, more := cut(all, offset, size)
	if total < 0 { // of comments the API counts the page alone
		total = len(page)
	}
	list := map[string]any{
		"kind": "youtube#listResponse", "items": page,
		"pageInfo": map[string]int{"totalResults": total, "resultsPerPage": size},
	}
	if more {
		list["nextPageToken"] = fmt.Sprintf("xq%d", offset+len(page))
	}
	return asJSON(b, list, answer{changed: changed})
}

func (at *site) youtubeChannels(b []byte, q *http.Request, _ int64) ([]byte, answer) {
	s := at.source(strings.TrimPrefix(q.FormValue("forHandle"), "@"))
	if s == nil {
		return asJSON(b, map[string]any{"pageInfo": map[string]int{"totalResults": 0}}, answer{})
	}
	id := s.body.official(s).youtubeID()
	return asJSON(b, map[string]any{"items": []any{map[string]any{
		"id": id, "contentDetails": map[string]any{"relatedPlaylists": map[string]string{"uploads": "UU" + id[2:]}},
	}}}, answer{})
}

func (at *site) youtubePlaylist(b []byte, q *http.Request, now int64) ([]byte, answer) {
	for _, s := range at.sources {
		id := s.body.official(s).youtubeID()
		if "UU"+id[2:] != q.FormValue("playlistId") {
			continue
		}
		found, changed := s.latest(now)
		list := []any{}
		for _, t := range found {
			list = append(list, map[string]any{
				"snippet": map[string]string{
					"title": t.opener.words(now), "description": "", "channelId": id, "videoOwnerChannelId": id,
					"publishedAt": milliseconds(t.at + 90), // when it was added to the list
				},
				"contentDetails": map[string]string{"videoId": t.id(), "videoPublishedAt": milliseconds(t.at)},
			})
		}
		return youtubePage(b, q, list, youtubeVideos, len(list), changed)
	}
	return youtubeError(b, http.StatusNotFound, "playlistNotFound", "The playlist cannot be found.")
}

func (at *site) youtubeVideo(id string, now int64) *thread {
	number, _ := strconv.ParseInt(strings.TrimPrefix(id, "xq"), 10, 64)
	return at.find(number, now)
}

// youtubeCommentThreads answers commentThreads: comments, newest first, each with
// some of the replies to it.
func (at *site) youtubeCommentThreads(b []byte, q *http.Request, now int64) ([]byte, answer) {
	t := at.youtubeVideo(q.FormValue("videoId"), now)
	switch {
	case t == nil:
		return youtubeError(b, http.StatusNotFound, "videoNotFound", "The video identified by the videoId parameter could not be found.")
	case t.closed:
		return youtubeError(b, http.StatusForbidden, "commentsDisabled", "The video identified by the videoId parameter has disabled comments.")
	}
	found, changed := t.replies(now)
	list := []any{}
	for i := len(found) - 1; i >= 0; i-- {
		if found[i].parent != nil {
			continue
		}
		replies := found[i].youtubeReplies(now)
		thread := map[string]any{
			"kind": "youtube#commentThread", "id": found[i].youtubeID(),
			"snippet": map[string]any{
				"videoId": t.id(), "channelId": t.opener.who.youtubeID(), "canReply": false,
				"topLevelComment": found[i].youtubeComment(now), "totalReplyCount": len(replies),
			},
		}
		if shown, _ := cut(replies, 0, youtubeEmbedded); len(shown) > 0 {
			thread["replies"] = map[string]any{"comments": shown}
		}
		list = append(list, thread)
	}
	return youtubePage(b, q, list, youtubeThreads, -1, changed)
}

// youtubeComments answers comments: all replies to one.
func (at *site) youtubeComments(b []byte, q *http.Request, now int64) ([]byte, answer) {
	number, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(q.FormValue("parentId"), "Ugx"), "4AaABAg"), 10, 64)
	it := at.items[number]
	if it == nil || !it.shown(now) {
		return youtubeError(b, http.StatusNotFound, "commentNotFound", "The specified comment could not be found.")
	}
	_, changed := it.thread.replies(now)
	return youtubePage(b, q, it.youtubeReplies(now), youtubeReplies, -1, changed)
}

func (it *item) youtubeReplies(now int64) []youtubeComment {
	found := []youtubeComment{}
	for _, other := range it.below() {
		if other.shown(now) {
			found = append(found, other.youtubeComment(now))
		}
	}
	return found
}

func (it *item) youtubeComment(now int64) youtubeComment {
	t := it.thread
	c := youtubeComment{Kind: "youtube#comment", ID: it.youtubeID(), Snippet: youtubeSnippet{
		VideoID: t.id(), ChannelID: t.opener.who.youtubeID(), Text: it.words(now), Original: it.words(now),
		AuthorName: "@" + it.who.handle, Author: &youtubeChannel{it.who.youtubeID()},
		PublishedAt: milliseconds(it.at), UpdatedAt: milliseconds(it.at),
	}}
	if now >= it.edited {
		c.Snippet.UpdatedAt = milliseconds(it.edited)
	}
	if it.parent != nil {
		c.Snippet.ParentID = it.parent.youtubeID()
	}
	return c
}
