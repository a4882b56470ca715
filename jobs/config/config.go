// Package config is the configuration file of qulaq, qulaq.yaml.
//
// [Default] is what holds without a file, [Read] reads one over it. A file is
// strict: what it does not know, or cannot follow, is refused with file, line and
// column ([Problems]), and all rules that are broken are told at once. The types
// below are the only description of the file: [Reference] and [Schema] are made
// of them, and docs/configuration.md and docs/qulaq.schema.json are held to both by a
// test.
//
// Flags and environment variables win over the file. A field names its flag in its
// tag; the variable is QULAQ_ and the flag's name in capitals.
package config

import "time"

// File is the content of qulaq.yaml.
type File struct {
	Data       string   `json:"data,omitempty" flag:"data" jsonschema:"Folder of the data: the embedded ClickHouse and the key. Relative to the working directory."`
	ClickHouse string   `json:"clickhouse,omitempty" flag:"clickhouse" jsonschema:"Where the tables are: embedded:DIR, clickhouse://HOST:PORT/DB or http(s)://HOST:PORT/DB. Empty: embedded, in the data folder. A password belongs into the variable QULAQ_CLICKHOUSE, not here."`
	Key        string   `json:"key,omitempty" flag:"key" jsonschema:"Key file of the pseudonyms, made on the first run. Empty: key in the data folder."`
	Country    string   `json:"country,omitempty" flag:"country" jsonschema:"Country of the built-in registry, ISO 3166-1."`
	Registry   []string `json:"registry,omitempty" flag:"registry" jsonschema:"Registry folders of your own, each extending what is before it; one with another country code replaces it."`
	Contact    string   `json:"contact,omitempty" flag:"contact" jsonschema:"Address or URL at which a site's keeper reaches you. Sent with every request; without it only this machine is visited."`
	Zone       string   `json:"zone,omitempty" jsonschema:"Time zone of the cron lines, an IANA name. Empty: the country's."`
	Listen     string   `json:"listen,omitempty" flag:"listen" jsonschema:"Address of the web pages."`
	Address    string   `json:"address,omitempty" flag:"address" jsonschema:"Public address of the web pages, https://HOST, with which absolute links begin: feeds, permanent links, pictures for previews. Empty: the host by which a reader comes."`
	Admin      string   `json:"admin,omitempty" flag:"admin" jsonschema:"Address of metrics, health and the state of the jobs, for the operator alone: do not make it public. none for none."`
	SQL        SQL      `json:"sql,omitzero" jsonschema:"SQL for analysts: ClickHouse's HTTP interface over the embedded engine, read-only."`
	Crawl      Crawl    `json:"crawl,omitzero" jsonschema:"How pages are visited."`
	Queue      Queue    `json:"queue,omitzero" jsonschema:"Whether visits are handed to workers, which are other processes on this machine or others (qulaq worker)."`
	Texts      Texts    `json:"texts,omitzero" jsonschema:"What is kept of citizens' texts."`
	Archive    Archive  `json:"archive,omitzero" jsonschema:"Whether and how the pages themselves are kept."`
	Backup     Backup   `json:"backup,omitzero" jsonschema:"Where backups go."`
	Metrics    Metrics  `json:"metrics,omitzero" jsonschema:"What is measured of the program itself."`
	Jobs       Jobs     `json:"jobs,omitzero" jsonschema:"What qulaq serve does when."`
}

// SQL is the endpoint for analysts and what one query of theirs may use.
type SQL struct {
	Listen       string   `json:"listen,omitempty" flag:"sql" jsonschema:"Address of the SQL endpoint; none for none. It speaks plain HTTP: leave it on this machine, or put a proxy with TLS before it. A server has an interface of its own: with one, this is not served."`
	User         string   `json:"user,omitempty" jsonschema:"Name by which analysts sign in."`
	PasswordFile string   `json:"password_file,omitempty" jsonschema:"File with their password, made with a random one if it is not there. Empty: sql-password in the data folder. The variable QULAQ_SQL_PASSWORD wins over it."`
	Time         Duration `json:"time,omitempty" jsonschema:"Longest run of a query, its result's way to the client included."`
	Memory       int      `json:"memory,omitempty" jsonschema:"Most memory of a query, in MiB."`
	Rows         int      `json:"rows,omitempty" jsonschema:"Longest result, in rows."`
	Bytes        int      `json:"bytes,omitempty" jsonschema:"Largest result, in MiB."`
	Queries      int      `json:"queries,omitempty" jsonschema:"Queries at a time; others wait."`
}

// Crawl is how pages are visited.
type Crawl struct {
	Workers int      `json:"workers,omitempty" flag:"workers" jsonschema:"Visits at a time, each to another owner."`
	Since   Duration `json:"since,omitempty" flag:"since" jsonschema:"No thread is begun that is older than this."`
	Budget  int      `json:"budget,omitempty" flag:"budget" jsonschema:"Requests to one owner in any 24 hours: pages, redirects, robots.txt and repeats; 0 for as many as are due. What is over it waits."`
}

// Queue is how visits are handed to workers.
type Queue struct {
	Server   string `json:"server,omitempty" flag:"queue" jsonschema:"none: this process makes all visits. embedded: a NATS server in the daemon, at queue.listen. nats://HOST:4222,nats://HOST:4222: a cluster with JetStream. A token belongs into the variable QULAQ_QUEUE_TOKEN, not here."`
	Listen   string `json:"listen,omitempty" flag:"queue-listen" jsonschema:"Address of the embedded server. Beyond this machine it wants a token."`
	Visits   int    `json:"visits,omitempty" flag:"queue-visits" jsonschema:"Visits handed out at a time, each to another owner. crawl.workers of them are made by the daemon itself."`
	Replicas int    `json:"replicas,omitempty" flag:"queue-replicas" jsonschema:"Servers of a cluster that hold each message: 3 bears the death of one. Counts when the streams are made."`
}

// Embedded is the queue server of the daemon itself.
const Embedded = "embedded"

// Texts is what is kept of citizens' texts.
type Texts struct {
	Store bool     `json:"store" flag:"store-text" jsonschema:"Store redacted texts of citizens; false: read them when they are seen, and store what was read alone."`
	Keep  Duration `json:"keep,omitempty" jsonschema:"How long the job prune keeps them."`
}

// Archive is whether and how pages are kept.
type Archive struct {
	Mode       string   `json:"mode,omitempty" flag:"archive" enum:"auto,off,sealed,plain" jsonschema:"auto is sealed when there are recipients, else off. plain keeps what identifies people, in the clear."`
	Recipients []string `json:"recipients,omitempty" flag:"archive-recipient" jsonschema:"Who can open what is sealed: age1…, or files with one on each line (qulaq archive keygen)."`
	Dir        string   `json:"dir,omitempty" flag:"archive-dir" jsonschema:"Folder of the archive. Empty: archive in the data folder."`
}

// Backup is where backups go.
type Backup struct {
	Dir  string `json:"dir,omitempty" jsonschema:"Folder in which each backup gets a folder of its own. Needed by the job backup. Best on another disk."`
	Keep int    `json:"keep,omitempty" jsonschema:"Backups that are kept; older ones are removed when a new one is complete. 0 for all."`
}

// Metrics is what is measured of the program itself.
type Metrics struct {
	Freshness Duration `json:"freshness,omitempty" jsonschema:"Objective: each source of a body has had a complete visit within this time. Told as a metric, and alerted on."`
}

// Jobs is what the daemon does when.
type Jobs struct {
	Jitter Duration `json:"jitter,omitempty" jsonschema:"Jobs begin up to this long after they are due, each always by the same share, so that not all the world's crawlers knock at the full hour."`
	Crawl  Job      `json:"crawl,omitzero" jsonschema:"Visit what is due."`
	Relink Job      `json:"relink,omitzero" jsonschema:"Make items and exchanges again from what was seen."`
	Prune  Job      `json:"prune,omitzero" jsonschema:"Give up citizens' texts that are older than texts.keep."`
	Backup Job      `json:"backup,omitzero" jsonschema:"Write a backup to backup.dir."`
}

// Job is when one job runs.
type Job struct {
	Cron    string   `json:"cron,omitempty" jsonschema:"Cron line of five fields: minute, hour, day, month, weekday; or off."`
	Timeout Duration `json:"timeout,omitempty" jsonschema:"A run is told to end after this; 0 for never."`
}

// Off is the cron line of a job that is not run, None the address of what is not
// served or asked.
const (
	Off  = "off"
	None = "none"
)

// day is the unit of the longer defaults.
const day = 24 * time.Hour

// Default is the configuration that holds without a file.
func Default() File {
	return File{
		Data:    "data",
		Country: "KZ",
		Listen:  "127.0.0.1:8080",
		Admin:   "127.0.0.1:9480",
		SQL:     SQL{Listen: "127.0.0.1:8123", User: "analyst", Time: Duration(time.Minute), Memory: 1024, Rows: 1_000_000, Bytes: 256, Queries: 4},
		Crawl:   Crawl{Workers: 16, Since: Duration(45 * day)},
		Queue:   Queue{Server: None, Listen: "127.0.0.1:4222", Visits: 256, Replicas: 1},
		Texts:   Texts{Store: true, Keep: Duration(90 * day)},
		Archive: Archive{Mode: "auto"},
		Backup:  Backup{Keep: 7},
		Metrics: Metrics{Freshness: Duration(6 * time.Hour)},
		Jobs: Jobs{
			Jitter: Duration(2 * time.Minute),
			Crawl:  Job{Cron: "5 * * * *"},
			Relink: Job{Cron: "35 * * * *"},
			Prune:  Job{Cron: "30 3 * * *"},
			Backup: Job{Cron: Off},
		},
	}
}
