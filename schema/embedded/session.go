//go:build linux || darwin

package embedded

import (
	"slices"
	"strings"
)

// defaultDatabase is where a request goes that names none, as on a server.
const defaultDatabase = "default"

// apply brings the session to the database and settings that a statement wants,
// and to the engine's defaults in all others.
func (s *session) apply(database string, settings map[string]string) error {
	if database != s.database {
		if err := s.do("USE " + quoteName(database)); err != nil {
			return err
		}
		s.database = database
	}
	var set []string
	for name := range s.settings {
		if _, ok := settings[name]; !ok {
			set = append(set, name+" = DEFAULT")
		}
	}
	for name, value := range settings {
		if old, ok := s.settings[name]; !ok || old != value {
			set = append(set, name+" = "+quoteString(value))
		}
	}
	if len(set) == 0 {
		return nil
	}
	slices.Sort(set)
	s.settings = settings
	if err := s.do("SET " + strings.Join(set, ", ")); err != nil {
		s.spent = true // Which of them were set is not told.
		return err
	}
	return nil
}

// do runs a statement that has no result.
func (s *session) do(sql string) error {
	result, err := s.lib.run(s.lib.query, s.conn, sql, "Null", nil)
	if err != nil {
		return err
	}
	s.lib.free(result)
	return nil
}

// ask runs a query with one row of one String.
func (s *session) ask(sql string, params map[string]string) (string, error) {
	result, err := s.lib.run(s.lib.query, s.conn, sql, "RawBLOB", params)
	if err != nil {
		return "", err
	}
	defer s.lib.free(result)
	return string(s.lib.bytes(result)), nil
}

func quoteName(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

func quoteString(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}
