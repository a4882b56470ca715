package schema

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// On a ClickHouse cluster (a DSN with ?cluster=NAME), the same migrations make
// replicated tables. They are rendered here, statement by statement.
//
// A table whose key begins with source_id and thread_id is divided among the shards
// by source: TABLE_local holds a shard's part, and TABLE is all parts together
// (engine Distributed), by the name that all queries use. What belongs together
// (sightings and their visit, items and their exchanges) has one source, and so one
// shard: rows replace each other there as they do on one server. Every other table
// is small, and whole on every server.
//
// Servers must define the macros {shard} and {replica}; see deploy/cluster.

// sharded is the cluster that a store is on; nil for a single server.
type sharded struct{ cluster, database string }

// localSuffix ends the name of a shard's part of a table.
const localSuffix = "_local"

// clusterSettings make a cluster answer as one server would: an insert is done when
// the shards have it, subqueries see all shards, and one who writes and then reads
// asks the same replica while it lives.
func clusterSettings() clickhouse.Settings {
	return clickhouse.Settings{
		"distributed_foreground_insert":                      1,
		"distributed_product_mode":                           "global",
		"load_balancing":                                     "in_order",
		"allow_nondeterministic_mutations":                   1,   // texts are dropped by what readings say, which is the same on all replicas
		"distributed_ddl_task_timeout":                       600, // seconds
		"optimize_skip_unused_shards":                        1,
		"fallback_to_stale_replicas_for_distributed_queries": 0,
	}
}

var (
	createTable = regexp.MustCompile(`(?s)^CREATE TABLE IF NOT EXISTS (\w+)\n(.*)\nENGINE = (Replacing|Aggregating|Summing)?MergeTree(?:\(([^)]*)\))?\n(.*)$`)
	createView  = regexp.MustCompile(`^CREATE OR REPLACE VIEW (\w+)`)
	alterTable  = regexp.MustCompile(`^ALTER TABLE (\w+) (ADD COLUMN|MODIFY COLUMN|MODIFY SETTING)`)
	dropTable   = regexp.MustCompile(`^DROP TABLE IF EXISTS (\w+)$`)
	insertRows  = regexp.MustCompile(`^INSERT INTO (\w+) `)
	tableRemark = regexp.MustCompile(`(?s)COMMENT '(?:[^'\\]|''|\\.)*'$`)
	lineRemark  = regexp.MustCompile(`(?m)^--.*\n`)
)

// errNotRendered tells of a statement that nobody has thought of for a cluster.
var errNotRendered = errors.New("a migration has a statement that is not known how to run on a cluster")

// render gives the statements that do on a cluster what a statement of a migration
// does on a single server.
func (c *sharded) render(sql string) ([]string, error) {
	sql = strings.TrimSpace(lineRemark.ReplaceAllString(sql, ""))
	if m := createTable.FindStringSubmatch(sql); m != nil {
		table, columns, kind, args, rest := m[1], m[2], m[3], m[4], m[5]
		rest = strings.Replace(rest, "non_replicated_deduplication_window", "replicated_deduplication_window", 1)
		name, path, replica := table, "all", "{shard}-{replica}"
		if divisible[table] {
			name, path, replica = table+localSuffix, "{shard}", "{replica}"
		}
		engine := fmt.Sprintf("Replicated%sMergeTree('/clickhouse/tables/%s/%s/%s', '%s'", kind, c.database, path, table, replica)
		if args != "" {
			engine += ", " + args
		}
		list := []string{fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s%s\n%s\nENGINE = %s)\n%s", name, c.on(), columns, engine, rest)}
		if divisible[table] {
			list = append(list, fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s%s\n%s\nENGINE = Distributed(%s, %s, %s, sipHash64(source_id))\n%s",
				table, c.on(), columns, quoteText(c.cluster), quoteText(c.database), quoteText(name), tableRemark.FindString(rest)))
		}
		return list, nil
	}
	if m := createView.FindStringSubmatch(sql); m != nil {
		return []string{m[0] + c.on() + sql[len(m[0]):]}, nil
	}
	if m := dropTable.FindStringSubmatch(sql); m != nil && !divisible[m[1]] {
		return []string{m[0] + c.on() + " SYNC"}, nil // its name among the replicas is free again
	}
	if m := alterTable.FindStringSubmatch(sql); m != nil {
		table, change := m[1], sql[len("ALTER TABLE "+m[1]+" "):]
		if !divisible[table] {
			return []string{"ALTER TABLE " + table + c.on() + " " + change}, nil
		}
		list := []string{"ALTER TABLE " + table + localSuffix + c.on() + " " + change}
		if m[2] != "MODIFY SETTING" {
			list = append(list, "ALTER TABLE "+table+c.on()+" "+change)
		}
		return list, nil
	}
	if m := insertRows.FindStringSubmatch(sql); m != nil && !divisible[m[1]] {
		return []string{sql}, nil // by one server; the replicas of the table, which is whole on all, follow
	}
	return nil, fmt.Errorf("%w: %.60q", errNotRendered, sql)
}

func (c *sharded) renderAll(statements []string) ([]string, error) {
	var all []string
	for _, sql := range statements {
		rendered, err := c.render(sql)
		if err != nil {
			return nil, err
		}
		all = append(all, rendered...)
	}
	return all, nil
}

// on is the clause of a statement that changes tables; "" on a single server.
func (c *sharded) on() string {
	if c == nil {
		return ""
	}
	return " ON CLUSTER " + quoteName(c.cluster)
}

// part is where the rows of a divided table are: the name by which they are changed
// for good, for Distributed knows of adding and reading alone.
func (c *sharded) part(table string) string {
	if c == nil || !divisible[table] {
		return table
	}
	return table + localSuffix
}

// divisible are the tables that a cluster divides; a test holds the list against the
// migrations.
var divisible = map[string]bool{
	"threads": true, "visits": true, "sightings": true, "items": true, "exchanges": true, "readings": true,
}

// system is a table of the system, of all servers.
func (c *sharded) system(table string) string {
	if c == nil {
		return "system." + table
	}
	return "clusterAllReplicas(" + quoteText(c.cluster) + ", system." + table + ")"
}

// errOnCluster is what BackUp and Restore say there.
var errOnCluster = errors.New("a cluster is backed up by ClickHouse itself, each shard at its own place: " +
	"BACKUP DATABASE … ON CLUSTER … TO S3(…), see docs/operations.md")

func quoteText(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}
