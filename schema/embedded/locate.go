package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// LibraryVariable is the environment variable that names the library's file.
const LibraryVariable = "QULAQ_ENGINE"

// ErrNotInstalled tells that no library was found.
var ErrNotInstalled = errors.New("the storage engine is not installed")

// Locate finds the library: the file that QULAQ_ENGINE names, else beside the
// executable, else below the working directory or one of its parents (so that
// tests find it), else where packages install it. A file that QULAQ_ENGINE
// names and that is absent is an error: what was asked for is not replaced.
func Locate() (string, error) {
	if path := os.Getenv(LibraryVariable); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("%w: %s: %w", ErrNotInstalled, LibraryVariable, err)
		}
		return path, nil
	}
	var dirs []string
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		root := filepath.Dir(filepath.Dir(exe)) // bin/qulaq
		dirs = append(dirs, filepath.Dir(exe), npmFolder(root), filepath.Join(root, "lib", "qulaq"))
	}
	if wd, err := os.Getwd(); err == nil {
		for dir := wd; ; dir = filepath.Dir(dir) {
			dirs = append(dirs, npmFolder(dir))
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	dirs = append(dirs, "/usr/lib/qulaq")
	for _, dir := range dirs {
		path := filepath.Join(dir, "libchdb.so")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("look for the storage engine: %w", err)
		}
	}
	return "", fmt.Errorf("%w: no libchdb.so beside the program, under schema/engine or in /usr/lib/qulaq; "+
		"run `make engine`, or name the file in %s, or use a ClickHouse server", ErrNotInstalled, LibraryVariable)
}

// npmFolder is where npm puts the library under a checkout at root.
func npmFolder(root string) string {
	system := map[string]string{
		"linux/amd64": "linux-x64-gnu", "linux/arm64": "linux-arm64-gnu",
		"darwin/amd64": "darwin-x64", "darwin/arm64": "darwin-arm64",
	}[runtime.GOOS+"/"+runtime.GOARCH]
	return filepath.Join(root, "schema", "engine", "node_modules", "@chdb", "lib-"+system)
}
