package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"qulaq/registry"
)

// figures are what one run took.
type figures struct {
	seconds float64
	cpu     float64 // seconds of all processors
	memory  float64 // most that was resident, in MB
}

// named are the figures of a run, or of a part of it, under a name of their own.
type named struct {
	name string
	figures
}

// program is one of those that are compared.
type program interface {
	// run reads the corpus and writes the items to a file, a line of JSON each.
	run(ctx context.Context, b *bench, out string) ([]named, error)
}

// execute runs a command to its end.
func execute(cmd *exec.Cmd) (figures, error) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return figures{}, fmt.Errorf("%s: %w", filepath.Base(cmd.Path), err)
	}
	memory := watchResident(cmd.Process.Pid)
	err := cmd.Wait()
	f := figures{seconds: time.Since(began).Seconds(), memory: memory()}
	if err != nil {
		return figures{}, fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, stderr.Bytes())
	}
	f.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	return f, nil
}

// watchResident looks every 20 ms at the most that was resident of a process, until
// it is called for it, in MB (Linux). The kernel's own account at the end of the
// process (ru_maxrss) is of no use: it begins with what this one has, which holds
// the whole corpus.
func watchResident(pid int) (most func() float64) {
	done, result := make(chan struct{}), make(chan float64)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		peak := 0.0
		for {
			select {
			case <-tick.C:
				peak = max(peak, resident(pid))
			case <-done:
				result <- peak
				return
			}
		}
	}()
	return func() float64 { close(done); return <-result }
}

// resident reads the line "VmHWM:  1234 kB"; 0 when there is none, as of a process
// that has ended.
func resident(pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, line, _ := bytes.Cut(status, []byte("VmHWM:"))
	fields := bytes.Fields(line)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, err := strconv.ParseFloat(string(fields[0]), 64)
	if err != nil {
		return 0
	}
	return kilobytes * 1024 / 1e6
}

// plain is a program of this folder that takes the flags of the plain one.
type plain string

func (p plain) run(ctx context.Context, b *bench, out string) ([]named, error) {
	f, err := execute(exec.CommandContext(ctx, filepath.Join(b.programs, string(p)),
		"-base", b.base, "-channels", b.channels(), "-connections", strconv.Itoa(b.connections), "-out", out))
	return []named{{string(p), f}}, err
}

// scrapy runs spider.py with the settings that make it comparable.
type scrapy struct{ command, spider string }

// installedScrapy finds Scrapy and the spider, which stands in the source tree.
func installedScrapy() (scrapy, bool) {
	command, err := exec.LookPath("scrapy")
	spider := filepath.Join("bench", "scrapy", "spider.py")
	_, missing := os.Stat(spider)
	return scrapy{command, spider}, err == nil && missing == nil
}

func (s scrapy) run(ctx context.Context, b *bench, out string) ([]named, error) {
	n := strconv.Itoa(b.connections)
	f, err := execute(exec.CommandContext(ctx, s.command, "runspider", s.spider, "-a", "base="+b.base, "-a", "channels="+b.channels(),
		"-s", "CONCURRENT_REQUESTS="+n, "-s", "CONCURRENT_REQUESTS_PER_DOMAIN="+n, "-s", "LOG_LEVEL=ERROR", "-O", out+":jsonlines"))
	return []named{{"scrapy", f}}, err
}

// qulaq crawls the corpus into a new data folder.
type qulaq struct{}

func (qulaq) run(ctx context.Context, b *bench, out string) (_ []named, err error) {
	data, err := os.MkdirTemp(b.dir, "data-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	if err := registry.Save(filepath.Join(data, "registry"), b.corpus.Country(b.base)); err != nil {
		return nil, err
	}
	args := []string{"-data", data, "-out", out, "-now", b.corpus.Now().UTC().Format(time.RFC3339), "-connections", strconv.Itoa(b.connections)}
	if b.profile != "" {
		args = append(args, "-profile", b.profile)
	}
	cmd := exec.CommandContext(ctx, filepath.Join(b.programs, "qulaq"), args...)
	var told bytes.Buffer
	cmd.Stdout = &told
	whole, err := execute(cmd)
	if err != nil {
		return nil, err
	}
	var m struct {
		Crawl    float64 `json:"crawl"`
		CrawlCPU float64 `json:"crawl_cpu"`
		Link     float64 `json:"link"`
		LinkCPU  float64 `json:"link_cpu"`
		Memory   float64 `json:"memory"`
	}
	if err := json.Unmarshal(told.Bytes(), &m); err != nil {
		return nil, fmt.Errorf("qulaq: %w: %s", err, told.Bytes())
	}
	return []named{
		{"qulaq", figures{m.Crawl, m.CrawlCPU, m.Memory / 1e6}},
		{"qulaq, and linked", figures{m.Crawl + m.Link, m.CrawlCPU + m.LinkCPU, whole.memory}},
	}, nil
}
