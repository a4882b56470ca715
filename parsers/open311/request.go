package open311

import (
	"encoding/json"
	"strings"

	"qulaq/parsers"
)

// request is a service request, as far as it is read, or an error.
type request struct {
	ID          text   `json:"service_request_id"`
	Token       text   `json:"token"`
	Status      string `json:"status"`
	StatusNotes string `json:"status_notes"`
	Service     string `json:"service_name"`
	Description string `json:"description"`
	Agency      string `json:"agency_responsible"`
	Requested   string `json:"requested_datetime"`
	Notes       []note `json:"notes"` // an extension

	Code  *text  `json:"code"`    // of an error
	Words string `json:"message"` // of an error; the specification has it in description
}

// note is an entry of a request's history.
type note struct {
	Time        string `json:"datetime"`
	Type        string `json:"type"`
	Summary     string `json:"summary"`
	Description string `json:"description"`
}

// text is a string that some servers write as a number.
type text string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(t))
	}
	if string(b) != "null" {
		*t = text(b)
	}
	return nil
}

// refusal says what an error means. Its code is that of HTTP; see "Error
// handling" in the specification of GeoReport v2.
func (r *request) refusal() *parsers.Refusal {
	state := parsers.Drift
	switch code := string(*r.Code); {
	case code == "404" || code == "410":
		state = parsers.Gone
	case code == "401" || code == "403":
		state = parsers.LoginWall
	case code == "429" || strings.HasPrefix(code, "5"):
		state = parsers.Throttled
	}
	return parsers.Refuse(state, "Open311 error", string(*r.Code)+":", r.Words, r.Description)
}

// isClosed tells whether the city says that it is done with the request.
func (r *request) isClosed() bool { return strings.EqualFold(r.Status, "closed") }

// text is what the citizen asks for.
func (r *request) text() string {
	return strings.TrimSpace(r.Service + "\n" + strings.TrimSpace(r.Description))
}

// speaks tells whether the note is addressed to the citizen.
func (n *note) speaks() bool { return n.Type == "activity" || n.Type == "closed" }

// text is what the note says.
func (n *note) text() string {
	return strings.TrimSpace(n.Summary + "\n" + n.Description)
}
