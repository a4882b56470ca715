package crawler_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"qulaq/crawler"
)

func Example() {
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			io.WriteString(w, "User-agent: *\nDisallow: /search")
		case "/questions":
			io.WriteString(w, "<h1>Сұрақтар</h1>")
		default:
			http.NotFound(w, r)
		}
	}))
	defer portal.Close()

	c, err := crawler.New(crawler.Config{Contact: "https://qulaq.example/bot"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	for _, path := range []string{"/questions", "/search", "/old"} {
		v := c.Visit(context.Background(), crawler.Request{URL: portal.URL + path, AllowLoopback: true})
		fmt.Printf("%s: %s %q %q\n", path, v.Outcome, v.Reason, v.Body)
	}
	// Output:
	// /questions: ok "" "<h1>Сұрақтар</h1>"
	// /search: blocked_by_robots "robots.txt: disallow: /search" ""
	// /old: gone "404 Not Found" "404 page not found\n"
}
