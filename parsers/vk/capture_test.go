package vk

import (
	"testing"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/parsertest"
)

// captured is when the pages of others were saved, or later.
var captured = time.Date(2025, 1, 12, 0, 0, 0, 0, time.UTC)

func TestCapturedWall(t *testing.T) {
	r := parsertest.Parse(t, New(), parsertest.Capture(t, "vk/selenscrapy_wall_get_response.json", "https://api.vk.com/method/wall.get?owner_id=-33438842&count=5&v=5.131", captured))
	if r.State != parsers.OK || r.Thread.ID != "wall-33438842" || r.Declared != 339 || len(r.Items) != 5 || len(r.Found) != 5 {
		t.Fatalf("state %s (%s), thread %s, declared %d, %d items, %d found; want ok, wall-33438842, 339, 5, 5",
			r.State, r.Reason, r.Thread.ID, r.Declared, len(r.Items), len(r.Found))
	}
	edited := 0
	for _, item := range r.Items {
		if item.Role != parsers.RoleUnknown || item.Author.ID[0] == '-' || item.Kind != parsers.KindPost {
			t.Errorf("%s is a %s of %s as %q, want a post of a person as nobody known", item.ID, item.Kind, item.Author.ID, item.Role)
		}
		if item.Edited {
			edited++
			if after := item.EditedAt.Lo.Sub(item.Published.Lo); after != 52*time.Second {
				t.Errorf("%s was edited after %v, want 52s", item.ID, after)
			}
		}
	}
	if edited != 1 {
		t.Errorf("%d edited, want 1", edited)
	}
	if first := r.Found[0]; first.ID != "wall-33438842_868" || first.Declared != 8 {
		t.Errorf("first post %s with %d comments, want wall-33438842_868 with 8", first.ID, first.Declared)
	}
}

func TestCapturedComments(t *testing.T) {
	r := parsertest.Parse(t, New(), parsertest.Capture(t, "vk/selenscrapy_wall_getComments_response.json", "https://api.vk.com/method/wall.getComments?owner_id=-33438842&post_id=847&v=5.131", captured))
	if r.State != parsers.OK || r.Declared != 3 || r.Counted != 3 || r.Next != nil {
		t.Fatalf("state %s (%s), declared %d, counted %d, next %v; want ok, 3, 3, none", r.State, r.Reason, r.Declared, r.Counted, r.Next)
	}
	last := r.Items[2]
	if last.ID != "wall-33438842_847?reply=849" || last.Author.ID != "-220870455" || last.Parent != "" || last.Role != parsers.RoleUnknown ||
		len(last.Mentions) != 1 || last.Mentions[0] != "551784194" {
		t.Errorf("the answer of another community: id %s, author %s, parent %q, role %q, mentions %v",
			last.ID, last.Author.ID, last.Parent, last.Role, last.Mentions)
	}
}
