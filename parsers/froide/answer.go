package froide

import (
	"strings"

	"qulaq/parsers"
)

// answer is a list of requests, a request, or an error.
type answer struct {
	Detail  string     `json:"detail"` // of an error
	Objects *[]request `json:"objects"`
	Meta    struct {
		Total int `json:"total_count"`
	} `json:"meta"`
	request
}

// request is a request, as far as it is read.
type request struct {
	ID         int64     `json:"id"`
	Created    string    `json:"created_at"`
	Resolution string    `json:"resolution"`
	Body       *body     `json:"public_body"`
	Messages   []message `json:"messages"` // not in a list
}

type body struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// message is an e-mail or a letter.
type message struct {
	ID         int64  `json:"id"`
	Sent       *bool  `json:"sent"`
	IsResponse bool   `json:"is_response"`
	IsPostal   bool   `json:"is_postal"`
	From       string `json:"sender_public_body"` // resource of the body that answers
	Status     string `json:"status"`             // label that the person gave to an answer
	Timestamp  string `json:"timestamp"`
	Content    string `json:"content"`
}

// refusal says what an error means. The texts are those of Django REST framework,
// in the languages of the known sites; in another one the status tells.
func (a *answer) refusal(status int) *parsers.Refusal {
	detail := strings.ToLower(a.Detail)
	for _, sign := range [...]struct {
		words string
		state parsers.State
	}{
		{"throttled", parsers.Throttled},
		{"gedrosselt", parsers.Throttled},
		{"not found", parsers.Gone},
		{"no foirequest matches", parsers.Gone},
		{"nicht gefunden", parsers.Gone},
		{"credentials", parsers.LoginWall},
		{"permission", parsers.LoginWall},
		{"anmeldedaten", parsers.LoginWall},
		{"berechtigung", parsers.LoginWall},
	} {
		if strings.Contains(detail, sign.words) {
			return parsers.Refuse(sign.state, "Froide error:", a.Detail)
		}
	}
	state := parsers.Drift
	switch {
	case status == 401 || status == 403:
		state = parsers.LoginWall
	case status == 404 || status == 410:
		state = parsers.Gone
	case status == 429 || status >= 500:
		state = parsers.Throttled
	}
	return parsers.Refuse(state, "Froide error:", a.Detail)
}
