package bluesky

import (
	"encoding/json"

	"qulaq/parsers"
)

// answer is a page of a feed or a thread, or an error, as far as it is read.
type answer struct {
	Error   string `json:"error"`
	Message string `json:"message"`

	Cursor string `json:"cursor"`
	Feed   []struct {
		Post   post `json:"post"`
		Reason *struct {
			Type string `json:"$type"`
		} `json:"reason"` // why it stands here, when not for being posted
	} `json:"feed"`

	Thread *node `json:"thread"`
}

// The types of nodes that are not posts.
const (
	notFoundPost = "app.bsky.feed.defs#notFoundPost"
	blockedPost  = "app.bsky.feed.defs#blockedPost"
	reasonRepost = "app.bsky.feed.defs#reasonRepost"
)

// node is a post within a thread, with the replies to it.
type node struct {
	Type    string `json:"$type"`
	URI     string `json:"uri"` // of what is not shown
	Post    *post  `json:"post"`
	Replies []node `json:"replies"`
}

type post struct {
	URI    string `json:"uri"`
	Author struct {
		DID         string `json:"did"`
		Handle      string `json:"handle"`
		DisplayName string `json:"displayName"`
	} `json:"author"`
	Record     record          `json:"record"`
	Embed      json.RawMessage `json:"embed"`
	ReplyCount int             `json:"replyCount"` // direct ones
	IndexedAt  string          `json:"indexedAt"`
}

type record struct {
	Text   string   `json:"text"`
	Reply  *replyTo `json:"reply"`
	Facets []struct {
		Features []struct {
			Type string `json:"$type"`
			DID  string `json:"did"`
		} `json:"features"`
	} `json:"facets"`
}

type replyTo struct {
	Root   reference `json:"root"`
	Parent reference `json:"parent"`
}

type reference struct {
	URI string `json:"uri"`
}

// name is what is shown for the author.
func (p *post) name() string {
	if p.Author.DisplayName != "" {
		return p.Author.DisplayName
	}
	return p.Author.Handle
}

// mentions are the accounts that the text addresses.
func (p *post) mentions() []string {
	var all []string
	for _, facet := range p.Record.Facets {
		for _, feature := range facet.Features {
			if feature.Type == "app.bsky.richtext.facet#mention" && feature.DID != "" {
				all = append(all, feature.DID)
			}
		}
	}
	return all
}

// quoted is the text of the post that this one repeats. Embeds of other sorts
// have other shapes, which are of no interest.
func (p *post) quoted() string {
	var embed struct {
		Record struct {
			Value struct {
				Text string `json:"text"`
			} `json:"value"`
		} `json:"record"`
	}
	if len(p.Embed) == 0 || json.Unmarshal(p.Embed, &embed) != nil {
		return ""
	}
	return embed.Record.Value.Text
}

// states has what the errors of the API mean here. The names are those of the
// lexicons app.bsky.feed.* and of XRPC.
var states = map[string]parsers.State{
	"NotFound":               parsers.Gone,
	"AccountTakedown":        parsers.Gone,
	"AccountDeactivated":     parsers.Gone,
	"RateLimitExceeded":      parsers.Throttled,
	"InternalServerError":    parsers.Throttled,
	"UpstreamFailure":        parsers.Throttled,
	"UpstreamTimeout":        parsers.Throttled,
	"NotEnoughResources":     parsers.Throttled,
	"AuthMissing":            parsers.LoginWall,
	"AuthenticationRequired": parsers.LoginWall,
	"ExpiredToken":           parsers.LoginWall,
	"InvalidToken":           parsers.LoginWall,
	"BlockedActor":           parsers.LoginWall,
}

// refusal says what an error means; nil when there is none.
func (a *answer) refusal() *parsers.Refusal {
	if a.Error == "" {
		return nil
	}
	state, known := states[a.Error]
	switch {
	case known:
	case a.Error == "InvalidRequest" && (a.Message == "Profile not found" || a.Message == "Actor not found"):
		state = parsers.Gone
	default:
		state = parsers.Drift
	}
	return parsers.Refuse(state, "Bluesky error", a.Error+":", a.Message)
}
