package youtube

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

// The calls that are read, by the end of their path.
const (
	channels       = "channels"
	playlistItems  = "playlistItems"
	commentThreads = "commentThreads"
	comments       = "comments"
)

// What the fragment of an address carries.
const (
	carryListing  = "listing"  // thread id of the channel, where it is not the playlist's
	carryChannel  = "channel"  // whose video it is
	carryVideo    = "video"    // of an answer of comments.list
	carryReplies  = "replies"  // comments whose replies are still to be asked for
	carryThen     = "then"     // page of threads that follows them
	carryDeclared = "declared" // comments and replies that the pages so far tell of
)

// address is the address of a call.
type address struct {
	api.Call
	method string
}

func parseAddress(raw string) (address, error) {
	call, err := api.ParseCall(raw, "part", "forHandle", "forUsername", "id", "playlistId", "videoId",
		"parentId", "maxResults", "order", "textFormat", "pageToken")
	if err != nil {
		return address{}, err
	}
	a := address{Call: call, method: call.Path[strings.LastIndexByte(call.Path, '/')+1:]}
	a.Path = strings.TrimSuffix(call.Path, a.method)
	var told string
	switch q := a.Query; a.method {
	case channels:
		told = q.Get("forHandle") + q.Get("forUsername") + q.Get("id")
	case playlistItems:
		told = q.Get("playlistId")
	case commentThreads:
		told = q.Get("videoId")
	case comments:
		told = q.Get("parentId")
		if a.Carried.Get(carryVideo) == "" {
			told = "" // an answer of this call does not tell whose comments it holds
		}
	}
	if told == "" {
		return address{}, api.ErrCall
	}
	return a, nil
}

// call is another call to the same server, which keeps what is said of the
// channel.
func (a address) call(method string) api.Call {
	c := a.To(a.Path+method).With("part", "snippet")
	return c.Carry(carryChannel, a.Carried.Get(carryChannel)).Carry(carryListing, a.Carried.Get(carryListing))
}

// thread is the channel or video that the address leads to.
func (a address) thread() parsers.Thread {
	switch a.method {
	case commentThreads:
		return a.video(a.Query.Get("videoId"), a.Carried.Get(carryChannel))
	case comments:
		return a.video(a.Carried.Get(carryVideo), a.Carried.Get(carryChannel))
	case channels:
		q := a.Query
		for _, key := range [...]string{"id", "forHandle", "forUsername"} {
			if name := q.Get(key); name != "" {
				return a.call(channels).With("part", "contentDetails").With(key, name).Opens(parsers.Listing, strings.TrimPrefix(name, "user/"))
			}
		}
	}
	playlist := a.Query.Get("playlistId")
	id := a.Carried.Get(carryListing)
	if id == "" {
		id = playlist
		if upload, ok := strings.CutPrefix(playlist, "UU"); ok {
			id = "UC" + upload
		}
	}
	return a.uploads(playlist).Opens(parsers.Listing, id)
}

// uploads is the first page of a playlist; a channel's uploads are one.
func (a address) uploads(playlist string) api.Call {
	return a.call(playlistItems).With("part", "contentDetails,snippet").With("playlistId", playlist).With("maxResults", "50")
}

// video is the thread of a video with its comments.
func (a address) video(id, channel string) parsers.Thread {
	return a.threadsOf(id).Carry(carryChannel, channel).Opens(parsers.Post, id)
}

func (a address) threadsOf(video string) api.Call {
	return a.call(commentThreads).Carry(carryListing, "").With("part", "replies,snippet").With("videoId", video).
		With("maxResults", "100").With("order", "time").With("textFormat", "plainText")
}

// next is the page after one of comments or replies: the rest of the same
// replies, those to the next comment, then the next page of comments.
func (a address) next(token, channel string, cut []string, declared int) *parsers.Address {
	video := a.thread().ID
	then := a.Carried.Get(carryThen)
	if a.method == commentThreads {
		then, token = token, ""
	} else {
		if rest := a.Carried.Get(carryReplies); rest != "" {
			cut = strings.Split(rest, ",")
		}
		if token != "" {
			cut = slices.Insert(cut, 0, a.Query.Get("parentId"))
		}
	}
	var c api.Call
	switch {
	case len(cut) > 0:
		c = a.call(comments).With("parentId", cut[0]).With("maxResults", "100").With("textFormat", "plainText").
			With("pageToken", token).Carry(carryVideo, video).Carry(carryReplies, strings.Join(cut[1:], ",")).Carry(carryThen, then)
	case then != "":
		c = a.threadsOf(video).With("pageToken", then)
	default:
		return nil
	}
	return c.Carry(carryChannel, channel).Carry(carryDeclared, strconv.Itoa(declared)).Next()
}

// declared is what the pages before tell of.
func (a address) declared() int {
	n, err := strconv.Atoi(a.Carried.Get(carryDeclared))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// parseSource reads the address of a channel or video as people write it, or
// that of a call.
func parseSource(source string) (address, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return address{}, err
	}
	if slices.Contains(hosts, u.Host) || weburl.Loopback(u.Hostname()) {
		return parseAddress(source)
	}
	a := address{Call: api.Call{Origin: "https://" + hosts[0], Path: "/youtube/v3/", Query: url.Values{}}}
	path := append(api.Segments(u.Path), "", "")
	site, video := api.Site(u), ""
	switch {
	case site == "youtu.be":
		video = path[0]
	case site != "youtube.com":
		return address{}, api.ErrSource
	case path[0] == "watch":
		video = u.Query().Get("v")
	case path[0] == "shorts" || path[0] == "live" || path[0] == "embed":
		video = path[1]
	case path[0] == "channel" && strings.HasPrefix(path[1], "UC") && isID(path[1], 24):
		a.method, a.Call.Query = playlistItems, url.Values{"playlistId": {"UU" + path[1][2:]}}
		return a, nil
	case len(path[0]) > 1 && path[0][0] == '@':
		a.method, a.Call.Query = channels, url.Values{"forHandle": {strings.ToLower(path[0])}}
		return a, nil
	case path[0] == "user" && path[1] != "":
		a.method, a.Call.Query = channels, url.Values{"forUsername": {strings.ToLower(path[1])}}
		return a, nil
	}
	if !isID(video, 11) {
		return address{}, api.ErrSource
	}
	a.method, a.Call.Query = commentThreads, url.Values{"videoId": {video}}
	return a, nil
}

// isID tells whether s is an id of n characters: base64 for addresses.
func isID(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}
