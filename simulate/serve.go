package simulate

import (
	"fmt"
	"hash/crc32"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// answer tells what goes with the bytes of a page.
type answer struct {
	status  int    // 0 for 200
	content string // type; "" for HTML
	changed int64  // last moment at which the page changed; 0 gives it no validators
	to      string // where a redirect leads
}

// renderer appends a page, as it stands at the moment now, to b. It is a pure
// function of the request and the moment.
type renderer func(b []byte, q *http.Request, now int64) ([]byte, answer)

func (r *Republic) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, render := range map[string]renderer{
		"GET /robots.txt":            r.robots,
		"GET /s/{channel}":           r.walled(r.channelPage),
		"GET /{channel}":             r.landingPage,
		"GET /{channel}/{post}":      r.walled(r.postPage),
		"POST /api/method":           r.walled(r.moreComments),
		"GET /list":                  r.listPage,
		"GET /npa/view":              r.draftPage,
		"GET /npa/viewArvConclusion": r.conclusionPage,
		"GET /method/{method}":       r.vkMethod,
		"POST /method/{method}":      r.vkMethod,
	} {
		mux.Handle(pattern, r.page(render))
	}
	mux.HandleFunc("GET /application/changelang", r.changeLanguage)
	return mux
}

// buffers are reused: a page is some 50 KB, and thousands are served a second.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 64<<10); return &b }}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// page serves what render gives, with validators, unless the network is down.
func (r *Republic) page(render renderer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		now := r.now.Load()
		if o := r.outage(now); o != nil {
			if o.Close {
				panic(http.ErrAbortHandler) // closes the connection without an answer
			}
			w.Header().Set("Retry-After", "3600")
			http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
			return
		}
		buffer := buffers.Get().(*[]byte)
		defer buffers.Put(buffer)
		body, a := render((*buffer)[:0], q, now)
		*buffer = body

		h := w.Header()
		if a.content == "" {
			a.content = "text/html; charset=utf-8"
		}
		h.Set("Content-Type", a.content)
		if a.to != "" {
			http.Redirect(w, q, a.to, http.StatusFound)
			return
		}
		if a.changed > 0 {
			tag := fmt.Sprintf(`"%08x-%x"`, crc32.Checksum(body, castagnoli), len(body))
			h.Set("ETag", tag)
			h.Set("Last-Modified", time.Unix(a.changed, 0).UTC().Format(http.TimeFormat))
			if unchanged(q, tag, a.changed) {
				h.Del("Content-Type")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if a.status != 0 {
			w.WriteHeader(a.status)
		}
		_, _ = w.Write(body) // whoever went away needs no page
	})
}

// unchanged tells whether the client has the page already (RFC 9110, 13.2.2:
// If-None-Match goes before If-Modified-Since).
func unchanged(q *http.Request, tag string, changed int64) bool {
	if have := q.Header.Get("If-None-Match"); have != "" {
		return have == tag
	}
	since, err := http.ParseTime(q.Header.Get("If-Modified-Since"))
	return err == nil && changed <= since.Unix()
}

func (r *Republic) outage(now int64) *Outage {
	for i := range r.config.Outages {
		if o := &r.config.Outages[i]; o.From.Unix() <= now && now < o.To.Unix() {
			return o
		}
	}
	return nil
}

// walled puts a login wall, with status 200, before Telegram's pages on the
// days that have one.
func (r *Republic) walled(render renderer) renderer {
	return func(b []byte, q *http.Request, now int64) ([]byte, answer) {
		if r.behindWall(now) {
			return append(b, loginWall...), answer{}
		}
		return render(b, q, now)
	}
}

func (r *Republic) behindWall(now int64) bool {
	return len(r.walls) > 0 && now >= r.start && r.walls[int((now-r.start)/(24*3600))]
}

const loginWall = `<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Telegram Login</title>
    <meta name="robots" content="noindex, nofollow" />
  </head>
  <body>
    <div class="tgme_page_wrap">
      <form id="send-form" class="tgme_login_form" method="post" action="/auth">
        <h2>Log in to continue</h2>
        <p>Please log in to view this content.</p>
        <input type="tel" name="phone" placeholder="Phone number" />
        <input type="password" name="password" placeholder="Password" />
        <button type="submit">Log in</button>
      </form>
    </div>
  </body>
</html>
`

func (r *Republic) robots(b []byte, _ *http.Request, _ int64) ([]byte, answer) {
	return append(b, "User-agent: *\nDisallow: /auth\nDisallow: /application/\n"...), answer{content: "text/plain; charset=utf-8", changed: r.start}
}
