package dyn

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/parago/parago/procpool"
	"github.com/parago/parago/procpool/embed"
)

// here is the registry of this process, for boxes that come from another one: a
// decoder makes its values without asking anybody.
var here atomic.Pointer[Registry]

// Cross lets boxes of r's types cross to other processes and come from them. An
// interpreter process calls it once, before it loads anything.
func (r *Registry) Cross() {
	here.Store(r)
	procpool.RegisterType(Box{}, errBox{}, listBox{}, strBox{})
}

// Boxed lists the types of the boxes that were made in this process: what a value
// that crosses inside an interface can be, whatever the types that its user names.
func (r *Registry) Boxed() []string {
	var all []string
	r.boxed.Range(func(t, _ any) bool {
		all = append(all, t.(string))
		return true
	})
	return all
}

// A crossing is a Box on its way.
type crossing struct {
	T string
	V []byte // as procpool encodes it
}

// GobEncode is how procpool sends a Box: its type by name, its value by structure.
func (b Box) GobEncode() ([]byte, error) {
	value, err := embed.Encode(reflect.ValueOf(&b.V).Elem())
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	err = gob.NewEncoder(&buf).Encode(crossing{b.T, value})
	return buf.Bytes(), err
}

// GobDecode makes a Box of a type that this process has loaded.
func (b *Box) GobDecode(data []byte) error {
	var c crossing
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&c); err != nil {
		return fmt.Errorf("receive a value of a cell's type: %w", err)
	}
	b.T, b.types = c.T, here.Load()
	if err := embed.Decode(c.V, reflect.ValueOf(&b.V).Elem()); err != nil {
		return fmt.Errorf("receive a %s: %w", c.T, err)
	}
	return nil
}
