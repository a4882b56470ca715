package queue

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Three servers, of which one dies while tasks are done: none is lost, none is
// reported twice, no owner has two workers.
func TestServerOfAClusterDies(t *testing.T) {
	t.Parallel()
	servers, urls := cluster(t)
	d := dispatch(t, open(t, urls, 3), nobody(t))
	var o owners
	for range 3 {
		work(t, open(t, urls, 3), 3, func(_ context.Context, task Task, _ Ask) ([]byte, error) {
			o.visit(task.Owner, 5*time.Millisecond)
			return []byte(task.ID), nil
		})
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	done := map[string]int{}
	for owner := range 6 {
		group.Go(func() {
			for i := range 10 {
				id := fmt.Sprintf("%d-%d", owner, i)
				r := do(t, d, Task{ID: id, Owner: fmt.Sprint(owner), About: id}, nil)
				mu.Lock()
				if done[string(r.Body)]++; len(done) == 20 {
					go leader(t, servers, "qulaq-visits").Close()
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if len(done) != 60 || slices.ContainsFunc(slices.Collect(values(done)), func(n int) bool { return n != 1 }) {
		t.Errorf("done %v, want each of 60 once", done)
	}
	if o.twice != nil {
		t.Errorf("owners %v were worked for by two at once", o.twice)
	}
}

func values(m map[string]int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for _, n := range m {
			if !yield(n) {
				return
			}
		}
	}
}

// cluster runs three servers on loopback.
func cluster(t *testing.T) ([]*Server, string) {
	t.Helper()
	var routes, urls []string
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		routes = append(routes, "nats://"+l.Addr().String())
		l.Close()
	}
	var servers []*Server
	for i, route := range routes {
		s, err := Serve(ServerConfig{Listen: "127.0.0.1:0", Dir: t.TempDir(), Name: fmt.Sprint("node", i), Cluster: strings.TrimPrefix(route, "nats://"), Routes: routes})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		servers = append(servers, s)
		urls = append(urls, s.URL())
	}
	if !eventually(func() bool {
		return slices.ContainsFunc(servers, func(s *Server) bool {
			return s.server.JetStreamIsLeader() && len(s.server.JetStreamClusterPeers()) == 3
		})
	}) {
		t.Fatal("the servers have not met")
	}
	return servers, strings.Join(urls, ",")
}

// leader is the server that leads a stream.
func leader(t *testing.T, servers []*Server, stream string) *Server {
	for _, s := range servers {
		if s.server.JetStreamIsStreamLeader("$G", stream) {
			return s
		}
	}
	t.Error("no server leads " + stream)
	return servers[0]
}
