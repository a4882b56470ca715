package dialog

import (
	"qulaq/parsers/parsertest"
	"testing"
)

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }
