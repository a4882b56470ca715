package telegram_test

import (
	"qulaq/parsers/parsertest"
	"qulaq/parsers/telegram"
	"testing"
)

func TestFixtures(t *testing.T) { parsertest.Fixtures(t, telegram.New()) }

func FuzzParse(f *testing.F) { parsertest.Fuzz(f, telegram.New()) }
