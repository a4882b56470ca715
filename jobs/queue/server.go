package queue

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// ServerConfig is how a server of this process is run.
type ServerConfig struct {
	Listen string // HOST:PORT; port 0 for any that is free
	Dir    string // of what is kept on disk: the parked tasks
	Token  string // that clients must show; it may be "" on loopback only

	Name    string   // of the server, in a cluster
	Cluster string   // HOST:PORT at which the servers of a cluster meet; "" for a server that stands alone
	Routes  []string // nats://HOST:PORT of the servers of the cluster
}

// Server is a NATS server with JetStream in this process.
type Server struct{ server *server.Server }

// maxPayload is the largest message, as the makers of NATS advise. The look at a
// thread of 20,000 comments has about 3 MB.
const maxPayload = 8 << 20

// serverPatience is for how long a server may need to begin.
const serverPatience = 10 * time.Second

// Serve begins to run a server.
func Serve(c ServerConfig) (*Server, error) {
	host, port, err := hostPort(c.Listen)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); c.Token == "" && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("queue: %s is not only this machine: workers there must show a token, which the variable QULAQ_QUEUE_TOKEN holds", c.Listen)
	}
	o := &server.Options{
		ServerName: c.Name, Host: host, Port: port, Authorization: c.Token, MaxPayload: maxPayload,
		JetStream: true, StoreDir: c.Dir, NoSigs: true, NoLog: true,
	}
	if c.Cluster != "" {
		if o.Cluster.Host, o.Cluster.Port, err = hostPort(c.Cluster); err != nil {
			return nil, err
		}
		o.Cluster.Name = "qulaq"
		for _, route := range c.Routes {
			o.Routes = append(o.Routes, server.RoutesFromStr(route)...)
		}
	}
	s, err := server.NewServer(o)
	if err != nil {
		return nil, fmt.Errorf("queue: server: %w", err)
	}
	s.Start()
	if !s.ReadyForConnections(serverPatience) {
		s.Shutdown()
		return nil, fmt.Errorf("queue: no server could be run at %s: is the address taken?", c.Listen)
	}
	return &Server{s}, nil
}

func hostPort(address string) (string, int, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, fmt.Errorf("queue: %w", err)
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 0 || n > 65535 {
		return "", 0, fmt.Errorf("queue: %q is no port", port)
	}
	if n == 0 {
		n = server.RANDOM_PORT
	}
	if host == "" {
		return "", 0, errors.New("queue: address " + address + " names no host")
	}
	return host, n, nil
}

// URL is where clients reach the server.
func (s *Server) URL() string { return s.server.ClientURL() }

// Address is HOST:PORT at which it listens.
func (s *Server) Address() string { return s.server.Addr().String() }

// Close ends the server at once.
func (s *Server) Close() {
	s.server.Shutdown()
	s.server.WaitForShutdown()
}
