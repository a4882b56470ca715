package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"qulaq/registry"
)

// request is one look of a reader at a page.
type request struct {
	site     *Site
	ctx      context.Context // ends when the reader has waited long enough
	lang     language
	url      *url.URL
	path     func(name string) string // value of a wildcard in the path
	host     string                   // scheme and host by which the reader came
	choice   choice
	snapshot *state
}

// response is what a reader gets: a page, a table as CSV, a picture.
type response interface {
	// write writes the body; contentType names what it is.
	write(w *bytes.Buffer, r *request) error
	contentType() string
}

// serve answers a request with what show makes of it.
func (s *Site) serve(w http.ResponseWriter, r *http.Request, lang language, show func(*request) (response, error)) {
	ctx, stop := context.WithTimeout(r.Context(), s.Patience)
	defer stop()
	req := &request{site: s, ctx: ctx, lang: lang, url: r.URL, path: r.PathValue, host: s.hostOf(r)}
	h := w.Header()
	err := req.prepare()
	tag := ""
	if err == nil {
		if tag = req.tag(); has(r, tag) {
			h.Set("ETag", tag)
			h.Set("Vary", "Accept-Encoding")
			h.Set("Cache-Control", fresh)
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	var answer response
	if err == nil {
		answer, err = req.answer(show)
	}
	status := http.StatusOK
	if err != nil {
		answer, status = req.failure(w, err)
	}
	var body bytes.Buffer
	if err := answer.write(&body, req); err != nil {
		s.Log.Error("web: write page", slog.String("url", r.URL.String()), slog.Any("err", err))
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", answer.contentType())
	h.Set("Content-Language", string(lang))
	if f, ok := answer.(csvFile); ok {
		h.Set("Content-Disposition", `attachment; filename="qulaq-`+f.table.ID+`.csv"`)
	}
	h.Set("Cache-Control", "no-store")
	if status == http.StatusOK {
		h.Set("ETag", tag)
		h.Set("Cache-Control", fresh)
	}
	if err := s.send(w, r, status, body.Bytes()); err != nil {
		s.Log.Error("web: send page", slog.String("url", r.URL.String()), slog.Any("err", err))
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
}

// fresh is for how long a reader, or a proxy before the site, need not ask again.
const fresh = "public, max-age=60"

// hostOf is what absolute addresses begin with: the public address of the site, or
// the host by which the reader came.
func (s *Site) hostOf(r *http.Request) string {
	if s.Address != "" {
		return s.Address
	}
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// prepare reads what the reader chose, and gets the data for it.
func (r *request) prepare() (err error) {
	if r.choice, err = parseChoice(r.url.Query(), r.site.Index); err != nil {
		return err
	}
	r.snapshot, err = r.snapshotAt(r.choice.AsOf)
	return err
}

// answer is what show makes, or a table of it.
func (r *request) answer(show func(*request) (response, error)) (response, error) {
	answer, err := show(r)
	if err != nil || r.choice.CSV == "" {
		return answer, err
	}
	p, ok := answer.(*page)
	if !ok {
		return nil, errNotFound
	}
	return p.csv(r)
}

// snapshotAt gives the data as of a moment, of now for the zero time.
func (r *request) snapshotAt(asOf time.Time) (*state, error) {
	if asOf.IsZero() {
		return r.site.live.now(r.ctx)
	}
	name := "as of " + asOf.Format(time.RFC3339)
	value, err := r.site.past.get(r.ctx, name, func(ctx context.Context) (any, error) {
		// What was forgotten or imported since changes even what was then.
		generation, err := r.site.Source.Generation(ctx)
		if err != nil {
			return nil, err
		}
		snapshot, err := r.site.Source.Snapshot(ctx, asOf)
		return &state{snapshot, name + ", generation " + generation}, err
	})
	if err != nil {
		return nil, err
	}
	return value.(*state), nil
}

// running are the jobs that run just now, which may change what the page shows. A
// page of an earlier moment is not changed by any.
func (r *request) running() []Running {
	if r.site.Running == nil || !r.choice.AsOf.IsZero() {
		return nil
	}
	return r.site.Running()
}

// failure is the page that tells what went wrong, with its status.
func (r *request) failure(w http.ResponseWriter, err error) (response, int) {
	var pending *pendingError
	var choice *choiceError
	switch {
	case errors.As(err, &pending):
		w.Header().Set("Refresh", "2") // loads the page again, without JavaScript too
		return r.newPage("pending", r.t("pending.title"), int(time.Since(pending.since).Seconds())), http.StatusAccepted
	case errors.As(err, &choice):
		return r.newPage("error", r.t("error.choice"), choice.name+"="+choice.value), http.StatusBadRequest
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "60")
		return r.newPage("error", r.t("error.busy"), ""), http.StatusServiceUnavailable
	case errors.Is(err, errNotFound):
		return r.newPage("error", r.t("error.none"), r.url.Path), http.StatusNotFound
	default:
		r.site.Log.Error("web: page", slog.String("url", r.url.String()), slog.Any("err", err))
		return r.newPage("error", r.t("error.fault"), ""), http.StatusInternalServerError
	}
}

// view gives what compute makes of the snapshot, from the cache when it was made
// before. The key names all that it depends on besides the snapshot.
func view[T any](r *request, key string, compute func(ctx context.Context) (T, error)) (T, error) {
	value, err := r.site.views.get(r.ctx, r.snapshot.name+"\x00"+key, func(ctx context.Context) (any, error) { return compute(ctx) })
	if err != nil {
		var none T
		return none, err
	}
	return value.(T), nil
}

// t is a message in the language of the reader.
func (r *request) t(key string, args ...any) string {
	return r.site.messages.text(r.lang, key, args...)
}

// name is what a body is called, in the language of the reader when it is known.
func (r *request) name(b *registry.Body) string {
	return cmp.Or(b.Names.In(string(r.lang)), b.Names.RU, b.Names.KK, b.Names.EN, b.ID)
}

// nameOf is what the body with an id is called.
func (r *request) nameOf(id string) string {
	if b, ok := r.site.Index.Body(id); ok {
		return r.name(b)
	}
	return id
}

// link is the address of a page with other choices than those of this request, as
// pairs of name and value; an empty value takes a choice back. Choices that the page
// does not know are left behind; the moment goes along.
func (r *request) link(path string, pairs ...string) string {
	q := url.Values{}
	if asOf := r.url.Query().Get("asof"); asOf != "" {
		q.Set("asof", asOf)
	}
	return r.address("/"+string(r.lang)+path, q, pairs)
}

// same is the address of this page with other choices.
func (r *request) same(pairs ...string) string {
	q := r.url.Query()
	q.Del("csv")
	return r.address(r.url.Path, q, pairs)
}

func (r *request) address(path string, q url.Values, pairs []string) string {
	for pair := range slices.Chunk(pairs, 2) {
		q.Set(pair[0], pair[1])
	}
	for name, values := range q {
		if len(values) == 0 || strings.Join(values, "") == "" {
			q.Del(name)
		}
	}
	if r.site.Edition != "" {
		return r.relative(path, q)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + strings.ReplaceAll(q.Encode(), "%3A", ":") // as a time is read
}

// permanent is the address under which this page shows for ever what it shows now.
func (r *request) permanent() string {
	if r.snapshot == nil {
		return r.same()
	}
	return r.same("asof", r.snapshot.Evidence.AsOf.UTC().Format(time.RFC3339Nano))
}

// inLanguage is this page in another language.
func (r *request) inLanguage(lang language) string {
	rest := r.url.Path
	for _, l := range languages {
		if after, ok := strings.CutPrefix(rest, "/"+string(l)+"/"); ok {
			rest = "/" + after
			break
		}
	}
	q := r.url.Query()
	q.Del("csv")
	return r.address(fmt.Sprintf("/%s%s", lang, rest), q, nil)
}
