// Package questions is what analysts ask: questions in plain words, each with the
// query that answers it and what the answer tells. They are data, a file each in
// folder sql; docs/sql.md shows them with their answers on the simulated republic,
// which a test of package command holds them to.
package questions

import (
	"embed"
	"errors"
	"fmt"
	"path"
	"strings"
)

//go:embed sql/*.sql
var files embed.FS

// Question is one question.
type Question struct {
	Name    string `json:"name"`    // short and unique, for command lines
	Chapter string `json:"chapter"` // what it is about
	Title   string `json:"title"`   // the question itself
	Tells   string `json:"tells"`   // how to read the answer; Markdown
	SQL     string `json:"sql"`     // one statement, without an end mark
}

// chapters by the first digit of a file's name.
var chapters = map[byte]string{
	'1': "Who answers", '2': "How fast", '3': "Language, region and theme",
	'4': "What is answered", '5': "What is asked", '6': "How well it is seen",
}

// All gives the questions in the order of their files. An error tells of a file
// that is not of the form
//
//	-- Title?
//	--
//	-- What it tells.
//	SELECT …
func All() ([]Question, error) {
	entries, err := files.ReadDir("sql")
	if err != nil {
		return nil, fmt.Errorf("questions: %w", err)
	}
	var all []Question
	for _, entry := range entries {
		text, err := files.ReadFile(path.Join("sql", entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("questions: %w", err)
		}
		q, err := parse(entry.Name(), string(text))
		if err != nil {
			return nil, fmt.Errorf("questions: %s: %w", entry.Name(), err)
		}
		all = append(all, q)
	}
	return all, nil
}

func parse(file, text string) (Question, error) {
	_, name, ok := strings.Cut(strings.TrimSuffix(file, ".sql"), "-")
	q := Question{Name: name, Chapter: chapters[file[0]]}
	if !ok || q.Chapter == "" {
		return q, fmt.Errorf("the name is not CHAPTER NUMBER-NAME.sql, with a chapter from 1 to %d", len(chapters))
	}
	var tells []string
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(line, "--")
		if comment = strings.TrimSpace(comment); !ok {
			break
		} else if q.Title == "" {
			q.Title = comment
		} else if comment != "" {
			tells = append(tells, comment)
		}
		text = text[len(line):]
	}
	q.Tells, q.SQL = strings.Join(tells, " "), strings.TrimSpace(text)
	switch {
	case !strings.HasSuffix(q.Title, "?"):
		return q, fmt.Errorf("the first line is not a question: %q", q.Title)
	case q.Tells == "":
		return q, errors.New("what the answer tells is missing")
	case q.SQL == "" || strings.HasSuffix(q.SQL, ";"):
		return q, errors.New("want one statement, without an end mark")
	}
	return q, nil
}
