package wordpress

import (
	"testing"

	"qulaq/parsers/parsertest"
)

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, New()) }
