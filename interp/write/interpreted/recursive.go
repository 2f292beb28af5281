package interpreted

import "go/types"

// tangled refuses structs that contain each other: the interpreter has one type for a
// struct that contains itself, and mixes up those of a longer circle.
func (f *writer) tangled(t *types.Named) {
	seen := map[types.Type]bool{}
	var reaches func(x types.Type, through *types.Named) *types.Named
	inside := func(n *types.Named, through *types.Named) *types.Named {
		st, ok := f.underlying(n).(*types.Struct)
		if !ok {
			return reaches(f.underlying(n), through)
		}
		for v := range st.Fields() {
			if r := reaches(v.Type(), n); r != nil {
				return r
			}
		}
		return nil
	}
	reaches = func(x types.Type, through *types.Named) *types.Named {
		switch x := types.Unalias(x).(type) {
		case *types.Named:
			if types.Identical(x, t) {
				if types.Identical(through, t) {
					return nil
				}
				return through
			}
			if seen[x] || x.Obj().Pkg() == nil || !f.ours(x) || isInterface(x) {
				return nil
			}
			seen[x] = true
			return inside(x, through)
		case *types.Pointer:
			return reaches(x.Elem(), through)
		case *types.Slice:
			return reaches(x.Elem(), through)
		case *types.Array:
			return reaches(x.Elem(), through)
		case *types.Chan:
			return reaches(x.Elem(), through)
		case *types.Map:
			if r := reaches(x.Key(), through); r != nil {
				return r
			}
			return reaches(x.Elem(), through)
		case *types.Struct:
			for v := range x.Fields() {
				if r := reaches(v.Type(), through); r != nil {
					return r
				}
			}
		}
		return nil
	}
	f.dummies(t)
	if other := inside(t, t); other != nil {
		f.refuseAt(t.Obj(), "the types "+t.Obj().Name()+" and "+other.Obj().Name(), "structs that contain each other")
	}
}

// dummies refuses structs whose own type stands where the interpreter puts a dummy that
// fits nothing: in a map's key, and in a function inside another type.
func (f *writer) dummies(t *types.Named) {
	st, ok := f.underlying(t).(*types.Struct)
	if !ok {
		return
	}
	var mentions func(x types.Type, wrapped, hidden bool, depth int) bool
	tuple := func(ts *types.Tuple, hidden bool, depth int) bool {
		for v := range ts.Variables() {
			if mentions(v.Type(), true, hidden, depth) {
				return true
			}
		}
		return false
	}
	mentions = func(x types.Type, wrapped, hidden bool, depth int) bool {
		if types.Identical(x, t) {
			return hidden
		}
		if depth > 20 {
			return false
		}
		switch x := types.Unalias(x).(type) {
		case *types.Named:
			if x.Obj().Pkg() == nil || !f.ours(x) {
				return false
			}
			if _, ok := f.underlying(x).(*types.Struct); ok || isInterface(x) {
				return false
			}
			return mentions(f.underlying(x), wrapped, hidden, depth+1)
		case *types.Pointer:
			return mentions(x.Elem(), true, hidden, depth+1)
		case *types.Slice:
			return mentions(x.Elem(), true, hidden, depth+1)
		case *types.Array:
			return mentions(x.Elem(), true, hidden, depth+1)
		case *types.Chan:
			return mentions(x.Elem(), true, hidden, depth+1)
		case *types.Map:
			return mentions(x.Key(), true, true, depth+1) || mentions(x.Elem(), true, hidden, depth+1)
		case *types.Signature:
			return tuple(x.Params(), hidden || wrapped, depth+1) || tuple(x.Results(), hidden || wrapped, depth+1)
		case *types.Struct:
			for v := range x.Fields() {
				if mentions(v.Type(), true, hidden, depth+1) {
					return true
				}
			}
		}
		return false
	}
	for v := range st.Fields() {
		if mentions(v.Type(), false, false, 0) {
			f.refuseAt(t.Obj(), "type "+t.Obj().Name(), "its field "+v.Name()+" mentions the type itself in a map's key or in a function inside another type")
		}
	}
}

// recursive says whether a type that is no struct mentions itself without a named struct between.
func (f *writer) recursive(t *types.Named) bool {
	seen := map[types.Type]bool{}
	var walk func(types.Type) bool
	walk = func(x types.Type) bool {
		switch x := types.Unalias(x).(type) {
		case *types.Named:
			if x == t && len(seen) > 0 {
				return true
			}
			if seen[x] || x.Obj().Pkg() == nil || !f.ours(x) {
				return false
			}
			seen[x] = true
			if _, ok := x.Underlying().(*types.Struct); ok {
				return false
			}
			return walk(f.underlying(x))
		case *types.Pointer:
			return walk(x.Elem())
		case *types.Slice:
			return walk(x.Elem())
		case *types.Array:
			return walk(x.Elem())
		case *types.Chan:
			return walk(x.Elem())
		case *types.Map:
			return walk(x.Key()) || walk(x.Elem())
		case *types.Signature:
			for v := range x.Params().Variables() {
				if walk(v.Type()) {
					return true
				}
			}
			for v := range x.Results().Variables() {
				if walk(v.Type()) {
					return true
				}
			}
		case *types.Struct:
			for v := range x.Fields() {
				if walk(v.Type()) {
					return true
				}
			}
		}
		return false
	}
	return walk(t)
}
