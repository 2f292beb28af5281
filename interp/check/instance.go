package check

import "go/types"

// InstanceType is the type of an instance of a generic function or method that an expression names.
// Sel is the selection of a method. For T.m, whose receiver is its first parameter, go/types
// notes the method's own type.
func InstanceType(sel *types.Selection, in types.Instance) types.Type {
	sig, ok := in.Type.(*types.Signature)
	if sel == nil || sel.Kind() != types.MethodExpr || !ok || sig.Recv() == nil {
		return in.Type
	}
	params := []*types.Var{types.NewParam(0, nil, "", sel.Recv())}
	for v := range sig.Params().Variables() {
		params = append(params, v)
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
}
