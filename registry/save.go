package registry

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml"
)

// Save writes a country as a registry folder that [Open] reads back as it is.
// What Open would refuse is refused before anything is written, with the error
// of Open; so is a folder that holds files of another registry, as they would be
// read together with these. Each file is replaced as a whole.
func Save(dir string, c *Country) error {
	files, err := marshal(c)
	if err != nil {
		return fmt.Errorf("registry: %w", err)
	}
	if err := comesBack(c, files, dir); err != nil {
		return err
	}
	for name := range files {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(path.Dir(name))), 0o755); err != nil {
			return fmt.Errorf("registry: %w", err)
		}
	}
	present, err := readFolder(os.DirFS(dir))
	if err != nil {
		return fmt.Errorf("registry: %s: %w", dir, err)
	}
	for _, name := range slices.Sorted(maps.Keys(present)) {
		if _, ours := files[name]; !ours {
			return fmt.Errorf("registry: %s is not of the country that is saved: remove it, or save to an empty folder", filepath.Join(dir, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := replaceFile(filepath.Join(dir, filepath.FromSlash(name)), files[name]); err != nil {
			return fmt.Errorf("registry: %w", err)
		}
	}
	return nil
}

// comesBack tells whether files read as what they were written from. The YAML
// library drops, for one, a tab at the beginning of a text.
func comesBack(c *Country, files map[string][]byte, dir string) error {
	read, err := load(nil, files, dir, c.rulesOfSave())
	if err != nil {
		return err
	}
	again, err := marshal(read)
	if err != nil {
		return fmt.Errorf("registry: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !bytes.Equal(files[name], again[name]) {
			return fmt.Errorf("registry: %s would not read back as it is: remove white space and control characters around its texts", filepath.Join(dir, name))
		}
	}
	return nil
}

// marshal gives the files of a registry folder by path.
func marshal(c *Country) (map[string][]byte, error) {
	files := map[string][]byte{}
	add := func(name string, v any) (err error) {
		files[name], err = yaml.MarshalWithOptions(v, yaml.UseLiteralStyleIfMultiline(true))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	if err := add(countryFile, c); err != nil {
		return nil, err
	}
	for i := range c.Bodies {
		name := path.Join(bodiesDir, c.Bodies[i].ID+".yaml")
		if files[name] != nil {
			return nil, fmt.Errorf("two bodies have the id %q: give each its own", c.Bodies[i].ID)
		}
		if err := add(name, c.Bodies[i]); err != nil {
			return nil, err
		}
	}
	if len(c.Deadlines) > 0 {
		if err := add(deadlinesFile, c.Deadlines); err != nil {
			return nil, err
		}
	}
	if len(c.Gaps) > 0 {
		if err := add(gapsFile, c.Gaps); err != nil {
			return nil, err
		}
	}
	for name, page := range c.Fixtures {
		files[path.Join(fixturesDir, name)] = page
	}
	if c.Survey != nil {
		if err := add(studyFile, c.Survey.Study); err != nil {
			return nil, err
		}
		if err := c.Survey.addFiles(files); err != nil {
			return nil, err
		}
	}
	if c.Calendar != nil {
		b, err := c.Calendar.marshal()
		if err != nil {
			return nil, err
		}
		files[calendarFile] = b
	}
	return files, nil
}

// replaceFile writes a file beside its place and moves it there, so that a
// reader finds the old or the new one. The name of the first is hidden: what a
// crash leaves behind is not read.
func replaceFile(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // Already moved when all went well.
	if _, err := f.Write(content); err != nil {
		f.Close()
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
