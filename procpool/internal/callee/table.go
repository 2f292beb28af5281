package callee

import (
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/parago/parago/procpool/internal/host"
	"github.com/parago/parago/procpool/internal/node"
)

// Table are the functions that this process knows: those that it can call elsewhere, and those that others can
// call here.
type Table struct {
	*node.Node

	last  atomic.Uint64 // number of the callee that was resolved last
	mu    sync.Mutex
	funcs map[string]reflect.Value // of a compiled program, by name; guarded by mu, as is the rest
	units map[string]host.Unit
	plain map[string]*Callee // functions that capture nothing
}

// New makes the table of a process, which knows no function yet.
func New(n *node.Node) *Table {
	return &Table{Node: n, funcs: map[string]reflect.Value{}, units: map[string]host.Unit{}, plain: map[string]*Callee{}}
}

// Register makes a function of a compiled program known under its own name.
func (c *Table) Register(name string, v reflect.Value) {
	c.mu.Lock()
	c.funcs[funcKey(name, v)] = v
	c.mu.Unlock()
	c.Codec.RegisterType(v.Type())
	c.registerStates(v.Type())
}

// registerStates lets what the methods of a function's results take and return cross in interfaces, as calls of
// an actor do.
func (c *Table) registerStates(f reflect.Type) {
	for i := range f.NumOut() {
		t := f.Out(i)
		if t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface {
			t = reflect.PointerTo(t)
		}
		for j := range t.NumMethod() {
			c.Codec.RegisterType(t.Method(j).Type)
		}
	}
}
