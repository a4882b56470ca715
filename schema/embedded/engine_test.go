package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// openFolder opens an engine that ends with the test. There is one at a time in
// the process, so the tests of this package are not parallel.
func openFolder(t testing.TB, folder string) *Engine {
	t.Helper()
	library, err := Locate()
	if err != nil {
		t.Fatal(err)
	}
	e, err := Open(library, folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func openEngine(t testing.TB) *Engine { return openFolder(t, t.TempDir()) }

// connect puts the driver over the engine.
func connect(t testing.TB, e http.RoundTripper) driver.Conn {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP, Addr: []string{"embedded"},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return e, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// post sends a request as any HTTP client would: address parameters and a body.
func post(ctx context.Context, e http.RoundTripper, params, body string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://embedded/?"+params, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	resp, err := e.RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, strings.TrimSpace(string(b)), err
}

func mustPost(t testing.TB, e http.RoundTripper, params, body string) string {
	t.Helper()
	code, got, err := post(t.Context(), e, params, body)
	if err != nil || code != http.StatusOK {
		t.Fatalf("POST /?%s %.100q = %d %s, %v", params, body, code, got, err)
	}
	return got
}

func TestOneFolderAtATime(t *testing.T) {
	library, err := Locate()
	if err != nil {
		t.Fatal(err)
	}
	first, second := t.TempDir(), t.TempDir()
	e, err := Open(library, first)
	if err != nil {
		t.Fatal(err)
	}
	mustPost(t, e, "", "CREATE DATABASE kept")
	if _, err := Open(library, second); !errors.Is(err, ErrBusy) {
		t.Errorf("Open while another folder is open = %v, want ErrBusy", err)
	}
	if _, err := Open(library, first); !errors.Is(err, ErrBusy) {
		t.Errorf("Open of the open folder = %v, want ErrBusy", err)
	}
	for range 2 {
		if err := e.Close(); err != nil {
			t.Fatalf("Close = %v", err)
		}
	}
	if _, _, err := post(t.Context(), e, "", "SELECT 1"); err == nil {
		t.Error("a query after Close succeeded")
	}

	e = openFolder(t, second)
	if got := mustPost(t, e, "", "SELECT count() FROM system.databases WHERE name = 'kept'"); got != "0" {
		t.Errorf("the second folder shows the first one's database")
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = openFolder(t, first)
	if got := mustPost(t, e, "", "SELECT count() FROM system.databases WHERE name = 'kept'"); got != "1" {
		t.Errorf("the first folder, opened again, has lost its database")
	}
}

// holdFolder names the folder for the child process of TestFolderHeldByAnotherProcess.
const holdFolder = "QULAQ_TEST_HOLD"

func TestMain(m *testing.M) {
	if folder := os.Getenv(holdFolder); folder != "" {
		library, err := Locate()
		if err == nil {
			_, err = Open(library, folder)
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("open")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestFolderHeldByAnotherProcess(t *testing.T) {
	folder := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), holdFolder+"="+folder)
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "open\n" {
		t.Fatalf("the child says %q, %v", line, err)
	}
	library, err := Locate()
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(library, folder)
	if !errors.Is(err, ErrLocked) {
		t.Errorf("Open of a held folder = %v, want ErrLocked", err)
	}
	for _, want := range []string{folder, fmt.Sprintf("process %d", child.Process.Pid), "HTTP port"} {
		if err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("Open of a held folder = %q, want it to tell %q", err, want)
		}
	}
	stdin.Close()
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	openFolder(t, folder) // The holder is gone, its note is not.
}

func TestFolderNotWritable(t *testing.T) {
	library, err := Locate()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, folder string
		asRoot       bool // also fails for root
	}{
		{"is a file", file, true},
		{"below a file", filepath.Join(file, "data"), true},
		{"kernel's", "/proc/qulaq", true},
		{"read only", closed, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if !tt.asRoot && os.Geteuid() == 0 {
				t.Skip("root may write everywhere")
			}
			_, err := Open(library, tt.folder)
			var pathErr *fs.PathError
			if !errors.As(err, &pathErr) || !strings.Contains(err.Error(), "data folder") {
				t.Errorf("Open(%s) = %v, want an error of the file system about the data folder", tt.folder, err)
			}
		})
	}
}

func TestLibraryMissing(t *testing.T) {
	t.Setenv(LibraryVariable, filepath.Join(t.TempDir(), "libchdb.so"))
	if path, err := Locate(); !errors.Is(err, ErrNotInstalled) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Locate() = %q, %v, want ErrNotInstalled", path, err)
	}
	t.Setenv(LibraryVariable, "")
	t.Chdir(t.TempDir())
	if path, err := Locate(); !errors.Is(err, ErrNotInstalled) || !strings.Contains(err.Error(), "make engine") {
		t.Errorf("Locate() = %q, %v, want ErrNotInstalled and what to run", path, err)
	}
	notALibrary := filepath.Join(t.TempDir(), "libchdb.so")
	if err := os.WriteFile(notALibrary, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := load(notALibrary); err == nil {
		t.Error("a file that is no library was loaded")
	}
}

// The library puts SIGSEGV back to its default whenever a connection opens;
// without signalTable.keep the dereference below ends the process.
func TestSignalsStayWithGo(t *testing.T) {
	e := openEngine(t)
	mustPost(t, e, "readonly=1", "SELECT 1") // opens one more connection
	defer func() {
		if recover() == nil {
			t.Error("a nil dereference did not panic")
		}
	}()
	var p *int
	*p = 1
}
