package simulate

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// platform is how one of the further platforms is served. What is said on it
// comes from the same process as everywhere; a platform only renders it, in one
// file of its own.
type platform struct {
	Shows
	name string
	// questions tells that a citizen's question opens every thread, and that only
	// the body writes below it. Elsewhere the body opens threads.
	questions bool
	// fixed tells that nobody can change what was published.
	fixed bool
	// walls tells that citizens open threads, too, as they do on VK.
	walls bool
	// flat tells that what answers a reply answers, on the page, what that answers.
	flat bool
	// orphans tells that what answers a deleted item is not shown either.
	orphans bool
	// single tells that every source is one page with one question.
	single bool
	// mute tells that a thread is opened by a page of the body's own site, and no
	// utterance.
	mute bool

	// settle makes of a thread what the platform makes of it: verdicts, one answer
	// for all; nil for nothing.
	settle func(*thread)
	// width is how wide a span pages leave around the time of an item; nil for
	// Precision.
	width func(*item) time.Duration

	routes  func(*site) map[string]renderer // by patterns of [http.ServeMux]
	address func(*source) string            // of the page that the registry names, below the host
	thread  func(*thread) string            // the parser's id of a thread
	item    func(*item) string              // the parser's id of an item
	// account is the parser's id of an author, on a host where that is part of it;
	// "" where pages show none.
	account func(host string, who *account) string
}

// Shows tells what the pages of a platform show of the truth.
type Shows struct {
	Precision     time.Duration // width of the span that a printed time leaves; 0 for an instant
	Parents       bool          // which item a reply answers
	Edits         bool          // that an item was changed
	Deletions     bool          // what is deleted leaves a mark in its place
	Closed        bool          // that nobody may comment on a post
	Lasting       bool          // nothing is ever deleted
	Listed        bool          // lists show threads whole
	CountsHidden  bool          // the count of a thread's items has those that the platform holds back
	CountsDeleted bool          // the count of a thread's items has those that were deleted
}

// platforms lists the further platforms.
func platforms() map[string]*platform {
	list := map[string]*platform{}
	for _, p := range []*platform{
		alaveteli(),
		bluesky(),
		dataegov(),
		dialog(),
		discourse(),
		disqus(),
		epetition(),
		facebook(),
		feed(),
		froide(),
		instagram(),
		mastodon(),
		open311(),
		qapage(),
		ukwq(),
		wordpress(),
		x(),
		youtube(),
	} {
		list[p.name] = p
	}
	return list
}

// Platforms names the platforms that [Config.Platforms] may hold, in order.
func Platforms() []string { return slices.Sorted(maps.Keys(platforms())) }

// site is a further platform with the sources that the republic has on it.
type site struct {
	*platform
	republic *Republic
	sources  []*source
	items    map[int64]*item // by number, of which an item on the site has its own
	handler  http.Handler
}

// perSite is how many bodies have a source on a further platform, or singles where
// a source is one question. spacing lies between the numbers of the items of two
// of them.
const (
	perSite = 2
	singles = 26
	spacing = 1_000_000
)

// openSites gives some bodies a source on each of the further platforms. What
// the bodies say elsewhere stays the same.
func (r *Republic) openSites() error {
	r.sites = map[string]*site{}
	known := platforms()
	for i, name := range r.config.Platforms {
		p, ok := known[name]
		switch {
		case !ok:
			return fmt.Errorf("simulate: platform %q, want one of %s", name, strings.Join(Platforms(), ", "))
		case r.sites[name] != nil:
			return fmt.Errorf("simulate: platform %q is named twice", name)
		}
		at := &site{platform: p, republic: r, items: map[int64]*item{}}
		n := perSite
		if p.single {
			n = singles
		}
		for j := range min(n, len(r.bodies)) { // a body has one source on a site
			b := r.bodies[(i*perSite+j)%len(r.bodies)]
			s := &source{
				id: b.id + "-" + name, platform: name, site: at, body: b,
				handle: handlePre + strings.TrimPrefix(b.id, "xq-"), first: int64(j+1) * spacing,
			}
			b.sources = append(b.sources, s)
			at.sources = append(at.sources, s)
			r.sources = append(r.sources, s)
		}
		at.handler = at.serve()
		r.sites[name] = at
	}
	return nil
}

// serve is the handler of the site's own host.
func (at *site) serve() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /robots.txt", at.republic.page(at.republic.robots))
	for pattern, render := range at.routes(at) {
		mux.Handle(pattern, at.republic.page(render))
	}
	return mux
}

// keyed has a page given only to whoever sends the republic's token, when it has
// one: as a parameter or, where that has no name, in the header for it.
func (at *site) keyed(parameter string, render renderer, refuse func([]byte) ([]byte, answer)) renderer {
	return func(b []byte, q *http.Request, now int64) ([]byte, answer) {
		sent := q.FormValue(parameter)
		if parameter == "" {
			sent, _ = strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
		}
		if token := at.republic.config.Token; token != "" && sent != token {
			return refuse(b)
		}
		return render(b, q, now)
	}
}

// source finds a source by the handle of its body, whatever its case; nil for none.
func (at *site) source(handle string) *source {
	for _, s := range at.sources {
		if strings.EqualFold(s.handle, handle) {
			return s
		}
	}
	return nil
}

// of is the source among whose numbers one is; nil for none.
func (at *site) of(number int64) *source {
	if i := number/spacing - 1; 0 <= i && i < int64(len(at.sources)) {
		return at.sources[i]
	}
	return nil
}

// find gives the thread of a number that is shown at a moment; nil for none.
func (at *site) find(number, now int64) *thread {
	if it := at.items[number]; it != nil && it == it.thread.opener && it.shown(now) {
		return it.thread
	}
	return nil
}

// latest lists the threads of a source that are shown at a moment, newest first,
// and tells when any of them last changed.
func (s *source) latest(now int64) (found []*thread, changed int64) {
	for i := s.before(now + 1); i >= 0; i-- {
		t := s.threads[i]
		_, at := t.replies(now)
		if changed = max(changed, at); t.opener.shown(now) {
			found = append(found, t)
		}
	}
	return found, changed
}

// replies lists what stands below the opener of a thread at a moment, oldest
// first, and tells when any of it last changed.
func (t *thread) replies(now int64) (found []*item, changed int64) {
	changed = t.opener.changed(now)
	for _, it := range t.items {
		changed = max(changed, it.changed(now))
		if it.shown(now) {
			found = append(found, it)
		}
	}
	return found, changed
}

// answered is what an item answers: another one, or else the post; nil for a post.
func (it *item) answered() *item {
	switch {
	case it.parent != nil:
		return it.parent
	case it != it.thread.opener:
		return it.thread.opener
	}
	return nil
}

// below lists what answers an item, whether it is shown or not.
func (it *item) below() []*item {
	var found []*item
	for _, other := range it.thread.items {
		if other.parent == it || other.parent == nil && it == it.thread.opener {
			found = append(found, other)
		}
	}
	return found
}

// cut is one page of a list: size elements from the offset on. It tells whether
// more follow.
func cut[T any](all []T, offset, size int) (page []T, more bool) {
	offset = min(max(offset, 0), len(all))
	end := min(offset+size, len(all))
	return all[offset:end], end < len(all)
}

// milliseconds is a moment as most APIs write it.
func milliseconds(at int64) string { return time.Unix(at, 0).UTC().Format("2006-01-02T15:04:05.000Z") }

// asJSON appends a document.
func asJSON(b []byte, document any, a answer) ([]byte, answer) {
	text, err := json.Marshal(document)
	if err != nil {
		panic(fmt.Sprintf("simulate: %v", err)) // unreachable: strings and numbers only
	}
	if a.content == "" {
		a.content = "application/json; charset=utf-8"
	}
	return append(b, text...), a
}

// Host serves a further platform of the republic as its own host would; nil for
// a platform that [Config.Platforms] does not name.
func (r *Republic) Host(platform string) http.Handler {
	if at := r.sites[platform]; at != nil {
		return at.handler
	}
	return nil
}

// Shows tells what the pages of a platform show.
func (r *Republic) Shows(platform string) Shows {
	switch platform {
	case "telegram":
		return Shows{Parents: true, Edits: true, Closed: true}
	case "vk":
		return Shows{Parents: true, Closed: true}
	case "legalacts":
		return Shows{Precision: time.Minute, Parents: true, CountsHidden: true}
	}
	if at := r.sites[platform]; at != nil {
		return at.Shows
	}
	return Shows{}
}

// questions tells whether a citizen's question opens every thread of a source.
func (s *source) questions() bool { return s.site != nil && s.site.questions }

// quiet tells whether a source has needs and replies alone: the portal, and sites
// made for questions.
func (s *source) quiet() bool { return s.platform == "legalacts" || s.questions() }

// fixed tells whether nothing on a source can be changed.
func (s *source) fixed() bool {
	return s.platform == "legalacts" || s.site != nil && s.site.platform.fixed
}

// closes tells whether comments on a post can be closed.
func (s *source) closes() bool { return s.site == nil || s.site.Closed }

// eventful multiplies how often things happen that are rare. Further platforms
// are served for short rehearsals, in which all of them have to happen.
func (s *source) eventful() float64 {
	if s.site != nil {
		return 4
	}
	return 1
}
