package jobs

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"qulaq/crawler/archive"
	"qulaq/jobs/config"
	"qulaq/pipeline"
	"qulaq/schema/embedded"

	"golang.org/x/sys/unix"
)

// Bytes of free space below which a disk is a worry, and below which it is full.
const (
	diskLow     = 2 << 30
	diskVeryLow = 256 << 20
)

// Installation is where the parts of an installation are, or would be.
type Installation struct {
	Program string // name and version
	Config  string // configuration file; "" for none
	Key     string // key file
	Archive string // folder
	Tokens  string // folder of API keys
}

// DoctorFiles checks what can be checked without the store: the program, its engine,
// folders, key, contact, archive, backups.
func DoctorFiles(c *config.File, in Installation) []Finding {
	var found []Finding
	add := func(check string, v Verdict, text, advice string) {
		found = append(found, Finding{check, v, text, advice})
	}
	add("program", Fine, fmt.Sprintf("%s, %s, %s/%s", in.Program, runtime.Version(), runtime.GOOS, runtime.GOARCH), "")
	add("configuration", Fine, cmp.Or(in.Config, "no file: flags, environment and defaults"), "")
	if path, err := embedded.Locate(); err == nil {
		add("engine", Fine, path, "")
	} else {
		verdict := Broken
		if c.ClickHouse != "" {
			verdict = Warning // a server does without
		}
		add("engine", verdict, err.Error(), "make engine, or set QULAQ_ENGINE, or use a server (--clickhouse)")
	}
	found = append(found, checkFolder(c.Data), checkDisk(c.Data), checkKey(in.Key), checkTokens(in.Tokens), checkZoneData())
	if c.Contact == "" {
		add("contact", Warning, "none: only sources on this machine are visited", "set contact in qulaq.yaml, or QULAQ_CONTACT")
	} else {
		add("contact", Fine, c.Contact, "")
	}
	found = append(found, checkArchive(c, in.Archive))
	if c.Backup.Dir == "" {
		add("backup", Warning, "none is configured", "set backup.dir and a cron line for jobs.backup")
	} else {
		found = append(found, checkBackups(c.Backup.Dir))
	}
	return found
}

func checkArchive(c *config.File, dir string) Finding {
	f := Finding{Check: "archive", Verdict: Fine}
	recipients, err := archive.Recipients(c.Archive.Recipients)
	folder := checkFolder(dir)
	switch {
	case err != nil: // whatever the mode: the day it is switched on is too late to learn it
		f.Verdict, f.Found, f.Advice = Broken, err.Error(), "archive.recipients are age1… or files with one on each line (qulaq archive keygen)"
	case c.Archive.Mode == "off" || c.Archive.Mode == "auto" && len(recipients) == 0:
		f.Verdict, f.Found, f.Advice = Warning, "no pages are kept: parsers that are mended later cannot read them again", "give archive.recipients (qulaq archive keygen)"
	case c.Archive.Mode != "plain" && len(recipients) == 0:
		f.Verdict, f.Found, f.Advice = Broken, "it is to be sealed, and there is nobody to seal it to", "give archive.recipients (qulaq archive keygen)"
	case folder.Verdict == Broken:
		f.Verdict, f.Found, f.Advice = Broken, folder.Found, folder.Advice
	case c.Archive.Mode == "plain":
		f.Verdict, f.Found, f.Advice = Warning, "pages are kept in the clear, with what identifies people", "seal them: archive.recipients (qulaq archive keygen)"
	default:
		f.Found = fmt.Sprintf("sealed to %d recipients, in %s", len(recipients), dir)
	}
	return f
}

// checkTokens looks at the files of the API keys, and never at what is in them.
func checkTokens(dir string) Finding {
	f := Finding{Check: "API keys", Verdict: Fine}
	tokens, err := ReadTokens(dir, os.Environ())
	if err != nil {
		f.Verdict, f.Found, f.Advice = Broken, err.Error(), "each is a file with one line and mode 0600, or a variable "+TokenVariable+"NAME"
		return f
	}
	f.Found = "none"
	if len(tokens) > 0 {
		f.Found = strings.Join(slices.Sorted(maps.Keys(tokens)), ", ")
	}
	return f
}

// checkZoneData tells whether the time zones are those of today. The operating
// system's go before those in the program, and are as old as the machine: since
// 1 March 2024 all of Kazakhstan is five hours ahead of UTC.
func checkZoneData() Finding {
	f := Finding{Check: "time zones", Verdict: Fine}
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		f.Verdict, f.Found = Broken, err.Error()
		return f
	}
	_, offset := time.Date(2024, time.March, 2, 0, 0, 0, 0, zone).Zone()
	if offset != 5*3600 {
		f.Verdict, f.Found, f.Advice = Broken, "this machine's are from before March 2024: dates of Almaty are an hour off", "update the package tzdata, or remove it: the program has its own"
		return f
	}
	f.Found = "as of March 2024 or later"
	return f
}

func checkFolder(dir string) Finding {
	f := Finding{Check: "data folder", Verdict: Fine, Found: dir}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Verdict, f.Found = Warning, dir+" is not there yet"
		f.Advice = "it is made on the first run"
	case err != nil:
		f.Verdict, f.Found = Broken, err.Error()
	case !info.IsDir():
		f.Verdict, f.Found, f.Advice = Broken, dir+" is no folder", "name another with --data"
	case unix.Access(dir, unix.W_OK|unix.X_OK) != nil:
		f.Verdict, f.Found, f.Advice = Broken, dir+" cannot be written to by this user", "chown it to the user that runs qulaq"
	case info.Mode().Perm()&0o022 != 0:
		f.Verdict, f.Found, f.Advice = Warning, fmt.Sprintf("%s can be written to by others (mode %04o)", dir, info.Mode().Perm()), "chmod go-w "+dir
	}
	return f
}

func checkDisk(dir string) Finding {
	f := Finding{Check: "disk space", Verdict: Fine}
	for dir != filepath.Dir(dir) { // of the nearest folder that is there
		if _, err := os.Stat(dir); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		f.Verdict, f.Found = Broken, err.Error()
		return f
	}
	free := disk.Bavail * uint64(disk.Bsize)
	f.Found = fmt.Sprintf("%.1f GiB free at %s", float64(free)/(1<<30), dir)
	switch {
	case free < diskVeryLow:
		f.Verdict, f.Advice = Broken, "make room: nothing can be stored"
	case free < diskLow:
		f.Verdict, f.Advice = Warning, "make room: merges of the tables need as much again as they hold"
	}
	return f
}

func checkKey(file string) Finding {
	f := Finding{Check: "key", Verdict: Fine, Found: file}
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(file + ".destroyed"); err == nil {
			f.Verdict, f.Found, f.Advice = Warning, "it was destroyed: what is stored can be read, nothing can be added", "begin a new data folder to collect more"
		} else {
			f.Verdict, f.Found, f.Advice = Warning, "there is none at "+file+" yet", "it is made on the first run; keep a copy elsewhere"
		}
		return f
	}
	if _, err := pipeline.OpenKey(file); err != nil {
		f.Verdict, f.Found = Broken, err.Error()
	}
	return f
}

func checkBackups(dir string) Finding {
	f := Finding{Check: "backup", Verdict: Fine}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.Verdict, f.Found = Broken, err.Error()
		return f
	}
	names := backupsAmong(entries)
	if len(names) == 0 {
		f.Verdict, f.Found, f.Advice = Warning, "there is none in "+dir+" yet", "run: qulaq backup"
		return f
	}
	last := names[len(names)-1]
	f.Found = fmt.Sprintf("%d in %s, the last %s", len(names), dir, last)
	if _, err := os.Stat(filepath.Join(dir, last, "manifest.json")); err != nil {
		f.Verdict, f.Advice = Broken, "the last one is not whole: run qulaq backup"
	}
	return f
}
