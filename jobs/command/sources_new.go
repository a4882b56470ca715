package command

import (
	"fmt"
	"os"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/selectors/propose"
	"qulaq/registry"

	"github.com/goccy/go-yaml"
)

// SourcesNew starts the YAML of a source.
type SourcesNew struct {
	URL  []string   `required:"" help:"Address that a page was had from, once for each page." placeholder:"URL"`
	Kind []string   `enum:"listing,question,post,document" help:"What a page is, once for each page: listing, question, post or document (default: guessed)." placeholder:"KIND"`
	Seen *time.Time `help:"When the pages were had, RFC 3339 (default: the file's time)." placeholder:"TIME"`
	Body string     `default:"my_body" help:"Id of the body; the file's name, without .yaml." placeholder:"ID"`
	Page []string   `arg:"" type:"existingfile" help:"Saved pages: a listing, and a page of one question with answers."`
}

// Help is printed below the flags.
func (SourcesNew) Help() string {
	return `The YAML goes to stdout. It proposes a selector for each part of the pages, with a
comment that says what was found and what to check: nothing in it is certain. What no
page can show (who is official, how a page without answers looks) says fill-me-in, and
reads as drift until you have filled it in. Then let qulaq sources probe show what it
matches; docs/sources.md goes through an example.

  qulaq sources new --url https://city.example.org/q --url https://city.example.org/q/12 \
    list.html q12.html > my-registry/bodies/my_body.yaml`
}

// Run writes the YAML.
func (c *SourcesNew) Run(s Streams) error {
	if len(c.URL) != len(c.Page) || len(c.Kind) > 0 && len(c.Kind) != len(c.Page) {
		return fmt.Errorf("%d addresses and %d kinds for %d pages: give one --url, and perhaps one --kind, for each", len(c.URL), len(c.Kind), len(c.Page))
	}
	pages := make([]propose.Page, len(c.Page))
	for i, file := range c.Page {
		body, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		pages[i] = propose.Page{URL: c.URL[i], Body: body, Seen: info.ModTime().UTC()}
		if c.Seen != nil {
			pages[i].Seen = c.Seen.UTC()
		}
		if len(c.Kind) > 0 {
			pages[i].Kind = parsers.ThreadKind(c.Kind[i])
		}
	}
	site, remarks, err := propose.Site(pages)
	if err != nil {
		return err
	}
	body := registry.Body{
		ID: c.Body, Level: registry.Central, Type: "agency",
		Names: registry.Names{KK: "Атауы", RU: "Название", EN: "Name"},
		Sources: []registry.Source{{
			ID: c.Body + "-site", Platform: "selectors", URL: c.URL[0],
			Status: registry.Import, Confidence: registry.Unverified, Evidence: "where you saw that the site is official",
			Selectors: site,
		}},
	}
	comments := yaml.CommentMap{
		"$.level":             {yaml.LineComment(" central, regional or local; the latter two need a region")},
		"$.sources[0].status": {yaml.LineComment(" active, once robots.txt allows it and confidence is verified")},
	}
	for _, r := range remarks {
		path := "$.sources[0].selectors." + r.Path
		if r.Path == "" {
			path = "$.id"
		}
		if earlier := comments[path]; len(earlier) > 0 {
			earlier[0].Texts = append(earlier[0].Texts, " "+oneLine(r.Text))
			continue
		}
		comments[path] = []*yaml.Comment{yaml.HeadComment(" " + oneLine(r.Text))}
	}
	text, err := yaml.MarshalWithOptions(body, yaml.WithComment(comments), yaml.IndentSequence(true))
	if err != nil {
		return fmt.Errorf("write the proposal: %w", err)
	}
	_, err = s.Out.Write(text)
	return err
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
