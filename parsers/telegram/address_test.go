package telegram_test

import (
	"testing"

	"qulaq/parsers"
	"qulaq/parsers/telegram"
)

func TestStart(t *testing.T) {
	for _, tc := range []struct{ name, source, id, url string }{
		{"landing address", "https://t.me/Example_Akimat", "example_akimat", "https://t.me/s/Example_Akimat"},
		{"preview address", "https://t.me/s/example_akimat", "example_akimat", "https://t.me/s/example_akimat"},
		{"trailing slash and query", "https://t.me/s/example_akimat/?before=5", "example_akimat", "https://t.me/s/example_akimat"},
		{"without scheme", "t.me/example_akimat", "example_akimat", "https://t.me/s/example_akimat"},
		{"by http", "http://t.me/example_akimat", "example_akimat", "https://t.me/s/example_akimat"},
		{"with www", "https://www.t.me/example_akimat", "example_akimat", "https://t.me/s/example_akimat"},
		{"host in capitals", "https://T.me/example_akimat", "example_akimat", "https://t.me/s/example_akimat"},
		{"other host", "https://telegram.me/example_akimat", "example_akimat", "https://t.me/s/example_akimat"},
		{"host with a hyphen, which no name has", "https://example-akimat.t.me", "", ""},
		{"host of the channel", "https://exampleakimat.t.me/", "exampleakimat", "https://t.me/s/exampleakimat"},
		{"handle", " @example_akimat ", "example_akimat", "https://t.me/s/example_akimat"},
		{"app link", "tg://resolve?domain=example_akimat", "example_akimat", "https://t.me/s/example_akimat"},
		{"address of a post", "https://t.me/example_akimat/12?single", "example_akimat", "https://t.me/s/example_akimat"},
		{"test server", "http://127.0.0.1:8099/s/example_akimat", "example_akimat", "http://127.0.0.1:8099/s/example_akimat"},
		{"test server by name", "http://localhost:8099/example_akimat", "example_akimat", "http://localhost:8099/s/example_akimat"},
		{"another platform", "https://vk.com/example_akimat", "", ""},
		{"a host that only begins alike", "https://t.me.example/example_akimat", "", ""},
		{"invitation", "https://t.me/+AbCdEf", "", ""},
		{"old invitation", "https://t.me/joinchat/AbCdEf", "", ""},
		{"private chat", "https://t.me/c/123/45", "", ""},
		{"the api", "https://t.me/api/method", "", ""},
		{"share button", "https://t.me/share/url?url=x", "", ""},
		{"no name", "https://t.me/", "", ""},
		{"name with a letter that none can have", "https://t.me/пример", "", ""},
		{"nothing", "", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			thread, err := telegram.New().Start(tc.source)
			if (err != nil) != (tc.id == "") {
				t.Fatalf("Start(%q) = %+v, error %v", tc.source, thread, err)
			}
			if thread.ID != tc.id || thread.Address.URL != tc.url {
				t.Errorf("Start(%q) = %q at %q, want %q at %q", tc.source, thread.ID, thread.Address.URL, tc.id, tc.url)
			}
			if err == nil && (thread.Kind != parsers.Listing || thread.Declared != parsers.Unknown) {
				t.Errorf("Start(%q) = kind %q, declared %d, want a listing that declares nothing", tc.source, thread.Kind, thread.Declared)
			}
		})
	}
}

func TestParseRefusesForeignAddresses(t *testing.T) {
	for _, url := range []string{
		"", "t.me/s/example", "ftp://t.me/s/example", "https://t.me/", "https://t.me/s/", "https://t.me/s/a/b/c",
		"https://t.me/example_akimat/0", "https://t.me/example_akimat/-5", "https://t.me/c/5/6", "https://t.me/s/%zz",
	} {
		if r, err := telegram.New().Parse(parsers.Page{URL: url, Body: []byte("<html></html>")}); err == nil {
			t.Errorf("Parse(%q) = %+v, want an error", url, r)
		}
	}
}

func TestStartLeadsToWhatParseReads(t *testing.T) {
	thread, err := telegram.New().Start("@Example_Akimat")
	if err != nil {
		t.Fatal(err)
	}
	r := parse(t, parsers.Page{URL: thread.Address.URL, Body: channelPage(post{id: "Example_Akimat/7"}), Seen: seen})
	if r.Thread.ID != thread.ID || r.State != parsers.OK {
		t.Errorf("thread %q in state %s, want %q in state ok", r.Thread.ID, r.State, thread.ID)
	}
}
