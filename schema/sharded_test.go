package schema

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"qulaq/schema/embedded"

	"github.com/google/go-cmp/cmp"
)

// statements are all statements of the migrations.
func statements(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, name := range names {
		b, err := fs.ReadFile(migrationFiles, name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, embedded.SplitStatements(string(b))...)
	}
	return all
}

// What the migrations make on a cluster is what testdata/cluster.sql shows; the
// engine's own parser reads every statement of it.
func TestMigrationsOnACluster(t *testing.T) {
	c := &sharded{cluster: "republic", database: "watch"}
	all, err := c.renderAll(statements(t))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(all, ";\n\n") + ";\n"
	golden := filepath.Join("testdata", "cluster.sql")
	if os.Getenv("UPDATE_CLUSTER") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("on a cluster the migrations are otherwise; UPDATE_CLUSTER=1 go test ./schema -run OnACluster, then read it (-want +got):\n%s", diff)
	}
	s := open(t)
	for _, sql := range all {
		if !strings.Contains(sql, " ON CLUSTER `republic`") && !strings.HasPrefix(sql, "INSERT INTO ") { // replicas follow an insert
			t.Errorf("not on the cluster: %s", sql)
		}
		var parsed string
		if err := s.conn.QueryRow(t.Context(), "SELECT formatQuery("+quoteText(sql)+")").Scan(&parsed); err != nil {
			t.Errorf("the engine cannot read %s: %v", sql, err)
		}
	}
}

// Tables are divided by source if, and only if, rows that belong together have it in
// their key.
func TestDivisibleTables(t *testing.T) {
	table := regexp.MustCompile(`(?s)CREATE TABLE IF NOT EXISTS (\w+)\n.*\nORDER BY ([^\n]*)`)
	got := map[string]bool{}
	for _, sql := range statements(t) {
		if m := table.FindStringSubmatch(sql); m != nil && strings.HasPrefix(m[2], "(source_id, thread_id") {
			got[m[1]] = true
		}
	}
	if diff := cmp.Diff(divisible, got); diff != "" {
		t.Errorf("divisible tables (-list +migrations):\n%s", diff)
	}
}

func TestUnknownStatementIsNotRendered(t *testing.T) {
	for _, sql := range []string{"RENAME TABLE a TO b", "INSERT INTO visits SELECT 1", "CREATE TABLE a (x Int8) ENGINE = Log", "DROP TABLE visits"} {
		if got, err := (&sharded{"c", "d"}).render(sql); !errors.Is(err, errNotRendered) {
			t.Errorf("render(%s) = %q, %v, want %v", sql, got, err, errNotRendered)
		}
	}
}

func TestClusterInADSN(t *testing.T) {
	for _, test := range []struct{ dsn, cluster, addresses string }{
		{"clickhouse://a:9000,b:9000/watch?cluster=republic", "republic", "a:9000,b:9000"},
		{"clickhouse://u:p@a:9000/watch?cluster=republic&max_execution_time=60", "republic", "a:9000"},
		{"clickhouse://a:9000/watch", "", "a:9000"},
	} {
		got, err := parseDSN(test.dsn)
		if err != nil {
			t.Errorf("parseDSN(%s) = %v", test.dsn, err)
			continue
		}
		if addresses := strings.Join(got.server.Addr, ","); got.cluster != test.cluster || got.database != "watch" || addresses != test.addresses {
			t.Errorf("parseDSN(%s) = cluster %q, database %q at %s; want %q, watch at %s", test.dsn, got.cluster, got.database, addresses, test.cluster, test.addresses)
		}
		if _, ok := got.server.Settings["cluster"]; ok {
			t.Errorf("parseDSN(%s): the server is sent a setting cluster", test.dsn)
		}
	}
	if _, err := parseDSN("clickhouse://a:9000/watch?cluster="); err == nil {
		t.Error("a cluster without a name is taken")
	}
}

// Rows are changed for good where they are, and on all servers.
func TestChangesOnACluster(t *testing.T) {
	c := &sharded{"republic", "watch"}
	for _, test := range []struct{ name, got, want string }{
		{"divided", "ALTER TABLE " + c.part("sightings") + c.on(), "ALTER TABLE sightings_local ON CLUSTER `republic`"},
		{"whole", "ALTER TABLE " + c.part("forgotten") + c.on(), "ALTER TABLE forgotten ON CLUSTER `republic`"},
		{"single server", "ALTER TABLE " + (*sharded)(nil).part("sightings") + (*sharded)(nil).on(), "ALTER TABLE sightings"},
		{"parts", c.system("parts"), "clusterAllReplicas('republic', system.parts)"},
		{"parts of a single server", (*sharded)(nil).system("parts"), "system.parts"},
	} {
		if test.got != test.want {
			t.Errorf("%s: %s, want %s", test.name, test.got, test.want)
		}
	}
	if _, err := (&Store{cluster: c}).BackUp(context.Background(), t.TempDir(), Backup{}, nil); !errors.Is(err, errOnCluster) {
		t.Errorf("BackUp = %v, want %v", err, errOnCluster)
	}
	if err := (&Store{cluster: c}).Restore(context.Background(), "", nil, true, nil); !errors.Is(err, errOnCluster) {
		t.Errorf("Restore = %v, want %v", err, errOnCluster)
	}
}
