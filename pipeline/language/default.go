package language

// Default returns the classifier in use.
func Default() Classifier { return Cues() }
