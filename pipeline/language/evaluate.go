package language

// Report tells how well a classifier does on labelled texts.
type Report struct {
	Classifier string
	Citizen    Table
	Official   Table
	Languages  Table
	Needs      Counts // of citizens' texts that call for a reply
	Bins       []Bin  // of confidence in the class, both roles
}

// Table compares labels: Confusion[i][j] texts are of Labels[i] and were taken for
// Labels[j].
type Table struct {
	Labels    []string
	Confusion [][]int
}

// Counts are what precision and recall of one label are made of.
type Counts struct{ True, FalsePositive, FalseNegative int }

// Precision is the share of the texts taken for the label that are of it; 1 when
// none was taken.
func (c Counts) Precision() float64 { return ratio(c.True, c.True+c.FalsePositive) }

// Recall is the share of the texts of the label that were taken for it; 1 when
// there are none.
func (c Counts) Recall() float64 { return ratio(c.True, c.True+c.FalseNegative) }

// F1 is the harmonic mean of precision and recall.
func (c Counts) F1() float64 { return ratio(2*c.True, 2*c.True+c.FalsePositive+c.FalseNegative) }

func ratio(k, n int) float64 {
	if n == 0 {
		return 1
	}
	return float64(k) / float64(n)
}

// Counts returns those of label i.
func (t Table) Counts(i int) Counts {
	c := Counts{True: t.Confusion[i][i]}
	for j := range t.Labels {
		if j != i {
			c.FalsePositive += t.Confusion[j][i]
			c.FalseNegative += t.Confusion[i][j]
		}
	}
	return c
}

// N is the number of texts.
func (t Table) N() int {
	n := 0
	for _, row := range t.Confusion {
		for _, k := range row {
			n += k
		}
	}
	return n
}

// Right is the number of texts that were taken for what they are.
func (t Table) Right() int {
	n := 0
	for i := range t.Labels {
		n += t.Confusion[i][i]
	}
	return n
}

// MacroF1 is the mean F1 of the labels that occur.
func (t Table) MacroF1() float64 {
	sum, n := 0.0, 0
	for i := range t.Labels {
		if c := t.Counts(i); c.True+c.FalseNegative > 0 {
			sum += c.F1()
			n++
		}
	}
	if n == 0 {
		return 1
	}
	return sum / float64(n)
}

// Bin holds the texts of whose class the classifier is about equally sure.
type Bin struct {
	N          int
	Right      int
	Confidence float64 // mean
}

// bins is how finely confidence is divided.
const bins = 10

// Evaluate holds a classifier against examples.
func Evaluate(c Classifier, examples []Example) Report {
	r := Report{
		Classifier: c.Version(),
		Citizen:    newTable(labels(Classes[Citizen])),
		Official:   newTable(labels(Classes[Official])),
		Languages:  newTable(append(labels(Languages), string(Undetermined))),
		Bins:       make([]Bin, bins),
	}
	for _, e := range examples {
		if language := c.Language(e.Text); language != Undetermined || Fold(e.Text) != "" {
			r.Languages.note(string(e.Language), string(language))
		}
		v, table := c.Citizen(e.Text), &r.Citizen
		if e.Role == Official {
			v, table = c.Official(e.Text), &r.Official
		} else {
			r.Needs.note(e.Class.Need(), v.Class.Need())
		}
		table.note(string(e.Class), string(v.Class))
		bin := &r.Bins[min(bins-1, max(0, int(v.Confidence*bins)))]
		bin.N++
		bin.Confidence += v.Confidence
		if v.Class == e.Class {
			bin.Right++
		}
	}
	for i := range r.Bins {
		if n := r.Bins[i].N; n > 0 {
			r.Bins[i].Confidence /= float64(n)
		}
	}
	return r
}

// CalibrationError is the mean distance between confidence and the share that was
// right, weighted by texts (expected calibration error, Naeini et al. 2015).
func (r Report) CalibrationError() float64 {
	sum, n := 0.0, 0
	for _, b := range r.Bins {
		if b.N > 0 {
			sum += abs(b.Confidence*float64(b.N) - float64(b.Right))
			n += b.N
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func abs(x float64) float64 { return max(x, -x) }

func newTable(labels []string) Table {
	t := Table{Labels: labels}
	for range labels {
		t.Confusion = append(t.Confusion, make([]int, len(labels)))
	}
	return t
}

func (t *Table) note(is, taken string) {
	i, j := t.index(is), t.index(taken)
	if i >= 0 && j >= 0 {
		t.Confusion[i][j]++
	}
}

func (t *Table) index(label string) int {
	for i, l := range t.Labels {
		if l == label {
			return i
		}
	}
	return -1
}

func (c *Counts) note(is, taken bool) {
	switch {
	case is && taken:
		c.True++
	case taken:
		c.FalsePositive++
	case is:
		c.FalseNegative++
	}
}
