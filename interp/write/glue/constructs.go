package glue

import (
	"go/ast"
	"go/token"
	"reflect"
)

// constructs are the kinds of syntax: "" for those that glue may have, else why it has none.
// A kind that is not here is none. What a row admits is looked at again where it is
// written, with its types.
var constructs = map[reflect.Type]string{
	// Statements.
	kind[*ast.ExprStmt]():       "",
	kind[*ast.AssignStmt]():     "",
	kind[*ast.IncDecStmt]():     "",
	kind[*ast.DeclStmt]():       "",
	kind[*ast.IfStmt]():         "",
	kind[*ast.BlockStmt]():      "",
	kind[*ast.EmptyStmt]():      "",
	kind[*ast.ForStmt]():        "a loop", // takes a hundred times as long
	kind[*ast.RangeStmt]():      "a loop",
	kind[*ast.SwitchStmt]():     "a switch",
	kind[*ast.TypeSwitchStmt](): "a type switch",
	kind[*ast.SelectStmt]():     "a select",
	kind[*ast.SendStmt]():       "a channel operation", // cannot be interrupted
	kind[*ast.GoStmt]():         "a goroutine",         // nobody guards it
	kind[*ast.DeferStmt]():      "a deferred call",     // argument evaluation, recover
	kind[*ast.LabeledStmt]():    "a label",
	kind[*ast.BranchStmt]():     "a jump",
	kind[*ast.ReturnStmt]():     "a return",
	kind[*ast.CaseClause]():     "a switch",
	kind[*ast.CommClause]():     "a select",

	// Declarations among the statements.
	kind[*ast.GenDecl]():   "",
	kind[*ast.ValueSpec](): "",
	kind[*ast.TypeSpec]():  "a type declared inside a block",

	// Expressions.
	kind[*ast.Ident]():          "",
	kind[*ast.BasicLit]():       "",
	kind[*ast.CompositeLit]():   "",
	kind[*ast.KeyValueExpr]():   "",
	kind[*ast.ParenExpr]():      "",
	kind[*ast.SelectorExpr]():   "",
	kind[*ast.IndexExpr]():      "",
	kind[*ast.SliceExpr]():      "",
	kind[*ast.StarExpr]():       "",
	kind[*ast.CallExpr]():       "",
	kind[*ast.UnaryExpr]():      "",
	kind[*ast.BinaryExpr]():     "",
	kind[*ast.TypeAssertExpr](): "",                   // v, ok := x.(T) only
	kind[*ast.FuncLit]():        "a function literal", // closures over variables, methods of their own
	kind[*ast.IndexListExpr]():  "a generic function or type",

	// Types.
	kind[*ast.ArrayType]():     "",
	kind[*ast.MapType]():       "",
	kind[*ast.ChanType]():      "",
	kind[*ast.Ellipsis]():      "", // [...]int{1, 2}
	kind[*ast.InterfaceType](): "",
	kind[*ast.FieldList]():     "", // of interface{} and struct{}
	kind[*ast.StructType]():    "", // struct{} only
	kind[*ast.Field]():         "a struct or an interface without a name",
	kind[*ast.FuncType]():      "a function type", // values of ours would not be tagged for procpool

	kind[*ast.CommentGroup](): "",
	kind[*ast.Comment]():      "",
}

func kind[N ast.Node]() reflect.Type { return reflect.TypeFor[N]() }

// operators are those with one operand, and with two.
var operators = map[token.Token]string{
	token.ADD: "", token.SUB: "", token.MUL: "", token.QUO: "", token.REM: "",
	token.AND: "", token.OR: "", token.XOR: "", token.AND_NOT: "", token.SHL: "", token.SHR: "",
	token.EQL: "", token.NEQ: "", token.LSS: "", token.LEQ: "", token.GTR: "", token.GEQ: "",
	token.LAND: "", token.LOR: "", token.NOT: "",
	token.ARROW: "a channel operation",
}

// builtins are the language's own functions.
var builtins = map[string]string{
	"len": "", "cap": "", "append": "", "copy": "", "delete": "", "make": "", "new": "",
	"real": "", "imag": "", "complex": "", "panic": "",
	"min":     "min, which the interpreter does not know",
	"max":     "max, which the interpreter does not know",
	"clear":   "clear, which the interpreter does not know",
	"close":   "a channel operation",
	"recover": "recover",
	"print":   "print, which writes to stderr by itself",
	"println": "println, which writes to stderr by itself",
}

// admit refuses a node with a kind of syntax in it that glue does not have, and notes the
// types that it brings along from compiled code.
func (w *writer) admit(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if n == nil {
			return true
		}
		reason, ok := constructs[reflect.TypeOf(n)]
		switch {
		case !ok:
			w.no("syntax that is not on the list: %T", n)
		case reason != "":
			w.no("%s", reason)
		}
		if id, ok := n.(*ast.Ident); ok {
			if _, generic := w.info.Instances[id]; generic {
				w.no("a generic function or type")
			}
			w.learn(w.info.Uses[id])
		}
		return true
	})
}
