package glue

import (
	"go/constant"
	"go/types"
	"math"
	"strconv"
	"strings"
)

// constant writes a constant of a type, so that it has that type also where the
// interpreter would give it another.
func (w *writer) constant(v constant.Value, t types.Type) string {
	switch types.Unalias(types.Default(t)) {
	case types.Typ[types.Int], types.Typ[types.String], types.Typ[types.Bool]:
		return literal(v, types.Unalias(types.Default(t)).(*types.Basic))
	}
	return w.typedConstant(v, t)
}

// typedConstant writes a constant with its type.
func (w *writer) typedConstant(v constant.Value, t types.Type) string {
	t = types.Default(t)
	if types.IsInterface(t) {
		t = defaultType(v)
	}
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		w.no("a constant of type %s", t)
	}
	return w.typ(t) + "(" + literal(v, b) + ")"
}

func defaultType(v constant.Value) types.Type {
	switch v.Kind() {
	case constant.Bool:
		return types.Typ[types.Bool]
	case constant.String:
		return types.Typ[types.String]
	case constant.Int:
		return types.Typ[types.Int]
	case constant.Float:
		return types.Typ[types.Float64]
	}
	return types.Typ[types.Complex128]
}

func literal(v constant.Value, b *types.Basic) string {
	switch info := b.Info(); {
	case info&types.IsBoolean != 0:
		return strconv.FormatBool(constant.BoolVal(v))
	case info&types.IsString != 0:
		return strconv.Quote(constant.StringVal(v))
	case info&types.IsInteger != 0:
		s := constant.ToInt(v).ExactString()
		if strings.HasPrefix(s, "-") {
			return "(" + s + ")"
		}
		return s
	case info&types.IsFloat != 0:
		return float(v, b.Kind() == types.Float32)
	}
	c := constant.ToComplex(v)
	single := b.Kind() == types.Complex64
	return "complex(" + float(constant.Real(c), single) + ", " + float(constant.Imag(c), single) + ")"
}

// float writes a floating point constant as it is in the type.
func float(v constant.Value, single bool) string {
	x, _ := constant.Float64Val(v)
	if single {
		y, _ := constant.Float32Val(v)
		x = float64(y)
	}
	s := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") && !math.IsInf(x, 0) {
		s += ".0"
	}
	if x < 0 {
		return "(" + s + ")"
	}
	return s
}
