package bluesky

import (
	"net/url"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

// The calls that are read, by the end of their path; site is a page of bsky.app.
const (
	authorFeed = "app.bsky.feed.getAuthorFeed"
	postThread = "app.bsky.feed.getPostThread"
	site       = "bsky.app"
)

const (
	publicHost = "public.api.bsky.app"
	root       = "/xrpc/"
	collection = "app.bsky.feed.post"
	depth      = "10" // a greater one is ignored (bluesky-social/atproto#3147)
	separator  = ","  // in neither a DID nor a key
)

// What the fragment of an address carries.
const (
	carryThread   = "thread"   // of the post whose replies are asked for
	carryReplies  = "replies"  // posts whose replies are still to be asked for
	carryDeclared = "declared" // replies that the pages so far tell of
)

// address is the address of a call.
type address struct {
	api.Call
	method string
	actor  string // DID or handle
	uri    string // of a post
}

func parseAddress(raw string) (address, error) {
	call, err := api.ParseCall(raw, "actor", "uri", "cursor")
	if err != nil {
		return address{}, err
	}
	if call.Origin == "https://"+site {
		return parseSource(raw)
	}
	a := address{
		Call: call, method: strings.TrimPrefix(call.Path, root),
		actor: strings.ToLower(call.Query.Get("actor")), uri: call.Query.Get("uri"),
	}
	switch {
	case a.method == authorFeed && isActor(a.actor):
	case a.method == postThread && isPost(a.uri):
	default:
		return address{}, api.ErrCall
	}
	return a, nil
}

// thread is the account or post that the address leads to.
func (a address) thread() parsers.Thread {
	if a.uri == "" {
		return a.feed().Opens(parsers.Listing, a.actor)
	}
	uri := a.uri
	if of := a.Carried.Get(carryThread); isPost(of) {
		uri = of
	}
	return a.post(uri)
}

// feed is the first page of what an account posts itself. What it says in the
// threads of others is left out: those are only known where it answered.
func (a address) feed() api.Call {
	return a.To(root+authorFeed).With("actor", a.actor).With("filter", "posts_no_replies").With("limit", "100")
}

// post is the thread that a post opens.
func (a address) post(uri string) parsers.Thread {
	return a.below(uri).Opens(parsers.Post, uri)
}

func (a address) below(uri string) api.Call {
	return a.To(root+postThread).With("uri", uri).With("depth", depth).With("parentHeight", "0")
}

// next asks for the replies that the pages so far do not show.
func (a address) next(thread string, cut []string, declared int) *parsers.Address {
	if rest := a.Carried.Get(carryReplies); rest != "" {
		cut = append(strings.Split(rest, separator), cut...)
	}
	if len(cut) == 0 {
		return nil
	}
	return a.below(cut[0]).Carry(carryThread, thread).Carry(carryReplies, strings.Join(cut[1:], separator)).
		Carry(carryDeclared, strconv.Itoa(declared)).Next()
}

// declared is what the pages before tell of.
func (a address) declared() int {
	n, err := strconv.Atoi(a.Carried.Get(carryDeclared))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// refuse puts a refusal into a result. That a reply was deleted before those to
// it were asked for takes nothing but those away.
func (a address) refuse(r *parsers.Result, refused *parsers.Refusal) {
	refused.Apply(r)
	if a.Carried.Get(carryThread) == "" || refused.State != parsers.Gone {
		return
	}
	if r.Next = a.next(r.Thread.ID, nil, a.declared()); r.Next != nil {
		r.State, r.Reason = parsers.OK, ""
		return
	}
	r.State = parsers.Empty
}

// parseSource reads the address of an account or post as people write it, or
// that of a call.
func parseSource(source string) (address, error) {
	source = strings.TrimSpace(source)
	a := address{Call: api.Call{Origin: "https://" + publicHost, Query: url.Values{}}, method: authorFeed}
	if strings.HasPrefix(source, "at://") && isPost(source) {
		a.method, a.uri = postThread, source
		return a, nil
	}
	if handle, ok := strings.CutPrefix(source, "@"); ok {
		source = "https://" + site + "/profile/" + handle
	}
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	if strings.HasPrefix(u.EscapedPath(), root) {
		return parseAddress(source)
	}
	path := append(api.Segments(u.Path), "", "", "")
	a.actor = strings.ToLower(path[1])
	switch {
	case api.Site(u) != site || path[0] != "profile" || !isActor(a.actor):
		return address{}, api.ErrSource
	case path[2] == "":
		a.method = site
		return a, nil
	case path[2] == "post":
		a.method, a.uri = site, "at://"+a.actor+"/"+collection+"/"+path[3]
	}
	if !isPost(a.uri) {
		return address{}, api.ErrSource
	}
	return a, nil
}

// isActor tells whether s can be a DID or a handle.
func isActor(s string) bool {
	return (strings.HasPrefix(s, "did:") || strings.Contains(s, ".")) && len(s) <= 253 &&
		strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyz.:-_") == ""
}

// isPost tells whether s is the AT URI of a post.
func isPost(s string) bool {
	rest, ok := strings.CutPrefix(s, "at://")
	actor, rest, _ := strings.Cut(rest, "/")
	kind, key, _ := strings.Cut(rest, "/")
	return ok && isActor(strings.ToLower(actor)) && kind == collection && key != "" &&
		strings.Trim(key, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.:-_~") == ""
}
