package api

import (
	"net/url"
	"strconv"
	"strings"

	"qulaq/parsers"
)

// Collection is how an API lays out records that have numbers: a list of them,
// filtered and paged by an offset, and each at its number below the list.
type Collection struct {
	Name    string     // thread id of the list of all
	Path    string     // of the list, without a slash at its end
	Slash   string     // "/" where paths end in one
	Filters []string   // parameters that choose records, and so name a list
	Offset  string     // parameter: how many records to pass over
	Limit   string     // parameter: how many to show
	Size    int        // as many are asked for
	Record  url.Values // what is asked for with a record
}

// Place is an address within a collection.
type Place struct {
	Call
	Record string // its number; "" for the list
	Offset int    // of a page of the list

	in *Collection
}

// Parse reads the address of a call.
func (c *Collection) Parse(raw string) (Place, error) {
	call, err := ParseCall(raw, append([]string{c.Offset}, c.Filters...)...)
	if err != nil {
		return Place{}, err
	}
	p := Place{Call: call, in: c}
	rest, ok := strings.CutPrefix(call.Path, c.Path)
	p.Record = strings.TrimPrefix(rest, "/")
	if !ok || rest != "" && (rest[0] != '/' || !IsNumber(p.Record)) {
		return Place{}, ErrCall
	}
	if offset := p.Query.Get(c.Offset); offset != "" {
		if p.Offset, err = strconv.Atoi(offset); err != nil || p.Offset < 0 {
			return Place{}, ErrCall
		}
	}
	return p, nil
}

// At is a place on a server: a record by its number, or with "" the list of those
// that filters choose.
func (c *Collection) At(origin, record string, filters url.Values) Place {
	return Place{Call: Call{Origin: origin, Query: filters}, Record: record, in: c}
}

// Thread is what the place shows. A list is named by its filters.
func (p Place) Thread() parsers.Thread {
	if p.Record != "" {
		return p.ThreadOf(p.Record)
	}
	list := p.Page(0)
	t := list.Opens(parsers.Listing, p.in.Name)
	if named := list.With(p.in.Offset, "").With(p.in.Limit, "").Query.Encode(); named != "" {
		t.ID += "?" + named
	}
	return t
}

// ThreadOf is the thread of a record.
func (p Place) ThreadOf(record string) parsers.Thread {
	c := p.Call.To(p.in.Path + "/" + record + p.in.Slash)
	c.Query = p.in.Record
	return c.Opens(parsers.Question, record)
}

// Page is a page of the list.
func (p Place) Page(offset int) Call {
	c := p.Call.To(p.in.Path + p.in.Slash)
	c.Query = p.Query
	return c.With(p.in.Limit, strconv.Itoa(p.in.Size)).With(p.in.Offset, strconv.Itoa(offset))
}

// After is the page of the list behind this one, which showed some of the total;
// nil behind the last.
func (p Place) After(shown, total int) *parsers.Address {
	if read := p.Offset + shown; shown > 0 && read < total {
		return p.Page(read).Next()
	}
	return nil
}
