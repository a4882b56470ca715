package jobs

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"qulaq/pipeline"
	"qulaq/pipeline/language"
	"qulaq/schema"
	"qulaq/simulate"
	"qulaq/stats"
)

// Linking tells how right one method of linking is on a simulated republic. A tie is
// of a reply to a need; limits are Wilson's, 95 %.
type Linking struct {
	Method      string  `json:"method"` // "all": all that count in statistics by default
	Made        int     `json:"made"`   // ties by this method
	Right       int     `json:"right"`  // of these, to the need to which the reply was written
	Precision   float64 `json:"precision"`
	PrecisionLo float64 `json:"precision_lo"`
	PrecisionHi float64 `json:"precision_hi"`
	Shown       int     `json:"shown"` // true pairs of which both were seen, and that pages show in this way; by nothing, for adjacent
	Found       int     `json:"found"` // of these, pairs that were tied by any method; but by adjacent only where nothing shows them
	Recall      float64 `json:"recall"`
	RecallLo    float64 `json:"recall_lo"`
	RecallHi    float64 `json:"recall_hi"`
}

// AllMethods names the row of all ties that count by default.
const AllMethods = "all"

// AuditLinking holds the ties of a republic, as of a moment, against its truth: by
// method, and then all that count by default. With byHand, needs and kinds of replies
// are told by the truth, so that what errs is linking alone. What the truth calls
// otherwise is left out: some platforms have their host in ids, and a rehearsal has
// other hosts.
func AuditLinking(ctx context.Context, e *Env, republic *simulate.Republic, asOf time.Time, byHand bool) ([]Linking, error) {
	of := *e
	if byHand {
		of.Codes = pipeline.Codes{}
		for _, item := range republic.Items() {
			of.Codes[[2]string{item.Source, item.ID}] = language.Class(item.Class)
		}
	}
	audit := linkAudit{seen: map[said]bool{}, tied: map[tie]pipeline.Method{}}
	for _, group := range e.groups(nil) {
		items, exchanges, err := Derive(ctx, &of, group, asOf)
		if err != nil {
			return nil, fmt.Errorf("jobs: audit of links: %w", err)
		}
		audit.add(items, exchanges)
	}
	return audit.against(republic)
}

// said is an item of a source; tie is a reply of a source with its need.
type (
	said struct{ source, item string }
	tie  struct{ source, reply, need string }
)

// linkAudit is what was found in a republic.
type linkAudit struct {
	seen map[said]bool // items
	tied map[tie]pipeline.Method
}

func (a *linkAudit) add(items []schema.Item, exchanges []schema.Exchange) {
	for i := range items {
		a.seen[said{items[i].SourceID, items[i].ItemID}] = true
	}
	for _, x := range exchanges {
		for i, reply := range x.ReplyID {
			a.tied[tie{x.SourceID, reply, x.NeedID}] = pipeline.Method(x.ReplyMethod[i])
		}
	}
}

// against compares what was found with the truth.
func (a *linkAudit) against(republic *simulate.Republic) ([]Linking, error) {
	rows := make([]Linking, 0, len(pipeline.Methods)+1)
	place := map[pipeline.Method]int{}
	for i, m := range pipeline.Methods {
		rows, place[m] = append(rows, Linking{Method: string(m)}), i
	}
	known := map[said]bool{}
	for _, item := range republic.Items() {
		known[said{item.Source, item.ID}] = true
	}
	truth := map[tie]bool{}
	for _, need := range republic.Truth() {
		for _, r := range need.Replies {
			pair := tie{need.Source, r.Item, need.Item}
			truth[pair] = true
			if !a.seen[said{need.Source, need.Item}] || !a.seen[said{need.Source, r.Item}] {
				continue
			}
			shown := cmp.Or(pipeline.Method(r.Link), pipeline.ByAdjacent)
			row := &rows[place[shown]]
			row.Shown++
			if method := a.tied[pair]; method != "" && (method != pipeline.ByAdjacent || shown == pipeline.ByAdjacent) {
				row.Found++
			}
		}
	}
	for pair, method := range a.tied {
		if !known[said{pair.source, pair.need}] {
			continue
		}
		row := &rows[place[method]]
		row.Made++
		if truth[pair] {
			row.Right++
		}
	}
	all := Linking{Method: AllMethods}
	for i := range rows {
		if rows[i].Method != string(pipeline.ByAdjacent) {
			all.Made, all.Right = all.Made+rows[i].Made, all.Right+rows[i].Right
		}
		all.Shown += rows[i].Shown
	}
	for pair := range truth {
		if method := a.tied[pair]; method != "" && method != pipeline.ByAdjacent {
			all.Found++
		}
	}
	rows = append(rows, all)
	for i := range rows {
		if err := rows[i].score(); err != nil {
			return nil, fmt.Errorf("jobs: audit of links: %w", err)
		}
	}
	return rows, nil
}

func (l *Linking) score() error {
	precision, err := stats.Wilson(l.Right, l.Made, stats.DefaultLevel)
	if err != nil {
		return err
	}
	recall, err := stats.Wilson(l.Found, l.Shown, stats.DefaultLevel)
	if err != nil {
		return err
	}
	l.Precision, l.PrecisionLo, l.PrecisionHi = ratio(l.Right, l.Made), precision.Lo, precision.Hi
	l.Recall, l.RecallLo, l.RecallHi = ratio(l.Found, l.Shown), recall.Lo, recall.Hi
	return nil
}

// linkingTable writes rows as Markdown.
func linkingTable(rows []Linking) string {
	var page strings.Builder
	page.WriteString("| method | ties made | right | wrong | precision | pairs shown so | tied | recall |\n|---|---|---|---|---|---|---|---|\n")
	for _, l := range rows {
		name := l.Method
		if name == AllMethods {
			name = "all but adjacent"
		}
		fmt.Fprintf(&page, "| %s | %d | %d | %d | %s | %d | %d | %s |\n", name, l.Made, l.Right, l.Made-l.Right,
			of(l.Made, l.Precision, l.PrecisionLo, l.PrecisionHi), l.Shown, l.Found, of(l.Shown, l.Recall, l.RecallLo, l.RecallHi))
	}
	return page.String()
}
