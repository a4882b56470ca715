package instagram

import (
	"slices"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/graph"
	"qulaq/parsers/weburl"
)

var hosts = []string{"graph.facebook.com", "graph.instagram.com"}

// What is asked for, by the end of the path.
const (
	media    = "media"    // of an account
	medium   = ""         // one, with its first comments
	comments = "comments" // of a medium, from the second page on
	replies  = "replies"  // to a comment
)

// What the fragment of an address carries.
const (
	carryMedium   = "medium"   // of the comment whose replies are asked for
	carryOwner    = "owner"    // name of the account whose medium it is
	carryDeclared = "declared" // comments that the medium says it has
	carryReplies  = "replies"  // CURSOR@COMMENT,…: replies still to be asked for
	carryThen     = "then"     // cursor of the page of comments that follows them
)

const (
	mediaFields   = "id,caption,timestamp,comments_count,username"
	replyFields   = "id,text,timestamp,username,from,parent_id"
	commentFields = "id,text,timestamp,username,from,replies.limit(50){" + replyFields + "}"
	mediumFields  = "id,username,comments_count,comments.limit(50){" + commentFields + "}"
)

// address is the address of a call.
type address struct {
	api.Call
	version string
	method  string
	id      string // of the account, medium or comment
}

func parseAddress(raw string) (address, error) {
	call, err := api.ParseCall(raw)
	if err != nil {
		return address{}, err
	}
	a := address{Call: call}
	version, path := graph.Path(call.Path)
	path = append(path, "", "")
	a.version, a.id, a.method = version, path[0], path[1]
	switch {
	case !api.IsNumber(a.id) || path[2] != "" || !slices.Contains([]string{media, medium, comments, replies}, a.method):
		return address{}, api.ErrCall
	case a.method == replies && !api.IsNumber(a.Carried.Get(carryMedium)):
		return address{}, api.ErrCall
	}
	return a, nil
}

func (a address) thread() parsers.Thread {
	switch a.method {
	case media:
		return a.media().Opens(parsers.Listing, a.id)
	case replies:
		return a.medium(a.Carried.Get(carryMedium))
	}
	return a.medium(a.id)
}

// media is the first page of what an account shows.
func (a address) media() api.Call {
	return graph.To(a.Call, a.version, a.id, media).With("fields", mediaFields).With("limit", "50")
}

// medium is the thread of a medium with its comments.
func (a address) medium(id string) parsers.Thread {
	return graph.To(a.Call, a.version, id).With("fields", mediumFields).Opens(parsers.Post, id)
}

// next is the page after one of comments or replies: the rest of the replies to
// a comment, then the next page of comments.
func (a address) next(after, owner string, declared int, cut []string) *parsers.Address {
	thread := a.thread().ID
	then := after
	if a.method == replies {
		then = a.Carried.Get(carryThen)
		if rest := a.Carried.Get(carryReplies); rest != "" {
			cut = append(cut, strings.Split(rest, ",")...)
		}
	}
	var c api.Call
	switch {
	case len(cut) > 0:
		at := strings.LastIndexByte(cut[0], '@')
		c = graph.To(a.Call, a.version, cut[0][at+1:], replies).With("fields", replyFields).With("limit", "50").
			With("after", cut[0][:max(at, 0)]).Carry(carryMedium, thread).Carry(carryReplies, strings.Join(cut[1:], ",")).Carry(carryThen, then)
	case then != "":
		c = graph.To(a.Call, a.version, thread, comments).With("fields", commentFields).With("limit", "50").With("after", then)
	default:
		return nil
	}
	if declared >= 0 {
		c = c.Carry(carryDeclared, strconv.Itoa(declared))
	}
	return c.Carry(carryOwner, owner).Next()
}

// declared is what the medium says.
func (a address) declared() int {
	n, err := strconv.Atoi(a.Carried.Get(carryDeclared))
	if err != nil || n < 0 {
		return parsers.Unknown
	}
	return n
}

// parseSource reads the address of a call on the API's own hosts or a test
// server's.
func parseSource(source string) (address, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	if !slices.Contains(hosts, u.Host) && !weburl.Loopback(u.Hostname()) {
		return address{}, api.ErrSource
	}
	return parseAddress(u.String())
}
