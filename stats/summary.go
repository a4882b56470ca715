package stats

// Options tell [Describe] what to estimate.
type Options struct {
	Horizons []float64
	Until    float64   // the restricted mean is up to here; 0 for none
	Level    Level     // 0 for DefaultLevel
	Limits   LimitKind // "" for BetaProduct
	Cluster  []int     // thread of each observation; nil when all are independent
	Seed     uint64    // for interval data, whose limits are partly random
}

// LimitKind tells how limits are made.
type LimitKind string

// The kinds of limits. Intervals know but the first.
const (
	BetaProduct LimitKind = "beta-product" // true to the level from 5 observations on
	LogLog      LimitKind = "log-log"      // as R's survfit; clusters are not heeded
)

// Method tells how a summary was estimated.
type Method string

// The methods.
const (
	MethodKaplanMeier Method = "kaplan-meier" // exact and censored times
	MethodTurnbull    Method = "turnbull"     // intervals among them
	MethodLifeTable   Method = "life-table"   // counts by bucket of time
)

// Summary is what is published of a group.
type Summary struct {
	N        int // observations
	Events   int // of them not censored
	Clusters int
	Method   Method
	Last     float64 // the longest that anything is known of
	Rates    []Rate  // at the horizons
	Median   Quantile
	Q90      Quantile
	Mean     Mean // zero unless asked for
}

// Rate is the share of events by a time.
type Rate struct {
	At       float64
	Share    float64
	SE       float64 // 0, without meaning, when Share is 0 or 1
	Limits   Interval
	Band     Interval // Share may be anywhere in it; a point where it is identified
	Evidence Evidence // for League
}

// Quantile is the time by which a share P of the events has happened.
type Quantile struct {
	P      float64
	Time   float64 // +Inf when not reached
	Limits Interval
	Band   Interval
}

// Mean is a mean of times that are cut off at Until.
type Mean struct {
	Until float64
	Time  float64
	SE    float64
	Band  Interval
}

// CensoredShare is the share of observations whose event has not been seen.
func (s Summary) CensoredShare() float64 {
	if s.N == 0 {
		return 0
	}
	return float64(s.N-s.Events) / float64(s.N)
}
