package simulate

import (
	"fmt"
	"math"
	"strings"
)

// body is a state body with the habits that the measurement has to find.
type body struct {
	id     string
	level  string // central, local
	kind   string // ministry, akimat
	number int    // from 0
	names  names
	alias  string // another name that pages print; "" for none
	themes []string
	press  string // account of its press service on Telegram; "" for none

	needsADay float64 // asked on an average day at load 1
	kazakh    float64 // share of citizens who write Kazakh
	never     float64 // share of needs without any reply
	median    float64 // of the time to the first reply that settles it, in hours
	sigma     float64 // of its logarithm
	promises  float64 // share of settled needs that were acknowledged before
	redirects float64 // shares among the replies that settle a need;
	refuses   float64 // the rest are substantive or canned
	canned    float64
	phrases   map[key][]string // its own choice of formulas
	sent      map[string]int   // how often it has sent one

	sources []*source
}

type names struct{ kk, ru, en string }

// source is a channel, a community or the portal.
type source struct {
	id       string
	platform string // telegram, vk, legalacts, or that of site
	site     *site  // nil but for the further platforms
	body     *body  // nil for the portal
	handle   string // of a channel, or of the body on a further platform
	group    int64  // of a community
	first    int64  // number before the first post
	shape    int    // 2021 or 2026: Telegram's markup has changed
	closed   bool   // has no comments
	threads  []*thread
	people   []*account
}

// thread is a post, a citizen's post on a wall, or a draft law, with its comments.
type thread struct {
	source *source
	body   *body // whom it belongs to
	number int64
	at     int64
	opener *item   // the post or question; nil for a draft law
	items  []*item // comments by number
	closed bool    // nobody may comment

	post  post // Telegram
	draft *draft
}

// account is somebody who writes.
type account struct {
	name    string
	given   string
	surname string
	woman   bool
	lang    string
	handle  string // on Telegram and the further platforms; "" for a person without a public one
	number  int64  // on VK and the further platforms; negative for a VK community
	body    *body  // nil for a citizen
}

// vkBase lies above all numbers that VK has given out, so that no account here
// is anybody's.
const (
	vkGroups  = 1_990_000_000
	vkPeople  = 2_100_000_000
	vkPersons = 40_000_000
	// siteBodies lies before the numbers of all bodies on further platforms, and
	// sitePeople before those of all citizens.
	siteBodies = 990_000_000
	sitePeople = 1_000_000_000
	handlePre  = "xq_demo_"
)

// found draws the bodies, their habits and their sources.
func (r *Republic) found() {
	d := newDice(r.config.Seed, "nation")
	var ministries, heads, tails [][]string
	for _, row := range r.phrases.nation {
		switch row[0] {
		case "ministry":
			ministries = append(ministries, row)
		case "head":
			heads = append(heads, row)
		case "tail":
			tails = append(tails, row)
		}
	}
	n := r.config.Bodies
	central := min(len(ministries), n*3/7)
	for i := range n {
		b := &body{number: i, sent: map[string]int{}, phrases: map[key][]string{}}
		if i < central {
			row := ministries[i]
			b.id, b.level, b.kind = "xq-"+row[1], "central", "ministry"
			b.names = names{
				kk: "Қиял Республикасының " + capital(row[3]) + " министрлігі",
				ru: "Министерство " + row[4] + " Республики Кыял",
				en: "Ministry of " + row[5] + " of the Republic of Qiyal",
			}
			b.alias = "Ведомство " + row[4]
			b.themes = []string{row[2], row[2], row[2], pick(d, localThemes)}
		} else {
			j := i - central
			head, tail := heads[(j*5)%len(heads)], tails[(j+j/len(heads))%len(tails)]
			b.id, b.level, b.kind = "xq-"+head[1]+tail[1], "local", "akimat"
			b.names = names{
				kk: head[3] + tail[3] + " облысының әкімдігі",
				ru: "Акимат области " + head[4] + tail[4],
				en: "Akimat of " + head[5] + tail[5] + " region",
			}
			b.themes = localThemes
		}
		r.bodies = append(r.bodies, b)
	}
	r.habits(d)
	r.openSources(d, central)
}

// localThemes is what a region is asked about, the frequent themes repeated.
var localThemes = []string{
	"utilities", "utilities", "utilities", "roads_transport", "roads_transport", "roads_transport",
	"housing", "housing", "education", "healthcare", "ecology", "social_protection", "security_police",
	"employment", "lack_of_responsiveness", "corruption", "slow_bureaucracy", "digital_obstacles", "no_open_data",
}

// habits spreads the bodies from prompt to slow and from open to silent, each
// habit by itself, so that a rank by one is not a rank by the other.
func (r *Republic) habits(d dice) {
	n := len(r.bodies)
	volume, median := d.spread(n, 3.6, 8), d.spread(n, 4, 110)
	never, promises := d.spread(n, 0.05, 0.5), d.spread(n, 0.03, 0.5)
	redirects, canned := d.spread(n, 0.04, 0.4), d.spread(n, 0.02, 0.3)
	for i, b := range r.bodies {
		b.needsADay, b.median, b.never = volume[i], median[i], never[i]
		if r.config.Median > 0 {
			b.median = r.config.Median.Hours()
		}
		b.promises, b.redirects, b.canned = promises[i], redirects[i], canned[i]
		b.refuses = d.within(0.02, 0.12)
		b.sigma = d.within(0.8, 1.3)
		b.kazakh = d.within(0.25, 0.7)
		for k, all := range r.phrases.official {
			if k.a == "canned" {
				own := append([]string(nil), all...)
				r.own(b, own, k)
			}
		}
	}
}

// own gives a body two of the canned texts as its own.
func (r *Republic) own(b *body, all []string, k key) {
	d := newDice(r.config.Seed, "canned/"+b.id+"/"+k.b)
	d.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	b.phrases[k] = all[:2]
}

// openSources gives every ministry a place on the portal, and every body a
// channel, a community or both.
func (r *Republic) openSources(d dice, central int) {
	r.portal = &source{id: "xq-legalacts", platform: "legalacts", first: 15_900_000 + d.Int64N(10_000)}
	for _, b := range r.bodies[:central] {
		b.sources = append(b.sources, r.portal)
	}
	r.byHandle, r.byGroup = map[string]*source{}, map[int64]*source{}
	for i, b := range r.bodies {
		name := strings.TrimPrefix(b.id, "xq-")
		onVK := i%3 == 1 || i == central
		if !onVK || i == central {
			s := &source{
				id: b.id + "-telegram", platform: "telegram", body: b, handle: handlePre + name,
				first: int64(d.between(40, 900)), shape: 2021 + 5*(i%2),
			}
			if i == 2 { // its only other place is the portal
				s.closed = true
			}
			if i%4 != 2 {
				b.press = handlePre + "press_" + name
			}
			b.sources = append(b.sources, s)
			r.sources = append(r.sources, s)
			r.byHandle[strings.ToLower(s.handle)] = s
		}
		if onVK {
			s := &source{
				id: b.id + "-vk", platform: "vk", body: b,
				group: vkGroups + int64(i) + 1, first: int64(d.between(40, 900)),
			}
			b.sources = append(b.sources, s)
			r.sources = append(r.sources, s)
			r.byGroup[s.group] = s
		}
	}
	r.sources = append(r.sources, r.portal)
}

// share is the part of a body's needs that is asked on a source. What is asked on
// a further platform is asked besides.
func (b *body) share(s *source) float64 {
	if s.site != nil {
		return 1
	}
	open := 0.0
	weight := func(s *source) float64 {
		switch {
		case s.closed, s.site != nil:
			return 0
		case s.platform == "legalacts":
			return 0.6
		default:
			return 1
		}
	}
	for _, other := range b.sources {
		open += weight(other)
	}
	return weight(s) / math.Max(open, 1e-9)
}

// official is the account under which a body speaks on a source.
func (b *body) official(s *source) *account {
	if s.site != nil {
		return &account{name: b.names.ru, handle: s.handle, number: siteBodies + int64(b.number), body: b}
	}
	switch s.platform {
	case "telegram":
		return &account{name: b.names.ru, handle: handlePre + strings.TrimPrefix(b.id, "xq-"), body: b}
	case "vk":
		return &account{name: b.names.ru, number: -(vkGroups + int64(b.number) + 1), body: b}
	default:
		return &account{name: b.names.ru, body: b}
	}
}

// id is the author's id as the page shows it; "" when it shows none.
func (a *account) id(s *source) string {
	if s.site != nil {
		return s.site.account("", a)
	}
	switch s.platform {
	case "telegram":
		return a.handle
	case "vk":
		return fmt.Sprint(a.number)
	default:
		return ""
	}
}

func capital(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}
