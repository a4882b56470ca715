package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

// sealedBytes writes p to a sealedFile in the given pieces, with a Sync after each
// piece that sync says true of, and returns the unfinished file and its tail.
func sealedBytes(t *testing.T, identity *age.X25519Identity, p []byte, pieces []int, sync func(i int) bool) (sealed, tail []byte) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	f, err := createFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSealedFile(f, path+tailMark, []age.Recipient{identity.Recipient()}, createFile)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range pieces {
		if _, err := s.Write(p[:n]); err != nil {
			t.Fatal(err)
		}
		p = p[n:]
		if sync(i) {
			if err := s.Sync(); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.abandon() // as if the process had died
	if sealed, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	if tail, err = os.ReadFile(path + tailMark); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return sealed, tail
}

// TestSyncSavesAll: whatever is written, in whatever pieces, around the borders of
// chunks, all of it can be read after a Sync.
func TestSyncSavesAll(t *testing.T) {
	identity := newKey(t)
	whole := []byte(noise(1, 5*chunk))
	for _, pieces := range [][]int{
		{},
		{0},
		{1},
		{chunk - 1},
		{chunk},
		{chunk + 1},
		{chunk, 1},
		{chunk, chunk},
		{chunk - 1, 1, 1},
		{2*chunk + 7},
		{3 * chunk},
		{10, 3 * chunk, 10},
		{chunk / 2, chunk, chunk / 2},
		{chunk, 0, 2 * chunk, 1, chunk - 1},
	} {
		for _, synced := range []string{"last", "every"} {
			total := 0
			for _, n := range pieces {
				total += n
			}
			sealed, tail := sealedBytes(t, identity, whole, pieces, func(i int) bool { return synced == "every" || i == len(pieces)-1 })
			got, err := unseal(sealed, tail, []age.Identity{identity})
			if err != nil || !bytes.Equal(got.records, whole[:total]) {
				t.Errorf("unseal after writing %v, Sync after %s = %d bytes, %v, want all %d", pieces, synced, len(got.records), err, total)
			}
		}
	}
}

// TestCutAnywhere cuts a sealed file at many lengths, as a full disk or a dying
// machine may: without a tail it is readable to the last whole chunk, with one at
// least to where the Sync was.
func TestCutAnywhere(t *testing.T) {
	identity := newKey(t)
	ids := []age.Identity{identity}
	const synced = chunk + 1000
	whole := []byte(noise(2, 4*chunk+500))
	sealed, tail := sealedBytes(t, identity, whole, []int{synced, len(whole) - synced}, func(i int) bool { return i == 0 })
	header, ok := payloadOffset(sealed)
	if !ok {
		t.Fatal("payloadOffset found no header")
	}
	lengths := []int{0, 1, header - nonce - 1, header - 1, header, header + 1}
	for at := header; at <= len(sealed); at += (chunk + overhead) / 4 {
		lengths = append(lengths, at, at+1)
	}
	for chunks := 1; chunks <= 4; chunks++ {
		border := header + chunks*(chunk+overhead)
		lengths = append(lengths, border-1, border, border+1)
	}
	for _, length := range lengths {
		if length > len(sealed) {
			continue
		}
		chunks := max(0, (length-header)/(chunk+overhead)*chunk)
		got, err := unseal(sealed[:length], nil, ids)
		if err != nil || !bytes.Equal(got.records, whole[:chunks]) {
			t.Errorf("unseal of %d bytes = %d bytes, %v, want %d", length, len(got.records), err, chunks)
		}
		if want := int64(length - max(0, length-header)/(chunk+overhead)*(chunk+overhead) - header); length >= header && got.lost != want {
			t.Errorf("unseal of %d bytes lost %d, want %d", length, got.lost, want)
		}
		if length < header+chunk+overhead { // the tail was written when this chunk was durable
			continue
		}
		got, err = unseal(sealed[:length], tail, ids)
		if want := max(chunks, synced); err != nil || !bytes.Equal(got.records, whole[:want]) {
			t.Errorf("unseal of %d bytes with tail = %d bytes, %v, want %d", length, len(got.records), err, want)
		}
	}
}

func TestUnsealDamage(t *testing.T) {
	identity := newKey(t)
	whole := []byte(noise(3, 3*chunk+500))
	sealed, tail := sealedBytes(t, identity, whole, []int{2*chunk + 100, chunk + 400}, func(i int) bool { return i == 0 })
	header, _ := payloadOffset(sealed)
	flip := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[at] ^= 1
		return b
	}
	foreign := func(content string) []byte {
		var b bytes.Buffer
		w, err := age.Encrypt(&b, identity.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, test := range []struct {
		name         string
		sealed, tail []byte
		records      int
		err          string
	}{
		{"second chunk", flip(sealed, header+chunk+overhead+5), nil, chunk, "chunk 1 is damaged"},
		{"header", flip(sealed, header-nonce-3), nil, 0, "header"},
		{"header, of a short file with a tail", sealed[:20], tail, 0, "header"},
		{"tail", sealed, flip(tail, len(tail)-1), 3 * chunk, "tail"},
		{"chunk before the tail missing", sealed[:header], tail, 0, "begins at byte 131072, but the chunks before it end at 0"},
		{"tail without offset", sealed, foreign("131072\nabc"), 3 * chunk, "offset"},
		{"tail without line", sealed, foreign("offset 131072"), 3 * chunk, "offset"},
		{"tail with negative offset", sealed, foreign("offset -1\nabc"), 3 * chunk, "offset"},
	} {
		got, err := unseal(test.sealed, test.tail, []age.Identity{identity})
		if err == nil || !strings.Contains(err.Error(), test.err) || !bytes.Equal(got.records, whole[:test.records]) {
			t.Errorf("unseal with damaged %s = %d bytes, %v, want %d bytes and …%s…", test.name, len(got.records), err, test.records, test.err)
		}
	}
}

// The environment of the child process that TestKill kills.
const (
	killDir = "ARCHIVE_TEST_DIR"
	killKey = "ARCHIVE_TEST_RECIPIENT"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		if err := recordForEver(dir, os.Getenv(killKey)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// recordForEver records pages and prints, after each Sync, how many are durable.
func recordForEver(dir, recipient string) error {
	recipients, err := ParseRecipients(recipient)
	if err != nil {
		return err
	}
	w, err := New(Config{Dir: dir, Recipients: recipients, SegmentBytes: 300_000})
	if err != nil {
		return err
	}
	for i := 1; ; i++ {
		if _, err := get(w, web(numberedPage), "http://a.example/"+strconv.Itoa(i)); err != nil {
			return err
		}
		if i%3 == 0 {
			if err := w.Sync(); err != nil {
				return err
			}
			fmt.Println(i)
		}
	}
}

// TestKill kills a process that records, at any moment (signal 9). Every page that
// a Sync had made durable can be read, in order and whole; the segment that was
// being written is reported as open, with what its end lacks.
func TestKill(t *testing.T) {
	identity := newKey(t)
	for i := range kills {
		dir := t.TempDir()
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), killDir+"="+dir, killKey+"="+identity.Recipient().String())
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		child.Stderr = &stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		durable := 0
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if durable, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
			if durable == 3 { // from now on at any moment
				time.AfterFunc(time.Duration(1+37*i%160)*time.Millisecond, func() { _ = child.Process.Kill() })
			}
		}
		_ = child.Wait() // it was killed
		if durable == 0 || stderr.Len() > 0 {
			t.Fatalf("the child recorded %d pages: %s", durable, &stderr)
		}
		r := openReader(t, dir, identity)
		report := sound(t, r)
		if len(report.Strays) > 0 {
			t.Errorf("files left behind: %v", report.Strays)
		}
		n := 0
		for p, err := range r.Pages(Filter{}) {
			n++
			want := numberedPageBody("/" + strconv.Itoa(n))
			if err != nil || p.URL != "http://a.example/"+strconv.Itoa(n) || string(p.Body) != want {
				t.Fatalf("page %d = %s with %d bytes, %v", n, p.URL, len(p.Body), err)
			}
		}
		if n < durable {
			t.Errorf("kill %d: %d pages can be read, %d were durable", i, n, durable)
		}
		open := slices.DeleteFunc(slices.Clone(report.Segments), func(s SegmentReport) bool { return !s.Open })
		if len(open) > 1 {
			t.Errorf("kill %d: %d segments are open, want at most the last", i, len(open))
		}
	}
}

// TestSealedIsOrdinaryAge: a closed segment, whatever was held back on the way, is
// a file that age itself decrypts.
func TestSealedIsOrdinaryAge(t *testing.T) {
	dir := t.TempDir()
	identity := newKey(t)
	w := newWriter(t, Config{Dir: dir, Recipients: []age.Recipient{identity.Recipient()}})
	for i := range 40 {
		mustGet(t, w, web(numberedPage), "http://a.example/"+strconv.Itoa(i))
		if err := w.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, dir, identity)
	data, err := os.ReadFile(filepath.Join(dir, r.Segments()[0].Path))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := age.Decrypt(bytes.NewReader(data), identity)
	if err != nil {
		t.Fatal(err)
	}
	scan := newScanner()
	scan.reset(plain, 0)
	var got []string
	for {
		rec, err := scan.next()
		if err != nil {
			break
		}
		got = append(got, rec.ID)
	}
	want := []string{}
	for _, rec := range records(t, r, Filter{}) {
		want = append(want, rec.ID)
	}
	if diff := cmp.Diff(want, got[1:]); diff != "" || len(want) != 80 {
		t.Errorf("records, without the warcinfo (-want +got):\n%s", diff)
	}
	if leftover, _ := filepath.Glob(filepath.Join(dir, "*/*/*/*"+tailMark+"*")); len(leftover) > 0 {
		t.Errorf("tails are left: %v", leftover)
	}
}
