package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"strconv"
	"strings"
)

// literal is an expression of a constant value.
func literal(v constant.Value) ast.Expr {
	switch v.Kind() {
	case constant.Bool:
		op := token.EQL
		if !constant.BoolVal(v) {
			op = token.NEQ
		}
		return &ast.BinaryExpr{X: number("0"), Op: op, Y: number("0")}
	case constant.String:
		return &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(constant.StringVal(v))}
	case constant.Complex:
		im := &ast.BinaryExpr{X: literal(constant.Imag(v)), Op: token.MUL, Y: &ast.BasicLit{Kind: token.IMAG, Value: "1i"}}
		return &ast.BinaryExpr{X: literal(constant.Real(v)), Op: token.ADD, Y: im}
	}
	over, under, ok := strings.Cut(v.ExactString(), "/")
	if !ok {
		return number(over)
	}
	return &ast.ParenExpr{X: &ast.BinaryExpr{X: number(over + "."), Op: token.QUO, Y: number(under + ".")}}
}

// number is an expression of a decimal number, which may be negative.
func number(s string) ast.Expr {
	if digits, ok := strings.CutPrefix(s, "-"); ok {
		return &ast.ParenExpr{X: &ast.UnaryExpr{Op: token.SUB, X: number(digits)}}
	}
	kind := token.INT
	if strings.ContainsAny(s, ".eE") {
		kind = token.FLOAT
	}
	return &ast.BasicLit{Kind: kind, Value: s}
}
