package pipeline

import "qulaq/parsers"

// fields tells what of an item a page can leave out, by the names that column
// visits.fill gives them. Fields that only show when people use them (parent,
// mentions) count too: who answers whom is lost first when a layout changes.
var fields = [...]struct {
	name string
	has  func(*parsers.Item) bool
}{
	{"id", func(i *parsers.Item) bool { return i.ID != "" }},
	{"text", func(i *parsers.Item) bool { return i.Text != "" }},
	{"author", func(i *parsers.Item) bool { return i.Author != (parsers.Author{}) }},
	{"account", func(i *parsers.Item) bool { return i.Author.ID != "" }},
	{"time", func(i *parsers.Item) bool { return !i.Published.IsZero() }},
	{"clock", func(i *parsers.Item) bool {
		return i.Precision == parsers.PrecisionSecond || i.Precision == parsers.PrecisionMinute || i.Precision == parsers.PrecisionHour
	}},
	{"role", func(i *parsers.Item) bool { return i.Role != parsers.RoleUnknown }},
	{"parent", func(i *parsers.Item) bool { return i.Parent != "" }},
	{"quoted", func(i *parsers.Item) bool { return i.Quoted != "" }},
	{"mentions", func(i *parsers.Item) bool { return len(i.Mentions) > 0 }},
	{"edited", func(i *parsers.Item) bool { return i.Edited }},
	{"outcome", func(i *parsers.Item) bool { return i.Outcome != "" }},
}

// fill counts items by kind, and by kind and field those that have the field. A
// field that no item has counts 0: its absence is what is looked for. What a page
// shows as deleted has no fields by right and does not count.
func fill(items []parsers.Item) map[string]uint32 {
	type counts struct {
		items  uint32
		fields [len(fields)]uint32
	}
	byKind := map[parsers.Kind]*counts{} // one or two, mostly
	for i := range items {
		item := &items[i]
		if item.Deleted {
			continue
		}
		c := byKind[item.Kind]
		if c == nil {
			c = new(counts)
			byKind[item.Kind] = c
		}
		c.items++
		for f := range fields {
			if fields[f].has(item) {
				c.fields[f]++
			}
		}
	}
	if len(byKind) == 0 {
		return nil
	}
	filled := make(map[string]uint32, len(byKind)*(1+len(fields)))
	for kind, c := range byKind {
		filled[string(kind)] = c.items
		for f, n := range c.fields {
			filled[string(kind)+"."+fields[f].name] = n
		}
	}
	return filled
}
