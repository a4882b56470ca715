package pipeline

import (
	"testing"

	"qulaq/parsers"
	"qulaq/schema"

	"github.com/google/go-cmp/cmp"
)

func TestFill(t *testing.T) {
	full := parsers.Item{
		ID: "1", Parent: "0", Kind: parsers.KindComment, Role: parsers.RoleCitizen, Author: parsers.Author{ID: "5", Name: "A"},
		Published: parsers.At(at(0)), Precision: parsers.PrecisionMinute, Edited: true, Text: "x", Quoted: "y",
		Mentions: []string{"7"}, Outcome: "accepted",
	}
	named := parsers.Item{ID: "2", Kind: parsers.KindComment, Author: parsers.Author{Name: "A"}, Published: parsers.At(at(0)), Precision: parsers.PrecisionDay}
	deleted := full
	deleted.Deleted = true
	post := parsers.Item{Kind: parsers.KindPost}
	tests := map[string]struct {
		items []parsers.Item
		want  map[string]uint32
	}{
		"none":            {nil, nil},
		"only deleted":    {[]parsers.Item{deleted}, nil},
		"absence is told": {[]parsers.Item{post}, counted("post", 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)},
		"a name is an author, a day no clock": {
			[]parsers.Item{full, named, deleted}, counted("comment", 2, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1),
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, fill(tt.items)); diff != "" {
				t.Errorf("fill (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("kinds apart", func(t *testing.T) {
		got := fill([]parsers.Item{full, post, post})
		if got["comment"] != 1 || got["post"] != 2 || got["comment.text"] != 1 || got["post.text"] != 0 {
			t.Errorf("fill = %v, want one comment with text and two posts without", got)
		}
	})
}

// counted is the fill of one kind: items, then the fields as the table has them.
func counted(kind string, items uint32, filled ...uint32) map[string]uint32 {
	m := map[string]uint32{kind: items}
	for i, name := range []string{"id", "text", "author", "account", "time", "clock", "role", "parent", "quoted", "mentions", "edited", "outcome"} {
		m[kind+"."+name] = filled[i]
	}
	return m
}

// A visit that read nothing tells no fill: a login wall is no page without texts.
func TestObserveTellsTheFill(t *testing.T) {
	o := NewObserver(testKey(1), testIndex(t))
	v := o.Observe(look(1, comment("a", "one"), comment("b", "")), NewMemory()).Visits[0]
	if v.Fill["comment"] != 2 || v.Fill["comment.text"] != 1 || v.Fill["comment.account"] != 2 {
		t.Errorf("fill = %v, want one text of two comments", v.Fill)
	}
	wall := look(2)
	wall.Fail(schema.LoginWall, "because")
	if v := o.Observe(wall, NewMemory()).Visits[0]; v.Fill != nil {
		t.Errorf("fill of a login wall = %v, want none", v.Fill)
	}
}

func BenchmarkFill(b *testing.B) {
	items := make([]parsers.Item, 100)
	for i := range items {
		items[i] = comment("a", "one")
	}
	b.ReportAllocs()
	for b.Loop() {
		fill(items)
	}
}
