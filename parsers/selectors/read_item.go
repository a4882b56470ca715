package selectors

import (
	"fmt"
	"slices"
	"strings"

	"qulaq/parsers"
)

// thread reads the items of a page.
func (r *reader) thread() *parsers.Refusal {
	p := r.at.page
	entries, twice := r.doc.entries(p.rules)
	if twice[0] != nil {
		return r.drift("one element is named by %s and by %s", twice[0].path, twice[1].path)
	}
	count := map[*rule]int{}
	for _, e := range entries {
		count[e.rule]++
	}
	for _, rule := range p.rules {
		r.doc.seen.entries(rule.entry, count[rule])
	}
	if refused := r.declared(entries); refused != nil {
		return refused
	}
	if refused := r.complete(entries, count); refused != nil {
		return refused
	}
	if r.doc.cut() && len(entries) > 0 {
		entries = entries[:len(entries)-1] // it may be cut
	}
	r.opening(entries)
	items := make([]*parsers.Item, len(entries))
	missing := map[*value]int{}
	// Replies before what they stand in, so that they can be taken out of it.
	for i := len(entries) - 1; i >= 0; i-- {
		item, lacking := r.item(&entries[i])
		if lacking != nil {
			missing[lacking]++
		} else {
			items[i] = &item
		}
		entries[i].remove()
	}
	r.parents(entries, items)
	if refused := r.gather(entries, items); refused != nil {
		return refused
	}
	for i := range p.rules {
		for _, v := range p.rules[i].values() {
			if n := missing[v]; n > 0 && len(r.result.Items) == 0 {
				return r.drift("%s (%s) is not on the page, or not as declared", v.path, v.printed)
			} else if n > 0 {
				r.result.State, r.result.Reason = parsers.Partial, fmt.Sprintf("%d of %d items cannot be read: %s (%s) is not there, or not as declared", n, len(entries), v.path, v.printed)
			}
		}
	}
	return nil
}

// values are what an item of a rule cannot be without.
func (r *rule) values() []*value {
	list := []*value{r.text}
	if r.id != nil {
		list = append(list, r.id)
	}
	if r.time != nil {
		list = append(list, r.time.value)
	}
	return list
}

// declared reads how many items the page says there are.
func (r *reader) declared(entries []entry) *parsers.Refusal {
	p := r.at.page
	if p.declared == nil {
		return nil
	}
	counted := 0
	for _, e := range entries {
		if p.isCounted(e.rule) {
			counted++
		}
	}
	n, ok := r.number(p.declared, r.doc.root)
	switch {
	case !ok && counted > 0:
		return r.drift("%s (%s) is not on the page, or no number", p.declared.path, p.declared.printed)
	case !ok:
		return nil
	case n > 0 && counted == 0 && r.at.first:
		return r.drift("the page declares %d items by %s, and shows none that the selectors name", n, p.declared.path)
	}
	r.result.Declared, r.result.Thread.Declared = n, n
	return nil
}

// complete holds the page to what it must have: the item that opens the thread on
// its first page, and of every other kind an item or a proof that there is none.
func (r *reader) complete(entries []entry, count map[*rule]int) *parsers.Refusal {
	for _, rule := range r.at.page.rules {
		if rule.opens && count[rule] > 1 {
			return r.drift("%s (%s) stands %d times on the page: one item opens a thread", rule.path, rule.entry.printed, count[rule])
		}
		if i := r.unanswered(rule, entries); i >= 0 {
			return r.drift("neither %s (%s) nor its none (%s) stands in one of %s", rule.path, rule.entry.printed, rule.none.printed, entries[i].rule.path)
		}
		switch {
		case count[rule] > 0, rule.optional:
		case rule.opens && !r.at.first && len(entries) > 0:
		case !rule.opens && rule.silent && r.result.Declared != parsers.Unknown:
		case !rule.opens && (rule.none != nil && r.doc.present(rule.none, r.doc.root) || r.doc.lacks(rule.entry)):
		default:
			return r.drift("no %s (%s) on the page, and nothing in its place", rule.path, rule.entry.printed)
		}
	}
	return nil
}

// unanswered finds an entry that holds neither an item of a rule nor what stands in
// its place, where others of its own rule hold one of the two; -1 for none.
func (r *reader) unanswered(of *rule, entries []entry) int {
	if of.none == nil || of.place != placeAround {
		return -1
	}
	told := make([]bool, len(entries))
	for i, e := range entries {
		if e.rule == of && e.around >= 0 {
			told[e.around] = true
		} else if e.rule != of && r.doc.present(of.none, e.node) {
			told[i] = true
		}
	}
	holders := map[*rule]bool{}
	for i, e := range entries {
		holders[e.rule] = holders[e.rule] || told[i]
	}
	for i, e := range entries {
		if e.rule != of && holders[e.rule] && !told[i] {
			return i
		}
	}
	return -1
}

// opening reads when the thread was opened, before its other items are: times
// without a year are placed by it. Those of items within it are none of its own.
func (r *reader) opening(entries []entry) {
	i := slices.IndexFunc(entries, func(e entry) bool { return e.rule.opens && e.rule.time != nil })
	if i < 0 {
		return
	}
	for _, e := range entries {
		if e.around == i {
			defer e.remove()()
		}
	}
	quiet := *r
	quiet.doc = &document{shown: r.doc.shown, root: r.doc.root}
	if span, _, ok := quiet.when(entries[i].rule.time, entries[i].node); ok {
		r.opened, r.result.Thread.Published = span, span
	}
}

// item reads one item; lacking is what it cannot be read without.
func (r *reader) item(e *entry) (item parsers.Item, lacking *value) {
	rule := e.rule
	item = parsers.Item{ID: r.at.id, Thread: r.at.id, Kind: rule.kind, Role: rule.is, Precision: parsers.PrecisionVisit}
	if !rule.opens {
		id, ok := r.doc.text(rule.id, e.node)
		if !ok || id == "" {
			return item, rule.id
		}
		item.ID = r.at.id + "#" + id
	}
	item.Deleted = r.doc.present(rule.deleted, e.node)
	var ok bool
	if item.Text, item.Quoted, ok = r.doc.said(rule, e.node); !ok && !item.Deleted {
		return item, rule.text
	}
	if rule.time != nil {
		if item.Published, item.Precision, ok = r.when(rule.time, e.node); !ok {
			return item, rule.time.value
		}
	}
	if rule.role != nil {
		if said, ok := r.doc.text(rule.role, e.node); ok {
			item.Role = rule.roles[said]
		}
	}
	if rule.author != nil {
		item.Author.Name, _ = r.doc.text(rule.author, e.node)
	}
	if rule.account != nil {
		if id, ok := r.doc.text(rule.account, e.node); ok && id != "" {
			item.Author.ID = strings.ToLower(r.at.url.Host) + "/" + id
		}
	}
	if rule.outcome != nil {
		item.Outcome, _ = r.doc.text(rule.outcome, e.node)
	}
	if rule.parent != nil {
		if id, ok := r.doc.text(rule.parent, e.node); ok && id != "" && id != "0" {
			item.Parent = r.at.id + "#" + id
		}
	}
	item.Edited = r.doc.present(rule.edited, e.node)
	return item, nil
}

// parents ties the items whose place tells what they answer.
func (r *reader) parents(entries []entry, items []*parsers.Item) {
	for i, item := range items {
		if item == nil {
			continue
		}
		if item.Parent == item.ID {
			item.Parent = ""
		}
		rule := entries[i].rule
		if item.Parent != "" || rule.place == "" {
			continue
		}
		switch above := entries[i].around; rule.place {
		case placeOpening:
			item.Parent = r.at.id
		case placeAround:
			if above >= 0 && items[above] != nil {
				item.Parent = items[above].ID
			}
		case placeBefore:
			for before := i - 1; before >= 0; before-- {
				if entries[before].rule != rule {
					if items[before] != nil {
						item.Parent = items[before].ID
					}
					break
				}
			}
		}
		item.Nested = item.Parent != ""
	}
}

// gather puts the items into the result. What a page shows twice counts once;
// two items of one id are none that could be told apart.
func (r *reader) gather(entries []entry, items []*parsers.Item) *parsers.Refusal {
	seen := map[string]string{}
	for i, item := range items {
		if item == nil {
			continue
		}
		if text, twice := seen[item.ID]; twice {
			if text != item.Text {
				return r.drift("two items have the id %s, read by %s.id", item.ID, entries[i].rule.path)
			}
			continue
		}
		seen[item.ID] = item.Text
		r.result.Items = append(r.result.Items, *item)
		if r.at.page.isCounted(entries[i].rule) {
			r.result.Counted++
		}
	}
	return nil
}
