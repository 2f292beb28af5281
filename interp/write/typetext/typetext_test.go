package typetext_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/parago/parago/interp/write/typetext"
)

// A type's text is read as the same type.
func TestComposite(t *testing.T) {
	for _, text := range []string{
		"*int", "[]string", "[3]*bool", "map[string][]int",
		"chan int", "chan<- int", "<-chan int", "chan (<-chan int)", "chan<- (<-chan int)", "chan chan<- int", "<-chan chan int", "chan<- chan int",
		"func()", "func(int, ...string) error", "func(func(int) bool) (int, error)", "func() func() int", "func() (<-chan int)", "func(chan (<-chan []*int))",
		"chan func() <-chan int", "[]chan (<-chan func(...[]int))",
	} {
		want := typeOf(t, text)
		got := write(want)
		if !types.Identical(typeOf(t, got), want) {
			t.Errorf("%s is written as %s", text, got)
		}
	}
	sig := typeOf(t, "func(int, ...string) (bool, error)").(*types.Signature)
	if got := typetext.Signature(sig, []string{"n", "words"}, write); got != "(n int, words ...string) (bool, error)" {
		t.Errorf("got %s", got)
	}
}

func write(t types.Type) string {
	if text, ok := typetext.Composite(t, write); ok {
		return text
	}
	return t.String()
}

func typeOf(t *testing.T, text string) types.Type {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", "package p\ntype t "+text, 0)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	p, err := new(types.Config).Check("p", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p.Scope().Lookup("t").Type().Underlying()
}
