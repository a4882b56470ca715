package registry

// Calendar and Deadline: see the brief.
type Calendar struct{}

// Deadline is a legal reply period.
type Deadline struct{}
