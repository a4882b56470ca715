package simulate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// The VK API, version 5.131: wall.get and wall.getComments.

type vkPost struct {
	InnerType string     `json:"inner_type"`
	Comments  vkComments `json:"comments"`
	Date      int64      `json:"date"`
	Edited    int64      `json:"edited,omitempty"`
	FromID    int64      `json:"from_id"`
	ID        int64      `json:"id"`
	OwnerID   int64      `json:"owner_id"`
	PostType  string     `json:"post_type"`
	Text      string     `json:"text"`
	Type      string     `json:"type"`
	Likes     vkLikes    `json:"likes"`
	Reposts   vkLikes    `json:"reposts"`
}

type vkComments struct {
	CanPost int `json:"can_post"`
	CanView int `json:"can_view"`
	Count   int `json:"count"`
}

type vkLikes struct {
	Count int64 `json:"count"`
}

type vkComment struct {
	ID             int64     `json:"id"`
	FromID         int64     `json:"from_id,omitempty"`
	Date           int64     `json:"date"`
	Text           *string   `json:"text,omitempty"` // a deleted comment has none
	PostID         int64     `json:"post_id,omitempty"`
	OwnerID        int64     `json:"owner_id,omitempty"`
	ParentsStack   []int64   `json:"parents_stack"`
	ReplyToUser    int64     `json:"reply_to_user,omitempty"`
	ReplyToComment int64     `json:"reply_to_comment,omitempty"`
	Deleted        bool      `json:"deleted,omitempty"`
	Likes          *vkLikes  `json:"likes,omitempty"`
	Thread         *vkThread `json:"thread,omitempty"`
}

type vkThread struct {
	Count           int         `json:"count"`
	Items           []vkComment `json:"items"`
	CanPost         bool        `json:"can_post"`
	ShowReplyButton bool        `json:"show_reply_button"`
	GroupsCanPost   bool        `json:"groups_can_post"`
}

type vkProfile struct {
	ID        int64  `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	IsClosed  bool   `json:"is_closed"`
}

type vkGroup struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	ScreenName string `json:"screen_name"`
	Type       string `json:"type"`
}

// vkPeopleIn is sent along with extended=1.
type vkPeopleIn struct {
	Profiles []vkProfile `json:"profiles,omitempty"`
	Groups   []vkGroup   `json:"groups,omitempty"`
}

// vkFault is an error of the API; it comes with HTTP status 200.
type vkFault struct {
	Code    int    `json:"error_code"`
	Message string `json:"error_msg"`
}

// vkMethod serves /method/NAME, by GET and POST.
func (r *Republic) vkMethod(b []byte, q *http.Request, now int64) ([]byte, answer) {
	value := func(name string) int64 { // 0 for what is missing or makes no sense
		n, _ := strconv.ParseInt(q.FormValue(name), 10, 64)
		return max(0, n)
	}
	a := answer{content: "application/json; charset=utf-8"}
	var response any
	fault := &vkFault{3, "Unknown method passed"}
	switch s := r.community(q.FormValue("owner_id"), q.FormValue("domain")); {
	case r.behindWall(now):
		fault = &vkFault{5, "User authorization failed: access_token has expired."}
	case r.config.Token != "" && q.FormValue("access_token") != r.config.Token:
		fault = &vkFault{5, "User authorization failed: no access_token passed."}
	case s == nil:
		fault = &vkFault{100, "One of the parameters specified was missing or invalid: owner_id is incorrect"}
	case q.PathValue("method") == "wall.get":
		response, a.changed = s.wall(value("offset"), value("count"), q.FormValue("extended") == "1", now)
		fault = nil
	case q.PathValue("method") == "wall.getComments":
		t := s.find(value("post_id"))
		switch {
		case t == nil || !t.opener.shown(now):
			fault = &vkFault{15, "Access denied: post was not found check post_id param"}
		case t.closed:
			fault = &vkFault{212, "Access to post comments denied"}
		default:
			response, a.changed = t.wallComments(value("comment_id"), value("offset"), value("count"), value("thread_items_count"),
				q.FormValue("sort") == "desc", q.FormValue("extended") == "1", now)
			fault = nil
		}
	}
	wrapped := struct {
		Response any      `json:"response,omitempty"`
		Error    *vkFault `json:"error,omitempty"`
	}{response, fault}
	text, err := json.Marshal(wrapped)
	if err != nil {
		panic(fmt.Sprintf("simulate: %v", err)) // unreachable: strings and numbers only
	}
	return append(b, text...), a
}

// community finds a source by owner_id, the negative number of the community,
// or by its address.
func (r *Republic) community(owner, domain string) *source {
	if rest, ok := strings.CutPrefix(domain, "club"); ok {
		owner = "-" + rest
	}
	number, err := strconv.ParseInt(owner, 10, 64)
	if err != nil {
		return nil
	}
	return r.byGroup[-number]
}

// wall answers wall.get: posts, newest first.
func (s *source) wall(offset, count int64, extended bool, now int64) (any, int64) {
	if count <= 0 {
		count = 20
	}
	count = min(count, 100)
	out := struct {
		Count int      `json:"count"`
		Items []vkPost `json:"items"`
		vkPeopleIn
	}{Items: []vkPost{}}
	changed, position := s.threads[0].at, int64(0)
	var present []*item
	for i := s.before(now + 1); i >= 0; i-- {
		t := s.threads[i]
		it := t.opener
		changed = max(changed, it.changed(now))
		if !it.shown(now) {
			continue
		}
		out.Count++
		if position++; position <= offset || position-offset > count {
			continue
		}
		comments := vkComments{CanView: 1}
		if !t.closed {
			comments.CanPost = 1
			n, at := t.wallCount(now)
			comments.Count, changed = n, max(changed, at)
		}
		post := vkPost{
			InnerType: "wall_wallpost", Comments: comments, Date: t.at, FromID: it.who.number, ID: t.number, OwnerID: -s.group,
			PostType: "post", Text: it.words(now), Type: "post", Likes: vkLikes{t.number % 23}, Reposts: vkLikes{t.number % 3},
		}
		if now >= it.edited {
			post.Edited = it.edited
		}
		out.Items = append(out.Items, post)
		present = append(present, it)
	}
	if extended {
		out.vkPeopleIn = peopleIn(present)
	}
	return out, changed
}

// root is the comment in whose thread an item stands; itself at the top level.
func (it *item) root() *item {
	for it.parent != nil {
		it = it.parent
	}
	return it
}

// branch is a comment of the top level with what stands in its thread.
type branch struct {
	top    *item
	thread []*item
}

// branches lists the comments of a post at a moment. A deleted comment keeps its
// place while anything stands in its thread.
func (t *thread) branches(now int64) (found []branch, changed int64) {
	changed = t.opener.changed(now)
	index := map[*item]int{}
	for _, it := range t.items {
		changed = max(changed, it.changed(now))
		top := it.root()
		i, ok := index[top]
		if it == top && it.shown(now) || it != top && it.shown(now) && !ok {
			i = len(found)
			index[top] = i
			found = append(found, branch{top: top})
		}
		if it != top && it.shown(now) {
			found[i].thread = append(found[i].thread, it)
		}
	}
	return found, changed
}

// wallCount is the API's count: comments of all levels, the places of deleted
// ones included.
func (t *thread) wallCount(now int64) (n int, changed int64) {
	found, changed := t.branches(now)
	for _, br := range found {
		n += 1 + len(br.thread)
	}
	return n, changed
}

// wallComments answers wall.getComments: the top level with up to ten items of
// each thread, or with comment_id one thread.
func (t *thread) wallComments(comment, offset, count, threadItems int64, desc, extended bool, now int64) (any, int64) {
	if count <= 0 {
		count = 10
	}
	count, threadItems = min(count, 100), min(threadItems, 10)
	found, changed := t.branches(now)
	out := struct {
		Count             int         `json:"count"`
		Items             []vkComment `json:"items"`
		CurrentLevelCount int         `json:"current_level_count"`
		CanPost           bool        `json:"can_post"`
		ShowReplyButton   bool        `json:"show_reply_button"`
		GroupsCanPost     bool        `json:"groups_can_post"`
		Order             string      `json:"order"`
		PostAuthorID      int64       `json:"post_author_id"`
		vkPeopleIn
	}{Items: []vkComment{}, CanPost: true, ShowReplyButton: true, GroupsCanPost: true, Order: "asc", PostAuthorID: t.opener.who.number}
	if desc {
		out.Order = "desc"
	}
	// level is what is paged through: the top level or one thread.
	var level []*item
	threads := map[*item][]*item{}
	for _, br := range found {
		out.Count += 1 + len(br.thread)
		switch {
		case comment == 0:
			level = append(level, br.top)
			threads[br.top] = br.thread
		case br.top.number == comment:
			level = br.thread
		}
	}
	if comment != 0 {
		out.Count = len(level)
	}
	out.CurrentLevelCount = len(level)
	var present []*item
	for i := offset; i < int64(len(level)) && i-offset < count; i++ {
		it := level[i]
		if desc {
			it = level[int64(len(level))-1-i]
		}
		c := it.vk(now)
		if comment == 0 {
			within := threads[it]
			c.Thread = &vkThread{Count: len(within), Items: []vkComment{}, CanPost: true, ShowReplyButton: true, GroupsCanPost: true}
			for _, reply := range within[:min(threadItems, int64(len(within)))] {
				c.Thread.Items = append(c.Thread.Items, reply.vk(now))
				present = append(present, reply)
			}
		}
		out.Items = append(out.Items, c)
		present = append(present, it)
	}
	if extended {
		out.vkPeopleIn = peopleIn(present)
	}
	return out, changed
}

// vk is a comment as the API gives it. parents_stack holds the top of the
// thread, reply_to_comment what is really answered.
func (it *item) vk(now int64) vkComment {
	c := vkComment{ID: it.number, Date: it.at, ParentsStack: []int64{}}
	if it.parent != nil {
		c.ParentsStack = []int64{it.root().number}
	}
	if !it.shown(now) {
		c.Deleted = true
		return c
	}
	t, text := it.thread, it.words(now)
	c.FromID, c.Text, c.PostID, c.OwnerID = it.who.number, &text, t.number, -t.source.group
	c.Likes = &vkLikes{it.number % 5}
	if it.parent != nil {
		c.ReplyToComment, c.ReplyToUser = it.parent.number, it.parent.who.number
	}
	return c
}

func peopleIn(items []*item) vkPeopleIn {
	var out vkPeopleIn
	seen := map[int64]bool{}
	for _, it := range items {
		who := it.who
		if seen[who.number] {
			continue
		}
		seen[who.number] = true
		if who.number < 0 {
			out.Groups = append(out.Groups, vkGroup{-who.number, who.name, fmt.Sprintf("club%d", -who.number), "page"})
		} else {
			out.Profiles = append(out.Profiles, vkProfile{who.number, who.given, who.surname, false})
		}
	}
	return out
}
