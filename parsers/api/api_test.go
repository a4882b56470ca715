package api

import (
	"testing"

	"qulaq/parsers"
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
	again, err := ParseCall(c.Carry("then", "a/b=&c").Address().URL)
	if err != nil || again.Carried.Get("then") != "a/b=&c" || again.Carried.Get("owner") != "7" {
		t.Errorf("read again, the fragment carries %v (%v)", again.Carried, err)
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
	r := Read(parsers.Page{}, parsers.Thread{ID: "t"})
	if !r.Item(parsers.Item{ID: "1", Parent: "1"}) || r.Item(parsers.Item{ID: "1"}) {
		t.Error("an item is not taken once")
	}
	r.Lead(parsers.Thread{ID: "t"})
	r.Lead(parsers.Thread{ID: "t"})
	r.Settle("comment")
	if len(r.Items) != 1 || r.Items[0].Parent != "" || len(r.Found) != 1 || r.State != parsers.OK {
		t.Errorf("result %+v, want one item without a parent, one thread, ok", r.Result)
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
		r := Read(parsers.Page{}, parsers.Thread{ID: "t"})
		test.read(r)
		if r.Settle("comment"); r.State != test.state || (r.State != parsers.OK) != (r.Reason != "") {
			t.Errorf("%s: state %s (%s), want %s", test.name, r.State, r.Reason, test.state)
		}
	}
}
