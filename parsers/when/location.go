package when

import (
	"time"
	_ "time/tzdata" // so that a zone does not depend on the machine, nor on which package begins first
)

// Location is a zone that the program itself names, by its name in the IANA time
// zone database. It panics where there is none of that name; see
// [time.LoadLocation] for names that come from data.
func Location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic("when: " + err.Error())
	}
	return zone
}
