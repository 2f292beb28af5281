package glue

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/display"
	"github.com/parago/parago/interp/display/gonbui"
	"github.com/parago/parago/interp/runner/symbols"
	procpoolsource "github.com/parago/parago/procpool"
)

// everything uses each kind of syntax.
const everything = `package p
import "fmt"
type T[K any, V any] struct{ m map[K]V; c <-chan int }
type I interface{ M() }
const C = 1
func f(xs ...int) (r int) {
L:
	for i := 0; i < 1; i++ { continue L }
	for range xs { break }
	switch { case true: }
	switch x := any(1).(type) { case int: _ = x }
	select { case <-make(chan int): default: }
	go f(); defer f()
	if r > 0 { goto M }
M:
	r++
	r = xs[0] + len(xs[1:]) + *(&r)
	_ = []int{0: 1}
	_ = func() {}
	_ = T[int, int]{}
	c := make(chan int)
	c <- 1
	;
	var y any = (r)
	_ = y.(int)
	_ = [...]int{1}
	_ = fmt.Sprint()
	{ return }
}
`

// TestConstructs sees that each kind of syntax has its row.
func TestConstructs(t *testing.T) {
	t.Parallel()
	f, err := parser.ParseFile(token.NewFileSet(), "", everything, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[reflect.Type]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.File, *ast.FuncDecl, *ast.ImportSpec: // stand in no statement
		case *ast.Comment, *ast.CommentGroup:
		default:
			kinds[reflect.TypeOf(n)] = true
		}
		return true
	})
	for kind := range kinds {
		if _, ok := constructs[kind]; !ok {
			t.Errorf("no row for %v", kind)
		}
	}
	if n := len(constructs) - 2; n != len(kinds) { // comments
		t.Errorf("%d rows, the text has %d kinds", n, len(kinds))
	}
}

// TestBuiltins sees that each of the language's own functions has its row.
func TestBuiltins(t *testing.T) {
	t.Parallel()
	for _, name := range types.Universe.Names() {
		if _, ok := types.Universe.Lookup(name).(*types.Builtin); !ok {
			continue
		}
		if _, ok := builtins[name]; !ok {
			t.Errorf("no row for %s", name)
		}
	}
}

// TestPackagesAreThere sees that the session process has all that glue may use of a package.
func TestPackagesAreThere(t *testing.T) {
	t.Parallel()
	has := map[string]map[string]bool{}
	library := symbols.All()
	for p := range library.Paths {
		has[p] = map[string]bool{}
		for name := range library.Symbols(p) {
			has[p][name] = true
		}
	}
	scope := check.NewScope(check.Options{Sources: map[string]fs.FS{
		procpool: procpoolsource.Source, "github.com/parago/parago/interp/display": display.Source,
		"github.com/parago/parago/interp/display/gonbui": gonbui.Source,
	}})
	paths := slices.Sorted(maps.Keys(fit))
	var imports strings.Builder
	for i, p := range paths {
		fmt.Fprintf(&imports, "import p%d %q\n", i, p)
	}
	c, err := cell.Parse(1, imports.String()+"1")
	if err != nil {
		t.Fatal(err)
	}
	u, err := scope.Check(c)
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]*types.Package{}
	for _, p := range u.Pkg.Imports() {
		packages[p.Path()] = p
	}
	for _, p := range paths {
		if packages[p] == nil {
			t.Errorf("no package %s", p)
			continue
		}
		for _, name := range packages[p].Scope().Names() {
			if o := packages[p].Scope().Lookup(name); o.Exported() && !isConstant(o) && !isGeneric(o) && !has[p][name] {
				t.Errorf("no %s.%s", p, name)
			}
		}
	}
}

func isConstant(o types.Object) bool { _, ok := o.(*types.Const); return ok }

func isGeneric(o types.Object) bool {
	switch o := o.(type) {
	case *types.Func:
		return o.Signature().TypeParams().Len() > 0
	case *types.TypeName:
		if n, ok := o.Type().(*types.Named); ok && n.TypeParams().Len() > 0 {
			return true
		}
		i, ok := o.Type().Underlying().(*types.Interface)
		return ok && !i.IsMethodSet()
	}
	return false
}
