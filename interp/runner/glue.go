package runner

import (
	"github.com/parago/parago/interp/runner/bridge"
	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/symbols"
	"github.com/parago/parago/interp/runner/wire"
)

// glueTable is what the text of glue calls: what compiled cells call too.
func glueTable() map[string]any {
	return map[string]any{
		"Result": rt.Result,
		"Print":  rt.Print, "Printf": rt.Printf, "Println": rt.Println,
		"Sprint": rt.Sprint, "Sprintf": rt.Sprintf, "Sprintln": rt.Sprintln,
		"Fprint": rt.Fprint, "Fprintf": rt.Fprintf, "Fprintln": rt.Fprintln,
		"Append": rt.Append, "Appendf": rt.Appendf, "Appendln": rt.Appendln, "Errorf": rt.Errorf,
		"Scan": rt.Scan, "Scanf": rt.Scanf, "Scanln": rt.Scanln,
		"Exit": rt.Exit, "Fatal": rt.Fatal, "Fatalf": rt.Fatalf, "Fatalln": rt.Fatalln,
		"Sleep": rt.Sleep,
		"Lock":  rt.Lock, "RWLock": rt.RWLock, "RLock": rt.RLock, "WaitGroup": rt.WaitGroup,
	}
}

// loadGlue has an interpreter read glue, and returns its statements.
func (i *interpreter) loadGlue(n *natives, g *wire.Glue) (func(at func(int), fail func(error)), error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.bridge == nil {
		i.bridge = bridge.New(n, symbols.All().Symbols, glueTable(), i.trace)
	}
	return i.bridge.Load(g)
}

// glue returns the statements of a cell between compiled ones. What they come to, r has.
func (s *session) glue(r *run, g *wire.Glue) (statements func(), err error) {
	body, err := s.interp.loadGlue(s.natives, g)
	if err != nil {
		return nil, err
	}
	here := wire.Frame{File: g.File, Func: "cell"}
	r.at = &here
	return func() {
		defer func() {
			if v := recover(); v != nil {
				r.fail(nativePanic(dyn.Translate(v), append(s.natives.here(), here)))
				s.interp.trace.take() // the interpreter has told its writer too
			}
		}()
		body(func(line int) {
			rt.Check()
			here.Line = line
		}, func(err error) {
			rt.Check()
			r.fail(unhandled(err, []wire.Frame{here}))
		})
	}, nil
}
