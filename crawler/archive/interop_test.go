//go:build long

package archive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

// read is a record as warcio has read it; see testdata/interop/read.js.
type read struct {
	Type, ID, Date, Target, RefersTo, Seen string

	FirstLine string // of the HTTP message
	Payload   string // digest of its body, as transferred

	Offset, Length int64
}

// TestInterop exports a sealed archive and reads it with warcio, the reader of the
// Webrecorder project: the same records at the same places, with the same content.
func TestInterop(t *testing.T) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("npm is not installed")
	}
	tool := t.TempDir()
	if err := os.CopyFS(tool, os.DirFS("testdata/interop")); err != nil {
		t.Fatal(err)
	}
	install := exec.CommandContext(t.Context(), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = tool
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}

	dir, out := t.TempDir(), t.TempDir()
	identity := newKey(t)
	w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{identity.Recipient()}, UserAgent: "qulaq"})
	zipped := gzipped(t, strings.Repeat("<p>Құрметті әкім</p>", 500))
	site := web(func(req *http.Request) *http.Response {
		switch {
		case req.Header.Get("If-None-Match") != "":
			return answer(304, "", "ETag", `"1"`)
		case req.URL.Path == "/gzip":
			return answer(200, zipped, "Content-Encoding", "gzip", "Content-Type", "text/html", "ETag", `"1"`)
		case req.URL.Path == "/empty":
			return answer(204, "")
		}
		return page(req)
	})
	for _, path := range []string{"/", "/gzip", "/gzip", "/сұрақ?тема=су", "/empty"} {
		mustGet(t, w, site, "https://akimat.example"+path)
	}
	mustGet(t, w, site, "https://akimat.example/gzip", "If-None-Match", `"1"`)
	form, err := http.NewRequest(http.MethodPost, "https://akimat.example/search", strings.NewReader("q=su&page=2"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := send(w, site, form); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, dir, identity)
	if _, err := r.Export(t.Context(), out, Filter{}); err != nil {
		t.Fatal(err)
	}
	segment := openReader(t, out).Segments()[0]
	reader := exec.CommandContext(t.Context(), "node", "read.js", filepath.Join(out, segment.Path))
	reader.Dir = tool
	var stderr bytes.Buffer
	reader.Stderr = &stderr
	printed, err := reader.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("warcio: %v\n%s", err, &stderr)
	}
	var got []read
	for line := range bytes.Lines(printed) {
		var one read
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatalf("warcio printed %s: %v", line, err)
		}
		got = append(got, one)
	}
	if len(got) == 0 || got[0].Type != typeInfo || got[0].Offset != 0 {
		t.Fatalf("warcio's first record = %+v, want the warcinfo", got)
	}
	var want []read
	for _, rec := range records(t, r, Filter{}) {
		head, body, err := cutHead(rec.Block)
		if err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(bytes.NewReader(head)).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, read{
			Type: rec.Type, ID: rec.Fields.Get("WARC-Record-ID"), Date: rec.Fields.Get("WARC-Date"), Target: rec.Target,
			RefersTo: rec.Fields.Get("WARC-Refers-To"), Seen: rec.Fields.Get(fieldSeen),
			FirstLine: strings.TrimSpace(line), Payload: digestOf(body), Offset: rec.Offset, Length: rec.Length,
		})
	}
	if diff := cmp.Diff(want, got[1:]); diff != "" || len(want) != 14 {
		t.Errorf("records (-archive +warcio):\n%s", diff)
	}
}
