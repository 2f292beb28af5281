package codec

import (
	"reflect"
	"sync"
	"time"
)

// locations are those of times that have crossed. Programs compare times with ==, and use them as keys,
// for which a location is where it is: one that comes back is the one that was sent, and
// all times of one place have the same. A Registry has one; the zero value is ready.
type locations struct {
	mu    sync.RWMutex
	names map[*time.Location]string   // under which they are sent; guarded by mu
	of    map[string][]*time.Location // by name or, of those without, zone; likewise
}

// maxLocations bounds how many are kept. Of more, each time gets its own.
const maxLocations = 1000

// name returns the name under which a time's location is sent: "" for one that is fixed, whose zone
// tells all. A fixed one may bear the name of a place, such as CET, where clocks change.
func (l *locations) name(t time.Time, zone string) string {
	loc := t.Location()
	if loc == time.UTC || loc == time.Local {
		return loc.String()
	}
	l.mu.RLock()
	name, ok := l.names[loc]
	l.mu.RUnlock()
	if ok {
		return name
	}
	if name = loc.String(); name == zone && isFixed(loc) {
		name = ""
	}
	l.keep(loc, name, zone)
	return name
}

// isFixed tells whether a location has one zone for ever, as those of time.FixedZone.
func isFixed(loc *time.Location) bool {
	changes := reflect.ValueOf(loc).Elem().FieldByName("tx")
	return changes.Kind() == reflect.Slice && changes.Len() == 1
}

func key(name, zone string) string {
	if name == "" {
		return "\x00" + zone
	}
	return name
}

func (l *locations) keep(loc *time.Location, name, zone string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.names) >= maxLocations {
		return
	}
	if l.names == nil {
		l.names, l.of = map[*time.Location]string{}, map[string][]*time.Location{}
	}
	if _, ok := l.names[loc]; !ok {
		l.names[loc] = name
		l.of[key(name, zone)] = append(l.of[key(name, zone)], loc)
	}
}

// in gives t the location of that name, unless the clock shows something else there.
func (l *locations) in(t time.Time, name, zone string, offset int) time.Time {
	shows := func(loc *time.Location) bool {
		there, east := t.In(loc).Zone()
		return there == zone && east == offset
	}
	if (name == "UTC" && shows(time.UTC)) || (name == "Local" && shows(time.Local)) {
		loc, _ := time.LoadLocation(name)
		return t.In(loc)
	}
	l.mu.RLock()
	known := l.of[key(name, zone)]
	l.mu.RUnlock()
	for _, loc := range known {
		if shows(loc) {
			return t.In(loc)
		}
	}
	if name != "" {
		if loc, err := time.LoadLocation(name); err == nil && shows(loc) {
			l.keep(loc, name, zone)
			return t.In(loc)
		}
	}
	loc := time.FixedZone(zone, offset)
	l.keep(loc, "", zone)
	return t.In(loc)
}
