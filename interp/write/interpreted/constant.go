package interpreted

import (
	"go/constant"
	"go/types"
	"math"
	"strconv"
	"strings"
)

// constant writes a constant of a type.
func (f *writer) constant(v constant.Value, t types.Type) string {
	t = types.Default(f.subst(t))
	b, ok := t.Underlying().(*types.Basic)
	if !ok { // an interface: the default type
		switch v.Kind() {
		case constant.Bool:
			b = types.Typ[types.Bool]
		case constant.String:
			b = types.Typ[types.String]
		case constant.Int:
			b = types.Typ[types.Int]
		case constant.Float:
			b = types.Typ[types.Float64]
		default:
			b = types.Typ[types.Complex128]
		}
		t = b
	}
	lit := constantText(v, b)
	tt := f.typ(t)
	switch tt {
	case "int", "string", "bool":
		return lit
	case "float64":
		if strings.HasPrefix(lit, "-") || strings.ContainsAny(lit, ".e") {
			return "float64(" + lit + ")"
		}
		return lit
	}
	return tt + "(" + lit + ")"
}

func constantText(v constant.Value, b *types.Basic) string {
	switch {
	case b.Info()&types.IsBoolean != 0:
		return strconv.FormatBool(constant.BoolVal(v))
	case b.Info()&types.IsString != 0:
		return strconv.Quote(constant.StringVal(v))
	case b.Info()&types.IsInteger != 0, b.Kind() == types.UnsafePointer:
		s := constant.ToInt(v).ExactString()
		if strings.HasPrefix(s, "-") {
			return "(" + s + ")"
		}
		return s
	case b.Info()&types.IsFloat != 0:
		x, _ := constant.Float64Val(v)
		return floatText(x)
	}
	c := constant.ToComplex(v)
	re, _ := constant.Float64Val(constant.Real(c))
	im, _ := constant.Float64Val(constant.Imag(c))
	return "complex(" + floatText(re) + ", " + floatText(im) + ")"
}

func floatText(x float64) string {
	s := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") && !math.IsInf(x, 0) {
		s += ".0"
	}
	if x < 0 {
		return "(" + s + ")"
	}
	return s
}
