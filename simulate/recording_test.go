package simulate

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/telegram"
)

// TestRecordingShowsThreadsGrow reads the pages of a recording: they come in the
// order of time, threads gain comments between looks, and together the pages show
// every item.
func TestRecordingShowsThreadsGrow(t *testing.T) {
	r, err := NewRecording(CorpusConfig{Channels: 2, Posts: 45, Comments: 10}, 3)
	if err != nil {
		t.Fatal(err)
	}
	p := telegram.New()
	items := map[string]bool{}
	shown := map[string]int{} // items of a page when it was last looked at
	var last time.Time
	grew := 0
	err = r.Pages(func(page RecordedPage) error {
		if !page.At.After(last) {
			t.Errorf("%s at %v follows a page at %v", page.URL, page.At, last)
		}
		last = page.At
		z, err := gzip.NewReader(bytes.NewReader(page.Zipped))
		if err != nil {
			return err
		}
		body, err := io.ReadAll(z)
		if err != nil {
			return err
		}
		got, err := p.Parse(parsers.Page{URL: page.URL.String(), Body: body, Seen: page.At})
		if err != nil || got.State != parsers.OK && got.State != parsers.Empty {
			t.Errorf("Parse(%s) = %s (%s), %v, want ok or empty", page.URL, got.State, got.Reason, err)
		}
		for _, item := range got.Items {
			items[item.ID] = true
		}
		if before, ok := shown[got.Thread.ID]; ok && got.Thread.Kind != parsers.Listing && len(got.Items) > before {
			grew++
		}
		shown[got.Thread.ID] = len(got.Items)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(items) != r.Items() {
		t.Errorf("the pages show %d items, want %d", len(items), r.Items())
	}
	if grew == 0 {
		t.Error("no thread grew between two looks")
	}
}
