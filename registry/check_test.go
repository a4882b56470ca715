package registry

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testRules are the rules of a program that has two parsers.
var testRules = Rules{
	Platforms: []string{"legalacts", "telegram"},
	Address: func(platform, address string) (string, error) {
		u, err := url.Parse(address)
		if err != nil {
			return "", err
		}
		if platform == "telegram" && u.Host != "t.me" {
			return "", fmt.Errorf("%s is not t.me", u.Host)
		}
		return path.Base(u.Path), nil
	},
}

func open(t *testing.T, base *Country, dir string) *Country {
	t.Helper()
	c, err := Open(base, dir, testRules)
	if err != nil {
		t.Fatalf("Open(%s) = %v", dir, err)
	}
	return c
}

// TestInvalid has one folder for each rule, which extends the invented country
// of Tamarisk by something that breaks it. Wanted are all problems, in order.
func TestInvalid(t *testing.T) {
	t.Parallel()
	tamarisk := open(t, nil, "testdata/tamarisk")
	folders, err := filepath.Glob("testdata/invalid-*")
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) != len(invalid) {
		t.Errorf("%d folders testdata/invalid-*, but %d cases", len(folders), len(invalid))
	}
	for _, dir := range folders {
		name := strings.TrimPrefix(filepath.Base(dir), "invalid-")
		t.Run(name, func(t *testing.T) {
			_, err := Open(tamarisk, dir, testRules)
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("Open(%s) = %v, want Problems", dir, err)
			}
			var got []string
			for _, p := range problems {
				place := strings.TrimPrefix(filepath.ToSlash(p.File), dir+"/")
				if p.Line > 0 {
					place = fmt.Sprintf("%s:%d:%d", place, p.Line, p.Column)
				}
				got = append(got, place+": "+p.Reason)
			}
			if diff := cmp.Diff(invalid[name], got); diff != "" {
				t.Errorf("Open(%s): problems differ (-want +got):\n%s", dir, diff)
			}
		})
	}
}
