package parsertest

import (
	"net/url"
	"strings"
	"testing"

	"qulaq/parsers"
)

// secret is the value of a key in tests; no result and no error may hold it.
const secret = "SECRET"

// NoSecrets checks that no key enters a result: the addresses of fixtures are
// given the parameters, each with a secret value.
func NoSecrets(t *testing.T, p parsers.Parser, parameters []string, fixtures ...string) {
	t.Helper()
	for _, fixture := range fixtures {
		page := Page(t, fixture)
		u, err := url.Parse(page.URL)
		if err != nil {
			t.Fatal(err)
		}
		query := u.Query()
		for _, parameter := range parameters {
			query.Set(parameter, secret)
		}
		u.RawQuery = query.Encode()
		page.URL = u.String()
		encoded, err := Encode(Parse(t, p, page))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(encoded), secret) {
			t.Errorf("the result of %s holds a key", fixture)
		}
	}
}
