package jobs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"qulaq/report/edition"
)

// editionFolder is an edition on a disk: its files, and a manifest with the checksum
// of each that is written last.
type editionFolder struct {
	dir   string
	files []edition.FileSum
}

const editionManifest = "manifest.json"

// editionFile is a file of an edition that is being written.
type editionFile struct {
	file *os.File
	of   *editionFolder
	sum  edition.FileSum
	hash hash.Hash
}

// create begins a file, whose path has slashes. Closing it notes its checksum.
func (f *editionFolder) create(path string) (*editionFile, error) {
	name := filepath.Join(f.dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	return &editionFile{file: file, of: f, sum: edition.FileSum{Path: path}, hash: sha256.New()}, err
}

func (f *editionFile) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	f.hash.Write(p[:n])
	f.sum.Bytes += int64(n)
	return n, err
}

func (f *editionFile) Close() error {
	f.sum.SHA256 = hex.EncodeToString(f.hash.Sum(nil))
	f.of.files = append(f.of.files, f.sum)
	return f.file.Close()
}

// write writes a whole file.
func (f *editionFolder) write(path string, content []byte) error {
	file, err := f.create(path)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}

// seal writes the manifest, and gives its checksum.
func (f *editionFolder) seal(about edition.About) (sum string, err error) {
	text, err := edition.NewManifest(about, f.files).Encode()
	if err != nil {
		return "", err
	}
	hash := sha256.Sum256(text)
	return hex.EncodeToString(hash[:]), os.WriteFile(filepath.Join(f.dir, editionManifest), text, 0o644)
}

// VerifyEdition reads the manifest of an edition, and holds every file against it:
// none is missing, none was changed, and there is no other. sum is the SHA-256 of the
// manifest.
func VerifyEdition(dir string) (m *edition.Manifest, sum string, err error) {
	text, err := os.ReadFile(filepath.Join(dir, editionManifest))
	if err != nil {
		return nil, "", fmt.Errorf("jobs: %s is no edition, or one that was broken off: %w", dir, err)
	}
	if m, err = edition.ReadManifest(text); err != nil {
		return nil, "", fmt.Errorf("jobs: %s: %w", dir, err)
	}
	sums := map[string]string{}
	for _, f := range m.Files {
		sums[f.Path] = f.SHA256
	}
	err = filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		path, err := filepath.Rel(dir, name)
		if err != nil || path == editionManifest {
			return err
		}
		path = filepath.ToSlash(path)
		want, known := sums[path]
		if !known {
			return fmt.Errorf("%s is not in the manifest", path)
		}
		delete(sums, path)
		got, err := sumOf(name)
		if err == nil && got != want {
			err = fmt.Errorf("%s was changed: its sha256 is %s, and was %s", path, got, want)
		}
		return err
	})
	if err == nil && len(sums) > 0 {
		for path := range sums {
			err = errors.Join(err, fmt.Errorf("%s is missing", path))
		}
	}
	if err != nil {
		return nil, "", fmt.Errorf("jobs: %s is not as it was published: %w", dir, err)
	}
	hash := sha256.Sum256(text)
	return m, hex.EncodeToString(hash[:]), nil
}

func sumOf(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, f)
	return hex.EncodeToString(hash.Sum(nil)), err
}

// compareTable tells how a table of an edition differs from that of the edition
// before. One that the edition before does not have is new, which its description
// tells.
func compareTable(t edition.Table, old, now string) ([]edition.Change, error) {
	path := filepath.Join("data", t.Name+".csv")
	was, err := os.ReadFile(filepath.Join(old, path))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	is, err := os.ReadFile(filepath.Join(now, path))
	if err != nil {
		return nil, err
	}
	return edition.Compare(t, bytes.NewReader(was), bytes.NewReader(is))
}
