//go:build crash

package command

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tableSums tells the content of everything that is derived or counted.
const tableSums = `
SELECT * FROM (
SELECT 'threads' AS what, count() AS rows, groupBitXor(cityHash64(*)) AS checksum FROM threads_now
UNION ALL SELECT 'visits', count(), groupBitXor(cityHash64(* REPLACE (mapSort(fill) AS fill))) FROM visits
UNION ALL SELECT 'sightings', count(), groupBitXor(cityHash64(* EXCEPT (author, text_hash, quoted_hash, mentions, numbers))) FROM sightings_committed
UNION ALL SELECT 'items', count(), groupBitXor(cityHash64(* EXCEPT author)) FROM items_now
UNION ALL SELECT 'exchanges', count(), groupBitXor(cityHash64(* EXCEPT asker)) FROM exchanges_now
) ORDER BY what`

// TestCrash kills a crawl at random moments, KILLS times (200 by default), lets it
// go on each time, and compares what it left with an undisturbed crawl of the same
// republic. Pseudonyms are left out: each crawl has a key of its own.
func TestCrash(t *testing.T) {
	kills, err := strconv.Atoi(os.Getenv("KILLS"))
	if err != nil {
		kills = 200
	}
	binary := filepath.Join(t.TempDir(), "qulaq")
	if out, err := exec.Command("go", "build", "-o", binary, "../..").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	port := freePort(t)
	demo := func(dir string) *exec.Cmd {
		cmd := exec.Command(binary, "-q", "demo", "--resume", "--dir", dir, "--listen", port, "--bodies", "12", "--days", "16", "--step", "6h")
		cmd.Dir = "../.."
		return cmd
	}
	calm, stormy := filepath.Join(t.TempDir(), "calm"), filepath.Join(t.TempDir(), "stormy")
	if out, err := demo(calm).CombinedOutput(); err != nil {
		t.Fatalf("undisturbed: %v\n%s", err, out)
	}
	killed, finished := 0, 0
	for random := rand.New(rand.NewPCG(1, 2)); killed < kills; {
		cmd := demo(stormy)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("after %d kills: %v\n%s", killed, err, &out)
			}
			// It was done before its kill. A finished crawl is killed while it
			// relinks again, and must stay as it is.
			finished++
		case <-time.After(time.Duration(100+random.IntN(1200)) * time.Millisecond):
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			<-done
			killed++
		}
	}
	if out, err := demo(stormy).CombinedOutput(); err != nil {
		t.Fatalf("the last run: %v\n%s", err, out)
	}
	want, got := tell(t, binary, calm), tell(t, binary, stormy)
	t.Logf("%d kills, %d runs ended by themselves before their kill\n%s", killed, finished, got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the tables differ (-undisturbed +killed):\n%s", diff)
	}
}

func tell(t *testing.T, binary, dir string) string {
	t.Helper()
	cmd := exec.Command(binary, "--data", dir, "sql", tableSums)
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("checksums of %s: %v\n%s", dir, err, out)
	}
	return string(out)
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return fmt.Sprint(listener.Addr())
}
