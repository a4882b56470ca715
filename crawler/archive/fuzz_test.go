package archive

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"filippo.io/age"
)

// FuzzRecords reads whatever bytes as a segment: it must end, without panic, with
// records that are what they say or with an error.
func FuzzRecords(f *testing.F) {
	dir := f.TempDir()
	w := newWriter(f, Config{Dir: dir, Mode: Plain})
	for _, path := range []string{"/a", "/b", "/a"} {
		mustGet(f, w, web(page), "http://a.example"+path)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(dir + "/" + openReader(f, dir).Segments()[0].Path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(append(bytes.Clone(whole[:100]), whole...))
	for _, text := range []string{
		"", "WARC/1.1\r\n\r\n\r\n\r\n", "WARC/1.1\r\nContent-Length: 99999999999\r\n\r\n",
		"WARC/1.1\r\nWARC-Type: x\r\nWARC-Record-ID: <y>\r\nWARC-Date: 2026-11-23T06:03:01Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
	} {
		f.Add([]byte(gzipped(f, text)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		scan := newScanner()
		scan.reset(bytes.NewReader(data), 0)
		end := int64(0)
		for {
			rec, err := scan.next()
			if err != nil {
				if errors.Is(err, io.EOF) && end != int64(len(data)) {
					t.Errorf("the end is at byte %d of %d", end, len(data))
				}
				return
			}
			if rec.Offset != end || rec.Length <= 0 || rec.Offset+rec.Length > int64(len(data)) {
				t.Fatalf("record at %d with length %d of %d, after %d", rec.Offset, rec.Length, len(data), end)
			}
			end = rec.Offset + rec.Length
			again := newScanner()
			again.reset(bytes.NewReader(data[rec.Offset:end]), rec.Offset)
			if same, err := again.next(); err != nil || same.ID != rec.ID || !bytes.Equal(same.Block, rec.Block) {
				t.Fatalf("the record at %d read by itself = %v, %v", rec.Offset, same, err)
			}
			m := &message{}
			_ = errors.Join(m.readRequest(rec.Block), m.readResponse(rec.Block)) // must not panic
			if m.response != nil && m.request != nil {
				_ = m.page()
			}
		}
	})
}

// FuzzTail recovers a segment with whatever a tail may say: what it holds beyond
// the chunks is appended, the chunks themselves are never changed.
func FuzzTail(f *testing.F) {
	identity := newKey(f)
	records := []byte(noise(4, 100))
	f.Add([]byte("offset 100\nmore"))
	f.Add([]byte("offset 90\n0123456789more"))
	f.Add([]byte("offset 0\n"))
	f.Add([]byte("offset 101\nx"))
	f.Add([]byte("offset -1\nx"))
	f.Add([]byte("offset"))
	f.Fuzz(func(t *testing.T, content []byte) {
		var tail bytes.Buffer
		w, err := age.Encrypt(&tail, identity.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r := recovered{records: bytes.Clone(records)}
		err = r.complete(tail.Bytes(), []age.Identity{identity})
		if !bytes.HasPrefix(r.records, records) || err != nil && len(r.records) != len(records) {
			t.Errorf("complete(%q) = %q, %v", content, r.records, err)
		}
	})
}
