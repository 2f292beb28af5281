package dyn

import (
	"reflect"
	"strings"
	"sync"
)

// A Registry knows the types and methods of the session. Its methods may be
// called from any goroutine.
type Registry struct {
	carry func(run func()) func()
	// recovered is called in the goroutine that has recovered from a panic.
	recovered func()
	deep      func() // see Bound
	look      func(format string, values []any)
	boxed     sync.Map // type texts of all boxes that were made here

	library Library

	mu       sync.RWMutex // guards the rest
	named    map[string]*typ
	parsed   map[string]*typ
	paths    map[string]string                   // import paths, by alias; nil until one is looked up
	packages map[string]map[string]reflect.Value // those that were, by import path
	wrappers map[reflect.Type]bool
	active   map[uint64][]*Defers
}

// A Library has the names of compiled packages, as the interpreter takes them.
type Library interface {
	Paths(yield func(string) bool)
	Symbols(path string) map[string]reflect.Value
}

// New returns an empty Registry that finds native types in a library. It looks there when it is asked
// for one.
func New(l Library) *Registry {
	return &Registry{
		library:   l,
		named:     map[string]*typ{},
		parsed:    map[string]*typ{},
		packages:  map[string]map[string]reflect.Value{},
		wrappers:  map[reflect.Type]bool{},
		carry:     func(run func()) func() { return run },
		recovered: func() {},
		deep:      func() {},
		look:      func(string, []any) {},
		active:    map[uint64][]*Defers{},
	}
}

// define makes name a type. Its underlying type may mention types defined later.
func (r *Registry) define(name, display, under string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.named[name]; t != nil {
		t.display, t.under, t.kind = display, under, 0
		return true
	}
	r.named[name] = &typ{text: name, named: true, display: display, under: under}
	return true
}

// method adds or replaces a method of a defined type. fn takes the receiver first.
func (r *Registry) method(name, m, sig string, ptr bool, fn any) bool {
	v := reflect.ValueOf(fn)
	if p, ok := fn.(reflect.Value); ok {
		v = p
	}
	if v.Kind() == reflect.Pointer { // the address of a function variable
		v = v.Elem()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.named[name]
	if t == nil {
		t = &typ{text: name, named: true, display: "main." + name}
		r.named[name] = t
	}
	ms := append([]method(nil), t.methods...)
	for i := range ms {
		if ms[i].name == m {
			ms[i] = method{m, sig, ptr, v}
			t.methods = ms
			return true
		}
	}
	t.methods = append(ms, method{m, sig, ptr, v})
	return true
}

// lookup finds a native type by package alias and name.
func (r *Registry) lookup(alias, name string) reflect.Type {
	if v, ok := r.native(strings.TrimSuffix(alias, "۰"))[name]; ok && v.Kind() == reflect.Pointer {
		return v.Type().Elem()
	}
	return nil
}

// native are the names of a package, by its alias.
func (r *Registry) native(alias string) map[string]reflect.Value {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paths == nil {
		r.paths = map[string]string{}
		for p := range r.library.Paths {
			r.paths[aliasReplacer.Replace(p)] = p
		}
	}
	p, ok := r.paths[alias]
	if !ok {
		return nil
	}
	if r.packages[p] == nil {
		r.packages[p] = r.library.Symbols(p)
	}
	return r.packages[p]
}

// aliasReplacer makes an import path an identifier, as package interpreted does.
var aliasReplacer = strings.NewReplacer("/", "۰", ".", "۰", "-", "۰")
