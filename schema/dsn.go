package schema

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// defaultDatabase is used when a DSN names none.
const defaultDatabase = "qulaq"

// target is what a DSN names: a folder or a server.
type target struct {
	folder   string
	server   *clickhouse.Options
	database string
	cluster  string // "" for a single server
}

func parseDSN(dsn string) (target, error) {
	scheme, rest, _ := strings.Cut(dsn, ":")
	switch scheme {
	case "embedded":
		return parseEmbedded(rest)
	case "clickhouse", "tcp", "http", "https":
	default:
		return target{}, fmt.Errorf("address of the store begins with %q; want embedded:DIR, clickhouse://HOST:9000 or http(s)://HOST:8123", scheme+":")
	}
	if scheme == "https" && !strings.Contains(dsn, "secure=") {
		// The driver wants to be told twice.
		mark := "?"
		if strings.Contains(dsn, "?") {
			mark = "&"
		}
		dsn += mark + "secure=true"
	}
	dsn, cluster, err := cutCluster(dsn)
	if err != nil {
		return target{}, fmt.Errorf("address of the store: %w", err)
	}
	opts, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		// The DSN itself may hold a password, and so may an error that quotes it.
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return target{}, fmt.Errorf("address of the store: %w", err)
	}
	t := target{server: opts, database: opts.Auth.Database, cluster: cluster}
	if t.database == "" {
		t.database = defaultDatabase
	}
	return t, nil
}

// cutCluster takes the parameter cluster out of a DSN: the driver does not know it.
func cutCluster(dsn string) (rest, cluster string, err error) {
	address, query, _ := strings.Cut(dsn, "?")
	params, err := url.ParseQuery(query)
	if err != nil || !params.Has("cluster") {
		return dsn, "", err
	}
	if cluster = params.Get("cluster"); cluster == "" {
		return "", "", errors.New("its parameter cluster names none")
	}
	params.Del("cluster")
	if len(params) > 0 {
		address += "?" + params.Encode()
	}
	return address, cluster, nil
}

func parseEmbedded(rest string) (target, error) {
	folder, query, _ := strings.Cut(rest, "?")
	folder = strings.TrimPrefix(folder, "//")
	if folder == "" {
		return target{}, errors.New("address of the store: embedded: needs a folder, as in embedded:data")
	}
	params, err := url.ParseQuery(query)
	if err != nil {
		return target{}, fmt.Errorf("address of the store: %w", err)
	}
	t := target{folder: folder, database: defaultDatabase}
	for name, values := range params {
		if name != "database" || values[0] == "" {
			return target{}, fmt.Errorf("address of the store: embedded: takes the parameter database, not %q", name)
		}
		t.database = values[0]
	}
	return t, nil
}
