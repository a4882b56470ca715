package youtube

import (
	"slices"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/api"
)

// failure is an error of the API.
type failure struct {
	Code    int      `json:"code"`
	Message string   `json:"message"`
	Errors  []reason `json:"errors"`
}

type reason struct {
	Reason string `json:"reason"`
}

// states has what the reasons of errors mean here. The reasons are those of the
// API's reference, "Errors", and of Google's global domain.
var states = map[string]parsers.State{
	"commentsDisabled": parsers.CommentsClosed,

	"videoNotFound":              parsers.Gone,
	"channelNotFound":            parsers.Gone,
	"playlistNotFound":           parsers.Gone,
	"commentNotFound":            parsers.Gone,
	"commentThreadNotFound":      parsers.Gone,
	"parentCommentNotFound":      parsers.Gone,
	"notFound":                   parsers.Gone,
	"channelClosed":              parsers.Gone,
	"channelSuspended":           parsers.Gone,
	"playlistItemsNotAccessible": parsers.LoginWall,

	"quotaExceeded":         parsers.Throttled,
	"dailyLimitExceeded":    parsers.Throttled,
	"rateLimitExceeded":     parsers.Throttled,
	"userRateLimitExceeded": parsers.Throttled,
	"backendError":          parsers.Throttled,
	"internalError":         parsers.Throttled,
	"processingFailure":     parsers.Throttled,

	"keyInvalid":              parsers.LoginWall,
	"keyExpired":              parsers.LoginWall,
	"API_KEY_INVALID":         parsers.LoginWall,
	"accessNotConfigured":     parsers.LoginWall,
	"authError":               parsers.LoginWall,
	"required":                parsers.LoginWall,
	"forbidden":               parsers.LoginWall,
	"insufficientPermissions": parsers.LoginWall,
	"ipRefererBlocked":        parsers.LoginWall,
}

// refusal says what an error of the API means: its reason tells, else its code.
func (f failure) refusal() *parsers.Refusal {
	why := ""
	for _, e := range f.Errors {
		why = e.Reason
		if state, ok := states[e.Reason]; ok {
			return parsers.Refuse(state, "YouTube error", e.Reason+":", api.Text(f.Message))
		}
	}
	state := parsers.Drift
	switch {
	case f.Code == 429 || f.Code >= 500:
		state = parsers.Throttled
	case f.Code == 401 || f.Code == 403:
		state = parsers.LoginWall
	case f.Code == 404 || f.Code == 410:
		state = parsers.Gone
	}
	return parsers.Refuse(state, "YouTube error", why+":", api.Text(f.Message))
}

// spent tells whether the error is that the quota of the day is spent.
func (f failure) spent() bool {
	return slices.ContainsFunc(f.Errors, func(e reason) bool {
		return e.Reason == "quotaExceeded" || e.Reason == "dailyLimitExceeded"
	})
}

// nextQuota is when there is a new quota: at midnight, Pacific Time ("Quota
// Calculator" in the documentation of the API); an hour later in summer, as the
// zone has no rules here.
func nextQuota(seen time.Time) time.Time {
	pacific := seen.In(time.FixedZone("PST", -8*60*60))
	return time.Date(pacific.Year(), pacific.Month(), pacific.Day()+1, 0, 0, 0, 0, pacific.Location()).UTC()
}

// refuse puts an error into a result. That a comment was deleted before the
// replies to it were asked for takes nothing but those away.
func (a address) refuse(r *parsers.Result, f failure, seen time.Time) {
	refused := f.refusal()
	refused.Apply(r)
	if f.spent() {
		r.RetryAt = nextQuota(seen)
	}
	if a.method != comments || refused.State != parsers.Gone {
		return
	}
	if r.Next = a.next("", a.Carried.Get(carryChannel), nil, a.declared()); r.Next != nil {
		r.State, r.Reason = parsers.OK, ""
		return
	}
	r.State = parsers.Empty
}
