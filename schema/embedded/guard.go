//go:build linux || darwin

package embedded

import (
	"errors"
	"regexp"
	"strings"
)

// guard refuses what readonly=1 ought to refuse and the library does not.
//
// The engine itself refuses writes, SET and most table functions. Left open are
// what it does as its own client (INTO OUTFILE), the functions that look outside
// while they are being analysed (DESCRIBE url(…)), the scalar function file(),
// statements like KILL and BACKUP, and system tables that do more than tell. Which names a statement uses is asked of
// the engine's own parser: it writes the statement back in one normal form,
// without comments, with one kind of quotes, and without running any of it.
func (e *Engine) guard(s *session, st *statement) error {
	normal, err := s.ask("SELECT formatQuerySingleLine({sql:String})", map[string]string{"sql": escapeParam(st.sql)})
	if err != nil {
		var ex *Exception
		if errors.As(err, &ex) {
			ex.Text = inGuard.ReplaceAllString(ex.Text, "")
		}
		return err
	}
	outside, err := s.ask("SELECT arrayStringConcat(groupArray(lower(name)), ' ') FROM system.table_functions WHERE NOT allow_readonly", nil)
	if err != nil {
		return err
	}
	return checkReadOnly(normal, st.database, strings.Fields(outside))
}

var inGuard = regexp.MustCompile(`: In scope SELECT formatQuerySingleLine\((?s:.*)\)(?: |\.|$)`)

// readingStatements begin with one of these words, in the normal form.
var readingStatements = map[string]bool{"SELECT": true, "WITH": true, "SHOW": true, "DESCRIBE": true, "EXPLAIN": true}

// harmless are functions that share their name with a refused table function,
// or table functions that make up rows.
var harmless = map[string]bool{"format": true, "zeros": true, "zeros_mt": true, "loop": true, "dictionary": true}

// refusedCalls are table functions that the engine allows to readonly although
// they reach other servers, or (merge) tables that their name does not tell.
var refusedCalls = []string{"cluster", "clusterallreplicas", "merge"}

// refusedSystem are tables of database system that do more than tell: models
// starts another program and waits two minutes for it, beyond every limit.
var refusedSystem = map[string]bool{"models": true, "stack_trace": true, "jemalloc_profile_text": true}

// refusedFunctions read files or call services; they are refused wherever their
// name stands, for there are ways to name a function without calling it
// (APPLY(file)).
var refusedFunctions = map[string]bool{
	"file": true, "catboostevaluate": true, "logtrace": true,
	"aiclassify": true, "aigenerate": true, "aiextract": true, "aitranslate": true, "aiembed": true,
}

// checkReadOnly judges a statement in the normal form, run in a database; outside
// are the table functions that the engine refuses to readonly.
func checkReadOnly(normal, database string, outside []string) error {
	tables := map[string]bool{}
	for _, name := range append(outside, refusedCalls...) {
		tables[name] = !harmless[name]
	}
	words := normalWords(normal)
	first := ""
	if len(words) > 0 {
		first = words[0].text
	}
	if !readingStatements[first] {
		return exceptionf(codeReadOnly, "READONLY", "Only SELECT, SHOW, DESCRIBE and EXPLAIN are allowed in a read-only query, not %s", first)
	}
	for i, w := range words {
		name := strings.ToLower(w.text)
		if refusedFunctions[name] || w.called && tables[name] {
			return exceptionf(codeReadOnly, "READONLY", "The name %s is not allowed in a read-only query: it reaches outside the database", w.text)
		}
		if refusedSystem[name] && (database == "system" || i > 0 && words[i-1].text == "system") {
			return exceptionf(codeReadOnly, "READONLY", "Table system.%s is not allowed in a read-only query", w.text)
		}
		if name == "outfile" && i > 0 && words[i-1].text == "INTO" {
			return exceptionf(codeReadOnly, "READONLY", "INTO OUTFILE is not allowed in a read-only query: it writes a file")
		}
	}
	return nil
}

// word is an identifier or keyword of a statement in the normal form.
type word struct {
	text   string
	called bool // a bracket follows
}

// normalWords lists the words outside of strings. In the normal form a string
// stands in '…' and an odd identifier in `…`, both with backslash escapes.
func normalWords(normal string) []word {
	var words []word
	for i := 0; i < len(normal); {
		c := normal[i]
		switch {
		case c == '\'' || c == '`':
			var text strings.Builder
			for i++; i < len(normal) && normal[i] != c; i++ {
				if normal[i] == '\\' && i+1 < len(normal) {
					i++
				}
				text.WriteByte(normal[i])
			}
			i++
			if c == '`' {
				words = append(words, word{text.String(), i < len(normal) && normal[i] == '('})
			}
		case isWordByte(c):
			start := i
			for i < len(normal) && isWordByte(normal[i]) {
				i++
			}
			words = append(words, word{normal[start:i], strings.HasPrefix(strings.TrimLeft(normal[i:], " "), "(")})
		default:
			i++
		}
	}
	return words
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// escapeParam writes a value as a query parameter carries it.
func escapeParam(value string) string {
	return strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n", "\r", "\\r", "\x00", "\\0").Replace(value)
}
