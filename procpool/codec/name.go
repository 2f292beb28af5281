package codec

import (
	"path"
	"reflect"
	"slices"
	"strings"
)

// A typeName is how another process finds a type that has a name.
type typeName struct {
	full  string // "import/path.Name"
	pkg   string // the package's name, if it is not the last element of the path
	which uint32 // of the types of that name, if a package has several: hashOf
}

var errorType = reflect.TypeFor[error]()

// hasName tells whether t has a name that another process finds it by. Those that are always
// there, such as int, need none.
func hasName(t reflect.Type) bool { return t.PkgPath() != "" || t == errorType }

// nameOf returns the name of a type that has one.
func (r *Registry) nameOf(t reflect.Type) typeName {
	if n, ok := r.names.Load(t); ok {
		return n.(typeName)
	}
	n := typeName{full: r.fullName(t)}
	if pkg, _, ok := strings.Cut(t.String(), "."); ok && pkg != n.base() {
		n.pkg = pkg
	}
	if len(r.linked(n)) > 1 {
		n.which = hashOf(t)
	}
	r.names.Store(t, n)
	return n
}

// fullName is "import/path.Name".
func (r *Registry) fullName(t reflect.Type) string {
	importPath := t.PkgPath()
	if r.pathOf != nil && importPath != "" {
		importPath = r.pathOf(t)
	}
	return importPath + "." + t.Name()
}

// split returns the import path and the type's own name, which may have type arguments.
func (n typeName) split() (importPath, local string) {
	plain, _, _ := strings.Cut(n.full, "[")
	dot := strings.LastIndexByte(plain, '.')
	return n.full[:max(0, dot)], n.full[dot+1:]
}

// base is the last element of the import path.
func (n typeName) base() string {
	importPath, _ := n.split()
	return path.Base(importPath)
}

// String is what Go programs call the type: image.Point.
func (n typeName) String() string {
	_, local := n.split()
	switch {
	case strings.HasPrefix(n.full, "."):
		return local
	case n.pkg != "":
		return n.pkg + "." + local
	}
	return n.base() + "." + local
}

// find returns the type of a name: one that was registered, one that the program has, or one that
// the host finds, which may take a package in for it. It is nil if there is none, or if
// there are several and nothing tells them apart.
func (r *Registry) find(n typeName) reflect.Type {
	r.mu.RLock()
	t := r.types[n.full]
	r.mu.RUnlock()
	if n.fits(t) {
		return t
	}
	if t := n.only(r.linked(n)); t != nil {
		return t
	}
	if r.more == nil {
		return nil
	}
	for t := range r.more(n.full) {
		if n.fits(t) {
			return t
		}
		if t := n.only(r.linked(n)); t != nil {
			return t
		}
	}
	return nil
}

// linked returns the types that the program has under a name, each of which it may have twice.
func (r *Registry) linked(n typeName) []reflect.Type {
	var different []reflect.Type
	for _, t := range linked(n.String()) {
		same := func(other reflect.Type) bool { return hashOf(other) == hashOf(t) }
		if r.fullName(t) == n.full && !slices.ContainsFunc(different, same) {
			different = append(different, t)
		}
	}
	return different
}

func (n typeName) fits(t reflect.Type) bool {
	return t != nil && (n.which == 0 || n.which == hashOf(t))
}

func (n typeName) only(types []reflect.Type) reflect.Type {
	fitting := slices.DeleteFunc(types, func(t reflect.Type) bool { return !n.fits(t) })
	if len(fitting) != 1 {
		return nil
	}
	return fitting[0]
}
