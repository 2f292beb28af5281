package agree

import (
	"go/types"
	"iter"
	"maps"
	"strings"
)

// arguments are the places of such arguments, by the names of functions and methods.
var arguments = map[string]int{
	"NewProcess":  0,
	"Initializer": 0,
	"Spawn":       0,
	"Broadcast":   1,
	"Map":         1,
	"TryMap":      1,
	"MapErr":      1,
	"ForEach":     1,
	"ForEachErr":  1,
	"Stream":      1,
	"TryStream":   1,
	"StreamErr":   1,
	"Submit":      1,
	"SubmitErr":   1,

	"Pool.Apply":   0,
	"Pool.StarMap": 0,
}

// Argument returns which argument of fn runs in another process. The second result is
// false if none does.
func Argument(fn *types.Func) (at int, ok bool) {
	if fn == nil || !InProcpool(fn.Pkg()) {
		return 0, false
	}
	name := fn.Name()
	if recv := fn.Signature().Recv(); recv != nil {
		t := types.Unalias(recv.Type())
		if p, ok := t.(*types.Pointer); ok {
			t = types.Unalias(p.Elem())
		}
		n, ok := t.(*types.Named)
		if !ok {
			return 0, false
		}
		name = n.Obj().Name() + "." + name
	}
	at, ok = arguments[name]
	return at, ok
}

// InProcpool reports whether p is procpool, also under the short name that cells import it by.
func InProcpool(p *types.Package) bool {
	return p != nil && (p.Path() == "procpool" || strings.HasSuffix(p.Path(), "parago/procpool"))
}

// Names returns the names in the table, methods as Type.Method.
func Names() iter.Seq[string] { return maps.Keys(arguments) }
