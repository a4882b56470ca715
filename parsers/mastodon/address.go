package mastodon

import (
	"net/url"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

// The calls that are read.
const (
	lookup   = "lookup"
	statuses = "statuses"
	context  = "context"
	history  = "history"
)

// What the fragment of an address carries.
const (
	carryName    = "name"    // of the account whose statuses are listed
	carryAccount = "account" // full address of whoever opened the thread
	carryThread  = "thread"  // of a status whose versions are asked for
)

const root = "/api/v1/"

// address is the address of a call.
type address struct {
	api.Call
	method string
	id     string // of the account or status; name of the account that is looked up
}

func parseAddress(raw string) (address, error) {
	call, err := api.ParseCall(raw, "acct", "limit", "max_id")
	if err != nil {
		return address{}, err
	}
	a := address{Call: call}
	path := api.Segments(strings.TrimPrefix(call.Path, root))
	switch {
	case !strings.HasPrefix(call.Path, root) || len(path) < 2:
		return address{}, api.ErrCall
	case path[0] == "accounts" && path[1] == lookup:
		a.method, a.id = lookup, strings.ToLower(strings.TrimPrefix(call.Query.Get("acct"), "@"))
	case len(path) == 3 && path[0] == "accounts" && path[2] == statuses:
		a.method, a.id = statuses, path[1]
	case len(path) == 3 && path[0] == "statuses" && (path[2] == context || path[2] == history):
		a.method, a.id = path[2], path[1]
	}
	if a.id == "" || a.method != lookup && !isID(a.id) {
		return address{}, api.ErrCall
	}
	return a, nil
}

// isID tells whether s can be the id of an account or status: a number, or on
// servers that speak the same API a short word.
func isID(s string) bool {
	return len(s) <= 40 && s != "" && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_") == ""
}

// host of the instance.
func (a address) host() string {
	_, host, _ := strings.Cut(a.Origin, "://")
	return strings.ToLower(host)
}

// full is the full address of an account of the instance; a name with a host is
// one already.
func (a address) full(name string) string {
	if strings.Contains(name, "@") {
		return name
	}
	return name + "@" + a.host()
}

// thread is the account or status that the address leads to.
func (a address) thread() parsers.Thread {
	switch a.method {
	case lookup:
		return a.To(root+"accounts/"+lookup).With("acct", a.id).Opens(parsers.Listing, a.full(a.id))
	case statuses:
		name := a.Carried.Get(carryName)
		if name == "" {
			name = a.id
		}
		return a.statuses(a.id, a.Carried.Get(carryName)).Opens(parsers.Listing, a.full(name))
	case history:
		if thread := a.Carried.Get(carryThread); isID(thread) {
			return a.post(thread, a.Carried.Get(carryAccount))
		}
	}
	return a.post(a.id, a.Carried.Get(carryAccount))
}

// statuses is the first page of what an account posts itself.
func (a address) statuses(account, name string) api.Call {
	return a.To(root+"accounts/"+account+"/"+statuses).With("limit", "40").
		With("exclude_reblogs", "true").With("exclude_replies", "true").Carry(carryName, name)
}

// post is the thread that a status opens.
func (a address) post(id, account string) parsers.Thread {
	return a.To(root+"statuses/"+id+"/"+context).Carry(carryAccount, account).Opens(parsers.Post, id)
}

// parseSource reads the address of an account or status as people write it, or
// that of a call.
func parseSource(source string) (address, error) {
	source = strings.TrimSpace(source)
	if name, ok := strings.CutPrefix(source, "@"); ok { // @name@host
		name, host, _ := strings.Cut(name, "@")
		source = host + "/@" + name
	}
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	if strings.HasPrefix(u.EscapedPath(), root) {
		return parseAddress(source)
	}
	path := append(api.Segments(u.EscapedPath()), "", "")
	name, ok := strings.CutPrefix(path[0], "@")
	rest := path[1]
	if !ok && path[0] == "users" {
		name, rest = path[1], strings.Join(path[2:len(path)-2], "/")
		rest = strings.TrimPrefix(rest, "statuses/")
	}
	host := u.Host
	if local, home, elsewhere := strings.Cut(name, "@"); elsewhere {
		if rest != "" {
			return address{}, api.ErrSource // the number is of another instance
		}
		name, host = local, strings.ToLower(home)
	}
	if !ok && path[0] != "users" || !isName(name) || host == "" {
		return address{}, api.ErrSource
	}
	a := address{Call: api.Call{Origin: u.Scheme + "://" + host, Query: url.Values{}}, method: lookup, id: strings.ToLower(name)}
	switch {
	case api.IsNumber(rest):
		a.method, a.id = context, rest
	case rest != "" && rest != "with_replies" && rest != "media":
		return address{}, api.ErrSource
	}
	return a, nil
}

// isName tells whether s can be the name of an account.
func isName(s string) bool {
	return s != "" && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.-") == ""
}
