package command

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"qulaq": func() {
			os.Exit(Run(context.Background(), os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
		},
	})
}

// TestScripts runs the command lines of testdata/script, with what they must
// print and how they must exit.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	engine := engine(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("QULAQ_ENGINE", engine)
			env.Setenv("TESTDATA", filepath.Join(root, "stats/testdata"))
			env.Setenv("PARSERS", filepath.Join(root, "parsers"))
			return nil
		},
	})
}

// engine is the path of the engine's library, wherever a test runs.
func engine(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("QULAQ_ENGINE"); path != "" {
		return path
	}
	path, err := filepath.Abs("../../schema/engine/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so")
	if err != nil {
		t.Fatal(err)
	}
	return path
}
