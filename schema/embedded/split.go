package embedded

import "strings"

// SplitStatements cuts a file of SQL at the semicolons that end statements: not
// those in strings, quoted names and comments. Comments stay with the statement
// that they precede; a statement of comments only is left out.
func SplitStatements(sql string) []string {
	var statements []string
	start, content := 0, false // content: there is more than comments since start
	end := func(i int) {
		if content {
			statements = append(statements, strings.TrimSpace(sql[start:i]))
		}
		start, content = i+1, false
	}
	for i := 0; i < len(sql); {
		switch c := sql[i]; {
		case strings.HasPrefix(sql[i:], "--"):
			i += through(sql[i:], "\n")
		case strings.HasPrefix(sql[i:], "/*"):
			i += 2 + through(sql[i+2:], "*/")
		case c == '\'' || c == '"' || c == '`':
			content = true
			i += quoted(sql[i:])
		case c == ';':
			end(i)
			i++
		default:
			content = content || c > ' '
			i++
		}
	}
	end(len(sql))
	return statements
}

// through is the length of s up to and with the next mark; of all s without one.
func through(s, mark string) int {
	if i := strings.Index(s, mark); i >= 0 {
		return i + len(mark)
	}
	return len(s)
}

// quoted is the length of the string or name at the beginning of s. A backslash
// takes the next byte along. A doubled quote ends one string and begins another,
// which comes to the same.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		}
	}
	return len(s)
}
