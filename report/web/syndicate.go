package web

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"slices"
	"time"
	"unicode/utf8"

	"qulaq/report"
)

// file is a response that is ready.
type file struct {
	kind string
	body []byte
}

func (f file) contentType() string                     { return f.kind }
func (f file) write(w *bytes.Buffer, _ *request) error { _, err := w.Write(f.body); return err }

// badge is a small picture for the pages of others: how many of the needs put to a
// body were answered within the chosen horizon, with limits and n.
func (r *request) badge() (response, error) {
	b, err := r.thisBody()
	if err != nil {
		return nil, err
	}
	s, asked, err := r.standing(b.ID)
	if err != nil {
		return nil, err
	}
	h := r.choice.horizon()
	label := r.t("column.any", r.horizonName(report.DefaultHorizons[h]))
	value := r.t("badge.none")
	if asked {
		share, limits := r.percent(s.Any.Rates[h])
		value = share
		if limits != "" {
			value = fmt.Sprintf("%s %s n=%s", share, limits, needs(s.Any.Rates[h]))
		}
	}
	// Fonts differ: each text is given its width, and the reader's font fits it.
	const letter, pad, height = 6.4, 8.0, 20
	left, right := letter*float64(utf8.RuneCountInString(label))+2*pad, letter*float64(utf8.RuneCountInString(value))+2*pad
	title := html.EscapeString(fmt.Sprintf("%s: %s, %s (%s)", r.name(b), label, value, moment(r.snapshot.Evidence.AsOf)))
	var w svg
	w.add(`<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%d" role="img" aria-label="%s"><title>%s</title>`, num(left+right), height, title, title)
	w.add(`<rect width="%s" height="%d" rx="3" fill="#1d3557"/><path d="M%s 0h%sq3 0 3 3v14q0 3-3 3h-%sz" fill="#0b6e4f"/>`, num(left+right), height, num(left), num(right-3), num(right-3))
	w.add(`<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`)
	w.add(`<text x="%s" y="14" textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text>`, num(pad), num(left-2*pad), html.EscapeString(label))
	w.add(`<text x="%s" y="14" textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text></g></svg>`, num(left+pad), num(right-2*pad), html.EscapeString(value))
	return file{"image/svg+xml", []byte(w.String())}, nil
}

// The parts of an Atom feed (RFC 4287) that are used.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Summary string   `xml:"summary"`
}

// feedLength is the number of periods in a feed.
const feedLength = 12

// feed tells how a body answered what it was asked in each of the last weeks or
// months. The answers to the youngest questions are still to come: an entry changes
// as they do, and says until when it was watched.
func (r *request) feed() (response, error) {
	b, err := r.thisBody()
	if err != nil {
		return nil, err
	}
	points, err := r.series(r.period(), b.ID)
	if err != nil {
		return nil, err
	}
	page, asOf := r.host+r.link("/body/"+b.ID), r.snapshot.Evidence.AsOf
	f := atomFeed{
		Lang: string(r.lang), ID: page, Title: r.t("feed.title", r.name(b)), Updated: asOf.UTC().Format(time.RFC3339), Author: "qulaq",
		Links: []atomLink{{"self", "application/atom+xml", r.host + r.same()}, {"alternate", "text/html", page}},
	}
	h := r.choice.horizon()
	for _, p := range slices.Backward(points[max(0, len(points)-feedLength):]) {
		f.Entries = append(f.Entries, atomEntry{
			ID: page + "#" + p.Period, Title: r.t("feed.entry", p.Period), Updated: f.Updated,
			Link: atomLink{"alternate", "text/html", r.host + r.link("/body/"+b.ID, "asof", asOf.UTC().Format(time.RFC3339Nano))},
			Summary: fmt.Sprintf("%s. %s. %s: %s.",
				r.told(r.t("column.any", r.horizonName(report.DefaultHorizons[h])), p.Any.Rates[h]),
				r.told(r.t("column.substantive", r.horizonName(report.DefaultHorizons[h])), p.Substantive.Rates[h]),
				r.t("asof"), moment(asOf)),
		})
	}
	text, err := xml.MarshalIndent(f, "", " ")
	return file{"application/atom+xml; charset=utf-8", append([]byte(xml.Header), text...)}, err
}

// told is a share in words, with all that it rests on.
func (r *request) told(label string, n report.Number) string {
	share, limits := r.percent(n)
	if limits == "" {
		return label + ": " + share
	}
	return fmt.Sprintf("%s: %s %s, n = %s, %s: %s, %s: %s", label, share, limits, needs(n),
		r.t("column.open"), r.share(n.Basis().Censored), r.t("column.coverage"), r.share(n.Basis().Coverage))
}
