package bridge

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/parago/parago/interp/runner/wire"
	"github.com/traefik/yaegi/interp"
)

// Natives are the compiled declarations of a process and its variables.
type Natives interface {
	Func(name string) (reflect.Value, bool)
	Type(name string) (reflect.Type, bool)
	// Variable returns a pointer to the variable of that name, if there is one.
	Variable(name string) (reflect.Value, bool)
	// Allocate does too, as a pointer to a t, and makes the variable if there is none.
	Allocate(name string, t reflect.Type) reflect.Value
}

// A Bridge loads glue. One goroutine at a time may use it.
type Bridge struct {
	natives Natives
	library Library
	runtime map[string]reflect.Value
	trace   io.Writer // the interpreter writes a line for each frame that a panic ends

	yaegi    *interp.Interpreter
	loaded   int             // programs in yaegi
	imported map[string]bool // there, by alias
}

// A Library has the symbols of compiled packages, by import path, as tables of the
// interpreter's have them.
type Library func(path string) map[string]reflect.Value

// Import paths under which texts find the session and the runtime, and what the session's
// names begin with there: as in package glue.
const (
	sessionPath = "parago/session"
	runtimePath = "parago/glue"
	prefix      = "Ⲡ"
)

// renewal is after how many programs the interpreter is replaced: it keeps the syntax of all
// that it has read, some 50 KB for a program.
const renewal = 100

// New returns a Bridge. Texts call what is in runtime, functions by name, besides the
// checks that the bridge adds.
func New(n Natives, l Library, runtime map[string]any, trace io.Writer) *Bridge {
	compile()
	symbols := map[string]reflect.Value{}
	for _, table := range []map[string]any{checks(), runtime} {
		for name, f := range table {
			symbols[name] = reflect.ValueOf(f)
		}
	}
	return &Bridge{natives: n, library: l, runtime: symbols, trace: trace, loaded: renewal}
}

// renew replaces the interpreter, which holds nothing of the session's, if it is time.
func (b *Bridge) renew() error {
	if b.loaded++; b.loaded <= renewal {
		return nil
	}
	b.yaegi, b.loaded, b.imported = interp.New(interp.Options{Unrestricted: true, Stderr: b.trace}), 1, map[string]bool{}
	return b.yaegi.Use(interp.Exports{runtimePath + "/-": b.runtime})
}

// Load reads a program. The function that it returns calls at with each line that it comes
// to, and fail with the error that ends it, if there is one.
func (b *Bridge) Load(g *wire.Glue) (run func(at func(line int), fail func(error)), err error) {
	defer func() { // the interpreter's compiler may panic
		if v := recover(); v != nil {
			err = fmt.Errorf("%v", v)
		}
	}()
	symbols, err := b.symbols(g)
	if err != nil {
		return nil, err
	}
	if err := b.renew(); err != nil {
		return nil, err
	}
	if err := b.yaegi.Use(interp.Exports{sessionPath + "/-": symbols}); err != nil {
		return nil, err
	}
	for _, i := range g.Imports {
		if err := b.use(i); err != nil {
			return nil, err
		}
	}
	if _, err := b.yaegi.Eval(g.Text); err != nil {
		return nil, err
	}
	f, err := b.yaegi.Eval(g.Entry)
	if err != nil {
		return nil, err
	}
	run, ok := f.Interface().(func(func(int), func(error)))
	if !ok {
		return nil, fmt.Errorf("%s is a %s", g.Entry, f.Type())
	}
	return run, nil
}

func (b *Bridge) use(i wire.Import) error {
	if b.imported[i.Alias] {
		return nil
	}
	if i.Path != sessionPath && i.Path != runtimePath {
		symbols := b.library(i.Path)
		if symbols == nil {
			return fmt.Errorf("there is no package %s here", i.Path)
		}
		if err := b.yaegi.Use(interp.Exports{i.Path + "/-": symbols}); err != nil {
			return err
		}
	}
	if _, err := b.yaegi.Eval(fmt.Sprintf("import %s %q", i.Alias, i.Path)); err != nil {
		return err
	}
	b.imported[i.Alias] = true
	return nil
}

// symbols are the session's names in a program: functions, types and pointers.
func (b *Bridge) symbols(g *wire.Glue) (map[string]reflect.Value, error) {
	symbols := map[string]reflect.Value{}
	for _, name := range g.Funcs {
		f, ok := b.natives.Func(name)
		if !ok {
			return nil, fmt.Errorf("there is no compiled function %s", name)
		}
		symbols[prefix+strings.ReplaceAll(name, ".", "۰")] = f
	}
	for _, name := range g.Types {
		t, ok := b.natives.Type(name)
		if !ok {
			return nil, fmt.Errorf("there is no compiled type %s", name)
		}
		symbols[prefix+name] = reflect.Zero(reflect.PointerTo(t))
	}
	r := resolver{b, g.Imports}
	for _, v := range g.Vars {
		p, err := b.variable(r, v)
		if err != nil {
			return nil, err
		}
		symbols[prefix+v.Name] = p
	}
	for _, z := range g.Zeros {
		t, err := r.parse(z.Type)
		if err != nil {
			return nil, err
		}
		symbols[prefix+z.Name] = reflect.New(t)
	}
	return symbols, nil
}

// variable is the pointer to a session variable, as its type is now.
func (b *Bridge) variable(r resolver, v wire.GlueVar) (reflect.Value, error) {
	if v.Type == "" {
		p, ok := b.natives.Variable(v.Name)
		if !ok {
			return p, fmt.Errorf("there is no variable %s", v.Name)
		}
		return p, nil
	}
	t, err := r.parse(v.Type)
	if err != nil {
		return reflect.Value{}, err
	}
	return b.natives.Allocate(v.Name, t), nil
}
