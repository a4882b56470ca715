package jobs

import (
	"context"
	"fmt"
	"time"

	"qulaq/pipeline/language"
	"qulaq/report"
	"qulaq/schema"
)

// Survey lays what is measured beside what people of the country said when a study
// asked them.
func Survey(ctx context.Context, e *Env, asOf time.Time, perCluster bool, o report.SurveyOptions) (*report.SurveyComparison, error) {
	survey := e.Index.Country().Survey
	if survey == nil {
		return nil, fmt.Errorf("jobs: the registry of %s has no survey: add a folder survey/ to it, as registry/data/kz/survey/README.md tells", e.Index.Country().Code)
	}
	plain := *e
	plain.Samples = nil
	evidence, err := Evidence(ctx, &plain, asOf)
	if err != nil {
		return nil, err
	}
	if perCluster {
		evidence.Any, evidence.Substantive = evidence.Any.PerCluster(), evidence.Substantive.PerCluster()
	}
	within := parents()
	return report.CompareSurvey(evidence, survey, func(l *schema.Latencies, row int) string { return within[l.Theme[row]] }, o)
}

// parents tells the theme of the study to which each theme belongs, by id: itself for
// most of them.
func parents() map[string]string {
	within := map[string]string{}
	for _, t := range language.AllThemes() {
		within[t.ID] = t.ID
		if t.Parent != "" {
			within[t.ID] = t.Parent
		}
	}
	return within
}
