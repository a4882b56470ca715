// Package endpoint serves ClickHouse's HTTP interface to analysts: read-only, with
// a user and a password, and with limits on each query.
//
// Make a handler with [New] over whatever answers ClickHouse's HTTP interface,
// which is the embedded engine ([qulaq/schema.Store.HTTP]). What a query may do is
// the engine's to judge (readonly=1, see package embedded); this package judges
// who asks, which parameters of a request reach the engine (settings.go), and
// speaks HTTP as the clients of a ClickHouse server expect it: /ping, credentials
// in three places, compression, headers, and statuses of errors. Sessions are not
// kept: each request stands alone, as a load balancer would have it.
package endpoint

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Config is what an endpoint needs to know.
type Config struct {
	Engine   http.RoundTripper // answers ClickHouse's HTTP interface
	Database string            // of a request that names none
	User     string
	Password string
	Limits   Limits
	Log      *slog.Logger // one line a query, at level debug, without its text
}

// Limits hold for each query; a client may ask for less and never for more.
type Limits struct {
	Time    time.Duration // from the start until the last byte has been sent
	Memory  uint64        // bytes in the engine
	Rows    uint64        // of the result; more is an error, unless the client asks for a cut
	Bytes   uint64        // of the result, before compression
	Queries int           // at a time; others wait up to Time
}

// maxQuery is the longest SQL of a request in bytes, which is ClickHouse's own limit.
const maxQuery = 256 << 10

// handler serves the interface.
type handler struct {
	Config
	credentials credentials
	running     chan struct{} // holds an element per query
}

// New makes a handler. It answers at every path; /ping and /replicas_status need
// no password, as on a server.
func New(c Config) (http.Handler, error) {
	l := c.Limits
	if c.User == "" || c.Password == "" {
		return nil, errors.New("endpoint: user and password must not be empty")
	}
	if l.Time <= 0 || l.Memory == 0 || l.Rows == 0 || l.Bytes == 0 || l.Queries < 1 {
		return nil, fmt.Errorf("endpoint: every limit must be more than nothing: %+v", l)
	}
	h := &handler{Config: c, credentials: newCredentials(c.User, c.Password), running: make(chan struct{}, l.Queries)}
	mux := http.NewServeMux()
	mux.HandleFunc("/ping", ok)
	mux.HandleFunc("/replicas_status", ok)
	mux.HandleFunc("/{$}", h.serve)
	// A path names a database to some clients (http://host:8123/qulaq).
	mux.HandleFunc("/{database}", h.serve)
	return mux, nil
}

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "Ok.\n") }

func (h *handler) serve(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	id := queryID(r)
	w.Header().Set("X-ClickHouse-Query-Id", id)
	w.Header().Set("X-ClickHouse-Server-Display-Name", "qulaq")
	w.Header().Set("X-ClickHouse-Timezone", "UTC")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	err := h.query(w, r)
	code := 0
	if err != nil {
		code = fail(w, err)
	}
	h.Log.LogAttrs(r.Context(), slog.LevelDebug, "sql", slog.String("query", id), slog.Duration("dur", time.Since(began)), slog.Int("code", code))
}

// query answers one request; the error is what it is refused with, while nothing
// of an answer has been sent.
func (h *handler) query(w http.ResponseWriter, r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		return exceptionf(codeNotImplemented, "NOT_IMPLEMENTED", "Method %s: this endpoint takes GET and POST", r.Method)
	}
	params, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return exceptionf(codeBadArguments, "BAD_ARGUMENTS", "The query string of the address: %v", err)
	}
	if err := h.credentials.check(r, params); err != nil {
		if err.code == codeRequiredPassword {
			w.Header().Set("WWW-Authenticate", `Basic realm="qulaq"`)
		}
		return err
	}
	if r.Method != http.MethodPost && params.Get("query") == "" {
		ok(w, r)
		return nil
	}
	forward, err := h.forward(r, params)
	if err != nil {
		return err
	}
	body, err := requestBody(http.MaxBytesReader(w, r.Body, maxQuery), r, params)
	if err != nil {
		return err
	}
	// The engine ends the query itself; the context is for what it does not count.
	ctx, cancel := context.WithTimeout(r.Context(), h.Limits.Time+time.Second)
	defer cancel()
	if err := h.enter(ctx); err != nil {
		return err
	}
	defer func() { <-h.running }()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://engine/?"+forward.Encode(), strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", r.Header.Get("Content-Type"))
	resp, err := h.Engine.RoundTrip(req)
	if err != nil {
		return requestError(err)
	}
	defer resp.Body.Close()
	return send(w, r, resp, params, format(forward.Get("query")+"\n"+body, forward.Get("default_format")))
}

// enter waits until fewer than Limits.Queries run. The one who enters leaves.
func (h *handler) enter(ctx context.Context) error {
	select {
	case h.running <- struct{}{}:
		return nil
	case <-ctx.Done():
		return exceptionf(codeTooManyQueries, "TOO_MANY_SIMULTANEOUS_QUERIES", "%d queries run already, and none has ended in %v", h.Limits.Queries, h.Limits.Time)
	}
}

// requestError tells why a query was ended from outside.
func requestError(err error) error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return exceptionf(codeTimeout, "TIMEOUT_EXCEEDED", "The query was ended at its limit of time")
	case errors.Is(err, context.Canceled):
		return exceptionf(codeCancelled, "QUERY_WAS_CANCELLED", "The query was ended: the client went away, or the program stops")
	}
	return err
}

// queryID is the client's name of the query, which goes into the answer alone: in
// the engine a query has an id that no other client can know.
func queryID(r *http.Request) string {
	if id := r.URL.Query().Get("query_id"); id != "" {
		return id
	}
	return rand.Text()
}

// trailingFormat is a FORMAT at the end of a statement.
var trailingFormat = regexp.MustCompile(`(?is)\bFORMAT\s+([a-z]\w*)\s*;?\s*$`)

// format names the format of a result, for the headers alone.
func format(sql, fallback string) string {
	if m := trailingFormat.FindStringSubmatch(sql); m != nil {
		return m[1]
	}
	return fallback
}

// exception is an error in the words of a ClickHouse server.
type exception struct {
	code int
	text string
}

func (e *exception) Error() string { return e.text }

func exceptionf(code int, name, format string, args ...any) *exception {
	return &exception{code: code, text: fmt.Sprintf("Code: %d. DB::Exception: %s. (%s)", code, fmt.Sprintf(format, args...), name)}
}

// fail sends an error and gives its code.
func fail(w http.ResponseWriter, err error) int {
	var ex *exception
	if !errors.As(err, &ex) {
		ex = exceptionf(codeUnknown, "UNKNOWN_EXCEPTION", "%v", err)
	}
	w.Header().Set("X-ClickHouse-Exception-Code", strconv.Itoa(ex.code))
	http.Error(w, ex.text, status(ex.code))
	return ex.code
}
