package runner

import (
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/parago/parago/interp/runner/bridge"
	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/symbols"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/traefik/yaegi/interp"
)

// An interpreter is yaegi with what it has loaded. Declarations are known by name
// and loaded once. Its methods may be called from any goroutine.
type interpreter struct {
	types   *dyn.Registry
	trace   *trace
	library symbols.Library         // what can be imported, without what is made for this process
	made    func() []interp.Exports // that

	mu      sync.Mutex          // guards the rest, and yaegi while it loads
	yaegi   *interp.Interpreter // nil until something is to be interpreted
	line    reflect.Value       // of the statement that runs, in lowered text: line۰
	bridge  *bridge.Bridge      // to compiled cells, made when there is glue
	imports map[string]bool
	decls   map[string]wire.Decl
	vars    map[string]wire.Var
	order   []string                    // names of decls and vars, as they were loaded
	sites   map[string]map[string][]int // of functions, by identifier: where they mention others
	lines   map[string]lines            // of functions, by identifier
}

// newInterpreter returns an interpreter that offers the packages that glue may use, those of
// more, and those that made returns, which override them. It costs next to nothing: in most workers
// nothing is ever interpreted.
func newInterpreter(more symbols.Library, made func() []interp.Exports) *interpreter {
	debug.SetMaxStack(rt.MaxStack)
	debug.SetTraceback("none") // a trace of a fatal error would be of the interpreter's own calls
	library := symbols.All().With(more)
	i := &interpreter{
		types:   dyn.New(library),
		trace:   &trace{},
		library: library,
		made:    made,
		imports: map[string]bool{},
		decls:   map[string]wire.Decl{},
		vars:    map[string]wire.Var{},
		sites:   map[string]map[string][]int{},
		lines:   map[string]lines{},
	}
	i.types.Recovered(i.trace.recovered)
	return i
}

// wake makes yaegi, which takes about a millisecond, when it is first wanted. mu is held.
func (i *interpreter) wake() error {
	if i.yaegi != nil {
		return nil
	}
	i.types.Cross()
	tables := append([]interp.Exports{i.types.Exports("parago/runtime")}, i.made()...)
	i.library = i.library.With(symbols.Library{Tables: tables})
	yaegi := interp.New(interp.Options{Unrestricted: true, Stderr: i.trace})
	if err := wrap(yaegi, i.library); err != nil {
		return err
	}
	if _, err := yaegi.Eval("var line۰, calls۰ int; var stop۰ bool"); err != nil {
		return err
	}
	globals := yaegi.Globals()
	i.yaegi, i.line = yaegi, globals["line۰"]
	rt.Follow(globals["stop۰"].Addr().Interface().(*bool))
	return nil
}

// now is the mark of the statement that runs, 0 if there is none. mu is held.
func (i *interpreter) now() int {
	if i.yaegi == nil {
		return 0
	}
	return int(i.line.Int())
}

// load declares what is not there yet.
func (i *interpreter) load(imports []wire.Import, decls []wire.Decl, vars []wire.Var) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	var text strings.Builder
	for _, d := range decls {
		if _, ok := i.decls[d.Name]; ok {
			continue
		}
		imports = append(imports, d.Imports...)
		text.WriteString(d.Text + "\n")
	}
	for _, v := range vars {
		imports = append(imports, v.Imports...)
		text.WriteString(v.Text + "\n")
	}
	if err := i.use(imports); err != nil {
		return err
	}
	if _, err := i.eval(text.String()); err != nil {
		return err
	}
	for _, d := range decls {
		i.note(d.Name)
		i.decls[d.Name] = d
		name := strings.ReplaceAll(d.Name, ".", "۰")
		i.sites[name], i.lines[name] = d.Sites, d.Lines
	}
	for _, v := range vars {
		i.note(v.Name)
		i.vars[v.Name] = v
	}
	return nil
}

func (i *interpreter) note(name string) {
	_, decl := i.decls[name]
	_, variable := i.vars[name]
	if !decl && !variable {
		i.order = append(i.order, name)
	}
}

// hasVariable says whether a variable is declared here.
func (i *interpreter) hasVariable(name string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	_, ok := i.vars[name]
	return ok
}

func (i *interpreter) use(imports []wire.Import) error {
	for _, im := range imports {
		if i.imports[im.Alias] {
			continue
		}
		if err := i.wake(); err != nil {
			return err
		}
		if err := take(i.yaegi, i.library, im.Path); err != nil {
			return err
		}
		if _, err := i.eval(fmt.Sprintf("import %s %q", im.Alias, im.Path)); err != nil {
			return err
		}
		i.imports[im.Alias] = true
	}
	return nil
}

// eval evaluates declarations. The interpreter's compiler may panic. mu is held.
func (i *interpreter) eval(text string) (v reflect.Value, err error) {
	if strings.TrimSpace(text) == "" {
		return v, nil
	}
	if err := i.wake(); err != nil {
		return v, err
	}
	defer func() {
		if r := recover(); r != nil {
			err = &rejection{text, fmt.Errorf("%v", r)}
		}
	}()
	if v, err = i.yaegi.Eval(text); err != nil {
		err = &rejection{text, err}
	}
	return v, err
}

// declare evaluates the text of a cell's function.
func (i *interpreter) declare(text, entry string, sites map[string][]int) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sites[entry] = sites
	_, err := i.eval(text)
	return err
}

// call calls a cell's function. It does not return if the cell is to stop: then the calling goroutine ends, by the
// checks in the text. The interpreter's own way to stop is of no use here: it would end all that was ever made, such as
// the function literals of earlier cells, which would return zero values from then on.
func (i *interpreter) call(entry string) error {
	i.trace.take()
	i.mu.Lock()
	err := i.wake()
	i.mu.Unlock()
	if err != nil {
		return err
	}
	i.line.SetInt(0)
	_, err = i.yaegi.Eval(entry + "()")
	return err
}

// lookup returns the function of that name.
func (i *interpreter) lookup(name string) (reflect.Value, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	v, err := i.eval(name)
	if err == nil && v.Kind() != reflect.Func {
		err = fmt.Errorf("%s is no function", name)
	}
	return v, err
}

// variable returns the storage of the session variable of that name.
func (i *interpreter) variable(name string) (reflect.Value, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.yaegi != nil {
		if v, ok := i.yaegi.Globals()[name]; ok && v.CanSet() {
			return v, nil
		}
	}
	return reflect.Value{}, fmt.Errorf("no variable %s here", name)
}

// A rejection is the interpreter's refusal of text that ought to be right.
type rejection struct {
	text string
	err  error
}

func (r *rejection) Error() string {
	if limit := (*fullError)(nil); errors.As(r.err, &limit) {
		return limit.Error()
	}
	return fmt.Sprintf("the interpreter does not take this code: %v", r.err)
}
func (r *rejection) Unwrap() error { return r.err }
