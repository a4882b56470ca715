package graph

import (
	"slices"
	"testing"

	"qulaq/parsers"
	"qulaq/parsers/api"
)

func TestPath(t *testing.T) {
	for in, want := range map[string][]string{
		"/v21.0/12_34/comments": {"v21.0", "12_34", "comments"},
		"/12_34/comments":       {"", "12_34", "comments"},
		"/vk/feed":              {"", "vk", "feed"},
		"/v2/feed":              {"", "v2", "feed"},
		"/":                     {""},
	} {
		version, parts := Path(in)
		if got := append([]string{version}, parts...); !slices.Equal(got, want) {
			t.Errorf("Path(%q) = %q, want %q", in, got, want)
		}
	}
	if got := To(api.Call{Origin: "https://x"}, "", "1", "feed").Address().URL; got != "https://x/"+Version+"/1/feed" {
		t.Errorf("To without a version = %s", got)
	}
}

func TestLastPageHasACursorToo(t *testing.T) {
	var last Paging
	last.Cursors.After = "c"
	if got := last.After(); got != "" {
		t.Errorf("After() of the last page = %q, want none", got)
	}
	last.Next = "https://graph.facebook.com/?after=c"
	if got := last.After(); got != "c" {
		t.Errorf("After() = %q, want c", got)
	}
	if got := (*Paging)(nil).After(); got != "" {
		t.Errorf("After() without paging = %q, want none", got)
	}
}

func TestRefusal(t *testing.T) {
	for _, test := range []struct {
		failure Failure
		want    parsers.State
	}{
		{Failure{Code: 4}, parsers.Throttled},
		{Failure{Code: 17}, parsers.Throttled},
		{Failure{Code: 32}, parsers.Throttled},
		{Failure{Code: 613}, parsers.Throttled},
		{Failure{Code: 80001}, parsers.Throttled},
		{Failure{Code: 190}, parsers.LoginWall},
		{Failure{Code: 10}, parsers.LoginWall},
		{Failure{Code: 200}, parsers.LoginWall},
		{Failure{Code: 100, Message: "Object does not exist, cannot be loaded due to missing permission"}, parsers.LoginWall},
		{Failure{Code: 100, Subcode: 33}, parsers.LoginWall},
		{Failure{Code: 100, Message: "Tried accessing nonexisting field"}, parsers.Drift},
		{Failure{Code: 803}, parsers.Gone},
		{Failure{Code: 12345}, parsers.Drift},
	} {
		if got := test.failure.Refusal(); got.State != test.want {
			t.Errorf("%+v.Refusal() = %s, want %s", test.failure, got.State, test.want)
		}
	}
}
