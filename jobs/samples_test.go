//go:build !long

package jobs

const correctionSamples = 3
