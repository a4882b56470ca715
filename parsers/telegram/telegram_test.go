package telegram_test

import (
	"testing"

	"qulaq/parsers/parsertest"
	"qulaq/parsers/telegram"
)

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, telegram.New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, telegram.New()) }
