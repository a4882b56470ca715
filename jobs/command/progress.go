package command

import (
	"fmt"
	"io"
	"time"

	"qulaq/jobs"
)

// newProgress shows how far a job is on one line that is drawn over, or, where
// nothing can be drawn over, on a line of its own now and then.
func newProgress(w io.Writer) func(jobs.Progress) {
	every, end := 10*time.Second, "\n"
	if isTerminal(w) {
		every, end = 100*time.Millisecond, ""
	}
	last := time.Now()
	return func(p jobs.Progress) {
		finished := p.Total > 0 && p.Done >= p.Total
		if time.Since(last) < every && !(finished && end == "") {
			return
		}
		last = time.Now()
		line := fmt.Sprintf("%s %d", p.Job, p.Done)
		if p.Total > 0 {
			line += fmt.Sprintf("/%d", p.Total)
		}
		if end == "" {
			line = "\r\x1b[K" + line // back to the first column, and clear
		}
		if p.Note != "" {
			line += "  " + p.Note
		}
		fmt.Fprint(w, line, end)
		if finished && end == "" {
			fmt.Fprint(w, "\r\x1b[K")
		}
	}
}
