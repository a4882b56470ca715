package web

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"time"

	"qulaq/report"
)

// page is what a template shows. Its methods are what all pages have in common.
type page struct {
	r           *request
	name        string // of the template
	Title       string
	Description string
	Feed        string // address of an Atom feed; "" for none
	Preview     string // path of the picture for previews
	Content     any

	tables []*table // that can be had as CSV
}

func (r *request) newPage(name, title string, content any, tables ...*table) *page {
	return &page{r: r, name: name, Title: title, Description: r.t("site.description"), Preview: "/social.png", Content: content, tables: tables}
}

func (*page) contentType() string { return "text/html; charset=utf-8" }

func (p *page) write(w *bytes.Buffer, r *request) error {
	return r.site.templates[r.lang].execute(w, p)
}

// Lang is the language of the page.
func (p *page) Lang() string { return string(p.r.lang) }

// Link is a link in a list of which one is where the reader is.
type Link struct {
	Text, Href, Lang string
	Current          bool
}

// Languages lead to the same page in each language.
func (p *page) Languages() []Link {
	var links []Link
	for _, lang := range languages {
		links = append(links, Link{p.r.site.messages.text(lang, "language"), p.r.inLanguage(lang), string(lang), lang == p.r.lang})
	}
	return links
}

// Nav leads to the main pages.
func (p *page) Nav() []Link {
	var links []Link
	for _, path := range []string{"/", "/compare", "/equity", "/coverage", "/data", "/method"} {
		if path == "/compare" && p.Edition() != "" {
			continue // what is compared is chosen by a form
		}
		key := "nav.overview"
		if path != "/" {
			key = "nav." + path[1:]
		}
		links = append(links, Link{Text: p.r.t(key), Href: p.r.link(path), Current: p.r.url.Path == "/"+p.Lang()+path})
	}
	return links
}

// Home is the address of the overview.
func (p *page) Home() string { return p.r.link("/") }

// Country is the state that is measured.
func (p *page) Country() string {
	names := p.r.site.Index.Country().Names
	for _, name := range []string{names.In(p.Lang()), names.RU, names.EN, names.KK} {
		if name != "" {
			return name
		}
	}
	return p.r.site.Index.Country().Code
}

// AsOf is until when visits count; zero while there is no data.
func (p *page) AsOf() time.Time {
	if p.r.snapshot == nil {
		return time.Time{}
	}
	return p.r.snapshot.Evidence.AsOf
}

// Needs is how many needs were found.
func (p *page) Needs() string { return count(p.r.snapshot.Needs + p.r.snapshot.Evidence.Any.Len()) }

// Permanent is the address that shows for ever what the page shows now.
func (p *page) Permanent() string { return p.r.permanent() }

// Latest is this page as of now; "" when it is that already.
func (p *page) Latest() string {
	if p.r.choice.AsOf.IsZero() {
		return ""
	}
	return p.r.same("asof", "")
}

// Running tells what runs just now, in words.
func (p *page) Running() []string {
	var told []string
	for _, job := range p.r.running() {
		told = append(told, p.r.t("running.since", p.r.site.messages.textOr(p.r.lang, "job."+job.Job, job.Job), moment(job.Since)))
	}
	return told
}

// Absolute is an address with scheme and host.
func (p *page) Absolute(path string) string { return p.r.host + path }

// Self is the address of the page itself.
func (p *page) Self() string { return p.r.same() }

// PreviewAddress is where the picture for previews is.
func (p *page) PreviewAddress() string { return p.r.host + p.r.link(p.Preview) }

// Asset is the address of a file of the site, which changes with its content.
func (p *page) Asset(name string) string { return p.r.address(p.r.site.assets[name].path, nil, nil) }

// Edition is the name of the edition that the page is of; "" for a live one.
func (p *page) Edition() string { return p.r.site.Edition }

// Bundle is the address of a file of the edition beside the site.
func (p *page) Bundle(name string) string { return p.r.relative("/../"+name, nil) }

// Version is that of the program.
func (p *page) Version() string { return p.r.site.Version }

// field is a choice that a form offers.
type field struct {
	Name, Label string
	Options     []option
}

type option struct {
	Value, Text string
	Chosen      bool
}

// form is how a page is asked for with other choices.
type form struct {
	Action string
	Hidden []option // choices that it keeps
	Fields []field
}

// form makes a form of some fields. It keeps the moment, and the other choices named.
func (r *request) form(keep []string, fields ...field) form {
	if r.site.Edition != "" {
		return form{} // nobody is there to answer it
	}
	f := form{Action: r.url.Path, Fields: fields}
	for _, name := range append([]string{"asof"}, keep...) {
		for _, value := range r.url.Query()[name] {
			f.Hidden = append(f.Hidden, option{Value: value, Text: name})
		}
	}
	return f
}

func (r *request) horizonField() field {
	f := field{Name: "horizon", Label: r.t("form.horizon")}
	for _, h := range report.DefaultHorizons {
		f.Options = append(f.Options, option{h.String(), r.horizonName(h), h.String() == r.choice.Horizon})
	}
	return f
}

func (r *request) byField() field {
	return field{"by", r.t("form.by"), []option{
		{byAny, r.t("reply.any"), r.choice.By == byAny},
		{bySubstantive, r.t("reply.substantive"), r.choice.By == bySubstantive},
	}}
}

func (r *request) perField() field {
	return field{"per", r.t("form.per"), []option{
		{perNeed, r.t("per.need"), r.choice.Per == perNeed},
		{perCluster, r.t("per.cluster"), r.choice.Per == perCluster},
	}}
}

func (r *request) levelField() field {
	f := field{"level", r.t("form.level"), []option{{"", r.t("form.all"), r.choice.Level == ""}}}
	var levels []string
	for _, b := range r.site.Index.Country().Bodies {
		if !slices.Contains(levels, b.Level) {
			levels = append(levels, b.Level)
		}
	}
	slices.Sort(levels)
	for _, level := range levels {
		f.Options = append(f.Options, option{level, r.levelName(level), level == r.choice.Level})
	}
	return f
}

func (r *request) regionField() field {
	f := field{"region", r.t("form.region"), []option{{"", r.t("form.all"), r.choice.Region == ""}}}
	for _, b := range r.site.Index.Country().Bodies {
		iso := report.RegionOf(&b)
		if iso != "" && !slices.ContainsFunc(f.Options, func(o option) bool { return o.Value == iso }) {
			f.Options = append(f.Options, option{iso, r.regionName(iso), iso == r.choice.Region})
		}
	}
	order := byName()
	slices.SortStableFunc(f.Options[1:], func(a, b option) int { return order(a.Text, b.Text) })
	return f
}

// sortField sorts where there is no room for the head of the table.
func (r *request) sortField() field {
	f := field{Name: "sort", Label: r.t("form.sort")}
	horizon := r.horizonName(report.DefaultHorizons[r.choice.horizon()])
	for _, name := range sortable {
		f.Options = append(f.Options, option{name, r.t("column."+name, horizon), name == cmp.Or(r.choice.Sort, sortable[0])})
	}
	return f
}

func (r *request) levelName(level string) string {
	return r.site.messages.textOr(r.lang, "level."+level, level)
}

// regionName is a region by the name of the body that governs it.
func (r *request) regionName(iso string) string {
	for _, b := range r.site.Index.Country().Bodies {
		if report.RegionOf(&b) == iso && b.Type == "akimat" {
			return r.name(&b)
		}
	}
	return iso
}

// templates are those of one language.
type templates struct{ pages map[string]*template.Template }

func (t *templates) execute(w *bytes.Buffer, p *page) error {
	return t.pages[p.name].ExecuteTemplate(w, "layout.html", p)
}

// parseTemplates reads the templates, their messages in one language.
func (s *Site) parseTemplates(lang language) (*templates, error) {
	functions := template.FuncMap{
		"t":      func(key string, args ...any) string { return s.messages.text(lang, key, args...) },
		"moment": moment,
		"iso":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"path":   func(address string) string { u, _ := url.Parse(address); return u.Path },
	}
	out := &templates{map[string]*template.Template{}}
	for _, name := range []string{"overview", "body", "compare", "equity", "coverage", "data", "method", "pending", "error"} {
		t, err := template.New(name).Funcs(functions).ParseFS(files, "templates/layout.html", "templates/parts.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("web: templates: %w", err)
		}
		out.pages[name] = t
	}
	return out, nil
}
