package web

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
)

// StaticFile is a file of a site that needs no server.
type StaticFile struct {
	Path string // relative to the site, with slashes
	Body []byte
}

// Files renders a site that is an edition: each page in each language with its
// tables as CSV, in the order of their paths. Links are relative, so that the site
// can be opened from a disk or put anywhere. What a reader would choose by a form is
// left out. An error is the last pair.
func (s *Site) Files(ctx context.Context) iter.Seq2[StaticFile, error] {
	return func(yield func(StaticFile, error) bool) {
		for _, name := range slices.Sorted(maps.Keys(s.assets)) {
			a := s.assets[name]
			if !yield(StaticFile{strings.TrimPrefix(a.path, "/"), a.body}, nil) {
				return
			}
		}
		if !yield(StaticFile{"index.html", s.doors()}, nil) {
			return
		}
		for _, lang := range languages {
			for _, p := range s.staticPages() {
				for file, err := range s.renderStatic(ctx, lang, p) {
					if !yield(file, err) || err != nil {
						return
					}
				}
			}
		}
	}
}

// staticPage is a page that is rendered to a file.
type staticPage struct {
	path string
	body string // that the path names; "" for none
	show func(*request) (response, error)
}

func (s *Site) staticPages() []staticPage {
	pages := []staticPage{
		{"/", "", (*request).overview},
		{"/equity", "", (*request).equity},
		{"/coverage", "", (*request).coverage},
		{"/data", "", (*request).data},
		{"/method", "", (*request).method},
	}
	for i := range s.Index.Country().Bodies {
		id := s.Index.Country().Bodies[i].ID
		pages = append(pages, staticPage{"/body/" + id, id, (*request).body}, staticPage{"/body/" + id + "/badge.svg", id, (*request).badge})
	}
	return pages
}

// renderStatic renders a page and the tables on it.
func (s *Site) renderStatic(ctx context.Context, lang language, p staticPage) iter.Seq2[StaticFile, error] {
	return func(yield func(StaticFile, error) bool) {
		address := "/" + string(lang) + p.path
		r := &request{site: s, ctx: ctx, lang: lang, url: &url.URL{Path: address}, path: func(string) string { return p.body }}
		err := r.prepare()
		var answer response
		if err == nil {
			answer, err = r.answer(p.show)
		}
		if err != nil {
			yield(StaticFile{}, fmt.Errorf("web: %s: %w", address, err))
			return
		}
		put := func(file string, of response) bool {
			var b bytes.Buffer
			err := of.write(&b, r)
			if err != nil {
				err = fmt.Errorf("web: %s: %w", file, err)
			}
			return yield(StaticFile{file, b.Bytes()}, err) && err == nil
		}
		if !put(fileOf(address, ""), answer) {
			return
		}
		made, ok := answer.(*page)
		if !ok {
			return
		}
		for _, t := range made.tables {
			if !put(fileOf(address, t.ID), csvFile{*t}) {
				return
			}
		}
	}
}

// fileOf is where a page of the site is on a disk, or a table of the page as CSV.
func fileOf(address, csv string) string {
	file := strings.TrimPrefix(address, "/")
	if strings.HasSuffix(address, "/") {
		file += "index"
	}
	switch {
	case csv != "":
		return file + "." + csv + ".csv"
	case path.Ext(file) == "":
		return file + ".html"
	}
	return file
}

// relative leads from the file of this request to that of an address.
func (r *request) relative(address string, q url.Values) string {
	up := strings.Count(fileOf(r.url.Path, ""), "/")
	return strings.Repeat("../", up) + fileOf(address, q.Get("csv"))
}

// doors is the page before the languages.
func (s *Site) doors() []byte {
	var b bytes.Buffer
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>qulaq</title>\n<h1>qulaq</h1>\n<ul>\n")
	for _, lang := range languages {
		fmt.Fprintf(&b, "<li><a href=\"%s/index.html\" lang=\"%s\" hreflang=\"%s\">%s</a></li>\n", lang, lang, lang, s.messages.text(lang, "language"))
	}
	b.WriteString("</ul>\n</html>\n")
	return b.Bytes()
}
