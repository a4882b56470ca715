package language

import (
	_ "embed"
	"sync"
)

//go:embed data/model.bin
var storedModel []byte

// Default returns the classifier in use: the one that [Train] made of
// data/labelled.tsv.
func Default() Classifier { return defaultClassifier() }

var defaultClassifier = sync.OnceValue(func() Classifier {
	c, err := Load(storedModel)
	if err != nil {
		panic(err) // Unreachable: data/model.bin is part of the program and tested.
	}
	return c
})
