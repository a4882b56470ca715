package epetition

import (
	"strconv"

	"qulaq/parsers"
)

// answer is what the portal sends, as far as it is read: a page of entries, a
// petition, or an error.
type answer struct {
	Content *[]entry `json:"content"` // of a page
	Last    bool     `json:"last"`
	Total   *int     `json:"totalElements"`

	entry // a petition

	Status int    `json:"status"` // of an error
	Error  string `json:"error"`
}

// entry is a petition, short or whole, or a comment.
type entry struct {
	ID string `json:"id"`

	Title        string `json:"title"`
	Description  string `json:"description"`
	State        string `json:"state"`
	ApplyDate    string `json:"applyDate"`
	Organization struct {
		Russian string `json:"nameRu"`
		Kazakh  string `json:"nameKk"`
	} `json:"organization"`
	Applicant struct {
		FirstName string `json:"firstName"`
		LastName  string `json:"lastName"`
	} `json:"applicant"`
	Decision *struct {
		Russian string `json:"messageRu"`
		Kazakh  string `json:"messageKk"`
		Date    string `json:"replyDate"`
	} `json:"decision"`

	PetitionID string `json:"petitionId"` // of a comment
	ParentID   string `json:"parentId"`
	Name       string `json:"fio"`
	Comment    string `json:"comment"`
	Replies    int    `json:"repliesCount"`
	Created    string `json:"createdDate"`
}

// refusal tells what an error means.
func (a *answer) refusal() *parsers.Refusal {
	state := parsers.Drift
	switch {
	case a.Status == 401, a.Status == 403:
		state = parsers.LoginWall
	case a.Status == 404, a.Status == 410:
		state = parsers.Gone
	case a.Status == 429, a.Status >= 500:
		state = parsers.Throttled
	}
	return parsers.Refuse(state, "the portal says "+strconv.Itoa(a.Status)+" "+a.Error)
}
