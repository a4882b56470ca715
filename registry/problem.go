package registry

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Problem is one thing that is wrong with a registry folder.
type Problem struct {
	File    string // as the user would open it
	Line    int    // from 1; 0 when the file as a whole is meant
	Column  int    // from 1, in characters
	Reason  string // what is wrong, and what to do
	Excerpt string // the line with a caret below the place; "" when Line is 0
}

// String formats the problem as compilers do: file:line:column: reason, and the
// excerpt below.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Reason
	}
	return fmt.Sprintf("%s:%d:%d: %s\n%s", p.File, p.Line, p.Column, p.Reason, p.Excerpt)
}

// Problems is the error of a registry that is refused: everything that is wrong
// with it, by file and line.
type Problems []Problem //nolint:errname // it is the list itself, and reads as one

// Error lists all problems, one after another.
func (ps Problems) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "registry: %d problem", len(ps))
	if len(ps) != 1 {
		b.WriteByte('s')
	}
	for _, p := range ps {
		b.WriteByte('\n')
		b.WriteString(p.String())
	}
	return b.String()
}

// err gives the problems as an error in the order of file and place, nil when
// there are none.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Reason, b.Reason))
	})
	return ps
}

// text is a file's content by lines, to quote from.
type text struct {
	file  string
	lines []string
}

func newText(file string, src []byte) text {
	return text{file, strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n")}
}

// characters turns a column that counts bytes into one that counts characters.
func (t text) characters(line, column int) int {
	if line < 1 || line > len(t.lines) {
		return column
	}
	return utf8.RuneCountInString(t.lines[line-1][:min(column-1, len(t.lines[line-1]))]) + 1
}

// problem is a problem at a place of the file, with the line quoted.
func (t text) problem(line, column int, format string, args ...any) Problem {
	p := Problem{File: t.file, Line: line, Column: column, Reason: fmt.Sprintf(format, args...)}
	if line < 1 || line > len(t.lines) {
		p.Line, p.Column = 0, 0
		return p
	}
	quoted := t.lines[line-1]
	// The caret stands below its character also when the line is indented by tabs.
	var indent strings.Builder
	for i, r := range []rune(quoted) {
		if i >= column-1 {
			break
		}
		if r != '\t' {
			r = ' '
		}
		indent.WriteRune(r)
	}
	number := fmt.Sprintf("%5d | ", line)
	p.Excerpt = number + quoted + "\n" + strings.Repeat(" ", len(number)) + indent.String() + "^"
	return p
}
