// Command colly is the program that colly's documentation leads to: an asynchronous
// collector with callbacks for elements, writing a line of JSON an item.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/gocolly/colly/v2"
)

type item struct {
	ID     string `json:"id"`
	Time   string `json:"time"`
	Author string `json:"author"`
	Text   string `json:"text"`
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
	encoder := json.NewEncoder(buffered)
	var mu sync.Mutex
	put := func(i item) {
		mu.Lock()
		defer mu.Unlock()
		if err := encoder.Encode(i); err != nil {
			log.Fatal(err)
		}
	}

	c := colly.NewCollector(colly.Async(true))
	c.WithTransport(&http.Transport{MaxIdleConnsPerHost: *connections})
	if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: *connections}); err != nil {
		log.Fatal(err)
	}
	visit := func(address string) {
		if err := c.Visit(address); err != nil {
			log.Fatalf("%s: %v", address, err)
		}
	}
	c.OnError(func(r *colly.Response, err error) { log.Fatalf("%s: %v", r.Request.URL, err) })
	c.OnHTML(`link[rel="prev"]`, func(e *colly.HTMLElement) { visit(*base + e.Attr("href")) })
	c.OnHTML(".tgme_widget_message", func(e *colly.HTMLElement) {
		i := item{
			ID: e.Attr("data-post"), Time: e.ChildAttr(".tgme_widget_message_date time", "datetime"),
			Author: e.ChildText(".tgme_widget_message_owner_name"), Text: e.DOM.Find(".js-message_text").Text(),
		}
		if number := e.Attr("data-post-id"); number != "" {
			i.ID = strings.TrimPrefix(e.Request.URL.Path, "/") + "?comment=" + number
			i.Author = e.DOM.Find(".tgme_widget_message_author .tgme_widget_message_author_name").First().Text()
		} else {
			visit(*base + "/" + i.ID + "?embed=1&discussion=1&comments_limit=50")
		}
		put(i)
	})
	for _, channel := range strings.Split(*channels, ",") {
		visit(*base + "/s/" + channel)
	}
	c.Wait()
	if err := cmp.Or(buffered.Flush(), file.Close()); err != nil {
		log.Fatal(err)
	}
}
