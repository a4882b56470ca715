//go:build linux || darwin

package embedded

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// statement is what a request asks for.
type statement struct {
	sql      string
	data     *Data  // of an INSERT in a request, closed when it has run; nil for none
	format   string // of the result, unless the statement has a FORMAT of its own
	database string
	id       string // of the query
	settings map[string]string
	params   map[string]string
	wait     bool // for the whole result before answering
	readOnly bool
	hello    bool // the driver's question who is there
}

func newStatement() *statement {
	return &statement{format: "TabSeparated", database: defaultDatabase, id: rand.Text(), settings: map[string]string{}, params: map[string]string{}}
}

// helloQuery is what clickhouse-go sends first, with its client_protocol_version.
const helloQuery = "SELECT displayName(), version(), revision(), timezone()"

var (
	settingName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
	// An INSERT whose data follow: as the query parameter, which holds no data,
	// and at the head of a body, which goes on with them.
	insertHead = regexp.MustCompile(`(?is)^(\s*INSERT\s+INTO\s[^;]*?)\s(?:FORMAT\s+(\w+)|VALUES)\s*;?\s*$`)
	insertBody = regexp.MustCompile(`(?is)^(\s*INSERT\s+INTO\s[^;']*?)\sFORMAT\s+(\w+)[ \t]*\r?\n`)
	// Statements that change the session, which is then not used again.
	changesSession = regexp.MustCompile(`(?is)^(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:SET|USE|CREATE\s+(?:OR\s+REPLACE\s+)?TEMPORARY)\b`)
)

// parse reads a request. With no error, the caller closes statement.data.
func (e *Engine) parse(req *http.Request) (*statement, error) {
	st := newStatement()
	var query string
	var protocol bool
	for name, values := range req.URL.Query() {
		value := values[len(values)-1]
		switch {
		case name == "query":
			query = value
		case name == "database":
			st.database = value
		case name == "default_format":
			st.format = value
		case name == "query_id":
			st.id = value
		case name == "client_protocol_version":
			protocol = true // Told in the answer to helloQuery: the plain format.
		case name == "wait_end_of_query":
			st.wait = value == "1" || value == "true"
		case strings.HasPrefix(name, "param_"):
			st.params[strings.TrimPrefix(name, "param_")] = value
		case notSupported[name] && value != "" && value != "0":
			return nil, exceptionf(codeUnsupportedMethod, "UNSUPPORTED_METHOD", "The embedded engine does not support the parameter %s", name)
		case notSupported[name]:
		case settingName.MatchString(name):
			st.settings[name] = value
		default:
			return nil, exceptionf(codeBadArguments, "BAD_ARGUMENTS", "%q is not the name of a setting", name)
		}
	}
	for _, h := range []string{"Content-Encoding", "Content-Type"} {
		if v := req.Header.Get(h); h == "Content-Encoding" && v != "" || strings.HasPrefix(v, "multipart/") {
			return nil, exceptionf(codeUnsupportedMethod, "UNSUPPORTED_METHOD", "The embedded engine does not support %s: %s", h, v)
		}
	}
	if err := e.readStatement(st, query, req.Body); err != nil {
		if st.data != nil {
			st.data.Close()
		}
		return nil, err
	}
	st.hello = protocol && st.sql == helloQuery
	if set := st.settings["readonly"]; set != "" && set != "0" || req.Method == http.MethodGet {
		// Only 1 keeps paths of files from being names of tables; 2 is taken for it.
		st.readOnly, st.settings["readonly"] = true, "1"
	}
	st.limitTo(req.Context())
	return st, nil
}

// notSupported are parameters of the HTTP interface for which the engine has
// nothing: refused unless they are empty or switched off.
var notSupported = map[string]bool{
	"compress": true, "decompress": true, "session_id": true, "session_timeout": true, "session_check": true,
	"role": true, "quota_key": true, "user": true, "password": true, "stacktrace": true, "buffer_size": true,
}

// readStatement finds the SQL and, behind an INSERT, the data. Data go to a file
// and never into the SQL: the engine cuts inline data at bytes that look like
// the end of a statement.
func (e *Engine) readStatement(st *statement, query string, body io.Reader) error {
	if body == nil {
		body = http.NoBody
	}
	if m := insertHead.FindStringSubmatch(query); m != nil {
		return e.takeInsert(st, m[1], m[2], body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("embedded: read the request: %w", err)
	}
	st.sql = query
	if query != "" && len(text) > 0 {
		st.sql += "\n"
	}
	st.sql += string(text)
	if m := insertBody.FindStringSubmatchIndex(st.sql); m != nil {
		return e.takeInsert(st, st.sql[m[2]:m[3]], st.sql[m[4]:m[5]], strings.NewReader(st.sql[m[1]:]))
	}
	switch len(SplitStatements(st.sql)) {
	case 0:
		return exceptionf(codeSyntaxError, "SYNTAX_ERROR", "Empty query")
	case 1:
		return nil
	default:
		return exceptionf(codeSyntaxError, "SYNTAX_ERROR", "Multi-statements are not allowed")
	}
}

// takeInsert makes the statement an INSERT with the data in body. Reading the request
// to its end first means that one that breaks off inserts nothing.
func (e *Engine) takeInsert(st *statement, head, format string, body io.Reader) error {
	if format == "" {
		format = "Values"
	}
	data, err := e.NewData()
	if err != nil {
		return err
	}
	st.data = data
	if _, err := io.Copy(data, body); err != nil {
		return fmt.Errorf("embedded: take the data of an INSERT: %w", err)
	}
	return st.insert(head, format, data)
}

// token finds the query among the engine's processes. The library has no call to
// give a query its id, so the id travels in log_comment, before the caller's own.
func (st *statement) token() string {
	return strings.TrimSpace(st.id + " " + st.settings["log_comment"])
}
