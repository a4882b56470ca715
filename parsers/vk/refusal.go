package vk

import (
	"fmt"
	"strings"

	"qulaq/parsers"
)

// states has what the error codes of the API mean here; any other is drift, for
// then either the call or the API is not as this parser knows it. The codes are
// those of github.com/VKCOM/vk-api-schema, errors.json, version 5.199.
var states = map[int]parsers.State{
	1:  parsers.Throttled, // unknown error: try again later
	6:  parsers.Throttled, // too many requests per second
	9:  parsers.Throttled, // flood control
	10: parsers.Throttled, // internal server error: try again later
	29: parsers.Throttled, // rate limit reached
	32: parsers.Throttled, // need wait
	36: parsers.Throttled, // interrupted due to timeout
	43: parsers.Throttled, // section temporarily unavailable

	14: parsers.Captcha, // captcha needed

	4:   parsers.LoginWall, // incorrect signature
	5:   parsers.LoginWall, // user authorization failed
	7:   parsers.LoginWall, // permission denied
	15:  parsers.LoginWall, // access denied; see accessDenied
	16:  parsers.LoginWall, // HTTP authorization failed
	17:  parsers.LoginWall, // validation required
	20:  parsers.LoginWall, // denied for non-standalone applications
	21:  parsers.LoginWall, // allowed only for standalone applications
	24:  parsers.LoginWall, // confirmation required
	25:  parsers.LoginWall, // token confirmation required
	27:  parsers.LoginWall, // group authorization failed
	28:  parsers.LoginWall, // application authorization failed
	30:  parsers.LoginWall, // this profile is private
	37:  parsers.LoginWall, // user was banned: the caller
	41:  parsers.LoginWall, // additional signup required
	200: parsers.LoginWall, // access denied
	203: parsers.LoginWall, // access to group denied

	18:  parsers.Gone, // user was deleted or banned: the owner
	39:  parsers.Gone, // unknown user
	40:  parsers.Gone, // unknown group
	104: parsers.Gone, // not found
	113: parsers.Gone, // invalid user id
	125: parsers.Gone, // invalid group id

	212: parsers.CommentsClosed, // access to post comments denied
	213: parsers.CommentsClosed, // access to status replies denied

	19:  parsers.DiscussionUnavailable, // content blocked
	210: parsers.DiscussionUnavailable, // access to wall's post denied
	211: parsers.DiscussionUnavailable, // access to wall's comment denied
}

// refusal says what an error of the API means.
func (f failure) refusal() *parsers.Refusal {
	state, known := states[f.Code]
	switch {
	case !known:
		state = parsers.Drift
	case f.Code == 15:
		state = accessDenied(f.Message)
	}
	return parsers.Refuse(state, fmt.Sprintf("VK error %d: %s", f.Code, f.Message))
}

// accessDenied tells apart what VK says with code 15: that a deleted post is
// "not found", that a wall was closed by VK or its owner, or that this caller
// may not see it.
func accessDenied(message string) parsers.State {
	message = strings.ToLower(message)
	for _, words := range [...]string{"not found", "is blocked", "deactivated", "deleted"} {
		if strings.Contains(message, words) {
			return parsers.Gone
		}
	}
	return parsers.LoginWall
}

// refuse puts a refusal into a result. That one comment is gone, and with it the
// chain of replies that was asked for, does not make the whole thread gone.
func (a address) refuse(r *parsers.Result, refused *parsers.Refusal) {
	refused.Apply(r)
	if a.comment != 0 && r.State == parsers.Gone {
		r.State = parsers.Partial
		r.Next = a.next(0, 0, nil)
	}
}
