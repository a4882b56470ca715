package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Feeds of blogs, in Atom as Blogger writes it: /SITE/feeds/posts/default and
// /SITE/feeds/POST/comments/default, counted and in pages.

const (
	feedEntries = 5 // on a page
	feedHost    = "blog.xq.example"
)

func feed() *platform {
	return &platform{
		name:  "feed",
		Shows: Shows{Parents: true, Edits: true},
		routes: func(at *site) map[string]renderer {
			return map[string]renderer{
				"GET /{site}/feeds/posts/default":           at.feedPosts,
				"GET /{site}/feeds/{post}/comments/default": at.feedComments,
			}
		},
		address: func(s *source) string { return "/" + s.handle + "/feeds/posts/default" },
		thread:  func(t *thread) string { return feedID(t.opener) },
		item:    feedID,
		account: func(_ string, who *account) string { return feedProfile(who) },
	}
}

func feedID(it *item) string {
	return fmt.Sprintf("tag:%s,2026:%s.post-%d", feedHost, it.thread.source.handle, it.number)
}

// feedProfile is the address by which a feed names an author. Half of the citizens
// have none.
func feedProfile(who *account) string {
	if who.body == nil && who.number%2 == 0 {
		return ""
	}
	return fmt.Sprintf("https://%s/profile/%d", feedHost, who.number)
}

func (at *site) feedPosts(b []byte, q *http.Request, now int64) ([]byte, answer) {
	s := at.source(q.PathValue("site"))
	if s == nil {
		return append(b, "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body></body></html>"...), answer{status: http.StatusNotFound}
	}
	found, changed := s.latest(now)
	items := make([]*item, 0, len(found))
	for _, t := range found {
		items = append(items, t.opener)
	}
	return feedPage(b, q, "/"+s.handle+"/feeds/posts/default", items, changed, now)
}

func (at *site) feedComments(b []byte, q *http.Request, now int64) ([]byte, answer) {
	number, _ := strconv.ParseInt(q.PathValue("post"), 10, 64)
	t := at.find(number, now)
	if t == nil || t.source.handle != q.PathValue("site") {
		return append(b, "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body></body></html>"...), answer{status: http.StatusNotFound}
	}
	found, changed := t.replies(now)
	return feedPage(b, q, fmt.Sprintf("/%s/feeds/%d/comments/default", t.source.handle, t.number), found, changed, now)
}

// feedPage appends a page of entries with the link to the next.
func feedPage(b []byte, q *http.Request, path string, all []*item, changed, now int64) ([]byte, answer) {
	start, _ := strconv.Atoi(q.FormValue("start-index"))
	start = max(start, 1)
	page, more := cut(all, start-1, feedEntries)
	b = append(b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+
		`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:os="http://a9.com/-/spec/opensearch/1.1/" xmlns:thr="http://purl.org/syndication/thread/1.0">`+"\n"...)
	b = join(b, "<id>tag:", feedHost, ",2026:", path, "</id>\n<updated>", feedTime(changed), "</updated>\n")
	b = join(b, "<os:totalResults>", len(all), "</os:totalResults><os:startIndex>", start, "</os:startIndex><os:itemsPerPage>", feedEntries, "</os:itemsPerPage>\n")
	b = join(b, `<link rel="self" type="application/atom+xml" href="https://`, feedHost, path, `"/>`+"\n")
	if more {
		b = join(b, `<link rel="next" type="application/atom+xml" href="https://`, feedHost, path, "?start-index=", start+len(page), `"/>`+"\n")
	}
	for _, it := range page {
		b = it.feedEntry(b, now)
	}
	return append(b, "</feed>\n"...), answer{content: "application/atom+xml; charset=UTF-8", changed: changed}
}

// feedEntry appends a post, with the feed of its comments, or a comment, with what
// it answers.
func (it *item) feedEntry(b []byte, now int64) []byte {
	t := it.thread
	updated := it.at
	if now >= it.edited {
		updated = it.edited
	}
	b = join(b, "<entry><id>", feedID(it), "</id><published>", feedTime(it.at), "</published><updated>", feedTime(updated), "</updated>\n")
	b = append(b, `<content type="html">`...)
	b = escape(b, strings.TrimSpace(paragraph(it.words(now))))
	b = append(b, "</content>\n<author><name>"...)
	b = append(escape(b, it.who.name), "</name>"...)
	if profile := feedProfile(it.who); profile != "" {
		b = join(b, "<uri>", profile, "</uri>")
	}
	b = append(b, "</author>\n"...)
	if to := it.answered(); to != nil {
		b = join(b, `<thr:in-reply-to ref="`, feedID(to), `"/>`)
	} else {
		replies, _ := t.replies(now)
		b = join(b, `<link rel="replies" type="application/atom+xml" href="https://`, feedHost, "/", t.source.handle, "/feeds/", t.number, `/comments/default"/>`)
		b = join(b, "<thr:total>", len(replies), "</thr:total>")
	}
	return append(b, "</entry>\n"...)
}

// feedTime is a moment with the offset of the blog's own clock.
func feedTime(at int64) string {
	return time.Unix(at, 0).In(time.FixedZone("", 5*3600)).Format("2006-01-02T15:04:05.000-07:00")
}
