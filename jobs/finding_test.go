package jobs

import (
	"slices"
	"strings"
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/pipeline"
	"qulaq/schema"
	"qulaq/simulate"

	"github.com/google/go-cmp/cmp"
)

// key is a source, and an item or thread of it.
type key [2]string

// finding is what a crawl found.
type finding struct {
	items     map[key]schema.Item
	exchanges map[key]schema.Exchange
	visits    map[key][]schema.Visit // by thread, in order
}

func newFinding(t *testing.T, e *Env, stage *Stage) *finding {
	t.Helper()
	f := &finding{map[key]schema.Item{}, map[key]schema.Exchange{}, map[key][]schema.Visit{}}
	for _, group := range e.groups(nil) {
		items, exchanges, err := Derive(t.Context(), e, group, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			f.items[key{item.SourceID, home(stage, item.ItemID)}] = item
		}
		for _, exchange := range exchanges {
			for i, id := range exchange.ReplyID {
				exchange.ReplyID[i] = home(stage, id)
			}
			f.exchanges[key{exchange.SourceID, home(stage, exchange.NeedID)}] = exchange
		}
	}
	var sources []string
	for _, feed := range e.feeds() {
		sources = append(sources, feed.ID)
	}
	for v, err := range e.Store.Visits(t.Context(), sources) {
		if err != nil {
			t.Fatal(err)
		}
		id := key{v.SourceID, home(stage, v.ThreadID)}
		f.visits[id] = append(f.visits[id], v)
	}
	return f
}

// compare holds all that was found on a platform against its truth, and counts what
// happened there.
func (f *finding) compare(t *testing.T, republic *simulate.Republic, platform string) (happened map[string]int) {
	t.Helper()
	shows := republic.Shows(platform)
	happened = map[string]int{}
	truth := map[key]*look{}
	for _, item := range republic.Items() {
		if !strings.HasSuffix(item.Source, "-"+platform) {
			continue
		}
		l := f.look(item, shows)
		truth[key{item.Source, item.ID}] = l
		got, found := f.items[key{item.Source, item.ID}]
		if found != l.seen() {
			t.Errorf("%s %s of %v (deleted %v, hidden %t) was found: %t, want %t", item.Class, item.ID, item.At, item.Deleted, item.Hidden, found, l.seen())
		}
		if found {
			l.compare(t, got, shows, happened)
		}
	}
	for id := range f.items {
		if strings.HasSuffix(id[0], "-"+platform) && truth[id] == nil {
			t.Errorf("item %s of %s was found, which nobody has written", id[1], id[0])
		}
	}
	want := 0
	for _, need := range republic.Truth() {
		if l := truth[key{need.Source, need.Item}]; l != nil && l.seen() {
			want++
			f.exchange(t, need, truth, happened)
		}
	}
	got := 0
	for id := range f.exchanges {
		if strings.HasSuffix(id[0], "-"+platform) {
			got++
		}
	}
	if got != want {
		t.Errorf("%d exchanges, want %d", got, want)
	}
	f.coverage(t, platform, truth, shows, happened)
	t.Log(happened)
	return happened
}

// tried tells whether enough happened on a platform to try it.
func tried(t *testing.T, happened map[string]int, shows simulate.Shows) {
	t.Helper()
	if closed := happened[string(schema.CommentsClosed)] > 0; closed != shows.Closed {
		t.Errorf("closed comments were found: %t, want %t", closed, shows.Closed)
	}
	if happened["needs"] < 15 || happened["replies"] < 10 || happened["vanished"] == 0 && !shows.CountsDeleted && !shows.Lasting {
		t.Errorf("too little happened to try the platform: %v", happened)
	}
}

// look is an item with the visits of its thread that could see it.
type look struct {
	simulate.Item
	before []time.Time // as it was first published
	after  []time.Time // after it was edited
	gone   []time.Time // after it was deleted, and could have told so
	edits  int         // that the visits could tell, of its text and of what the platform says of it
	ruling string      // what it said at the last visit
}

func (f *finding) look(item simulate.Item, shows simulate.Shows) *look {
	l := &look{Item: item}
	visits := f.visits[key{item.Source, item.Thread}]
	if shows.Listed {
		visits = append(slices.Clone(visits), f.visits[key{item.Source, "requests"}]...)
		slices.SortFunc(visits, func(a, b schema.Visit) int { return a.SeenAt.Compare(b.SeenAt) })
	}
	state := ""
	for _, v := range visits {
		if seen, ok := l.at(v); ok {
			if state != "" && seen != state {
				l.edits++
			}
			state = seen
		}
		switch at := v.SeenAt; {
		case at.Before(item.At) || item.Hidden || !v.Outcome.EarnsSilence():
		case !item.Deleted.IsZero() && !at.Before(item.Deleted):
			if v.Complete || item.Marked {
				l.gone = append(l.gone, at)
			}
		case !item.Edited.IsZero() && !at.Before(item.Edited):
			l.after = append(l.after, at)
		default:
			l.before = append(l.before, at)
		}
	}
	return l
}

// at is the state in which a visit saw the item; false when it did not see it.
func (l *look) at(v schema.Visit) (state string, seen bool) {
	at := v.SeenAt
	if at.Before(l.At) || l.Hidden || !v.Outcome.EarnsSilence() || !l.Deleted.IsZero() && !at.Before(l.Deleted) {
		return "", false
	}
	l.ruling = ""
	for _, r := range l.Rulings {
		if !r.At.After(at) {
			l.ruling = r.Words
		}
	}
	if !l.Edited.IsZero() && !at.Before(l.Edited) {
		return "edited, " + l.ruling, true
	}
	return "first, " + l.ruling, true
}

// over tells whether the platform has ended the wait for a reply by a moment.
func (l *look) over(at time.Time) bool {
	return slices.ContainsFunc(l.Rulings, func(r simulate.Ruling) bool {
		return (r.Words == "rejected" || r.Words == "withdrawn") && !r.At.After(at)
	})
}

// isPost tells whether the item is a body's post, which listings show.
func (l *look) isPost() bool { return l.Class == "post" }

func (l *look) seen() bool { return len(l.before)+len(l.after) > 0 || l.isPost() }

// compare holds what was found of an item against the truth.
func (l *look) compare(t *testing.T, got schema.Item, shows simulate.Shows, happened map[string]int) {
	t.Helper()
	width, undated := got.PublishedHi.Sub(got.PublishedLo), got.Precision == string(parsers.PrecisionVisit)
	if l.At.Before(got.PublishedLo) || l.At.After(got.PublishedHi) || undated != l.Undated || !undated && width > l.Width {
		t.Errorf("%s %s of %v was published between %v and %v (%s), want a span of %v around it", l.Class, l.ID, l.At, got.PublishedLo, got.PublishedHi, got.Precision, l.Width)
	}
	if got.Outcome != l.ruling {
		t.Errorf("the platform says %q of %s %s, want %q", got.Outcome, l.Class, l.ID, l.ruling)
	} else if l.ruling != "" {
		happened[l.ruling]++
	}
	if official := got.Role == string(parsers.RoleOfficial); official != l.Official || official && got.BodyID != l.Body {
		t.Errorf("%s %s is by a %s of %q, want official: %t of %q", l.Class, l.ID, got.Role, got.BodyID, l.Official, l.Body)
	}
	if l.isPost() {
		return
	}
	if int(got.Edits) != l.edits {
		t.Errorf("%s %s has %d edits, want %d", l.Class, l.ID, got.Edits, l.edits)
	} else if l.edits > 0 {
		happened["edited"]++
	}
	vanished := len(l.gone) > 1 || len(l.gone) > 0 && l.Marked
	if vanished != got.Vanished {
		t.Errorf("%s %s has vanished: %t, want %t (deleted %v)", l.Class, l.ID, got.Vanished, vanished, l.Deleted)
	} else if vanished {
		happened["vanished"]++
		if !got.VanishedLo.Before(l.Deleted) || got.VanishedHi.Before(l.Deleted) {
			t.Errorf("%s %s vanished between %v and %v, want a span around %v", l.Class, l.ID, got.VanishedLo, got.VanishedHi, l.Deleted)
		}
	}
}

// exchange holds what was measured of a need against the truth.
func (f *finding) exchange(t *testing.T, need simulate.Exchange, truth map[key]*look, happened map[string]int) {
	t.Helper()
	got, found := f.exchanges[key{need.Source, need.Item}]
	if !found {
		t.Errorf("no exchange was measured for %s %s", need.Class, need.Item)
		return
	}
	happened["needs"]++
	if got.BodyID != need.Body || got.Class != need.Class || need.Asked.Before(got.AskedLo) || need.Asked.After(got.AskedHi) {
		t.Errorf("need %s: a %s to %s between %v and %v, want a %s to %s at %v",
			need.Item, got.Class, got.BodyID, got.AskedLo, got.AskedHi, need.Class, need.Body, need.Asked)
	}
	last := got.AskedHi
	asked := truth[key{need.Source, need.Item}]
	for _, v := range f.visits[key{need.Source, need.Thread}] {
		if len(got.ReplyID) == 0 && asked.over(v.SeenAt) {
			happened["over"]++
			break // nobody waits for a reply any more
		}
		if v.Complete && v.SeenAt.After(last) {
			last = v.SeenAt
		}
	}
	if last.Before(got.AskedHi) {
		last = got.AskedHi
	}
	if !got.Vanished && !got.CensoredAt.Equal(last) || got.CensoredAt.After(last) {
		t.Errorf("need %s is censored at %v, want the last complete visit, %v", need.Item, got.CensoredAt, last)
	}
	type reply struct{ ID, Body, Kind string }
	var want, have []reply
	when, byChance := map[string]time.Time{}, map[string]bool{}
	for _, r := range need.Replies {
		byChance[r.Item] = r.Link == "" // a name in its words may tie it
		if l := truth[key{need.Source, r.Item}]; r.Link != "" && r.Link != "quote" && l.seen() {
			want = append(want, reply{r.Item, r.Body, r.Kind})
			when[r.Item] = r.At
		}
	}
	for i, id := range got.ReplyID {
		if m := pipeline.Method(got.ReplyMethod[i]); m == pipeline.ByAdjacent || m == pipeline.ByQuote || byChance[id] {
			continue // the former is a guess, which the statistics leave out; the latter may repeat what several have said
		}
		have = append(have, reply{id, got.ReplyBodyID[i], got.ReplyKind[i]})
		if at, ok := when[id]; ok && (at.Before(got.ReplyLo[i]) || at.After(got.ReplyHi[i])) {
			t.Errorf("reply %s came between %v and %v, want a span around %v", id, got.ReplyLo[i], got.ReplyHi[i], at)
		}
	}
	happened["replies"] += len(have)
	for _, list := range [][]reply{want, have} { // two of one day come in any order
		slices.SortStableFunc(list, func(a, b reply) int { return strings.Compare(a.ID, b.ID) })
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("need %s: replies (-want +got):\n%s", need.Item, diff)
	}
}

// coverage holds what each visit says of itself against what there was to see: a
// visit is complete unless the platform counts what it does not show.
func (f *finding) coverage(t *testing.T, platform string, truth map[key]*look, shows simulate.Shows, happened map[string]int) {
	t.Helper()
	opened := map[key]time.Time{} // when the first of a thread was said
	for id, l := range truth {
		thread := key{id[0], l.Thread}
		if at, ok := opened[thread]; (!ok || l.At.Before(at)) && !l.Hidden {
			opened[thread] = l.At
		}
	}
	withheld := map[key][]time.Time{} // since when threads hold back an item that they count
	for id, l := range truth {
		switch {
		case l.Hidden && shows.CountsHidden:
			withheld[key{id[0], l.Thread}] = append(withheld[key{id[0], l.Thread}], l.At)
		case !l.Hidden && !l.Deleted.IsZero() && shows.CountsDeleted:
			withheld[key{id[0], l.Thread}] = append(withheld[key{id[0], l.Thread}], l.Deleted)
		}
	}
	for id, visits := range f.visits {
		if !strings.HasSuffix(id[0], "-"+platform) {
			continue
		}
		for _, v := range visits {
			happened[string(v.Outcome)]++
			if v.Pages > 1 {
				happened["paged"]++
			}
			if at, ok := opened[id]; v.Outcome == schema.Gone && (!ok && shows.Lasting || v.SeenAt.Before(at)) {
				continue // a page of its own for what nobody has asked yet, or the platform holds back
			}
			open := v.Outcome != schema.CommentsClosed && v.Outcome != schema.DiscussionUnavailable
			whole := open && !slices.ContainsFunc(withheld[id], func(since time.Time) bool { return !since.After(v.SeenAt) })
			if v.Complete != whole {
				t.Errorf("the visit of %s at %v is complete: %t, want %t; %s (%s), %d of %d items",
					v.URL, v.SeenAt, v.Complete, whole, v.Outcome, v.Reason, v.Parsed, v.Declared)
			}
		}
	}
}
