package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// PredictionPowered estimates a share when a classifier has labelled all cases
// and people have labelled some: the classifier's share, corrected by its error
// on the cases that people have labelled (prediction-powered inference:
// Angelopoulos, Bates, Fannjiang, Jordan and Zrnic, Science 382, 2023). How much
// weight the classifier gets is chosen by the data, so that a bad one does no
// harm (Angelopoulos, Duchi and Zrnic, "PPI++", 2023).
//
// truth and predicted belong to a random sample of cases, in the same order;
// unlabelled are the predictions for the other cases. All are 0 or 1, or
// probabilities. The limits hold however wrong the classifier is. An error that
// the sample does not show is counted as half an error.
func PredictionPowered(truth, predicted, unlabelled []float64, level Level) (share float64, limits Interval, err error) {
	if err := level.check(); err != nil {
		return 0, Interval{}, err
	}
	if len(truth) != len(predicted) {
		return 0, Interval{}, fmt.Errorf("stats: %d labels for %d predictions", len(truth), len(predicted))
	}
	if len(truth) < 2 || len(unlabelled) < 2 {
		return 0, Interval{}, fmt.Errorf("stats: %d labelled and %d unlabelled cases: %w", len(truth), len(unlabelled), ErrNoData)
	}
	for _, values := range [][]float64{truth, predicted, unlabelled} {
		for i, x := range values {
			if !(x >= 0 && x <= 1) {
				return 0, Interval{}, fmt.Errorf("stats: label or prediction %d is %v, not a share", i, x)
			}
		}
	}
	n, others := float64(len(truth)), float64(len(unlabelled))
	weight := classifierWeight(truth, predicted, unlabelled)
	corrections := make([]float64, len(truth))
	for i := range truth {
		corrections[i] = truth[i] - weight*predicted[i]
	}
	correction, correctionVariance := stat.MeanVariance(corrections, nil)
	mean, variance := stat.MeanVariance(unlabelled, nil)
	share = clamp(correction+weight*mean, 0, 1)

	unseen := 0.5 / n * (1 - 0.5/n)
	se := math.Sqrt(max(correctionVariance, unseen)/n + weight*weight*variance/others)
	t := studentQuantile(1-level.tail(), n-1)
	return share, Interval{clamp(share-t*se, 0, 1), clamp(share+t*se, 0, 1)}, nil
}

// classifierWeight is the one with the least variance, between 0 (not heeded)
// and 1 (plain prediction-powered inference).
func classifierWeight(truth, predicted, unlabelled []float64) float64 {
	all := append(append([]float64{}, predicted...), unlabelled...)
	variance := stat.Variance(all, nil)
	if variance == 0 {
		return 0
	}
	ratio := float64(len(truth)) / float64(len(unlabelled))
	return clamp(stat.Covariance(truth, predicted, nil)/((1+ratio)*variance), 0, 1)
}
