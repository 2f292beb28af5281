package runner

import (
	"errors"
	"fmt"
	"path"
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/procpool/embed"
)

// A function value of a compiled cell is known by its code, wherever it is held: that is a function of the
// cell's package, or a method bound to a Literal, which the compiler puts behind the code pointer
// (package interp/write/compiled writes them so). A Literal of a generic type is bound by way of an
// interface, and tells its type itself.

// A code is what begins at an address.
type code struct {
	path, key, title string
	literal          reflect.Type // a pointer to a struct, nil for a function of the package
}

// isLiteral reports whether a key is that of Literals.
func isLiteral(key string) bool { return strings.HasPrefix(key, "lit۰") }

// index notes where the functions of a package begin.
func (n *natives) index(p *rt.Package) {
	for key, f := range p.Functions() {
		c := code{path: p.Path, key: key, title: f.Title}
		at := reflect.ValueOf(f.Value)
		switch l, ok := f.Value.(rt.Literal); {
		case ok:
			c.literal = reflect.TypeOf(l)
			at = reflect.ValueOf(l.Function())
		case f.Value == nil:
			continue // of a generic type
		}
		n.codes[at.Pointer()] = c
	}
}

// A heldFunction is a function value taken apart.
type heldFunction struct {
	code
	self rt.Literal // nil for a function of the package
}

// generic is the name of a method that is bound by way of an interface, as the compiler has it or as package
// native shows it. No method of a user's is called so.
var generic = pattern(`(\.Ⲡlits۰\d+(\[\.\.\.\])?\.Call|^main\.main\.func\d+\.2)-fm$`)

// held takes a function value apart.
func (n *natives) held(f reflect.Value) (heldFunction, error) {
	n.mu.Lock()
	c, ok := n.codes[f.Pointer()]
	n.mu.Unlock()
	switch name := codeName(f); {
	case ok && c.literal == nil:
		return heldFunction{code: c}, nil
	case ok:
		self := reflect.NewAt(c.literal, behindCode(f)).Elem().Interface().(rt.Literal)
		return n.titled(heldFunction{c, self}), nil
	case generic().MatchString(name):
		var bound any = *(*rt.Literal)(behindCode(f)) // only its type and its pointer are right
		self, ok := bound.(rt.Literal)
		if !ok {
			return heldFunction{}, fmt.Errorf("%s is bound to a %T", name, bound)
		}
		return n.titled(n.genericLiteral(self)), nil
	default:
		return heldFunction{}, n.unknown(f, name)
	}
}

func codeName(f reflect.Value) string {
	if fn := runtime.FuncForPC(f.Pointer()); fn != nil {
		return fn.Name()
	}
	return "an unknown function"
}

// behindCode is where a function value has what its code is bound to.
func behindCode(f reflect.Value) unsafe.Pointer {
	held := reflect.New(f.Type())
	held.Elem().Set(f)
	return unsafe.Add(*(*unsafe.Pointer)(held.UnsafePointer()), unsafe.Sizeof(uintptr(0)))
}

// genericLiteral finds the package that declares the type of a Literal.
func (n *natives) genericLiteral(self rt.Literal) heldFunction {
	t := reflect.TypeOf(self).Elem()
	name, _, _ := strings.Cut(t.Name(), "[")
	c := code{path: pathOf(t), key: strings.TrimPrefix(name, mangling), literal: reflect.PointerTo(t)}
	if f, err := n.entry(c.path, c.key); err == nil {
		c.title = f.Title
	}
	return heldFunction{c, self}
}

// titled names a literal by its place.
func (n *natives) titled(h heldFunction) heldFunction {
	if h.title != "" {
		return h
	}
	h.title = "func literal"
	if call, ok := reflect.TypeOf(h.self).MethodByName("Call"); ok {
		h.title = n.literalAt(call.Func.Pointer())
	}
	return h
}

// literalAt names a literal by its code.
func (n *natives) literalAt(at uintptr) string {
	fn := runtime.FuncForPC(at)
	if fn == nil {
		return "func literal"
	}
	file, line := fn.FileLine(at)
	if cell, ok := n.cellOf(file); ok {
		return fmt.Sprintf("func literal at %s:%d", cell, line)
	}
	return "func literal"
}

// class is the name of a receiver's type in the title of a method: "job" in "(*job).Run".
var class = pattern(`^\(\*?([\pL_][\pL\pN_]*)`)

// find says what a function is that is handed to procpool.
func (n *natives) find(name string, f any) (*embed.Func, error) {
	if strings.HasPrefix(name, "reflect.") {
		return nil, nil // an interpreted one
	}
	h, err := n.held(reflect.ValueOf(f))
	if err != nil {
		return nil, err
	}
	is := &embed.Func{Name: h.title, Entry: h.entry(), Local: f}
	if h.self != nil {
		is.Factory, is.Fields, is.Captures = true, true, []any{h.self}
	} else if strings.HasPrefix(h.key, "func۰") && h.title == "" {
		is.Name = n.literalAt(reflect.ValueOf(f).Pointer())
	} else if h.title == "" {
		is.Name = userName(h.key)
	}
	if m := class().FindStringSubmatch(is.Name); m != nil {
		is.Class = m[1]
	}
	return is, nil
}

func (c code) entry() string { return c.path + " " + c.key }

// unknown says why a function cannot cross.
func (n *natives) unknown(f reflect.Value, name string) error {
	at := n.literalAt(f.Pointer())
	switch {
	case at == "func literal" && (name == "" || literal().MatchString(name)):
		return errors.New("a function that a library has made cannot cross: make it in the function that runs there")
	case !strings.HasPrefix(name, cellPath) && !strings.HasPrefix(name, "main."):
		return fmt.Errorf("%s in a variable cannot cross: write a function literal around it", path.Base(name))
	case strings.HasSuffix(name, "-fm"):
		return fmt.Errorf("a method value of a type that is declared inside a function cannot cross: declare the type outside")
	}
	return fmt.Errorf("%s cannot cross: it uses a type or a value that has no name outside its function", at)
}

// A crossing stands for a function that is within another value. The session's variables that it may read
// go along: nobody else brings them.
type crossing struct {
	Entry string
	Self  rt.Literal
	Vars  []carried
}

// A carried is a session variable on its way.
type carried struct {
	Name    string
	At      any // a pointer to it
	Version uint64
}

// functionOut returns what stands for a function. What goes back finds the session's variables there.
func (n *natives) functionOut(f reflect.Value, back bool) (any, error) {
	if strings.HasPrefix(codeName(f), "reflect.") {
		return nil, fmt.Errorf("an interpreted function cannot cross within a value")
	}
	h, err := n.held(f)
	if err != nil {
		return nil, err
	}
	c := crossing{Entry: h.entry(), Self: h.self}
	if back {
		return c, nil
	}
	entry, err := n.entry(h.path, h.key)
	if err != nil {
		return nil, err
	}
	for _, name := range entry.Vars {
		v, ok := n.Variable(name)
		if !ok {
			return nil, fmt.Errorf("no variable %s here", userName(name))
		}
		c.Vars = append(c.Vars, carried{name, v.Interface(), n.version(v.Elem())})
	}
	return c, nil
}

// functionIn makes a function that has come to a worker, which gets the variables.
func (n *natives) functionIn(is any) (reflect.Value, error) {
	f, err := n.functionBack(is)
	if err != nil {
		return f, err
	}
	for _, v := range is.(crossing).Vars {
		at := reflect.ValueOf(v.At)
		if at.Kind() != reflect.Pointer || at.IsNil() {
			return f, fmt.Errorf("no value of the variable %s has come", userName(v.Name))
		}
		if n.arrived(v.Name, v.Version) {
			n.Allocate(v.Name, at.Type().Elem()).Elem().Set(at.Elem())
		}
	}
	return f, nil
}

// functionBack makes a function that has come to the session, whose variables are its own.
func (n *natives) functionBack(is any) (reflect.Value, error) {
	c, ok := is.(crossing)
	if !ok {
		return reflect.Value{}, fmt.Errorf("a %T is no function", is)
	}
	path, key, ok := splitEntry(c.Entry)
	if !ok {
		return reflect.Value{}, fmt.Errorf("%q is no function of a cell", c.Entry)
	}
	f, err := n.entry(path, key)
	switch {
	case err != nil:
		return reflect.Value{}, err
	case !isLiteral(key):
		return reflect.ValueOf(f.Value), nil
	case c.Self == nil:
		return reflect.Value{}, fmt.Errorf("%s has come without what it captures", key)
	}
	return reflect.ValueOf(c.Self.Function()), nil
}
