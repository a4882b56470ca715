package api

import (
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/when"

	"github.com/google/go-cmp/cmp"
)

func TestCallKeepsNoSecrets(t *testing.T) {
	c, err := ParseCall("https://api.example/v1/comments/?key=SECRET&limit=5&access_token=SECRET&id=x%20y#owner=7", "limit", "id")
	if err != nil {
		t.Fatal(err)
	}
	got := c.With("after", "p2").With("limit", "").Carry("n", "3").Next().URL
	if want := "https://api.example/v1/comments?after=p2&id=x+y#n=3&owner=7"; got != want {
		t.Errorf("next = %s, want %s", got, want)
	}
	if got, want := c.Address().URL, "https://api.example/v1/comments?id=x+y&limit=5#owner=7"; got != want {
		t.Errorf("after With and Carry the call is %s, want it unchanged: %s", got, want)
	}
	if got := c.To("/v1/posts").Carry("a", "b").Address().URL; got != "https://api.example/v1/posts#a=b" {
		t.Errorf("To(/v1/posts) = %s", got)
	}
	for _, raw := range []string{"", "comments", "ftp://api.example/x", "https://%zz", "https:///x"} {
		if _, err := ParseCall(raw); err == nil {
			t.Errorf("ParseCall(%q) = nil error, want one", raw)
		}
	}
	if got := WithoutSecrets("https://user:pass@api.example/x?key=SECRET#t"); got != "https://api.example/x" {
		t.Errorf("WithoutSecrets = %s", got)
	}
	again, err := ParseCall(c.Carry("then", "a/b=&c").Address().URL)
	if err != nil || again.Carried.Get("then") != "a/b=&c" || again.Carried.Get("owner") != "7" {
		t.Errorf("read again, the fragment carries %v (%v)", again.Carried, err)
	}
}

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       parsers.State
		reason     string
	}{
		{"whole", `{"a":1}`, "", ""},
		{"with a byte order mark", "\ufeff{\"a\":1}", "", ""},
		{"nothing", " \n", parsers.Partial, "no content"},
		{"cut off", `{"a":1`, parsers.Partial, "cut off"},
		{"cut in a string", `{"b":"x`, parsers.Partial, "cut off"},
		{"damaged", "{\"b\":\"\xff\"}", parsers.Partial, "UTF-8"},
		{"a page", `<!DOCTYPE html><title>Sign in</title>`, parsers.Drift, "browsers"},
		{"a word", `null`, parsers.Drift, "no JSON object"},
		{"another type", `{"a":"one"}`, parsers.Drift, "a is unexpectedly of type string"},
		{"an array", `[1]`, parsers.Drift, "the answer is unexpectedly of type array"},
		{"garbage between", `{"a":}, "b":"x"}`, parsers.Drift, "no JSON"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var into struct {
				A int    `json:"a"`
				B string `json:"b"`
			}
			refused := Decode([]byte(test.body), &into)
			if test.want == "" {
				if refused != nil || into.A != 1 {
					t.Fatalf("Decode(%q) = %+v, a = %d, want 1", test.body, refused, into.A)
				}
				return
			}
			if refused == nil || refused.State != test.want || !strings.Contains(refused.Reason, test.reason) {
				t.Errorf("Decode(%q) = %+v, want %s for %q", test.body, refused, test.want, test.reason)
			}
		})
	}
}

func TestLinesCountsWhatIsBroken(t *testing.T) {
	type line struct{ A int }
	for _, test := range []struct {
		name, body string
		want       []int
		broken     int
		refused    bool
	}{
		{"one document", "{\n \"a\": 1\n}", []int{1}, 0, false},
		{"a stream", "{\"a\":1}\r\n\r\n{\"a\":2}\n", []int{1, 2}, 0, false},
		{"a broken line", "{\"a\":1}\n{\"a\":\n{\"a\":3}", []int{1, 3}, 1, false},
		{"all broken", "{\"a\":\n{\"b\":", nil, 2, true},
	} {
		var got []int
		broken, refused := Lines([]byte(test.body), func(l *line) { got = append(got, l.A) })
		if diff := cmp.Diff(test.want, got); diff != "" || broken != test.broken || (refused != nil) != test.refused {
			t.Errorf("%s: %d broken, refused %v, documents (-want +got):\n%s", test.name, broken, refused, diff)
		}
	}
}

func TestClock(t *testing.T) {
	seen := time.Date(2025, 3, 1, 12, 0, 0, 500_000, time.UTC)
	clock := Clock{when.Grammar{Shapes: when.ISO}, seen}
	for _, test := range []struct {
		in     string
		lo, hi string
	}{
		{"2025-02-28T10:00:00Z", "2025-02-28T10:00:00Z", "2025-02-28T10:00:00Z"},
		{"2025-02-28T10:00:00+0500", "2025-02-28T05:00:00Z", "2025-02-28T05:00:00Z"},
		{"2025-02-28T10:00:00.123456-06:00", "2025-02-28T16:00:00.123Z", "2025-02-28T16:00:00.123Z"},
		{"2025-03-01T12:00:05Z", "2025-03-01T12:00:00Z", "2025-03-01T12:00:05Z"}, // their clock is ahead
		{"2025-03-03T00:00:00Z", "", ""},
		{"1970-01-01T00:00:00Z", "", ""},
		{"yesterday", "", ""},
		{"", "", ""},
	} {
		span, _, ok := clock.Read(test.in)
		if !ok {
			if test.lo != "" {
				t.Errorf("Read(%q) = none, want %s", test.in, test.lo)
			}
			continue
		}
		if lo, hi := span.Lo.Format(time.RFC3339Nano), span.Hi.Format(time.RFC3339Nano); lo != test.lo || hi != test.hi {
			t.Errorf("Read(%q) = [%s, %s], want [%s, %s]", test.in, lo, hi, test.lo, test.hi)
		}
	}
	for in, want := range map[string]bool{
		"2018-07-19T08:36:00.000Z": true, "2014-05-09T19:02:21-05:00": true, "2021-08-12T18:30:51+0000": true,
		"2018-07-19T08:36:00": false, "2018-07-19": false, "": false,
	} {
		if got := HasOffset(in); got != want {
			t.Errorf("HasOffset(%q) = %t, want %t", in, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain\ntext ":                  "plain\ntext",
		"a &amp; b &lt;c":               "a & b <c",
		"<p>One</p><p>Two<br>three</p>": "One\nTwo\nthree",
		"x<br/>y":                       "x\ny",
		`<p><span class="h-card"><a href="https://a.example/@b">@<span>b</span></a></span> hi</p>`:          "@b hi",
		`<a href="https://a.example/x"><span class="invisible">https://</span><span>a.example/x</span></a>`: "https://a.example/x",
		"a<script>alert(1)</script>b<style>p{}</style>":                                                     "ab",
		"<p":              "",
		"1 < 2 and 3 > 2": "1 < 2 and 3 > 2",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestReadingHoldsEverythingOnce(t *testing.T) {
	var result parsers.Result
	r := Read(&result, 2)
	if !r.Item(parsers.Item{ID: "1", Parent: "1"}) || r.Item(parsers.Item{ID: "1"}) {
		t.Error("an item is not taken once")
	}
	r.Lead(parsers.Thread{ID: "t"})
	r.Lead(parsers.Thread{ID: "t"})
	r.Settle("comment")
	if len(result.Items) != 1 || result.Items[0].Parent != "" || len(result.Found) != 1 || result.State != parsers.OK {
		t.Errorf("result %+v, want one item without a parent, one thread, ok", result)
	}
	for _, test := range []struct {
		name  string
		read  func(*Reading)
		state parsers.State
	}{
		{"nothing", func(*Reading) {}, parsers.Empty},
		{"leads on", func(r *Reading) { r.Next = &parsers.Address{URL: "x"} }, parsers.OK},
		{"all lack", func(r *Reading) { r.Lacks("id"); r.Next = &parsers.Address{URL: "x"} }, parsers.Drift},
		{"one lacks", func(r *Reading) { r.Lacks("id"); r.Item(parsers.Item{ID: "1"}) }, parsers.Partial},
	} {
		var result parsers.Result
		r := Read(&result, 0)
		test.read(r)
		if r.Settle("comment"); result.State != test.state || (result.State != parsers.OK) != (result.Reason != "") {
			t.Errorf("%s: state %s (%s), want %s", test.name, result.State, result.Reason, test.state)
		}
	}
}
