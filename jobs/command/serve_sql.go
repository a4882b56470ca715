package command

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"qulaq/jobs"
	"qulaq/jobs/config"
	"qulaq/schema/endpoint"
)

// sqlPassword is the variable that wins over the file with the analysts' password.
const sqlPassword = "QULAQ_SQL_PASSWORD"

// analysts are the SQL endpoint; nil when there is none: it is switched off, or the
// store is a server, whose own interface is better.
func (c *Serve) analysts(g *Globals, w io.Writer, e *jobs.Env, settings config.SQL) (http.Handler, error) {
	engine := e.Store.HTTP()
	if settings.Listen == config.None || engine == nil {
		return nil, nil
	}
	password := os.Getenv(sqlPassword)
	if password == "" {
		file := settings.PasswordFile
		if file == "" {
			file = filepath.Join(g.Data, "sql-password")
		}
		var made bool
		var err error
		if password, made, err = endpoint.Password(file); err != nil {
			return nil, err
		}
		if made {
			fmt.Fprintf(w, "qulaq: made a password for the SQL user %s, in %s\n", settings.User, relative(file))
		}
	}
	return endpoint.New(endpoint.Config{
		Engine: engine, Database: e.Store.Database(), User: settings.User, Password: password, Log: e.Log,
		Limits: endpoint.Limits{
			Time: time.Duration(settings.Time), Memory: uint64(settings.Memory) << 20,
			Rows: uint64(settings.Rows), Bytes: uint64(settings.Bytes) << 20, Queries: settings.Queries,
		},
	})
}
