package x

import (
	"net/url"
	"slices"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

// method is what an address asks for.
type method int

const (
	account    method = iota // an account by its name
	timeline                 // the posts of an account
	search                   // a conversation
	collection               // posts of any conversation: a stream, or a list of ids
	compliance               // the results of a compliance job
)

var (
	apiHosts  = []string{"api.x.com", "api.twitter.com"}
	siteHosts = []string{"x.com", "twitter.com"}
)

// What the fragment of an address carries.
const (
	carryName         = "name"         // of the account whose posts are listed
	carryAuthor       = "author"       // of whoever opened the conversation
	carrySearch       = "search"       // "all" for full-archive search
	carryConversation = "conversation" // to which the results of a compliance job belong
)

const conversationID = "conversation_id:"

// fields are the parameters that every call for posts needs.
var fields = url.Values{
	"max_results":  {"100"},
	"expansions":   {"author_id,referenced_tweets.id"},
	"user.fields":  {"name,username"},
	"tweet.fields": {"author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,note_tweet,public_metrics,referenced_tweets,withheld"},
}

// address is the address of a call.
type address struct {
	api.Call
	method method
	id     string   // of the account; its name for account
	ids    []string // of the conversation, which has one per version of its first post
}

func parseAddress(raw string) (address, error) {
	call, err := api.ParseCall(raw, "query", "pagination_token", "next_token", "ids")
	if err != nil {
		return address{}, err
	}
	a := address{Call: call}
	path := append(api.Segments(call.Path), "", "", "", "", "")
	switch {
	case strings.Contains(call.Path, "/compliance/"):
		a.method, a.ids = compliance, []string{call.Carried.Get(carryConversation)}
		if !api.IsNumber(a.ids[0]) {
			return address{}, api.ErrCall
		}
	case path[0] != "2":
		return address{}, api.ErrCall
	case path[1] == "users" && path[2] == "by" && path[3] == "username" && isName(path[4]):
		a.method, a.id = account, strings.ToLower(path[4])
	case path[1] == "users" && path[3] == "tweets" && api.IsNumber(path[2]):
		a.method, a.id = timeline, path[2]
	case path[1] == "tweets" && path[2] == "search" && (path[3] == "recent" || path[3] == "all"):
		if a.ids = conversations(call.Query.Get("query")); len(a.ids) == 0 {
			return address{}, api.ErrCall
		}
		a.method = search
		a.Call = a.Carry(carrySearch, strings.TrimPrefix(path[3], "recent"))
	case path[1] == "tweets" && (path[2] == "" || path[2] == "search" && path[3] == "stream" || path[2] == "sample"):
		a.method = collection
	default:
		return address{}, api.ErrCall
	}
	return a, nil
}

// conversations are the ids that a query for a conversation names; none when it
// asks for anything else.
func conversations(query string) []string {
	var ids []string
	for word := range strings.FieldsSeq(query) {
		id, ok := strings.CutPrefix(strings.Trim(word, "()"), conversationID)
		if ok && api.IsNumber(id) {
			ids = append(ids, id)
		} else if word != "OR" {
			return nil
		}
	}
	return ids
}

// call is another call to the same server.
func (a address) call(path string) api.Call {
	c := a.To(path).Carry(carrySearch, a.Carried.Get(carrySearch))
	for key := range fields {
		c = c.With(key, fields.Get(key))
	}
	return c
}

// thread is the account or conversation that the address leads to.
func (a address) thread() parsers.Thread {
	switch a.method {
	case account:
		return a.To("/2/users/by/username/"+a.id).Carry(carrySearch, a.Carried.Get(carrySearch)).Opens(parsers.Listing, a.id)
	case timeline:
		name := a.Carried.Get(carryName)
		if name == "" {
			name = a.id
		}
		return a.timeline(a.id, a.Carried.Get(carryName)).Opens(parsers.Listing, name)
	case collection:
		c := a.To(a.Path)
		c.Query = a.Query
		return c.With("pagination_token", "").With("next_token", "").Opens(parsers.Listing, "collection")
	}
	return a.conversation(a.ids, a.Carried.Get(carryAuthor))
}

// timeline is the first page of what an account posts itself. What it says in
// the conversations of others is left out: those are only known where it answered.
func (a address) timeline(id, name string) api.Call {
	return a.call("/2/users/"+id+"/tweets").With("exclude", "retweets,replies").Carry(carryName, name)
}

// conversation is the thread of a post, by the ids of its versions.
func (a address) conversation(ids []string, author string) parsers.Thread {
	return a.conversationCall(ids, author).Opens(parsers.Post, ids[0])
}

func (a address) conversationCall(ids []string, author string) api.Call {
	c := a.call("/2/tweets/search/recent")
	if c.Carried.Get(carrySearch) == "all" {
		c.Path = "/2/tweets/search/all"
	}
	query := conversationID + strings.Join(ids, " OR "+conversationID)
	return c.With("query", query).Carry(carrySearch, "").Carry(carryAuthor, author)
}

// next is the page that a token leads to.
func (a address) next(token string) *parsers.Address {
	switch {
	case token == "":
		return nil
	case a.method == timeline:
		return a.timeline(a.id, a.Carried.Get(carryName)).With("pagination_token", token).Next()
	case a.method == search:
		return a.conversationCall(a.ids, a.Carried.Get(carryAuthor)).With("next_token", token).Next()
	}
	return nil
}

// parseSource reads the address of an account or post as people write it, or
// that of a call.
func parseSource(source string) (address, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	if slices.Contains(apiHosts, u.Host) || weburl.Loopback(u.Hostname()) {
		return parseAddress(u.String())
	}
	path := append(api.Segments(u.Path), "", "", "")
	if !slices.Contains(siteHosts, api.Site(u)) || !isName(path[0]) {
		return address{}, api.ErrSource
	}
	a := address{Call: api.Call{Origin: "https://" + apiHosts[0]}, method: account, id: strings.ToLower(path[0])}
	a.Call = a.Carry(carrySearch, strings.TrimPrefix(u.Fragment, "search="))
	if a.Carried.Get(carrySearch) != "all" {
		a.Call = a.Carry(carrySearch, "")
	}
	switch {
	case path[1] == "status" && api.IsNumber(path[2]):
		a.method, a.ids = search, []string{path[2]}
	case path[1] != "" && path[1] != "with_replies":
		return address{}, api.ErrSource
	}
	return a, nil
}

// isName tells whether s can be the name of an account.
func isName(s string) bool {
	switch strings.ToLower(s) {
	case "home", "search", "explore", "i", "hashtag", "login", "settings", "intent", "share":
		return false // X's own
	}
	return s != "" && len(s) <= 15 && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") == ""
}
