package command

// LimitGarbage makes the collector run less often.
func LimitGarbage() {}
