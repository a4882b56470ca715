package jobs

import (
	"context"
	"fmt"

	"qulaq/schema"
)

// PutRegistry stores the bodies and sources of the registry, for those who read
// the tables.
func PutRegistry(ctx context.Context, e *Env) error {
	country := e.Index.Country()
	var bodies []schema.Body
	var sources []schema.Source
	for i := range country.Bodies {
		b := &country.Bodies[i]
		row := schema.Body{
			BodyID: b.ID, Country: country.Code, Level: b.Level, Type: b.Type,
			NameKK: b.Names.KK, NameRU: b.Names.RU, NameEN: b.Names.EN, ValidFrom: b.ValidFrom, ValidTo: b.ValidTo,
		}
		if b.Region != nil {
			row.Region = b.Region.ISO
		}
		bodies = append(bodies, row)
		for j := range b.Sources {
			s := &b.Sources[j]
			of := b.ID
			if s.Shared {
				of = ""
			}
			sources = append(sources, schema.Source{
				SourceID: s.ID, BodyID: of, Platform: s.Platform, URL: s.URL, Zone: e.Index.Location(s, b).String(),
				Status: string(s.Status), Confidence: s.Confidence, Evidence: s.Evidence,
			})
		}
	}
	if err := e.Store.PutRegistry(ctx, bodies, sources); err != nil {
		return fmt.Errorf("jobs: store the registry: %w", err)
	}
	return nil
}
