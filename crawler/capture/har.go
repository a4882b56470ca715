package capture

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"qulaq/crawler/archive"
)

// harEntry is an exchange as HAR 1.2 has it, as far as it is read.
type harEntry struct {
	Started time.Time `json:"startedDateTime"`
	Time    float64   `json:"time"` // milliseconds
	Request struct {
		Method   string `json:"method"`
		URL      string `json:"url"`
		PostData struct {
			MimeType string `json:"mimeType"`
			Text     string `json:"text"`
			Params   []struct {
				Name  string `json:"name"`
				Value string `json:"value"`
			} `json:"params"`
		} `json:"postData"`
	} `json:"request"`
	Response struct {
		Status  int `json:"status"`
		Content struct {
			Size     int     `json:"size"`
			MimeType string  `json:"mimeType"`
			Text     *string `json:"text"`
			Encoding string  `json:"encoding"`
		} `json:"content"`
	} `json:"response"`
}

// isHAR tells whether a file begins as a HAR does.
func (p *part) isHAR() bool {
	d := json.NewDecoder(io.NewSectionReader(p, 0, min(p.size, 1<<20)))
	return descend(d) == nil
}

// descend reads up to the first of log.entries.
func descend(d *json.Decoder) error {
	for _, step := range []string{"log", "entries"} {
		if token, err := d.Token(); err != nil || token != json.Delim('{') {
			return ErrFormat
		}
		for {
			key, err := d.Token()
			if err != nil || key == json.Delim('}') {
				return ErrFormat
			}
			if key == step {
				break
			}
			var passed json.RawMessage
			if err := d.Decode(&passed); err != nil {
				return ErrFormat
			}
		}
	}
	if token, err := d.Token(); err != nil || token != json.Delim('[') {
		return ErrFormat
	}
	return nil
}

// entries lists the pages of a HAR.
func (p *part) entries(trouble func(error) error) ([]Capture, error) {
	d := json.NewDecoder(io.NewSectionReader(p, 0, p.size))
	if err := descend(d); err != nil {
		return nil, fmt.Errorf("capture: %w", err)
	}
	var all []Capture
	var raw json.RawMessage
	for d.More() {
		if err := d.Decode(&raw); err != nil {
			return all, trouble(p.fail(d.InputOffset(), err))
		}
		offset := d.InputOffset() - int64(len(raw))
		var e harEntry
		err := json.Unmarshal(raw, &e)
		if err == nil && !isPage(e.Response.Status, e.Response.Content.MimeType) {
			continue
		}
		if err == nil && e.Response.Content.Text == nil {
			if e.Response.Content.Size == 0 {
				continue
			}
			err = errors.New("a page that was saved without its content")
		}
		if err != nil {
			if err := trouble(p.fail(offset, err)); err != nil {
				return nil, err
			}
			continue
		}
		all = append(all, Capture{URL: e.Request.URL, Form: e.form(), At: e.Started, offset: offset, length: len(raw)})
	}
	if _, err := d.Token(); err != nil {
		return all, trouble(p.fail(d.InputOffset(), fmt.Errorf("it is cut off: %w", err)))
	}
	return all, nil
}

// entry loads the page of an entry.
func (p *part) entry(c Capture) (archive.Page, error) {
	raw := make([]byte, c.length)
	if _, err := p.ReadAt(raw, c.offset); err != nil {
		return archive.Page{}, err
	}
	var e harEntry
	if err := json.Unmarshal(raw, &e); err != nil {
		return archive.Page{}, err
	}
	content := e.Response.Content
	page := archive.Page{
		Status: e.Response.Status, ContentType: content.MimeType, Sent: e.Started,
		Seen: e.Started.Add(time.Duration(max(0, e.Time) * float64(time.Millisecond))),
	}
	if content.Text != nil {
		page.Body = []byte(*content.Text)
	}
	if content.Encoding != "base64" {
		if strings.Contains(page.ContentType, "charset=") { // browsers write text as UTF-8
			page.ContentType, _, _ = strings.Cut(page.ContentType, ";")
			page.ContentType += "; charset=utf-8"
		}
		return page, nil
	}
	var err error
	page.Body, err = base64.StdEncoding.DecodeString(*content.Text)
	return page, err
}

// form is what was sent by POST; nil for GET.
func (e *harEntry) form() url.Values {
	if e.Request.Method != "POST" {
		return nil
	}
	if strings.HasPrefix(e.Request.PostData.MimeType, "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(e.Request.PostData.Text); err == nil && len(form) > 0 {
			return form
		}
	}
	form := url.Values{}
	for _, p := range e.Request.PostData.Params {
		form.Add(p.Name, p.Value)
	}
	return form
}
