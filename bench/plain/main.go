// Command plain is what an engineer would write in an afternoon: net/http, goquery,
// a handful of goroutines, a line of JSON an item. It is what qulaq is measured
// against.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/PuerkitoBio/goquery"
)

type item struct {
	ID     string `json:"id"`
	Time   string `json:"time"`
	Author string `json:"author"`
	Text   string `json:"text"`
}

// scraper follows the pages of channels with one goroutine a connection.
type scraper struct {
	client *http.Client
	base   string
	slots  chan struct{} // one a connection
	work   sync.WaitGroup

	mu  sync.Mutex
	out *json.Encoder
}

func main() {
	base := flag.String("base", "", "where the pages are served")
	channels := flag.String("channels", "", "names, separated by commas")
	out := flag.String("out", "", "file for the items")
	connections := flag.Int("connections", 16, "at a time")
	flag.Parse()
	file, err := os.Create(*out)
	if err != nil {
		log.Fatal(err)
	}
	buffered := bufio.NewWriter(file)
	s := &scraper{
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: *connections}},
		base:   *base, slots: make(chan struct{}, *connections), out: json.NewEncoder(buffered),
	}
	for _, channel := range strings.Split(*channels, ",") {
		s.work.Go(func() { s.channel(channel) })
	}
	s.work.Wait()
	if err := cmp.Or(buffered.Flush(), file.Close()); err != nil {
		log.Fatal(err)
	}
}

// get fetches and parses a page; read is called while its connection's slot is held.
func (s *scraper) get(address string, read func(*goquery.Document)) {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	resp, err := s.client.Get(address)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s", address, resp.Status)
	}
	doc, err := goquery.NewDocumentFromReader(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	read(doc)
}

// channel reads the pages of a channel, newest first, and has the comments of each
// post read.
func (s *scraper) channel(name string) {
	for next := s.base + "/s/" + name; next != ""; {
		address := next
		s.get(address, func(doc *goquery.Document) {
			next = ""
			if href, ok := doc.Find(`link[rel="prev"]`).Attr("href"); ok {
				next = s.base + href
			}
			doc.Find(".tgme_widget_message").Each(func(_ int, m *goquery.Selection) {
				post := m.AttrOr("data-post", "")
				s.put(item{post, published(m), m.Find(".tgme_widget_message_owner_name").Text(), text(m)})
				s.work.Go(func() { s.comments(post) })
			})
		})
	}
}

func (s *scraper) comments(post string) {
	s.get(s.base+"/"+post+"?embed=1&discussion=1&comments_limit=50", func(doc *goquery.Document) {
		doc.Find(".tgme_widget_message").Each(func(_ int, m *goquery.Selection) {
			number, err := strconv.Atoi(m.AttrOr("data-post-id", ""))
			if err != nil {
				log.Fatalf("%s: %v", post, err)
			}
			author := m.Find(".tgme_widget_message_author .tgme_widget_message_author_name").First().Text()
			s.put(item{fmt.Sprintf("%s?comment=%d", post, number), published(m), author, text(m)})
		})
	})
}

func published(m *goquery.Selection) string {
	return m.Find(".tgme_widget_message_date time").AttrOr("datetime", "")
}

func text(m *goquery.Selection) string { return m.Find(".js-message_text").Text() }

func (s *scraper) put(i item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.out.Encode(i); err != nil {
		log.Fatal(err)
	}
}
