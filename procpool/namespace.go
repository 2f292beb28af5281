package procpool

import (
	"fmt"
	"slices"

	"github.com/parago/parago/procpool/embed"
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/share"
)

// A Namespace is values by name that processes share, of any types. Reads are deep
// copies, and Update loses no change. What Dict says holds here, too. Attr reads a value
// as what it is. Python's multiprocessing.Manager().Namespace.
type Namespace struct{ d *share.Dict }

// NewNamespace makes a namespace without values.
func NewNamespace() *Namespace { return &Namespace{embed.NewDict()} }

// Set gives a name a value. A value that cannot cross is an *EncodeError.
func (n *Namespace) Set(name string, v any) error { return n.d.Set(&name, &v) }

// Get returns a copy of the value of a name, and whether there is one. It panics with an error if the
// value cannot be read in this process.
func (n *Namespace) Get(name string) (any, bool) {
	var v any
	ok, err := n.d.Get(&name, &v)
	if err != nil {
		panic(err)
	}
	return v, ok
}

// GetInto sets into, a pointer, to a copy of the value of a name. Its error is ErrNotFound if there is
// none, and says so if the value is of another type.
func (n *Namespace) GetInto(name string, into any) error {
	var v any
	switch ok, err := n.d.Get(&name, &v); {
	case err != nil:
		return err
	case !ok:
		return fmt.Errorf("%w: %s in the namespace", fault.ErrNotFound, name)
	}
	if err := callee.Fit(this.Node, v, into); err != nil {
		return fault.Errorf("%s in the namespace is %w", name, err)
	}
	return nil
}

// Delete removes a name, and reports whether there was one.
func (n *Namespace) Delete(name string) bool {
	ok, _ := n.d.Delete(&name, nil)
	return ok
}

// Update gives a name the value that f makes of its value, and returns it. See Dict.Update.
func (n *Namespace) Update(name string, f func(v any, exists bool) (any, bool)) (any, error) {
	var v any
	err := n.d.Update(&name, &v, func(exists bool) (keep bool) {
		v, keep = f(v, exists)
		return keep
	})
	return v, err
}

// Names returns all names, sorted.
func (n *Namespace) Names() []string {
	var names []string
	var name string
	n.d.Each(&name, nil, func() bool {
		names = append(names, name)
		return true
	})
	slices.Sort(names)
	return names
}
