package report

import (
	"fmt"
	"iter"
	"time"

	"qulaq/schema"
)

// State tells how well a source can be seen.
type State string

// The states of a source.
const (
	Unseen   State = "unseen"   // no visit was ever made
	Healthy  State = "ok"       // it answers
	Degraded State = "degraded" // it fails, or shows parts of its pages, again and again
	Refused  State = "blocked"  // it does not want to be read: robots.txt, a login wall, a captcha
	Vanished State = "gone"     // its first page does not exist
	Drifted  State = "drifted"  // its layout is not the one that the parser knows
)

// Alert tells whether somebody should look at a source in this state.
func (s State) Alert() bool { return s != Healthy && s != Unseen }

// Transition is a change of a source's state.
type Transition struct {
	At     time.Time `json:"at"` // of the visit that decided it
	From   State     `json:"from"`
	To     State     `json:"to"`
	Reason string    `json:"reason"`
}

// Health is the state of a source with its history.
type Health struct {
	State   State        `json:"state"`
	Since   time.Time    `json:"since"` // when the state was entered; zero when unseen
	Reason  string       `json:"reason"`
	History []Transition `json:"history"` // in order
}

// A source leaves its state for a worse one when this many looks in a row, over at
// least this time, did not get what they came for: one failure is the weather, and
// a round that fails in all its threads is one failure.
const (
	strikes  = 3
	patience = time.Hour
)

// HealthOf follows the state of each source through its looks, which come in the
// order of source and time; starts names the thread that each source begins with.
// It is a function of the visits alone.
//
// Two rows of failures are counted: that of all looks at a source, which any
// answer ends, and that of the looks at its first page, which only that page can
// end: old threads of a channel that was closed may answer for long.
func HealthOf(looks iter.Seq2[schema.Look, error], starts map[string]string) (map[string]Health, error) {
	all := map[string]Health{}
	var source string
	var m machine
	for look, err := range looks {
		if err != nil {
			return nil, fmt.Errorf("report: health: %w", err)
		}
		if look.SourceID != source {
			source, m = look.SourceID, machine{health: Health{State: Unseen}}
		}
		m.step(&look, look.ThreadID == starts[source])
		all[source] = m.health
	}
	return all, nil
}

// machine is the state of one source.
type machine struct {
	health Health
	any    row // of looks at whatever thread
	first  row // of looks at the first page
}

// row is a row of failures.
type row struct {
	n     int
	since time.Time
	state State // that the last of them speaks for
}

func (r *row) add(look *schema.Look, state State) {
	if state == Healthy {
		*r = row{}
		return
	}
	if r.n == 0 {
		r.since = look.SeenAt
	}
	r.n++
	r.state = state
}

// long tells whether the row is long enough to believe.
func (r *row) long(now time.Time) bool { return r.n >= strikes && now.Sub(r.since) >= patience }

func (m *machine) step(look *schema.Look, first bool) {
	verdict := judge(look.Outcome, first)
	m.any.add(look, verdict)
	if first {
		m.first.add(look, verdict)
	}
	switch {
	case m.first.long(look.SeenAt):
		m.enter(look, m.first.state, m.first)
	case m.any.long(look.SeenAt):
		m.enter(look, m.any.state, m.any)
	case m.any.n == 0 && m.first.n == 0, m.health.State == Unseen && verdict == Healthy:
		m.enter(look, Healthy, row{})
	}
}

func (m *machine) enter(look *schema.Look, to State, why row) {
	if to == m.health.State {
		return
	}
	reason := "it answers: " + string(look.Outcome)
	if why.n > 0 {
		reason = fmt.Sprintf("%d looks in a row since %s failed, the last as %s", why.n, why.since.UTC().Format("2006-01-02 15:04"), look.Outcome)
		if look.Reason != "" {
			reason += ": " + look.Reason
		}
	}
	m.health.History = append(m.health.History, Transition{At: look.SeenAt, From: m.health.State, To: to, Reason: reason})
	m.health.State, m.health.Since, m.health.Reason = to, look.SeenAt, reason
}

// judge tells which state an outcome speaks for. A thread that is gone is an
// answer, unless it is the page that the source begins with.
func judge(o schema.Outcome, first bool) State {
	switch o {
	case schema.OK, schema.NotModified, schema.Empty, schema.CommentsClosed, schema.DiscussionUnavailable:
		return Healthy
	case schema.BlockedByRobots, schema.LoginWall, schema.Captcha:
		return Refused
	case schema.Drift:
		return Drifted
	case schema.Gone:
		if first {
			return Vanished
		}
		return Healthy
	default: // partial, throttled, too_large, network_error
		return Degraded
	}
}
