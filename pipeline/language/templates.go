package language

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Reply is an official's reply of which a person told whether it repeats others.
type Reply struct {
	Body     string // replies of different bodies are not compared
	Template string // replies of one template are the same reply filled in differently; "" for none
	Text     string
}

// ReadReplies reads a table of replies: the header "group, same, text", then a row a
// line, apart by tabs. The replies of a group are taken for those of one body. They
// are one template where same is yes; where it is no, each says something else. It is
// strict: any other header or value, an empty text, a group of one reply or of both
// kinds is refused with its line.
func ReadReplies(r io.Reader) ([]Reply, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	const header = "group\tsame\ttext"
	if !lines.Scan() || strings.TrimSuffix(lines.Text(), "\r") != header {
		return nil, errors.Join(fmt.Errorf("language: replies: line 1: want the header %q", header), lines.Err())
	}
	var replies []Reply
	same, count, first := map[string]string{}, map[string]int{}, map[string]int{}
	for n := 2; lines.Scan(); n++ {
		fields := strings.Split(strings.TrimSuffix(lines.Text(), "\r"), "\t")
		if len(fields) != 3 {
			return nil, fmt.Errorf("language: replies: line %d: %d columns, want 3", n, len(fields))
		}
		group, answer, text := fields[0], fields[1], fields[2]
		switch {
		case group == "" || strings.TrimSpace(text) == "":
			return nil, fmt.Errorf("language: replies: line %d: no group or no text", n)
		case answer != "yes" && answer != "no":
			return nil, fmt.Errorf("language: replies: line %d: same is %q, want yes or no", n, answer)
		case same[group] != "" && same[group] != answer:
			return nil, fmt.Errorf("language: replies: line %d: group %q is the same and is not", n, group)
		}
		if same[group] == "" {
			first[group] = n
		}
		same[group] = answer
		count[group]++
		reply := Reply{Body: group, Text: text}
		if answer == "yes" {
			reply.Template = group
		}
		replies = append(replies, reply)
	}
	for _, reply := range replies {
		if count[reply.Body] == 1 {
			return nil, fmt.Errorf("language: replies: line %d: group %q has one reply, want two or more to compare", first[reply.Body], reply.Body)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("language: replies: %w", err)
	}
	return replies, nil
}

// EvaluateTemplates sorts the replies of each body into groups as NewIndex(likeness)
// does, in their order, and counts pairs of one body: those of one template that were
// taken for one, those that were taken for one and are not, those that were missed.
func EvaluateTemplates(replies []Reply, likeness float64) Counts {
	indexes, taken := map[string]*Index{}, make([]int, len(replies))
	var pairs Counts
	for i, a := range replies {
		if indexes[a.Body] == nil {
			indexes[a.Body] = NewIndex(likeness)
		}
		taken[i], _ = indexes[a.Body].Add(Mask(a.Text))
		for j, b := range replies[:i] {
			if a.Body == b.Body {
				pairs.note(a.Template != "" && a.Template == b.Template, taken[i] == taken[j])
			}
		}
	}
	return pairs
}
