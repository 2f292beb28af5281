package interpreted

import "go/types"

// subst replaces type parameters.
func (f *writer) subst(t types.Type) types.Type {
	if len(f.env) == 0 {
		return t
	}
	return f.replace(t)
}

func (f *writer) replace(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.TypeParam:
		if r, ok := f.env[t]; ok {
			return r
		}
	case *types.Alias:
		return f.replace(types.Unalias(t))
	case *types.Named:
		if t.TypeArgs().Len() == 0 {
			return t
		}
		var args []types.Type
		for a := range t.TypeArgs().Types() {
			args = append(args, f.replace(a))
		}
		return f.instantiate(t.Origin(), args)
	case *types.Pointer:
		return types.NewPointer(f.replace(t.Elem()))
	case *types.Slice:
		return types.NewSlice(f.replace(t.Elem()))
	case *types.Array:
		return types.NewArray(f.replace(t.Elem()), t.Len())
	case *types.Chan:
		return types.NewChan(t.Dir(), f.replace(t.Elem()))
	case *types.Map:
		return types.NewMap(f.replace(t.Key()), f.replace(t.Elem()))
	case *types.Tuple:
		return f.replaceTuple(t)
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, f.replaceTuple(t.Params()), f.replaceTuple(t.Results()), t.Variadic())
	case *types.Struct:
		var fs []*types.Var
		var tags []string
		for i := range t.NumFields() {
			v := t.Field(i)
			fs = append(fs, types.NewField(v.Pos(), v.Pkg(), v.Name(), f.replace(v.Type()), v.Embedded()))
			tags = append(tags, t.Tag(i))
		}
		return types.NewStruct(fs, tags)
	case *types.Interface:
		var ms []*types.Func
		for m := range t.Methods() {
			ms = append(ms, types.NewFunc(m.Pos(), m.Pkg(), m.Name(), f.replace(m.Type()).(*types.Signature)))
		}
		return types.NewInterfaceType(ms, nil).Complete()
	}
	return t
}

func (f *writer) replaceTuple(t *types.Tuple) *types.Tuple {
	var vs []*types.Var
	for v := range t.Variables() {
		vs = append(vs, types.NewVar(v.Pos(), v.Pkg(), v.Name(), f.replace(v.Type())))
	}
	return types.NewTuple(vs...)
}

func (c *cell) instantiate(origin types.Type, args []types.Type) types.Type {
	t, err := types.Instantiate(c.context, origin, args, false)
	if err != nil {
		panic(err)
	}
	return t
}
