package web

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"qulaq/registry"
	"qulaq/report"
	"qulaq/schema"
)

type coverage struct {
	Weeks   figure
	Sources *table
	Blocked *table
	Outages *table
	Alarms  *table
	Fields  bool // there are alarms
}

// coverage is how much of what there is was seen, what was not, and why.
func (r *request) coverage() (response, error) {
	content := coverage{
		Weeks: r.weeksFigure(), Sources: r.sourcesTable(""), Blocked: r.blockedTable(),
		Outages: r.outagesTable(), Alarms: r.alarmsTable(), Fields: len(r.snapshot.Alarms) > 0,
	}
	return r.newPage("coverage", r.t("coverage.title"), content,
		content.Weeks.Table, content.Sources, content.Blocked, content.Outages, content.Alarms), nil
}

// seen is how much was seen of something.
type seen struct {
	visits, complete uint64
	covered          schema.Covered
	outcomes         map[string]uint64
}

func (s *seen) add(w schema.SourceWeek) {
	s.visits += w.Visits
	s.complete += w.Complete
	s.covered.Declared += w.Declared
	s.covered.Parsed += w.Parsed
	if s.outcomes == nil {
		s.outcomes = map[string]uint64{}
	}
	for outcome, n := range w.Outcomes {
		s.outcomes[outcome] += n
	}
}

// completeShare is complete of all visits; 1 where there was none.
func (s *seen) completeShare() float64 {
	if s.visits == 0 {
		return 1
	}
	return float64(s.complete) / float64(s.visits)
}

// weeksFigure is the coverage of all sources by week.
func (r *request) weeksFigure() figure {
	weeks := map[time.Time]*seen{}
	for _, w := range r.snapshot.Weeks {
		if weeks[w.Week] == nil {
			weeks[w.Week] = new(seen)
		}
		weeks[w.Week].add(w)
	}
	title := r.t("coverage.weeks")
	t := r.newTable("weeks", title, textColumn(r.t("column.week"), "week"), rightColumn(r.t("column.visits"), "visits"),
		rightColumn(r.t("column.complete"), "complete_share"), rightColumn(r.t("column.declared"), "declared"), rightColumn(r.t("column.read"), "parsed"), rightColumn(r.t("column.coverage"), "coverage"))
	read, complete := series{label: r.t("column.coverage"), dots: true}, series{label: r.t("column.complete"), dots: true}
	order := slices.SortedFunc(maps.Keys(weeks), time.Time.Compare)
	step := (len(order) + 5) / 6
	var x []tick
	for i, week := range order {
		s, at := weeks[week], along(i, len(order))
		name := dateCell(week.Format(time.DateOnly))
		t.add(append([]cell{name}, r.seenCells(s)...)...)
		read.marks = append(read.marks, flat(at, s.covered.Share()))
		complete.marks = append(complete.marks, flat(at, s.completeShare()))
		if i%step == 0 {
			x = append(x, tick{at, name.Text, len(x)%2 == 1})
		}
	}
	c := chart{id: "weeks", title: title, desc: r.t("coverage.desc", len(order)), x: x, y: r.shareTicks(), lines: []series{read, complete}}
	return r.figure(c, r.t("coverage.note"), t)
}

// flat is a count, which has no limits.
func flat(x, y float64) mark { return mark{x, y, y, y, false} }

// seenCells are visits, the share of complete ones, declared and read items, and the
// share of the one in the other.
func (r *request) seenCells(s *seen) []cell {
	share := func(x float64, of uint64) cell {
		if of == 0 {
			return cell{Text: "–", record: []string{""}}
		}
		c := cell{Text: r.decimal(100*x, 1) + nbsp + "%", record: []string{plain(x)}}
		if x < report.FlagBelow {
			c.Note = r.t("note.flagged")
		}
		return c
	}
	complete := share(s.completeShare(), s.visits)
	complete.Note = "" // what was not complete earns no silence, and is no fault of the numbers
	return []cell{
		countCell(s.visits), complete, countCell(s.covered.Declared), countCell(s.covered.Parsed), share(s.covered.Share(), s.covered.Declared),
	}
}

// sourcesTable lists the sources of a body that are visited or read from files, of all
// bodies when none is named.
func (r *request) sourcesTable(bodyID string) *table {
	all := map[string]*seen{}
	for _, w := range r.snapshot.Weeks {
		if all[w.SourceID] == nil {
			all[w.SourceID] = new(seen)
		}
		all[w.SourceID].add(w)
	}
	out := map[string]time.Duration{}
	for _, o := range r.snapshot.Outages {
		out[o.SourceID] += o.Hi.Sub(o.Lo)
	}
	t := r.newTable("sources", r.t("sources.title"), textColumn(r.t("column.source"), "source_id"), textColumn(r.t("column.platform"), "platform"), textColumn(r.t("column.status"), "status"),
		rightColumn(r.t("column.visits"), "visits"), rightColumn(r.t("column.complete"), "complete_share"), rightColumn(r.t("column.declared"), "declared"),
		rightColumn(r.t("column.read"), "parsed"), rightColumn(r.t("column.coverage"), "coverage"), rightColumn(r.t("column.outage"), "outage_hours"), textColumn(r.t("column.failures"), "failures"))
	for source, body := range r.site.Index.Sources() {
		if bodyID != "" && body.ID != bodyID || bodyID == "" && source.Status == registry.Blocked {
			continue
		}
		s := all[source.ID]
		if s == nil {
			s = new(seen)
		}
		status := textCell(string(source.Status))
		status.Text = r.t("status." + string(source.Status))
		hours := out[source.ID].Hours()
		cells := append([]cell{{Text: source.ID, Href: r.link("/body/" + body.ID), Header: true, record: []string{source.ID}}, textCell(source.Platform), status}, r.seenCells(s)...)
		t.add(append(cells, cell{Text: r.decimal(hours, 1) + nbsp + r.t("unit.hours"), record: []string{plain(hours)}}, r.failures(s))...)
	}
	return &t
}

// failures lists why visits were not complete, the most frequent reason first.
func (r *request) failures(s *seen) cell {
	outcomes := slices.DeleteFunc(slices.Sorted(maps.Keys(s.outcomes)), func(o string) bool { return schema.Outcome(o).EarnsSilence() })
	slices.SortStableFunc(outcomes, func(a, b string) int { return cmp.Compare(s.outcomes[b], s.outcomes[a]) })
	var c cell
	record := ""
	for i, o := range outcomes {
		if i > 0 {
			c.Text, record = c.Text+", ", record+" "
		}
		c.Text += fmt.Sprintf("%s: %s", r.t("outcome."+o), count(s.outcomes[o]))
		record += fmt.Sprintf("%s=%d", o, s.outcomes[o])
	}
	c.record = []string{record}
	return c
}

// blockedTable lists the sources that are not visited, and why.
func (r *request) blockedTable() *table {
	t := r.newTable("blocked", r.t("blocked.title"), textColumn(r.t("column.source"), "source_id"), textColumn(r.t("column.body"), "body_id"), textColumn(r.t("column.platform"), "platform"), textColumn(r.t("column.reason"), "reason"))
	for source, body := range r.site.Index.Sources() {
		if source.Status == registry.Blocked {
			t.add(cell{Text: source.ID, Header: true, record: []string{source.ID}},
				cell{Text: r.name(body), Href: r.link("/body/" + body.ID), record: []string{body.ID}},
				textCell(source.Platform), textCell(cmp.Or(source.Note, r.t("blocked.unknown"))))
		}
	}
	return &t
}

// outagesTable lists when sources could not be seen, the latest first.
func (r *request) outagesTable() *table {
	t := r.newTable("outages", r.t("outages.title"), textColumn(r.t("column.source"), "source_id"), textColumn(r.t("column.from"), "from"), textColumn(r.t("column.to"), "to"),
		rightColumn(r.t("column.hours"), "hours"), rightColumn(r.t("column.failed"), "failed_visits"))
	t.limit = 50
	for _, o := range slices.Backward(r.snapshot.Outages) {
		hours := o.Hi.Sub(o.Lo).Hours()
		t.add(cell{Text: o.SourceID, Header: true, record: []string{o.SourceID}},
			cell{Text: moment(o.Lo), record: []string{o.Lo.UTC().Format(time.RFC3339)}}, cell{Text: moment(o.Hi), record: []string{o.Hi.UTC().Format(time.RFC3339)}},
			cell{Text: r.decimal(hours, 1), record: []string{plain(hours)}}, countCell(o.Failed))
	}
	return &t
}

// alarmsTable lists the fields that items have more seldom than they had.
func (r *request) alarmsTable() *table {
	t := r.newTable("alarms", r.t("alarms.title"), textColumn(r.t("column.parser"), "parser"), textColumn(r.t("column.source"), "source_id"), textColumn(r.t("column.kind.item"), "kind"), textColumn(r.t("column.field"), "field"),
		column{Title: r.t("column.before"), Right: true, fields: []string{"before", "before_lo", "before_hi", "before_items"}}, column{Title: r.t("column.now"), Right: true, fields: []string{"now", "now_lo", "now_hi", "now_items"}})
	filled := func(f report.Filled) cell {
		return cell{
			Text: r.decimal(100*f.Rate, 1) + nbsp + "%", Limits: fmt.Sprintf("[%s–%s] n = %s", r.decimal(100*f.Lo, 1), r.decimal(100*f.Hi, 1), count(f.Items)),
			record: []string{plain(f.Rate), plain(f.Lo), plain(f.Hi), plain(float64(f.Items))},
		}
	}
	for _, a := range r.snapshot.Alarms {
		source := textCell(a.SourceID)
		source.Text = cmp.Or(a.SourceID, r.t("form.all"))
		name := textCell(a.Parser)
		name.Header = true
		t.add(name, source, textCell(a.Kind), textCell(a.Field), filled(a.Before), filled(a.Now))
	}
	return &t
}
