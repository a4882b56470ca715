package parsertest

import (
	"testing"

	"qulaq/parsers"
)

// Bench measures the reading of fixtures, which must show something.
func Bench(b *testing.B, p parsers.Parser, fixtures ...string) {
	for _, fixture := range fixtures {
		BenchPage(b, fixture, p, Page(b, fixture))
	}
}

// BenchPage measures the reading of one page.
func BenchPage(b *testing.B, name string, p parsers.Parser, page parsers.Page) {
	b.Run(name, func(b *testing.B) {
		b.SetBytes(int64(len(page.Body)))
		b.ReportAllocs()
		for b.Loop() {
			if r, err := p.Parse(page); err != nil || len(r.Items)+len(r.Found) == 0 {
				b.Fatalf("state %s (%s), error %v", r.State, r.Reason, err)
			}
		}
	})
}
