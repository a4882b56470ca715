package vk

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"testing"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
)

// api is VK as far as the paging of comments goes: ten replies within a page of
// comments, the rest by comment_id.
type api struct {
	chains []int // replies to each comment
}

func (v api) answer(query url.Values) []byte {
	number := func(key string, absent int) int {
		if n, err := strconv.Atoi(query.Get(key)); err == nil {
			return n
		}
		return absent
	}
	replies := func(root, from, n int) []map[string]any {
		list := []map[string]any{}
		for i := from; i < min(from+n, v.chains[root]); i++ {
			list = append(list, map[string]any{
				"id": 1000*(root+1) + i + 1, "from_id": 7, "date": 1736400000 + i,
				"reply_to_comment": 1000 * (root + 1), "parents_stack": []int{1000 * (root + 1)},
			})
		}
		return list
	}
	total := len(v.chains)
	for _, n := range v.chains {
		total += n
	}
	level, items := len(v.chains), []map[string]any{}
	if root := number("comment_id", 0); root > 0 {
		level = v.chains[root/1000-1]
		items = replies(root/1000-1, number("offset", 0), number("count", 10))
	} else {
		for i := number("offset", 0); i < min(number("offset", 0)+number("count", 10), level); i++ {
			shown := replies(i, 0, number("thread_items_count", 0))
			items = append(items, map[string]any{
				"id": 1000 * (i + 1), "from_id": 7, "date": 1736400000,
				"thread": map[string]any{"count": v.chains[i], "items": shown},
			})
		}
	}
	body, err := json.Marshal(map[string]any{"response": map[string]any{"count": total, "current_level_count": level, "items": items}})
	if err != nil {
		panic(err)
	}
	return body
}

func TestFollowingNextReadsEveryReplyOnce(t *testing.T) {
	vk := api{chains: make([]int, 250)}
	for i, n := range []int{0, 1, 10, 11, 25, 120, 205} {
		vk.chains[i*37] = n
	}
	thread, err := New().Start("https://vk.com/wall-99000001_501")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	pages, declared, counted := 0, parsers.Unknown, 0
	for next := &thread.Address; next != nil; pages++ {
		if pages > 50 {
			t.Fatalf("no end at %s", next.URL)
		}
		u, err := url.Parse(next.URL)
		if err != nil {
			t.Fatal(err)
		}
		r := parsertest.Parse(t, New(), parsers.Page{URL: next.URL, Body: vk.answer(u.Query()), Seen: seen})
		if r.State != parsers.OK || r.Thread.ID != thread.ID {
			t.Fatalf("state %s (%s) of thread %s at %s", r.State, r.Reason, r.Thread.ID, next.URL)
		}
		for _, item := range r.Items {
			ids = append(ids, item.ID)
		}
		declared, counted, next = max(declared, r.Declared), counted+r.Counted, r.Next
	}
	slices.Sort(ids)
	if unique := len(slices.Compact(ids)); unique != declared || counted != declared || declared != 250+372 {
		t.Errorf("%d comments in %d pages, %d counted, of %d declared, want each of 622 once", unique, pages, counted, declared)
	}
	// 3 pages of comments; the rest of 11, 25 and 120 in 1, 1 and 2 pages, of 205 in 2.
	if pages != 9 {
		t.Errorf("%d pages, want 9", pages)
	}
}

func BenchmarkParse(b *testing.B) {
	chains := make([]int, 100)
	for i := range chains {
		chains[i] = i % 4
	}
	query := url.Values{"count": {"100"}, "thread_items_count": {"10"}}
	for name, page := range map[string]parsers.Page{
		"comments": {URL: commentsURL, Body: api{chains}.answer(query), Seen: seen},
		"wall":     parsertest.Page(b, "wall"),
	} {
		parsertest.BenchPage(b, name, New(), page)
	}
}
