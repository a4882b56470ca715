package propose

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qulaq/parsers"
	"qulaq/parsers/selectors"
)

// object is something in an answer that may be an item: an object with a time.
type object struct {
	path    string
	members map[string]any
	many    bool // one of a list
}

// Names that members have, in the order in which they are looked for.
var (
	idNames       = []string{"id", "uid", "number", "guid", "_id"}
	parentNames   = []string{"reply_to", "parent_id", "parent", "in_reply_to", "answer_to"}
	officialNames = []string{"is_official", "official", "is_staff", "staff", "is_admin"}
)

// json proposes a page of JSON.
func (d *draft) json(p *Page, u *url.URL) (*selectors.Page, error) {
	var root any
	decoder := json.NewDecoder(strings.NewReader(strings.TrimPrefix(string(p.Body), "\ufeff")))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	objects := timed(nil, "$", root, p.Seen, 0)
	if len(objects) == 0 {
		return nil, errors.New("no object has a time: describe the page by hand, as docs/sources.md shows")
	}
	kind := p.Kind
	if kind == "" {
		kind = parsers.Question
		if _, names := form(u); len(names) == 0 && objects[0].many {
			kind = parsers.Listing
		}
		d.remark(d.at+".kind", "A guess: %s. The kinds are listing, question, post and document; --kind tells it.", kind)
	}
	page := &selectors.Page{Kind: string(kind), Address: d.address(u, kind)}
	if kind == parsers.Listing {
		o := objects[0]
		id := named(o.members, idNames)
		if id == "" {
			id = selectors.Unfilled
		}
		page.Threads = &selectors.Threads{Select: o.path, Link: &selectors.Link{Value: selectors.Value{Select: id}, Address: strings.TrimSuffix(u.Path, "/") + "/{value}"}}
		page.Threads.Published = d.member(d.at+".threads.published", o, p.Seen)
		d.remark(d.at+".threads.link", "Is this the address of one thread? Describe that page, too. If the listing goes on, add next.")
		return page, nil
	}
	for i, o := range objects {
		page.Items = append(page.Items, d.objectItem(i, o, p.Seen))
	}
	return page, nil
}

func (d *draft) objectItem(i int, o object, seen time.Time) selectors.Item {
	at := fmt.Sprintf("%s.items[%d]", d.at, i)
	item := selectors.Item{Select: o.path, Kind: string(parsers.KindAnswer), Time: d.member(at+".time", o, seen)}
	if i == 0 && !o.many {
		item.Kind, item.Opens = string(parsers.KindQuestion), true
	} else {
		d.remark(at+".kind", "answer, or comment if anybody may write one?")
		item.ID = &selectors.Value{Select: named(o.members, idNames)}
		if item.ID.Select == "" {
			item.ID.Select = selectors.Unfilled
			d.remark(at+".id", "Name what tells these items apart; their order is no id.")
		}
		if parent := named(o.members, parentNames); parent != "" {
			item.Parent = &selectors.Parent{Value: selectors.Value{Select: parent}}
		}
		if name := named(o.members, officialNames); name != "" {
			item.Role = &selectors.Role{Value: selectors.Value{Select: name}, Official: []string{"true"}, Citizen: []string{"false"}}
			d.remark(at+".role", "Does true mark officials, and nobody else?")
		} else {
			d.remark(at+".kind", "Who speaks here? Nothing was found that tells officials from citizens: add role.")
		}
	}
	item.Text = &selectors.Text{}
	longest := 0
	for _, key := range slices.Sorted(maps.Keys(o.members)) {
		text, ok := o.members[key].(string)
		if n := utf8.RuneCountInString(text); ok && n > longest && key != item.Time.Select {
			longest = n
			item.Text.Select, item.Text.HTML = member(key), strings.Contains(text, "</") || strings.Contains(text, "<br")
		}
	}
	d.remark(at+".text", "Found: %q", line(fmt.Sprint(o.members[strings.Trim(item.Text.Select, "[']")])))
	return item
}

// maxDepth bounds how deep an answer is looked through.
const maxDepth = 32

// timed finds the objects that have a time, those of a list once.
func timed(found []object, path string, v any, seen time.Time, depth int) []object {
	if depth > maxDepth {
		return found
	}
	switch v := v.(type) {
	case map[string]any:
		if timeOf(v, seen) != "" {
			found = append(found, object{path: path, members: v, many: strings.HasSuffix(path, "[*]")})
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			next := path + "." + key
			if m := member(key); m != key {
				next = path + m
			}
			found = timed(found, next, v[key], seen, depth+1)
		}
	case []any:
		if len(v) > 0 {
			found = timed(found, path+"[*]", v[0], seen, depth+1)
		}
	}
	return found
}

// member writes the name of a member as a path.
func member(key string) string {
	if plainClass.MatchString(key) {
		return key
	}
	return "['" + key + "']"
}

// timeOf is the name of the first member that is a time, by name; "" for none.
func timeOf(members map[string]any, seen time.Time) string {
	for _, key := range slices.Sorted(maps.Keys(members)) {
		switch v := members[key].(type) {
		case string:
			if _, ok := asDate(v, seen); ok {
				return key
			}
		case json.Number:
			if unit(v) != "" && !slices.Contains(idNames, key) {
				return key
			}
		}
	}
	return ""
}

// unit is the shape of a number that may be a time of this century since 1970.
func unit(n json.Number) string {
	i, err := n.Int64()
	switch {
	case err == nil && i > 9e8 && i < 4e9:
		return "unix"
	case err == nil && i > 9e11 && i < 4e12:
		return "unix-ms"
	}
	return ""
}

// member proposes the time of an object.
func (d *draft) member(path string, o object, seen time.Time) *selectors.Time {
	key := timeOf(o.members, seen)
	t := &selectors.Time{Value: selectors.Value{Select: member(key)}}
	if n, ok := o.members[key].(json.Number); ok {
		t.Shapes = []string{unit(n)}
	} else {
		p, _ := asDate(fmt.Sprint(o.members[key]), seen)
		var doubt string
		if t.Shapes, doubt = shapesOf([]printed{p}, seen); doubt != "" {
			t.Shapes = []string{}
			d.remark(path, "%q can be read as day and month, or month and day: write slashes or month-first, as the site means it.", doubt)
			return t
		}
	}
	d.remark(path, "Found: %q. Is it when the item was published, and not when it changed?", fmt.Sprint(o.members[key]))
	return t
}

// named is the first of some names that an object has, with a value.
func named(members map[string]any, names []string) string {
	for _, name := range names {
		if v, ok := members[name]; ok && v != nil {
			return name
		}
	}
	return ""
}
