package simulate

import (
	"strings"
	"testing"
)

// TestUnthreaded finds in a republic whose officials seldom name what they answer
// every way in which they show it, and all that misleads.
func TestUnthreaded(t *testing.T) {
	t.Parallel()
	r := republic(t, Config{Seed: 2, Unthreaded: true})
	found := map[string]int{}
	people, named := map[string]map[*account]bool{}, map[string]bool{}
	for _, n := range r.needs {
		it := n.item
		if it.appeal != "" && strings.Contains(it.text, it.appeal) {
			found["a need that names its appeal"]++
		}
		if key := it.thread.source.id + it.who.name; people[key] == nil {
			people[key] = map[*account]bool{it.who: true}
		} else if people[key][it.who] = true; len(people[key]) > 1 {
			named[key] = true
		}
		for _, reply := range n.replies {
			if p := it.thread.source.platform; p != "telegram" && p != "vk" || it == it.thread.opener {
				continue
			}
			found["linked by "+reply.link]++
			if reply.thread != it.thread {
				found["below another post"]++
				if reply.link != "number" || !strings.Contains(reply.text, it.appeal) {
					t.Errorf("reply %s stands elsewhere than its need, and names no appeal: %q", reply.id(), reply.text)
				}
			}
			if reply.class == "acknowledgement" && it.appeal != "" && strings.Contains(reply.text, it.appeal) {
				found["a number that an official gives"]++
			}
			for _, other := range it.thread.items {
				if other != it && other.appeal != "" && other.appeal != it.appeal && strings.Contains(reply.text, other.appeal) {
					found["the number of another appeal"]++
				}
			}
			if strings.Contains(reply.text, "уже отвечали выше") {
				found["a quotation of another question"]++
			}
			if strings.Contains(reply.text, "№ 194-V") {
				found["the number of a law"]++
			}
		}
	}
	found["namesakes"] = len(named)
	for _, what := range []string{
		"linked by parent", "linked by quote", "linked by number", "linked by mention", "linked by ", "below another post",
		"a need that names its appeal", "a number that an official gives", "the number of another appeal",
		"a quotation of another question", "the number of a law", "namesakes",
	} {
		if found[what] < 5 {
			t.Errorf("%s: %d, want at least 5", what, found[what])
		}
	}
}

// TestThreadedStays: what an unthreaded republic has stays out of the others.
func TestThreadedStays(t *testing.T) {
	for _, it := range republic(t, Config{Seed: 2, Days: 7}).Items() {
		if strings.Contains(it.Text, "ЖТ-20") || strings.Contains(it.Text, "№ 194-V") {
			t.Errorf("item %s: %q", it.ID, it.Text)
		}
	}
}
