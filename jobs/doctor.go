package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"qulaq/jobs/config"
	"qulaq/pipeline"
	"qulaq/report"
	"qulaq/schema"
	"qulaq/schema/embedded"

	"golang.org/x/sys/unix"
)

// Verdict is how a finding is to be taken.
type Verdict string

// The verdicts.
const (
	Fine    Verdict = "ok"
	Warning Verdict = "warning" // it works, and somebody should look
	Broken  Verdict = "error"   // it does not work
)

// Finding is what one check has found.
type Finding struct {
	Check   string  `json:"check"`
	Verdict Verdict `json:"verdict"`
	Found   string  `json:"found"`
	Advice  string  `json:"advice"` // what to do; "" when nothing is to be done
}

// The bounds of the checks.
const (
	diskLow      = 2 << 30 // bytes
	diskVeryLow  = 256 << 20
	restLong     = aDay // without a visit
	outageWindow = 7 * aDay
	clockWindow  = 2 * time.Minute
)

// DoctorFiles checks what can be checked without the store: engine, folders, key,
// contact, archive, clock. keyFile is where the key is, or would be.
func DoctorFiles(c *config.File, keyFile string) []Finding {
	var found []Finding
	add := func(check string, v Verdict, text, advice string) {
		found = append(found, Finding{check, v, text, advice})
	}
	if path, err := embedded.Locate(); err == nil {
		add("engine", Fine, path, "")
	} else {
		verdict := Broken
		if c.ClickHouse != "" {
			verdict = Warning // a server does without
		}
		add("engine", verdict, err.Error(), "make engine, or set QULAQ_ENGINE, or use a server (--clickhouse)")
	}
	found = append(found, checkFolder(c.Data), checkDisk(c.Data), checkKey(keyFile))
	if c.Contact == "" {
		add("contact", Warning, "none: only sources on this machine are visited", "set contact in qulaq.yaml, or QULAQ_CONTACT")
	} else {
		add("contact", Fine, c.Contact, "")
	}
	switch {
	case c.Archive.Mode == "plain":
		add("archive", Warning, "pages are kept in the clear, with what identifies people", "seal them: archive.recipients (qulaq archive keygen)")
	case len(c.Archive.Recipients) > 0 && c.Archive.Mode != "off":
		add("archive", Fine, fmt.Sprintf("sealed to %d recipients", len(c.Archive.Recipients)), "")
	default:
		add("archive", Warning, "no pages are kept: parsers that are mended later cannot read them again", "give archive.recipients (qulaq archive keygen)")
	}
	if c.Backup.Dir == "" {
		add("backup", Warning, "none is configured", "set backup.dir and a cron line for jobs.backup")
	} else {
		found = append(found, checkBackups(c.Backup.Dir))
	}
	return found
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

// DoctorStore checks what the store knows: migrations, clock, visits, outages,
// drift, jobs.
func DoctorStore(ctx context.Context, e *Env, c *config.File) ([]Finding, error) {
	var found []Finding
	add := func(check string, v Verdict, text, advice string) {
		found = append(found, Finding{check, v, text, advice})
	}
	add("migrations", Fine, "the tables are up to date", "") // opening them has made them so
	add("registry", Fine, fmt.Sprintf("%s: %d bodies", e.Index.Country().Code, len(e.Index.Country().Bodies)), "")
	theirs, err := e.Store.Clock(ctx)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if off := e.Now().Sub(theirs).Abs(); off > clockWindow {
		add("clock", Broken, fmt.Sprintf("this machine and the store differ by %v", off.Round(time.Second)), "set both by NTP: times of replies depend on it")
	} else {
		add("clock", Fine, e.Now().UTC().Format(time.RFC3339), "")
	}
	last, err := e.Store.LastVisit(ctx, endOfTime)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	switch rest := e.Now().Sub(last); {
	case !last.After(epoch):
		add("last visit", Warning, "there was none yet", "run: qulaq crawl --once, or qulaq serve")
	case rest > restLong:
		add("last visit", Warning, last.UTC().Format(time.RFC3339)+", "+rest.Round(time.Hour).String()+" ago", "see: qulaq jobs")
	case rest < -clockWindow:
		add("last visit", Broken, last.UTC().Format(time.RFC3339)+" lies in the future", "the clock was wrong then, or is wrong now")
	default:
		add("last visit", Fine, last.UTC().Format(time.RFC3339), "")
	}
	health, err := Health(ctx, e)
	if err != nil {
		return nil, err
	}
	found = append(found, sourceFinding(health))
	hours, sources, err := e.Store.OutageHours(ctx, DefaultPolicy.Listing, DefaultPolicy.Patience(), e.Now().Add(-outageWindow))
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if sources > 0 {
		add("outages", Warning, fmt.Sprintf("%.0f hours of %d sources in the last week", hours, sources), "see: qulaq coverage")
	} else {
		add("outages", Fine, "none in the last week", "")
	}
	runs, err := e.Store.LatestRuns(ctx)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return append(found, runFindings(runs, c)...), nil
}

// sourceFinding sums up the states of the sources.
func sourceFinding(health map[string]report.Health) Finding {
	f := Finding{Check: "sources", Verdict: Fine}
	n := map[report.State]int{}
	var bad []string
	for id, h := range health {
		n[h.State]++
		if h.State.Alert() {
			bad = append(bad, fmt.Sprintf("%s %s", id, h.State))
		}
	}
	slices.Sort(bad)
	f.Found = fmt.Sprintf("%d ok, %d not visited in the last %d days", n[report.Healthy], n[report.Unseen], int(healthWindow/aDay))
	if len(bad) > 0 {
		f.Verdict, f.Advice = Warning, "see: qulaq sources list --health"
		f.Found += fmt.Sprintf(", %d not: %s", len(bad), bad[0])
		if len(bad) > 1 {
			f.Found += ", …"
		}
	}
	return f
}

// runFindings tells of jobs whose last run failed.
func runFindings(runs []schema.Run, c *config.File) []Finding {
	var found []Finding
	for _, r := range runs {
		job, scheduled := c.Jobs.All()[r.Job]
		if !scheduled || job.Cron == config.Off {
			continue
		}
		f := Finding{Check: "job " + r.Job, Verdict: Fine, Found: r.Outcome + " at " + r.StartedAt.UTC().Format(time.RFC3339)}
		if r.Outcome == "failed" {
			f.Verdict, f.Found = Warning, f.Found+": "+r.Note
			f.Advice = "see: qulaq jobs"
		}
		found = append(found, f)
	}
	slices.SortFunc(found, func(a, b Finding) int { return cmp.Compare(a.Check, b.Check) })
	return found
}
