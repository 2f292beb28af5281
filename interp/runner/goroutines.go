package runner

import (
	"os"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/rt"
	"github.com/traefik/yaegi/interp"
)

// goroutines knows which cell started which goroutine, so that what it prints, shows
// or submits later is that cell's, also while another one runs.
type goroutines struct {
	count   atomic.Int64
	origins sync.Map // origin, by dyn.Goroutine
}

// spawn calls run in a goroutine of origin's.
func (g *goroutines) spawn(origin string, run func()) {
	g.count.Add(1)
	go func() {
		id := dyn.Goroutine()
		g.origins.Store(id, origin)
		defer func() {
			g.origins.Delete(id)
			g.count.Add(-1)
		}()
		run()
	}()
}

// origin is that of the calling goroutine, if a cell has started it.
func (g *goroutines) origin() (string, bool) {
	if g.count.Load() == 0 {
		return "", false // the usual case costs nothing
	}
	origin, ok := g.origins.Load(dyn.Goroutine())
	if !ok {
		return "", false
	}
	return origin.(string), true
}

// others says whether another cell than that of origin has goroutines.
func (g *goroutines) others(origin string) (some bool) {
	g.origins.Range(func(_, o any) bool {
		some = some || o != origin
		return !some
	})
	return some
}

// print writes to stdout or, for a goroutine of another cell than the one that runs,
// reports the text as that cell's output.
func (s *session) print(text []byte) (int, error) {
	origin, ok := s.starts.origin()
	if _, current := s.current(); !ok || origin == current {
		return os.Stdout.Write(text)
	}
	s.output(origin, false, text)
	s.flush()
	return len(text), nil
}

// printTable is what of package fmt prints to stdout. The key's last part keeps the
// interpreter from putting its own in its place.
func printTable(s *session) interp.Exports {
	return interp.Exports{"fmt/-": {
		"Print":   reflect.ValueOf(func(a ...any) (int, error) { return s.print(rt.Append(nil, a...)) }),
		"Printf":  reflect.ValueOf(func(f string, a ...any) (int, error) { return s.print(rt.Appendf(nil, f, a...)) }),
		"Println": reflect.ValueOf(func(a ...any) (int, error) { return s.print(rt.Appendln(nil, a...)) }),
	}}
}
