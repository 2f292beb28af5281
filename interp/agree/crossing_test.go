package agree_test

import (
	"go/importer"
	"go/token"
	"go/types"
	"testing"

	"github.com/parago/parago/interp/agree"
)

// TestNames holds the table against procpool itself: an entry that names nothing, or an argument
// that can be no function, is a mistake.
func TestNames(t *testing.T) {
	t.Parallel()
	pkg, err := importer.ForCompiler(token.NewFileSet(), "source", nil).Import("github.com/parago/parago/procpool")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	check := func(name string, fn *types.Func) {
		at, ok := agree.Argument(fn)
		if !ok {
			return
		}
		found[name] = true
		if at >= fn.Signature().Params().Len() {
			t.Errorf("%s has no argument %d", name, at)
			return
		}
		switch u := fn.Signature().Params().At(at).Type().Underlying().(type) {
		case *types.Signature, *types.Interface:
		default:
			t.Errorf("argument %d of %s is %s, no function", at, name, u)
		}
	}
	for _, name := range pkg.Scope().Names() {
		switch o := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			check(name, o)
		case *types.TypeName:
			n, ok := o.Type().(*types.Named)
			if !ok {
				continue
			}
			for m := range n.Methods() {
				check(name+"."+m.Name(), m)
			}
		}
	}
	for name := range agree.Names() {
		if !found[name] {
			t.Errorf("procpool has no %s", name)
		}
	}
}
