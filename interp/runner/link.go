package runner

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"strings"

	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool/embed"
)

// A linker finds what an entry needs among what the interpreter has loaded. It is
// a session's side of embed.Linker, and also a worker's, whose tasks may start
// processes of their own.
type linker struct {
	interp  *interpreter
	natives *natives
}

// Link returns the declarations that entry needs, directly and by way of others,
// and the variables with the values that they have now.
func (l *linker) Link(entry string, has func(key string, version uint64) bool) ([]embed.Unit, error) {
	if path, key, ok := splitEntry(entry); ok {
		return l.natives.link(path, key, has)
	}
	decls, vars := l.interp.needs(entry)
	var units []embed.Unit
	for _, d := range decls {
		if has("decl "+d.Name, 1) {
			continue
		}
		data, err := pack(unit{Decl: &d})
		if err != nil {
			return nil, err
		}
		units = append(units, embed.Unit{Key: "decl " + d.Name, Version: 1, Data: data})
	}
	for _, v := range vars {
		storage, err := l.interp.variable(v.Name)
		if err != nil {
			return nil, err
		}
		value, err := embed.EncodeVariable(storage)
		if err != nil {
			return nil, fmt.Errorf("send the variable %s, which the function uses: %w", userName(v.Name), err)
		}
		data, err := pack(unit{Var: &v})
		if err != nil {
			return nil, err
		}
		units = append(units, embed.Unit{Key: "var " + v.Name, Version: value.Version(), Data: data, Value: true, Content: value})
	}
	return units, nil
}

// typeName finds the names in a type's text: map[string]*Point.
var typeName = pattern(`[\pL_][\pL\p{Nd}_]*`)

// needs walks from a declaration to all that it mentions, in the order of their
// loading here. A type needs its methods, also those declared after it.
func (i *interpreter) needs(entry string) (decls []wire.Decl, vars []wire.Var) {
	i.mu.Lock()
	defer i.mu.Unlock()
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		var more []string
		if d, ok := i.decls[name]; ok {
			more = d.Needs
		}
		if v, ok := i.vars[name]; ok {
			more = v.Needs
		}
		for _, n := range more {
			visit(n)
		}
		for n := range i.decls {
			if strings.HasPrefix(n, name+".") {
				visit(n)
			}
		}
	}
	visit(entry)
	for _, t := range i.types.Boxed() { // may come in an interface, whatever entry names
		for _, name := range typeName().FindAllString(t, -1) {
			visit(name)
		}
	}
	for _, name := range i.order {
		if !seen[name] {
			continue
		}
		if d, ok := i.decls[name]; ok {
			decls = append(decls, d)
		}
		if v, ok := i.vars[name]; ok {
			vars = append(vars, v)
		}
	}
	return decls, vars
}

// A runner loads what a linker has found elsewhere. It is a worker's side of embed.Runner.
type runner struct {
	interp  *interpreter
	natives *natives
	// What has come since the last Lookup: declarations may need each other in any order.
	decls        []wire.Decl
	vars         []wire.Var
	values       map[string]*embed.Content
	nativeValues map[string]*embed.Content
}

// Load takes a unit in.
func (r *runner) Load(u embed.Unit) error {
	c, err := unpack(u.Data)
	if err != nil {
		return fmt.Errorf("read %s: %w", u.Key, err)
	}
	switch {
	case c.Decl != nil:
		r.decls = append(r.decls, *c.Decl)
	case c.Var != nil:
		if !r.interp.hasVariable(c.Var.Name) {
			r.vars = append(r.vars, *c.Var)
		}
		if r.values == nil {
			r.values = map[string]*embed.Content{}
		}
		r.values[c.Var.Name] = u.Content
	case c.Package != nil:
		r.natives.note(*c.Package)
	case c.Files != nil:
		r.natives.name(c.Files)
	case c.Slot != "":
		r.natives.hold(c.Slot, c.Home)
	case c.Native != "":
		if r.nativeValues == nil {
			r.nativeValues = map[string]*embed.Content{}
		}
		r.nativeValues[c.Native] = u.Content
	}
	return nil
}

// Lookup declares what was loaded and returns the function of that name.
func (r *runner) Lookup(entry string) (reflect.Value, error) {
	defer r.natives.begin()
	if path, key, ok := splitEntry(entry); ok {
		values := r.nativeValues
		r.nativeValues = nil
		return r.natives.lookup(path, key, values)
	}
	decls, vars, values := r.decls, r.vars, r.values
	r.decls, r.vars, r.values = nil, nil, nil
	if err := r.interp.load(nil, decls, vars); err != nil {
		return reflect.Value{}, err
	}
	for name, value := range values {
		storage, err := r.interp.variable(name)
		if err != nil {
			return reflect.Value{}, err
		}
		if err := value.Decode(storage); err != nil {
			return reflect.Value{}, fmt.Errorf("receive the variable %s: %w", userName(name), err)
		}
	}
	return r.interp.lookup(entry)
}

func sum(b []byte) uint64 {
	h := fnv.New64a()
	h.Write(b)
	return h.Sum64()
}
