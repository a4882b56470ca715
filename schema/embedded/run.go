//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"strings"
	"time"
	"unsafe"
)

// chunk is a piece of a result, in the engine's memory; or the error that ended it.
type chunk struct {
	result unsafe.Pointer
	err    error
}

// run starts a statement. Its chunks come over the channel, which is closed
// after the last one or the error. When ctx ends, the query is killed and the
// channel closed; nobody need read on. Each chunk received is freed by the
// receiver. The statement's data are closed.
func (e *Engine) run(ctx context.Context, st *statement) (<-chan chunk, error) {
	s, err := e.acquire(st.readOnly)
	if err != nil {
		if st.data != nil {
			st.data.Close()
		}
		return nil, err
	}
	chunks := make(chan chunk)
	go func() {
		defer close(chunks)
		defer e.release(s)
		finished, killed := make(chan struct{}), make(chan struct{})
		stop := context.AfterFunc(ctx, func() { defer close(killed); e.kill(st.token(), finished) })
		err := e.produce(ctx, s, st, chunks)
		close(finished)
		if !stop() {
			<-killed
			s.spent = true // What a killed query leaves behind is not worth finding out.
		}
		if st.readOnly || changesSession.MatchString(st.sql) {
			s.spent = true // A session that was read-only can never be anything else.
		}
		if st.data != nil {
			// Not before: until the query has ended, it may open the file by its number.
			st.data.Close()
		}
		if err != nil {
			select {
			case chunks <- chunk{err: err}:
			case <-ctx.Done():
			}
		}
	}()
	return chunks, nil
}

func (e *Engine) produce(ctx context.Context, s *session, st *statement, chunks chan<- chunk) error {
	settings := maps.Clone(st.settings)
	settings["log_comment"] = st.token()
	if settings["http_max_tries"] == "" {
		// url() would try a dead address ten times over two minutes, in which
		// nothing can end the query or close the engine.
		settings["http_max_tries"] = "1"
	}
	if st.readOnly {
		if err := e.guard(s, st); err != nil {
			return err
		}
		settings["allow_introspection_functions"] = "0"
	}
	if err := s.apply(st.database, settings); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	send := func(result unsafe.Pointer) bool {
		select {
		case chunks <- chunk{result: result}:
			return true
		case <-ctx.Done():
			e.lib.free(result)
			return false
		}
	}
	whole := st.wait || !st.streams()
	var stream unsafe.Pointer
	if !whole {
		var err error
		if stream, err = e.lib.run(e.lib.streamQuery, s.conn, st.sql, st.format, st.params); notStreamed(err) {
			whole = true
		} else if err != nil {
			return err
		}
	}
	if whole {
		result, err := e.lib.run(e.lib.query, s.conn, st.sql, st.format, st.params)
		if err != nil {
			return err
		}
		if e.lib.length(result) == 0 {
			e.lib.free(result)
			return nil
		}
		send(result)
		return nil
	}
	defer e.lib.free(stream)
	for {
		result, err := e.lib.next(s.conn, stream)
		if err != nil {
			s.spent = true // The engine counts a failed stream as running until its session ends.
			return err
		}
		if result == nil {
			return nil
		}
		if !send(result) {
			e.lib.cancel(*(*unsafe.Pointer)(s.conn), stream)
			return ctx.Err()
		}
	}
}

// streams tells whether the result may be taken in pieces. The library writes
// each piece as a result of its own, with heads and feet: right for formats that
// have neither, and wrong for JSON, Parquet and the like. Those are made whole in
// the engine's memory first. Of a result that goes to a file, the stream would end
// with its first piece.
func (st *statement) streams() bool {
	if !plainFormats[strings.ToLower(st.format)] || intoFile.MatchString(st.sql) {
		return false
	}
	for _, m := range formatClause.FindAllStringSubmatch(st.sql, -1) {
		if !plainFormats[strings.ToLower(m[1])] {
			return false
		}
	}
	return true
}

// formatClause finds what may be one; a function of that name only costs memory.
var formatClause = regexp.MustCompile(`(?i)\bFORMAT\b\s*(\w*)`)

// intoFile finds what may be that clause; as a text it only costs memory.
var intoFile = regexp.MustCompile(`(?i)\bINTO\s+OUTFILE\b`)

// plainFormats are those of which several results in a row are one result.
var plainFormats = map[string]bool{
	"native": true, "rowbinary": true, "null": true, "lineasstring": true,
	"tabseparated": true, "tsv": true, "tabseparatedraw": true, "tsvraw": true, "raw": true, "csv": true,
	"jsoneachrow": true, "jsonlines": true, "ndjson": true, "jsonstringseachrow": true,
	"jsoncompacteachrow": true, "jsoncompactstringseachrow": true,
}

// notStreamed tells that the library streams SELECTs only and has done nothing yet.
func notStreamed(err error) bool {
	var ex *Exception
	return errors.As(err, &ex) && ex.Code == codeBadArguments && strings.Contains(ex.Text, "Streaming query is not supported")
}

// kill ends the query until it has ended: the library has no call that
// interrupts one, and the first KILL QUERY may come before the query has begun.
func (e *Engine) kill(token string, finished <-chan struct{}) {
	const every = 50 * time.Millisecond
	conn := e.lib.open(e.folder)
	if conn == nil {
		return // The query's own max_execution_time is what is left.
	}
	defer e.lib.closeConn(conn)
	s := &session{lib: e.lib, conn: conn}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		// A failure is mended by the next turn.
		_ = s.do("KILL QUERY WHERE Settings['log_comment'] = " + quoteString(token) + " ASYNC")
		select {
		case <-finished:
			return
		case <-tick.C:
		}
	}
}
