package command

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"qulaq/jobs/config"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
)

// Config checks and shows the configuration.
type Config struct {
	Check  ConfigCheck  `cmd:"" help:"Check a configuration file; tells every mistake with line and column."`
	Show   ConfigShow   `cmd:"" help:"Print what holds: defaults, file, environment and flags together."`
	Schema ConfigSchema `cmd:"" help:"Print the JSON Schema of the file, for editors."`
}

// ConfigCheck checks a file.
type ConfigCheck struct {
	File string `arg:"" optional:"" default:"qulaq.yaml" help:"The file." type:"path"`
}

// Run checks it.
func (c *ConfigCheck) Run(s Streams) error {
	if _, err := config.Read(c.File); err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "%s: no mistakes\n", c.File)
	return nil
}

// ConfigShow prints what holds.
type ConfigShow struct {
	Serving
}

// Run prints it as a configuration file.
func (c *ConfigShow) Run(g *Globals, s Streams) error {
	f, err := c.settings(g)
	if err != nil {
		return err
	}
	text, err := yaml.Marshal(f)
	if err != nil {
		return err
	}
	_, err = s.Out.Write(text)
	return err
}

// ConfigSchema prints the JSON Schema.
type ConfigSchema struct{}

// Run prints it.
func (ConfigSchema) Run(s Streams) error {
	text, err := config.Schema()
	if err != nil {
		return err
	}
	_, err = s.Out.Write(text)
	return err
}

// Visiting is how pages are visited.
type Visiting struct {
	Contact string        `help:"Address or URL at which a site's keeper reaches you. Sent with every request; without it only this machine is visited." env:"QULAQ_CONTACT" config:"contact"`
	Workers int           `help:"Visits at a time, each to another owner." default:"16" env:"QULAQ_WORKERS" config:"crawl.workers"`
	Budget  int           `help:"Requests to one owner in any 24 hours; 0 for as many as are due." default:"0" env:"QULAQ_BUDGET" config:"crawl.budget"`
	Since   time.Duration `help:"Begin no thread that is older than this." default:"1080h" env:"QULAQ_SINCE" config:"crawl.since"`
}

// Serving are the flags of the daemon.
type Serving struct {
	Listen  string `help:"Address of the web pages." default:"127.0.0.1:8080" env:"QULAQ_LISTEN" config:"listen" placeholder:"HOST:PORT"`
	Address string `help:"Public address of the web pages, with which feeds, permanent links and previews begin (default: the host by which a reader comes)." env:"QULAQ_ADDRESS" config:"address" placeholder:"URL"`
	Admin   string `help:"Address of metrics, health and the state of the jobs, for the operator alone; none for none." default:"127.0.0.1:9480" env:"QULAQ_ADMIN" config:"admin" placeholder:"HOST:PORT"`
	SQL     string `name:"sql" help:"Address of the SQL endpoint for analysts; none for none." default:"127.0.0.1:8123" env:"QULAQ_SQL" config:"sql.listen" placeholder:"HOST:PORT"`
	Visiting
	Queuing
	Texts
	Archiving
}

// settings is the configuration that holds: the file, or the defaults, with what
// flags and environment say otherwise.
func (c *Serving) settings(g *Globals) (*config.File, error) {
	f := config.Default()
	if g.file != nil {
		f = *g.file
	}
	f.Data, f.ClickHouse, f.Key, f.Country, f.Registry = g.Data, g.ClickHouse, g.Key, g.Country, g.Registry
	f.Contact, f.Listen, f.Address, f.Admin, f.SQL.Listen = c.Contact, c.Listen, c.Address, c.Admin, c.SQL
	f.Crawl = config.Crawl{Workers: c.Workers, Since: config.Duration(c.Since), Budget: c.Budget}
	f.Queue = config.Queue{Server: c.Queue, Listen: c.QueueListen, Visits: c.QueueVisits, Replicas: c.QueueReplicas}
	f.Texts.Store = c.StoreText
	f.Archive = config.Archive{Mode: c.Archive, Recipients: c.ArchiveRecipient, Dir: c.ArchiveDir}
	return &f, f.Check()
}

// defaultConfig is read when no other file is named, if it is there.
const defaultConfig = "qulaq.yaml"

// BeforeResolve reads the configuration file, whose values stand in for flags that
// neither the command line nor the environment gives.
func (g *Globals) BeforeResolve(line *kong.Context) error {
	if strings.HasPrefix(line.Command(), "config check") {
		return nil // it is told about the file that it is given
	}
	path := os.Getenv("QULAQ_CONFIG")
	for _, flag := range line.Flags() {
		if given, ok := line.FlagValue(flag).(string); ok && flag.Name == "config" && given != "" {
			path = given
		}
	}
	if path == "" {
		path = defaultConfig
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil
		}
	}
	f, err := config.Read(path)
	if err != nil {
		return err
	}
	g.file = f
	values := map[string]any{}
	for _, s := range f.Settings() {
		values[s.Path] = s.Value
	}
	line.AddResolver(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, env := range flag.Envs {
			if os.Getenv(env) != "" { // an empty variable says nothing
				return nil, nil
			}
		}
		return values[flag.Tag.Get("config")], nil
	}))
	return nil
}
