// Package simulate is a republic whose truth is known.
//
// [New] draws, from a seed, a country of state bodies, the citizens who write
// to them and the officials who answer or do not. [Republic.Handler] serves its
// official pages over HTTP in the formats of Telegram's public preview, of the
// legalacts portal and of the VK API, as they stand at the simulated moment
// that [Republic.SetNow] sets; [Republic.Host] serves each further platform that
// [Config.Platforms] names. [Republic.Truth] tells to the second what was
// asked, what was answered, and what no page ever shows, so that every figure
// that is measured on the pages can be held against it.
//
// The same configuration gives the same pages, byte for byte, at the same
// simulated moment, in whatever order they are asked for: everything is drawn
// before the first page is served. No name, account, place or text is anybody's.
package simulate

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// Config describes a republic. The zero value is a good one.
type Config struct {
	Seed   uint64    // of every random draw
	Bodies int       // state bodies, 12 to 84; 0 for 14
	Start  time.Time // first moment; zero for Monday, 8 December 2025, local midnight: the new year falls inside
	Days   int       // for how long citizens ask, 1 to 3,650; 0 for 28. Answers come later, too
	Load   float64   // multiplies the needs, up to 100; 0 for 1, about 150 a body in 28 days
	Zone   string    // IANA name; "" for Asia/Almaty

	// Median is that of the time to the first reply that settles a need, for all
	// bodies; 0 spreads them from 4 to 110 hours.
	Median time.Duration
	// Undated has data.egov.kz print the minute of every question and of no answer: when
	// a reply came can only be told from visits.
	Undated bool

	// Outages are times in which the republic's own network is down.
	Outages []Outage
	// LoginWallDays are the days, 0 being the first, on which Telegram and VK
	// ask to log in, with status 200, instead of showing their pages.
	LoginWallDays []int
	// Unthreaded has officials on Telegram and VK name the item that they answer as
	// seldom as many do: they quote, address somebody, name the number of an appeal, or
	// just write below, now and then below another post. With it come namesakes, and
	// replies that name the number or repeat the words of somebody else.
	Unthreaded bool
	// Token is what the VK API and those of further platforms ask for that need a
	// key; "" for none.
	Token string
	// Platforms are served besides Telegram, VK and the portal, each by its own
	// handler ([Republic.Host]); [Platforms] lists them.
	Platforms []string
}

// Outage is a time, From inclusive and To exclusive, in which no site of the
// republic can be reached: requests are answered with status 503 or, with
// Close, by a connection that closes without an answer.
type Outage struct {
	From, To time.Time
	Close    bool
}

// Republic is a simulated country. All its methods may be called by many
// goroutines at once.
type Republic struct {
	config  Config
	start   int64 // Unix time, like all moments inside the package
	end     int64
	hours   officeHours
	phrases *phrases
	bodies  []*body
	sources []*source
	portal  *source
	needs   []*need
	walls   map[int]bool

	byHandle map[string]*source // Telegram channels
	byGroup  map[int64]*source  // VK communities
	byDraft  map[int64]*thread  // documents of the portal
	sites    map[string]*site   // further platforms

	now     atomic.Int64
	handler http.Handler
}

// The limits of a configuration.
const (
	minBodies, maxBodies = 12, 84
	maxDays              = 3650
	maxLoad              = 100
)

// New draws a republic. It fails when the configuration is out of its limits or
// names a zone that the machine does not know.
func New(config Config) (*Republic, error) {
	r, err := blank(config)
	if err != nil {
		return nil, err
	}
	r.found()
	if err := r.openSites(); err != nil {
		return nil, err
	}
	r.live()
	r.number()
	r.handler = r.routes()
	return r, nil
}

// blank is a republic at its start, without bodies or anything said.
func blank(config Config) (*Republic, error) {
	if config.Bodies == 0 {
		config.Bodies = 14
	}
	if config.Days == 0 {
		config.Days = 28
	}
	if config.Load == 0 {
		config.Load = 1
	}
	if config.Zone == "" {
		config.Zone = "Asia/Almaty"
	}
	zone, err := time.LoadLocation(config.Zone)
	switch {
	case err != nil:
		return nil, fmt.Errorf("simulate: %w", err)
	case config.Bodies < minBodies || config.Bodies > maxBodies:
		return nil, fmt.Errorf("simulate: %d bodies, want %d to %d", config.Bodies, minBodies, maxBodies)
	case config.Days < 1 || config.Days > maxDays:
		return nil, fmt.Errorf("simulate: %d days, want 1 to %d", config.Days, maxDays)
	case config.Median < 0:
		return nil, fmt.Errorf("simulate: a median latency of %v", config.Median)
	case !(config.Load > 0 && config.Load <= maxLoad):
		return nil, fmt.Errorf("simulate: load %v, want more than 0 and up to %d", config.Load, maxLoad)
	}
	if config.Start.IsZero() {
		config.Start = time.Date(2025, time.December, 8, 0, 0, 0, 0, zone)
	}
	config.Start = config.Start.In(zone).Truncate(time.Second)

	r := &Republic{
		config: config,
		start:  config.Start.Unix(),
		end:    config.Start.AddDate(0, 0, config.Days).Unix(),
		hours:  newOfficeHours(zone),
		walls:  map[int]bool{},
	}
	for _, day := range config.LoginWallDays {
		r.walls[day] = true
	}
	if r.phrases, err = loadPhrases(); err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	r.now.Store(r.start)
	return r, nil
}

// Start is the first simulated moment.
func (r *Republic) Start() time.Time { return r.config.Start }

// End is the moment after which nobody asks any more.
func (r *Republic) End() time.Time { return r.moment(r.end) }

// SetNow moves the simulated clock: pages served from now on show what has
// happened until t, to the second.
func (r *Republic) SetNow(t time.Time) { r.now.Store(t.Unix()) }

// Now is the simulated moment.
func (r *Republic) Now() time.Time { return r.moment(r.now.Load()) }

// Handler serves Telegram, VK and the portal. Their paths do not collide, so that
// one listener without prefixes serves them as their own hosts would:
//
//	/robots.txt
//	/s/CHANNEL, /CHANNEL, /CHANNEL/POST, /api/method      Telegram
//	/list, /npa/view, /npa/viewArvConclusion              the portal
//	/method/wall.get, /method/wall.getComments            VK
func (r *Republic) Handler() http.Handler { return r.handler }

func (r *Republic) moment(unix int64) time.Time { return time.Unix(unix, 0).In(r.hours.zone) }
