package export

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/stamp"
	"qulaq/parsers/when"
)

// Moments are alternatives: the first that the record has counts. In YAML, one
// moment or a list of them.
type Moments []Moment

// Moment tells where a time stands and in which shape.
type Moment struct {
	Value     Templates `yaml:"value"`
	To        Templates `yaml:"to,omitempty"`        // end of the span that Value begins
	Shape     Shapes    `yaml:"shape"`               // unix, unix-ms, or names of when.Shape
	Zone      string    `yaml:"zone,omitempty"`      // of a wall clock: an IANA name, or "source"
	Precision Templates `yaml:"precision,omitempty"` // as parsers.Precision; what the shape tells otherwise

	shape when.Shape
	unit  time.Duration // of a Unix time; 0 for the others
	zone  *time.Location
}

// Shapes are the shapes that a time may have. In YAML, one or a list.
type Shapes []string

// UnmarshalYAML reads a string or a list of strings.
func (s *Shapes) UnmarshalYAML(decode func(any) error) (err error) {
	*s, err = oneOrMany(decode)
	return err
}

// UnmarshalYAML reads one moment or a list of them.
func (m *Moments) UnmarshalYAML(decode func(any) error) error {
	var many []Moment
	if err := decode(&many); err == nil {
		*m = many
		return nil
	}
	var one Moment
	if err := decode(&one); err != nil {
		return err
	}
	*m = Moments{one}
	return nil
}

func (m Moments) check() error {
	for i := range m {
		if err := m[i].check(); err != nil {
			return err
		}
	}
	return nil
}

const zoneOfSource = "source"

func (m *Moment) check() (err error) {
	if len(m.Value) == 0 {
		return errors.New("value is missing")
	}
	switch {
	case slices.Equal(m.Shape, Shapes{"unix"}):
		m.unit = time.Second
		return nil
	case slices.Equal(m.Shape, Shapes{"unix-ms"}):
		m.unit = time.Millisecond
		return nil
	case len(m.Shape) == 0:
		return errors.New("shape is missing: unix, unix-ms, iso, dots, named, …")
	}
	if m.shape, err = when.ParseShape(m.Shape...); err != nil {
		return err
	}
	if m.Zone == "" {
		return errors.New("zone is missing: of which zone is the clock? (UTC also where the times themselves tell it)")
	}
	if m.Zone != zoneOfSource {
		m.zone, err = time.LoadLocation(m.Zone)
	}
	return err
}

// read gives the span of a time; zero when the record has none.
func (m Moments) read(f fields, zone *time.Location) (parsers.Span, parsers.Precision, error) {
	for i := range m {
		value := m[i].Value.value(f)
		if value == "" {
			continue
		}
		span, precision, err := m[i].parse(value, zone)
		if err != nil {
			return parsers.Span{}, "", err
		}
		if to := m[i].To.value(f); to != "" {
			end, _, err := m[i].parse(to, zone)
			if err != nil {
				return parsers.Span{}, "", err
			}
			if span.Hi = end.Hi; span.Hi.Before(span.Lo) {
				return parsers.Span{}, "", fmt.Errorf("the time from %s to %s ends before it begins", value, to)
			}
		}
		if told := m[i].Precision.value(f); told != "" {
			precision = parsers.Precision(told)
		}
		return span, precision, nil
	}
	return parsers.Span{}, "", nil
}

func (m *Moment) parse(value string, zone *time.Location) (parsers.Span, parsers.Precision, error) {
	if m.unit > 0 {
		n, err := strconv.ParseFloat(value, 64)
		if err != nil || n < 0 || n*float64(m.unit) > math.MaxInt64 {
			return parsers.Span{}, "", fmt.Errorf("time %q is no %s time", value, m.Shape[0])
		}
		return parsers.At(time.Unix(0, 0).Add(time.Duration(n*float64(m.unit/time.Millisecond)) * time.Millisecond)), parsers.PrecisionSecond, nil
	}
	grammar := when.Grammar{Shapes: m.shape, Zone: m.zone}
	if m.Zone == zoneOfSource {
		grammar.Zone = zone
	}
	date, err := grammar.Parse(value, when.Context{})
	return date.Span, date.Precision, err
}

// published is the span of publication as it can be, of an item that was seen at
// a time.
func published(span parsers.Span, captured time.Time) (parsers.Span, error) {
	if span.IsZero() {
		return span, nil
	}
	possible, ok := stamp.Seen(span, captured)
	if !ok {
		return span, fmt.Errorf("published at %s, captured at %s: one of them cannot be",
			span.Lo.Format(time.RFC3339), captured.UTC().Format(time.RFC3339))
	}
	return possible, nil
}
