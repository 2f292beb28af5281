package runner

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/parago/parago/interp/runner/rt"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/procpool/embed"
)

// An entry of a compiled cell is its package's path, a space, and a key of its Funcs. No
// name of the interpreter's has a space.
func splitEntry(entry string) (path, key string, ok bool) { return strings.Cut(entry, " ") }

// entry returns the function of an entry.
func (n *natives) entry(path, key string) (rt.Func, error) {
	p, err := n.get(path)
	if err != nil {
		return rt.Func{}, err
	}
	f, ok := p.Functions()[key]
	if !ok {
		return f, fmt.Errorf("the compiled cell %s has no function %s", path, key)
	}
	return f, nil
}

// link returns what another process needs for an entry: which packages there are, and
// the variables that the function may read with the values that they have now. All packages
// are named, as a value in an interface may be of any one's type; the other process
// opens those that it comes to need.
func (n *natives) link(path, key string, has func(key string, version uint64) bool) ([]embed.Unit, error) {
	f, err := n.entry(path, key)
	if err != nil {
		return nil, err
	}
	u := units{has: has}
	n.mu.Lock()
	packages := make([]wire.Package, len(n.order))
	for i, path := range n.order {
		packages[i] = n.known[path]
	}
	held := n.slots.held()
	n.mu.Unlock()
	for _, p := range packages {
		u.add("package "+p.Path, 1, func() unit { return unit{Package: &p} })
	}
	for file, cell := range n.named() {
		u.add("file "+file, sum([]byte(cell)), func() unit { return unit{Files: map[string]string{file: cell}} })
	}
	for id, path := range held {
		u.add("slot "+id, sum([]byte(path)), func() unit { return unit{Slot: id, Home: path} })
	}
	for _, name := range f.Vars {
		v, ok := n.Variable(name)
		if !ok {
			return nil, fmt.Errorf("no variable %s here", userName(name))
		}
		value, err := embed.EncodeVariable(v.Elem())
		if err != nil {
			return nil, fmt.Errorf("send the variable %s, which the function uses: %w", userName(name), err)
		}
		u.variable(name, value)
	}
	return u.fresh, u.err
}

// units are those that another process does not have.
type units struct {
	has   func(key string, version uint64) bool
	fresh []embed.Unit
	err   error
}

func (u *units) add(key string, version uint64, content func() unit) {
	if u.err != nil || u.has(key, version) {
		return
	}
	var data []byte
	c := content()
	data, u.err = pack(c)
	u.fresh = append(u.fresh, embed.Unit{Key: key, Version: version, Data: data})
}

// variable adds a variable with its value, which may be large: procpool sends it to those that do
// not have it.
func (u *units) variable(name string, value *embed.Content) {
	if u.err != nil {
		return
	}
	var data []byte
	data, u.err = pack(unit{Native: name})
	u.fresh = append(u.fresh, embed.Unit{Key: "variable " + name, Version: value.Version(), Data: data, Value: true, Content: value})
}

// lookup returns the function of an entry, after setting variables that have come for it.
func (n *natives) lookup(path, key string, values map[string]*embed.Content) (reflect.Value, error) {
	f, err := n.entry(path, key)
	if err != nil {
		return reflect.Value{}, err
	}
	for name, value := range values {
		v, ok := n.Variable(name)
		if !ok {
			return reflect.Value{}, fmt.Errorf("no variable %s here", userName(name))
		}
		if err := value.Decode(v); err != nil {
			return reflect.Value{}, fmt.Errorf("receive the variable %s: %w", userName(name), err)
		}
		n.arrived(name, n.version(v.Elem()))
	}
	if isLiteral(key) {
		return reflect.ValueOf(rt.Literal.Function), nil
	}
	return reflect.ValueOf(f.Value), nil
}
