package simulate

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// What Meta's Graph API has in common for Facebook and Instagram.

const graphVersion = "v21.0"

type graphCursors struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

type graphPaging struct {
	Cursors graphCursors `json:"cursors"`
	Next    string       `json:"next,omitempty"` // the whole address, with the caller's token
}

// graphList is a page of a list.
type graphList[T any] struct {
	Data   []T          `json:"data"`
	Paging *graphPaging `json:"paging,omitempty"`
}

// graphPage is a page of all; path is where the next one is to be had. The last
// page has a cursor, too.
func graphPage[T any](q *http.Request, all []T, after, path string, size int) graphList[T] {
	offset, _ := strconv.Atoi(strings.TrimPrefix(after, "xq"))
	page, more := cut(all, offset, size)
	list := graphList[T]{Data: page}
	if len(page) == 0 {
		return list
	}
	cursor := fmt.Sprintf("xq%d", offset+len(page))
	list.Paging = &graphPaging{Cursors: graphCursors{fmt.Sprintf("xq%d", offset), cursor}}
	if more {
		list.Paging.Next = fmt.Sprintf("http://%s/%s%s?access_token=%s&after=%s", q.Host, graphVersion, path, q.FormValue("access_token"), cursor)
	}
	return list
}

func graphError(b []byte, code int, message string) ([]byte, answer) {
	return asJSON(b, map[string]any{"error": map[string]any{
		"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "xq",
	}}, answer{status: http.StatusBadRequest})
}

func graphNoKey(b []byte) ([]byte, answer) {
	return graphError(b, 190, "Error validating access token")
}

func graphMissing(b []byte) ([]byte, answer) {
	return graphError(b, 100, "Object does not exist, cannot be loaded due to missing permission")
}

// graphTime is a moment as Meta writes it, with an offset without a colon.
func graphTime(at int64) string { return time.Unix(at, 0).UTC().Format("2006-01-02T15:04:05-0700") }
