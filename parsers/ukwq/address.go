package ukwq

import (
	"net/url"
	"strings"

	"qulaq/parsers/api"
	"qulaq/parsers/weburl"
)

const (
	host     = "questions-statements-api.parliament.uk"
	siteHost = "questions-statements.parliament.uk"
)

// questions is where the questions are; see the API's own documentation of GET
// /api/writtenquestions/questions.
var questions = api.Collection{
	Name: "questions",
	Path: "/api/writtenquestions/questions",
	Filters: []string{
		"answeringBodies", "askingMemberId", "answeringMemberId", "house", "tabledWhenFrom", "tabledWhenTo",
		"searchTerm", "members", "includeWithdrawn",
	},
	Offset: "skip",
	Limit:  "take",
	Size:   100,
	Record: url.Values{"expandMember": {"true"}},
}

// parseSource reads the address of a list as people write it, or that of a call.
func parseSource(source string) (api.Place, error) {
	u, err := weburl.Source(source)
	if err != nil {
		return api.Place{}, err
	}
	if u.Host == host || weburl.Loopback(u.Hostname()) {
		return questions.Parse(u.String())
	}
	if u.Host != siteHost || strings.Trim(u.Path, "/") != "written-questions" {
		return api.Place{}, api.ErrSource
	}
	filters := url.Values{}
	for key, values := range u.Query() { // the site writes its filters with a capital
		for _, filter := range questions.Filters {
			if strings.EqualFold(key, filter) && len(values) > 0 && values[0] != "" {
				filters.Set(filter, values[0])
			}
		}
	}
	return questions.At("https://"+host, "", filters), nil
}
