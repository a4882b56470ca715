package facebook

import (
	"net/url"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/graph"
	"qulaq/parsers/weburl"
)

const (
	apiHost  = "graph.facebook.com"
	siteHost = "facebook.com"
)

// The fields that are asked for.
const (
	postFields    = "id,message,created_time,permalink_url,from,message_tags,comments.filter(stream).limit(0).summary(true)"
	commentFields = "id,message,created_time,permalink_url,from,message_tags,parent{id}"
)

// address is the address of a call.
type address struct {
	api.Call
	version string
	page    string // number or name of the page whose feed it is
	post    string // whose comments they are
}

func parseAddress(raw string) (address, error) {
	call, err := api.ParseCall(raw, "filter")
	if err != nil {
		return address{}, err
	}
	a := address{Call: call}
	version, path := graph.Path(call.Path)
	a.version = version
	switch {
	case len(path) != 2:
		return address{}, api.ErrCall
	case (path[1] == "feed" || path[1] == "posts") && isName(path[0]):
		a.page = strings.ToLower(path[0])
	case path[1] == "comments" && isPost(path[0]):
		a.post = path[0]
	default:
		return address{}, api.ErrCall
	}
	return a, nil
}

// isPost tells whether s is the id of a post: PAGE_POST.
func isPost(s string) bool {
	page, post, ok := strings.Cut(s, "_")
	return ok && api.IsNumber(page) && api.IsNumber(post)
}

// isName tells whether s can be the number or the name of a page.
func isName(s string) bool {
	switch s {
	case "watch", "groups", "events", "login", "marketplace", "gaming", "profile.php", "story.php", "permalink.php":
		return false // Facebook's own
	}
	return s != "" && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_") == ""
}

func (a address) thread() parsers.Thread {
	if a.post != "" {
		return a.comments(a.post)
	}
	return a.feed().Opens(parsers.Listing, a.page)
}

// feed is the first page of what stands on the page, by itself and by others.
func (a address) feed() api.Call {
	return graph.To(a.Call, a.version, a.page, "feed").With("fields", postFields).With("limit", "50")
}

// comments is the thread of a post, oldest first and with all replies, so that
// what is added meanwhile does not move the pages.
func (a address) comments(post string) parsers.Thread {
	return a.commentsCall(post).Opens(parsers.Post, post)
}

func (a address) commentsCall(post string) api.Call {
	return graph.To(a.Call, a.version, post, "comments").With("fields", commentFields).With("filter", "stream").
		With("order", "chronological").With("summary", "1").With("limit", "100")
}

// parseSource reads the address of a page or post as people write it, or that of
// a call.
func parseSource(source string) (address, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	if u.Host == apiHost || weburl.Loopback(u.Hostname()) {
		return parseAddress(u.String())
	}
	path := append(api.Segments(u.Path), "", "", "")
	a := address{Call: api.Call{Origin: "https://" + apiHost, Query: url.Values{}}}
	switch {
	case api.Site(u) != siteHost:
		return address{}, api.ErrSource
	case path[0] == "profile.php" && api.IsNumber(u.Query().Get("id")):
		a.page = u.Query().Get("id")
	case !isName(path[0]):
		return address{}, api.ErrSource
	case path[1] == "posts":
		if a.post = path[0] + "_" + path[2]; !isPost(a.post) {
			return address{}, api.ErrSource // only the API knows the numbers
		}
	case path[1] == "":
		a.page = strings.ToLower(path[0])
	default:
		return address{}, api.ErrSource
	}
	return a, nil
}
