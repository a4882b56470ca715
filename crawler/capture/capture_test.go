package capture_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"qulaq/crawler/capture"

	"github.com/google/go-cmp/cmp"
)

// page is what a test expects of a capture.
type page struct {
	URL, Form, Body string
	At              time.Time
}

func read(t testing.TB, file []byte) (pages []page, troubles []string) {
	t.Helper()
	f, err := capture.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	captures, err := f.Captures(func(err error) error {
		troubles = append(troubles, err.Error())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range captures {
		got, err := f.Page(c)
		if err != nil {
			t.Fatal(err)
		}
		if got.Incomplete != "" {
			troubles = append(troubles, got.Incomplete)
		}
		if got.Seen.Before(c.At) {
			t.Errorf("page of %s was seen at %s, before it was asked for at %s", c.URL, got.Seen, c.At)
		}
		pages = append(pages, page{got.URL, got.Form.Encode(), string(got.Body), c.At})
	}
	return pages, troubles
}

// record is a WARC record; more are further named fields.
func record(kind, target string, date time.Time, block string, more ...string) string {
	fields := []string{
		"WARC/1.0", "WARC-Type: " + kind, "WARC-Record-ID: <urn:uuid:" + kind + target + date.Format("150405") + ">",
		"WARC-Date: " + date.Format(time.RFC3339), "WARC-Target-URI: " + target,
	}
	fields = append(append(fields, more...), fmt.Sprintf("Content-Length: %d", len(block)))
	return strings.Join(fields, "\r\n") + "\r\n\r\n" + block + "\r\n\r\n"
}

func ok(header, body string) string {
	return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + header + "\r\n" + body
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

var (
	noon  = time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	later = noon.Add(time.Hour)
)

const (
	a = "https://example.org/a"
	b = "https://example.org/b"
)

func TestWARC(t *testing.T) {
	const digest = "WARC-Payload-Digest: sha1:AAAA"
	revisit := []string{digest, "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"}
	for name, test := range map[string]struct {
		records  []string
		want     []page
		troubles string
	}{
		"pages":           {[]string{record("warcinfo", "", noon, "software: x\r\n"), record("response", a, noon, ok("", "A")), record("response", b, later, ok("", "B"))}, []page{{a, "", "A", noon}, {b, "", "B", later}}, ""},
		"not pages":       {[]string{record("response", a, noon, strings.Replace(ok("", "A"), "text/html", "image/png", 1)), record("response", a, noon, strings.Replace(ok("", "A"), "200 OK", "404 Not Found", 1)), record("metadata", a, noon, "x"), record("resource", a, noon, "x")}, nil, ""},
		"chunks":          {[]string{record("response", a, noon, ok("Transfer-Encoding: chunked\r\n", "2\r\nAB\r\n1\r\nC\r\n0\r\n\r\n"))}, []page{{a, "", "ABC", noon}}, ""},
		"chunks removed":  {[]string{record("response", a, noon, ok("Transfer-Encoding: chunked\r\n", "<p>ABC"))}, []page{{a, "", "<p>ABC", noon}}, ""},
		"gzip":            {[]string{record("response", a, noon, ok("Content-Encoding: gzip\r\nContent-Length: 999\r\n", zipped("ABC")))}, []page{{a, "", "ABC", noon}}, ""},
		"gzip removed":    {[]string{record("response", a, noon, ok("Content-Encoding: gzip\r\n", "ABC"))}, []page{{a, "", "ABC", noon}}, ""},
		"brotli removed":  {[]string{record("response", a, noon, ok("Content-Encoding: br\r\n", "<p>ABC"))}, []page{{a, "", "<p>ABC", noon}}, ""},
		"HTTP/2":          {[]string{record("response", a, noon, strings.Replace(ok("", "A"), "HTTP/1.1", "HTTP/2", 1))}, []page{{a, "", "A", noon}}, ""},
		"a revisit":       {[]string{record("response", a, noon, ok("", "A"), digest), record("revisit", a, later, "HTTP/1.1 200 OK\r\n\r\n", revisit...)}, []page{{a, "", "A", noon}, {a, "", "A", later}}, ""},
		"of nothing":      {[]string{record("revisit", a, later, "HTTP/1.1 200 OK\r\n\r\n", revisit...), record("response", b, later, ok("", "B"))}, []page{{b, "", "B", later}}, "a revisit of a page that the file does not have"},
		"of an image":     {[]string{record("response", a, noon, strings.Replace(ok("", "A"), "text/html", "image/png", 1), digest), record("revisit", a, later, "HTTP/1.1 200 OK\r\n\r\n", revisit...)}, nil, ""},
		"a form, behind":  {[]string{record("response", a, noon, ok("", "A")), record("request", a, later, "POST /a HTTP/1.1\r\nCookie: secret\r\n\r\nx=1&y=2", "WARC-Concurrent-To: <urn:uuid:response"+a+"120000>")}, []page{{a, "x=1&y=2", "A", noon}}, ""},
		"a form, before":  {[]string{record("request", a, noon, "POST /a HTTP/1.1\r\n\r\nx=1"), record("response", a, noon, ok("", "A"), "WARC-Concurrent-To: <urn:uuid:request"+a+"120000>")}, []page{{a, "x=1", "A", noon}}, ""},
		"cut off":         {[]string{record("response", a, noon, ok("", "A")), record("response", b, noon, ok("", "B"))[:230]}, []page{{a, "", "A", noon}}, "ends within a record"},
		"not HTTP":        {[]string{record("response", "dns:example.org", noon, "20260105 example.org. 60 IN A 127.0.0.1"), record("response", b, noon, ok("", "B"))}, []page{{b, "", "B", noon}}, ""},
		"truncated":       {[]string{record("response", a, noon, ok("", "A"), "WARC-Truncated: length")}, []page{{a, "", "A", noon}}, "length"},
		"something wrong": {[]string{record("response", a, noon, ok("", "A")), "rubbish\r\n\r\n"}, []page{{a, "", "A", noon}}, `begins with "rubbish"`},
	} {
		t.Run(name, func(t *testing.T) {
			members := make([]string, len(test.records))
			for i, r := range test.records {
				members[i] = zipped(r)
			}
			files := map[string]string{"plain": strings.Join(test.records, ""), "compressed": strings.Join(members, "")}
			if name == "cut off" { // in its member as well
				files["compressed"] = members[0] + zipped(record("response", b, noon, ok("", "B")))[:100]
			}
			for form, file := range files {
				pages, troubles := read(t, []byte(file))
				if diff := cmp.Diff(test.want, pages); diff != "" {
					t.Errorf("%s: pages (-want +got):\n%s", form, diff)
				}
				if got := strings.Join(troubles, "; "); !strings.Contains(got, test.troubles) || (got == "") != (test.troubles == "") {
					t.Errorf("%s: troubles %q, want %q", form, got, test.troubles)
				}
			}
		})
	}
}

func TestWACZ(t *testing.T) {
	pack := func(method uint16, names ...string) []byte {
		var file bytes.Buffer
		z := zip.NewWriter(&file)
		for i, name := range names {
			w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write([]byte(zipped(record("response", a, noon.Add(time.Duration(i)*time.Hour), ok("", name)))))
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return file.Bytes()
	}
	pages, troubles := read(t, pack(zip.Store, "archive/1.warc.gz", "archive/2.warc.gz", "indexes/index.cdx.gz", "datapackage.json"))
	want := []page{{a, "", "archive/1.warc.gz", noon}, {a, "", "archive/2.warc.gz", later}}
	if diff := cmp.Diff(want, pages); diff != "" || len(troubles) > 0 {
		t.Errorf("pages (-want +got):\n%s\ntroubles %q", diff, troubles)
	}
	for name, test := range map[string]struct {
		file []byte
		want string
	}{
		"compressed twice": {pack(zip.Deflate, "archive/1.warc.gz"), "compressed within the file"},
		"any ZIP":          {pack(zip.Store, "readme.txt"), capture.ErrFormat.Error()},
	} {
		if _, err := capture.Open(bytes.NewReader(test.file), int64(len(test.file))); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: Open = %v, want an error with %q", name, err, test.want)
		}
	}
}

const har = `{"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "pages": [], "entries": [
 {"startedDateTime": "2026-01-05T17:00:00.000+05:00", "time": 250.5, "request": {"method": "GET", "url": "https://example.org/a", "headers": [{"name": "Cookie", "value": "secret"}]},
  "response": {"status": 200, "content": {"size": 1, "mimeType": "text/html; charset=windows-1251", "text": "Ә"}}},
 {"startedDateTime": "2026-01-05T13:00:00Z", "time": 1, "request": {"method": "POST", "url": "https://example.org/b", "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "x=1&y=%D3%98"}},
  "response": {"status": 200, "content": {"size": 2, "mimeType": "application/json", "text": "e30=", "encoding": "base64"}}},
 {"startedDateTime": "2026-01-05T13:00:00Z", "time": 1, "request": {"method": "GET", "url": "https://example.org/c"}, "response": {"status": 200, "content": {"size": 9, "mimeType": "text/html"}}},
 {"startedDateTime": "2026-01-05T13:00:00Z", "time": 1, "request": {"method": "GET", "url": "https://example.org/d.png"}, "response": {"status": 200, "content": {"size": 9, "mimeType": "image/png"}}},
 {"startedDateTime": "yesterday", "time": 1, "request": {"method": "GET", "url": "https://example.org/e"}, "response": {"status": 200, "content": {"size": 1, "mimeType": "text/html", "text": "E"}}}
]}}`

func TestHAR(t *testing.T) {
	pages, troubles := read(t, []byte(har))
	want := []page{{a, "", "Ә", noon}, {b, url.Values{"x": {"1"}, "y": {"Ә"}}.Encode(), "{}", later}}
	if diff := cmp.Diff(want, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if len(troubles) != 2 || !strings.Contains(troubles[0], "without its content") || !strings.Contains(troubles[1], "yesterday") {
		t.Errorf("troubles %q, want the page without content and the one without a time", troubles)
	}
	if pages, troubles = read(t, []byte(har[:len(har)-40])); len(pages) != 2 || len(troubles) != 2 {
		t.Errorf("cut off: %d pages, troubles %q", len(pages), troubles)
	}
}

func TestOpenRefuses(t *testing.T) {
	whole := zipped(record("response", a, noon, ok("", "A")) + record("response", b, noon, ok("", "B")))
	for name, test := range map[string]struct {
		file, want string
		format     bool // of another format, which others may read
	}{
		"empty":         {"", capture.ErrFormat.Error(), true},
		"table":         {"id,text\n1,2\n", capture.ErrFormat.Error(), true},
		"other JSON":    {`{"log": []}`, capture.ErrFormat.Error(), true},
		"other gzip":    {zipped("id,text\n"), "compressed, and not a WARC file", true},
		"one gzip file": {whole, "has to be decompressed", false},
	} {
		_, err := capture.Open(strings.NewReader(test.file), int64(len(test.file)))
		if err == nil || errors.Is(err, capture.ErrFormat) != test.format || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: Open = %v, want an error with %q", name, err, test.want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(har))
	f.Add([]byte(record("response", a, noon, ok("", "A"))))
	f.Add([]byte(zipped(record("response", a, noon, ok("", "A")))))
	f.Fuzz(func(t *testing.T, file []byte) {
		opened, err := capture.Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		captures, _ := opened.Captures(func(error) error { return nil })
		for _, c := range captures {
			_, _ = opened.Page(c)
		}
	})
}
