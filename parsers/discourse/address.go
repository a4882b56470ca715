package discourse

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/weburl"
)

// pageSize is how many posts a page of a topic shows.
const pageSize = 20

// address is a parsed address of a forum's JSON.
type address struct {
	forum string // the address of the forum, without a slash at its end
	host  string // with port, as part of author ids
	topic int64  // 0 for a list of topics
	list  string // "latest", "c/roads/5"
	page  int    // of a topic from 1, of a list from 0
	some  bool   // of a topic: shows some posts (/t/N/posts.json, /t/N/PLACE.json) and no page of them
}

var errNotForum = errors.New("not an address of a list of topics or of a topic")

// parseAddress reads the address of a page on any host.
func parseAddress(raw string) (address, error) {
	u, err := weburl.Parse(raw)
	if err != nil {
		return address{}, err
	}
	path, ok := strings.CutSuffix(u.EscapedPath(), ".json")
	if !ok {
		return address{}, errNotForum
	}
	return parsePath(u, path)
}

// parsePath reads a path without .json. A forum may live in a folder.
func parsePath(u *url.URL, path string) (address, error) {
	a := address{host: u.Host}
	n, err := strconv.Atoi(u.Query().Get("page"))
	if err == nil && n > 0 {
		a.page = n
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, part := range parts {
		a.forum = strings.TrimSuffix(weburl.Origin(u)+"/"+strings.Join(parts[:i], "/"), "/")
		switch {
		case part == "latest" && i == len(parts)-1:
			a.list = "latest"
			return a, nil
		case part == "c" && i < len(parts)-1:
			a.list = strings.Join(parts[i:], "/")
			return a, nil
		case part == "t":
			a.page = max(a.page, 1)
			return a.topicIn(parts[i+1:])
		}
	}
	return address{}, errNotForum
}

// topicIn finds the number of a topic behind /t/, where it may stand behind the
// topic's name and before the place of a post.
func (a address) topicIn(parts []string) (address, error) {
	if len(parts) > 0 && parts[len(parts)-1] == "posts" {
		a.some, parts = true, parts[:len(parts)-1]
	}
	for i, part := range parts {
		if n, err := strconv.ParseInt(part, 10, 64); err == nil && n > 0 && i < 2 {
			a.topic = n
			a.some = a.some || i < len(parts)-1
			return a, nil
		}
	}
	return address{}, errNotForum
}

// parseSource reads an address as people write it.
func parseSource(source string) (address, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	path := strings.TrimSuffix(u.EscapedPath(), ".json")
	u.RawQuery = "" // the first page of a list, whatever page was copied
	if a, err := parsePath(u, path); err == nil {
		a.some = false
		return a, nil
	}
	forum := weburl.Origin(u) + strings.TrimSuffix(path, "/")
	if strings.Contains(path, "/t/") || strings.Contains(path, "/u/") || strings.Contains(path, "/posts") {
		return address{}, errNotForum
	}
	return address{forum: forum, host: u.Host, list: "latest"}, nil
}

// thread is the list or topic that the address leads to.
func (a address) thread() parsers.Thread {
	t := parsers.Thread{ID: a.list, Kind: parsers.Listing, Address: parsers.Address{URL: a.forum + "/" + a.list + ".json"}, Declared: parsers.Unknown}
	if a.topic != 0 {
		t.ID, t.Kind = topicID(a.topic), parsers.Post
		t.Address.URL = a.forum + "/" + t.ID + ".json"
	}
	return t
}

// next is the page after this one.
func (a address) next() *parsers.Address {
	return &parsers.Address{URL: a.thread().Address.URL + "?page=" + strconv.Itoa(a.page+1)}
}

func topicID(topic int64) string { return "t/" + strconv.FormatInt(topic, 10) }

// postID is the id of the post at a place of a topic, from 1.
func postID(topic int64, place int) string {
	if place == 1 {
		return topicID(topic)
	}
	return topicID(topic) + "/" + strconv.Itoa(place)
}
