package runner

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"reflect"
	"strings"
	"sync"

	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool"
)

// cellPath is what the import paths of compiled cells begin with.
const cellPath = "parago/cells/"

// natives are the compiled cells of a process and the variables that they share. Its
// methods may be called from any goroutine.
//
// A cell's package is opened once and stays. The storage of a session variable is
// made when the first package that uses it is opened, or is what that package has for it, and never moves.
type natives struct {
	open  func(file string) error                  // nil: this program opens no plugins
	first func(file string) error                  // open, until a function has been looked up in a worker; else nil
	renew func(name string, old, now reflect.Type) // told of types that are declared anew; may be nil

	mu       sync.Mutex              // guards the rest
	known    map[string]wire.Package // by path, opened or not
	order    []string                // paths of known, in load order
	effects  []string                // those of order that are loaded before others
	opened   map[string]*rt.Package
	storage  map[string]reflect.Value // pointers to variables, by name
	funcs    map[string]reflect.Value // by declaration: the latest
	types    map[string]reflect.Type  // by declaration: the latest
	shown    shownTypes
	files    map[string]string // In[3], by the file's name in stack frames
	runs     map[uintptr]bool  // where the statements of opened packages begin
	slots    slots
	names    fileNames
	versions versions
	codes    map[uintptr]code // functions of opened packages that another process finds
}

func newNatives(open func(string) error, renew func(string, reflect.Type, reflect.Type)) *natives {
	return &natives{
		open: open, renew: renew, shown: shownTypes{}, known: map[string]wire.Package{}, opened: map[string]*rt.Package{},
		storage: map[string]reflect.Value{}, funcs: map[string]reflect.Value{}, types: map[string]reflect.Type{}, files: map[string]string{}, runs: map[uintptr]bool{}, slots: newSlots(), names: fileNames{}, codes: map[uintptr]code{},
	}
}

// begin says that functions of users may run from now on.
func (n *natives) begin() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.first = nil
}

// note makes packages known, without opening them.
func (n *natives) note(packages ...wire.Package) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range packages {
		if _, ok := n.known[p.Path]; !ok {
			n.order = append(n.order, p.Path)
		}
		if p.Effects && !n.known[p.Path].Effects {
			n.effects = append(n.effects, p.Path)
		}
		n.known[p.Path] = p
	}
}

// name says which cells the files of stack frames are.
func (n *natives) name(files map[string]string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for file, cell := range files {
		if n.files[file] != cell {
			n.files[file] = cell
			n.names.rename(file, cell)
		}
	}
}

// load opens what a Run needs and is not open yet, and returns the statements of the
// compiled cell, nil if it is none. What that declares is from now on what its names mean here.
func (n *natives) load(m *wire.Run) (statements func(), err error) {
	n.note(m.Packages...)
	n.name(m.Files)
	for _, p := range m.Packages {
		if _, err := n.get(p.Path); err != nil {
			return nil, err
		}
	}
	if m.Native == "" {
		return nil, nil
	}
	p, err := n.get(m.Native)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.declare(p)
	return p.Run, nil
}

// get returns a package that is known, after opening it and what it imports.
func (n *natives) get(path string) (*rt.Package, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.effects {
		if _, err := n.need(p); err != nil {
			return nil, err
		}
	}
	p, err := n.need(path)
	if err != nil {
		return nil, err
	}
	return p, n.follow()
}

// follow opens what slots are to hold.
func (n *natives) follow() error {
	for path := n.slots.missing(); path != ""; path = n.slots.missing() {
		p, err := n.need(path)
		if err != nil {
			return err
		}
		n.slots.declare(p) // also if it was open already
		if n.slots.missing() == path {
			return fmt.Errorf("the compiled cell %s lacks a function that others call", path)
		}
	}
	return nil
}

// hold says of which package slots hold a function where the work comes from.
func (n *natives) hold(id, path string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.slots.told[id] = path
}

func (n *natives) need(path string) (*rt.Package, error) {
	if p := n.opened[path]; p != nil {
		return p, nil
	}
	p, ok := n.known[path]
	switch {
	case !ok:
		return nil, fmt.Errorf("there is no compiled cell %s here", path)
	case n.open == nil:
		return nil, errors.New("this program runs no compiled cells")
	}
	for _, imported := range p.Imports {
		if _, err := n.need(imported); err != nil {
			return nil, err
		}
	}
	registered := rt.Registered(path)
	if registered == nil { // a file is opened once: after an error, plugin.Open waits for ever
		err := n.run(p.File)
		n.names.find()
		for file, cell := range n.files {
			n.names.rename(file, cell)
		}
		if registered = rt.Registered(path); registered == nil { // else err is about symbols, which nobody looks for
			mapped, allowed := mappings()
			return nil, full(fmt.Errorf("open the compiled cell: %w", err), mapped, allowed)
		}
	}
	if err := n.bind(registered); err != nil {
		return nil, err
	}
	n.opened[path] = registered
	n.runs[reflect.ValueOf(registered.Run).Pointer()] = true
	n.declare(registered)
	return registered, nil
}

// run opens a plugin, which runs the init functions of all that is in it.
func (n *natives) run(file string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %s", nativeText(v))
		}
	}()
	open := n.open
	if n.first != nil {
		open = n.first
	}
	if err := open(file); err != nil {
		return err
	}
	return errors.New("it has not registered itself")
}

// bind points a package's variables to their storage.
func (n *natives) bind(p *rt.Package) error {
	for name, at := range p.Vars {
		v := reflect.ValueOf(at)
		if v.Kind() != reflect.Pointer || v.Type().Elem().Kind() != reflect.Pointer {
			return fmt.Errorf("the compiled cell has no pointer to %s", userName(name))
		}
		if _, there := n.storage[name]; !there && !v.Elem().IsNil() { // it may not be in the heap
			n.storage[name] = reflect.ValueOf(v.Elem().Interface())
			continue
		}
		v.Elem().Set(n.allocate(name, v.Type().Elem().Elem()))
	}
	for _, sample := range p.Types {
		procpool.RegisterType(reflect.TypeOf(sample))
	}
	n.slots.bind(p)
	n.index(p)
	return nil
}

// allocate returns the variable of that name as a *t, and makes it if there is none. A
// type that was compiled again is another one for reflect, with the same layout.
func (n *natives) allocate(name string, t reflect.Type) reflect.Value {
	v, ok := n.storage[name]
	switch {
	case !ok:
		v = reflect.New(t)
		n.storage[name] = v
	case v.Type().Elem() != t:
		v = reflect.NewAt(t, v.UnsafePointer())
	}
	return v
}

// declare makes what a package declares what its names mean.
func (n *natives) declare(p *rt.Package) {
	for name, f := range p.Functions() {
		n.funcs[name] = reflect.ValueOf(f.Value)
	}
	for name, sample := range p.Types {
		n.types[name] = reflect.TypeOf(sample).Elem()
	}
	n.shown.declare(p, n.renew)
	n.slots.declare(p)
}

// Allocate returns a pointer to the variable of that name, of type t, and makes it if no
// compiled cell has.
func (n *natives) Allocate(name string, t reflect.Type) reflect.Value {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.allocate(name, t)
}

// Variable returns a pointer to the variable of that name.
func (n *natives) Variable(name string) (reflect.Value, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	v, ok := n.storage[name]
	return v, ok
}

// Func returns the function of that declaration, as the latest cell has it.
func (n *natives) Func(name string) (reflect.Value, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f, ok := n.funcs[name]
	return f, ok
}

// Type returns the type of that declaration, as the latest cell has it.
func (n *natives) Type(name string) (reflect.Type, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	t, ok := n.types[name]
	return t, ok
}

// cellOf returns the file of a stack frame as users know it: In[3].
func (n *natives) cellOf(file string) (string, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	base := path.Base(file)
	if cell, ok := strings.CutSuffix(base, ".go"); ok && strings.HasPrefix(cell, "In[") {
		return cell, true // by fileNames
	}
	cell, ok := n.files[base]
	return cell, ok
}

// isRun reports whether the function that begins there is the statements of a cell.
func (n *natives) isRun(entry uintptr) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.runs[entry]
}

// named is what name was told.
func (n *natives) named() map[string]string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return maps.Clone(n.files)
}

// splitName cuts a full name, such as "parago/cells/0123.Ⲡsquare", into a cell's path
// and the rest.
func splitName(name string) (path, rest string, ok bool) {
	digest, ok := strings.CutPrefix(name, cellPath)
	if !ok {
		return "", name, false
	}
	digest, rest, ok = strings.Cut(digest, ".")
	return cellPath + digest, rest, ok
}
