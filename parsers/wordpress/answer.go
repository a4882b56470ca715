package wordpress

import (
	"bytes"
	"encoding/json"
	"fmt"

	"qulaq/parsers"
)

// answer is what the API sends: a list of entries or a failure, either of them
// perhaps in an envelope.
type answer struct {
	entries []entry
	failure failure
	status  int // of the envelope; 0 without one
	total   int // entries over all pages; -1 without an envelope
	pages   int // -1 without an envelope
}

// entry is a post or a comment, as far as it is read.
type entry struct {
	ID            int64    `json:"id"`
	Post          int64    `json:"post"`
	Parent        int64    `json:"parent"` // 0 for none
	Author        int64    `json:"author"` // 0 for who has no account
	AuthorName    string   `json:"author_name"`
	Date          string   `json:"date"`
	DateGMT       string   `json:"date_gmt"`
	Title         rendered `json:"title"`
	Content       rendered `json:"content"`
	CommentStatus string   `json:"comment_status"` // of a post: open, closed
}

type rendered struct {
	HTML string `json:"rendered"`
}

// failure is what the API sends in place of entries.
type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Data    struct {
		Status int `json:"status"`
	} `json:"data"`
}

// envelope is what _envelope=1 puts around an answer.
type envelope struct {
	Body    json.RawMessage `json:"body"`
	Status  int             `json:"status"`
	Headers headers         `json:"headers"`
}

type headers struct {
	Total *int `json:"X-WP-Total"`
	Pages *int `json:"X-WP-TotalPages"`
}

// UnmarshalJSON implements [json.Unmarshaler]. PHP writes an object without
// fields as an empty list.
func (h *headers) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte("[")) {
		return nil
	}
	type plain headers
	return json.Unmarshal(b, (*plain)(h))
}

// UnmarshalJSON implements [json.Unmarshaler].
func (a *answer) UnmarshalJSON(b []byte) error {
	*a = answer{total: -1, pages: -1}
	if bytes.HasPrefix(b, []byte("[")) {
		return json.Unmarshal(b, &a.entries)
	}
	var e envelope
	if err := json.Unmarshal(b, &e); err != nil {
		return err
	}
	if len(e.Body) == 0 {
		return json.Unmarshal(b, &a.failure)
	}
	a.status = e.Status
	if e.Headers.Total != nil && e.Headers.Pages != nil {
		a.total, a.pages = *e.Headers.Total, *e.Headers.Pages
	}
	if bytes.HasPrefix(e.Body, []byte("[")) {
		return json.Unmarshal(e.Body, &a.entries)
	}
	return json.Unmarshal(e.Body, &a.failure)
}

// refusal tells what an answer without entries is.
func (a *answer) refusal(at address) *parsers.Refusal {
	if a.entries != nil {
		return nil
	}
	f := a.failure
	if f.Code == "" {
		return parsers.Refuse(parsers.Drift, "the answer is neither a list nor an error with a code")
	}
	status := f.Data.Status
	if status == 0 {
		status = a.status
	}
	state := parsers.Drift
	switch {
	case f.Code == "rest_no_route": // the API, or this part of it, is switched off
		state = parsers.DiscussionUnavailable
	case f.Code == "rest_post_invalid_page_number" && at.page > 1: // the list has become shorter
		state = parsers.Empty
	case status == 401, status == 403:
		state = parsers.LoginWall
	case status == 404, status == 410:
		state = parsers.Gone
	case status == 429, status >= 500:
		state = parsers.Throttled
	}
	return parsers.Refuse(state, fmt.Sprintf("WordPress says %s: %s", f.Code, f.Message))
}
