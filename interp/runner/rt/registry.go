package rt

import (
	"reflect"
	"strings"
	"sync"
)

// A Package is a compiled cell, as it registers itself when its plugin is opened.
type Package struct {
	Path string
	// Vars are the session's variables that it uses: by name, the address of its
	// pointer to the variable (**T for a variable of type T), which the process sets
	// before anything of the package runs.
	Vars map[string]any
	// Funcs are functions that another process may be asked for.
	Funcs []Funcs
	// Types are the types that it declares, by declaration: a nil pointer to each.
	Types map[string]any
	// Generics are the generic types that it declares, by declaration.
	Generics []string
	// Shapes are values of types made of those in Types. They are here so that the program has
	// these types; nobody reads them.
	Shapes []any
	// Slots are its variables by way of which function literals, which may outlive their cell,
	// call functions of the session. They are keyed by the declaration and its type.
	Slots map[string]Slot
	// Now are the functions of this package that such slots hold from now on, of whichever package.
	Now map[string]any
	Run func() // the cell's statements

	reading sync.Once
	funcs   map[string]Func // what Funcs says
}

// Funcs are functions of one type that may read the same variables. A table of a row for each function
// would take the compiler longer than some of the functions.
type Funcs struct {
	// Keys are those that entries have, with spaces between: a declaration's name, or that of a function
	// value, which may have an equals sign and a name for people behind it. The value of key lit۰N is a
	// Literal, nil if its type is generic.
	Keys   string
	Values any      // a slice with the functions, in the order of their keys; []any if a type has no name
	Vars   []string // the session's variables
}

// A Slot is a variable that holds a function.
type Slot struct {
	At    any // *func(…), its address
	Value any // what it holds if nothing is declared anew
}

// A Func is a function with the names of the session's variables that it may read,
// also by way of others.
type Func struct {
	Value any
	Vars  []string
	Title string // for people, if the key does not tell
}

// Functions are those of a package, by key.
func (p *Package) Functions() map[string]Func {
	p.reading.Do(func() {
		p.funcs = map[string]Func{}
		for _, some := range p.Funcs {
			values := reflect.ValueOf(some.Values)
			for i, key := range strings.Fields(some.Keys) {
				key, title, _ := strings.Cut(key, "=")
				p.funcs[key] = Func{values.Index(i).Interface(), some.Vars, title}
			}
		}
	})
	return p.funcs
}

// registered are the packages whose plugins were opened in this process.
type registered struct {
	sync.RWMutex
	packages map[string]*Package
}

// Register makes p known. A compiled cell calls it from init.
func Register(p *Package) {
	r := &here.registered
	r.Lock()
	defer r.Unlock()
	if r.packages == nil {
		r.packages = map[string]*Package{}
	}
	r.packages[p.Path] = p
}

// Registered returns the package of that path, nil if its plugin was not opened.
func Registered(path string) *Package {
	r := &here.registered
	r.RLock()
	defer r.RUnlock()
	return r.packages[path]
}
