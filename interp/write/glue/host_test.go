package glue_test

import (
	"fmt"
	"go/ast"
	"go/printer"
	"go/types"
	"io"
	iofs "io/fs"
	"os"
	"strings"
	"testing"

	"github.com/parago/parago/interp/cell"
	"github.com/parago/parago/interp/check"
	"github.com/parago/parago/interp/runner/bridge"
	"github.com/parago/parago/interp/runner/dyn"
	"github.com/parago/parago/interp/runner/symbols"
	"github.com/parago/parago/interp/runner/wire"
	"github.com/parago/parago/interp/write/glue"
	"github.com/parago/parago/procpool"
)

// A host is a session of glue over the stand-ins: what the session process is, without the
// process.
type host struct {
	scope  *check.Scope
	table  *natives
	bridge *bridge.Bridge
	serial int
	out    strings.Builder
	line   int
}

func newHost(t testing.TB) *host {
	h := &host{scope: check.NewScope(check.Options{Sources: map[string]iofs.FS{"github.com/parago/parago/procpool": procpool.Source}}), table: newNatives()}
	h.bridge = bridge.New(h.table, library(), h.runtime(), io.Discard)
	u, err := h.check(standins(t))
	if err != nil {
		t.Fatal(err)
	}
	h.scope.Commit(u)
	for _, d := range u.Decls {
		if _, isConst := d.Obj.(*types.Const); !isConst && d.Key != d.Name {
			t.Fatalf("%s is called %s", d.Key, d.Name)
		}
	}
	return h
}

// library is what the session process has.
func library() bridge.Library { return symbols.All().Symbols }

// standins is the text of the first cell.
func standins(t testing.TB) string {
	b, err := os.ReadFile("standins_test.go")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(string(b), "package glue_test\n")
}

func (h *host) check(source string) (*check.Unit, error) {
	h.serial++
	c, err := cell.Parse(h.serial, source)
	if err != nil {
		return nil, err
	}
	return h.scope.Check(c)
}

// runtime is what texts call.
func (h *host) runtime() map[string]any {
	return map[string]any{
		"Result":  func(vs ...any) { fmt.Fprint(&h.out, "= ", anys(vs...), "\n") },
		"Print":   func(vs ...any) (int, error) { return fmt.Fprint(&h.out, vs...) },
		"Printf":  func(f string, vs ...any) (int, error) { return fmt.Fprintf(&h.out, f, vs...) },
		"Println": func(vs ...any) (int, error) { return fmt.Fprintln(&h.out, vs...) },
		"Sprint":  fmt.Sprint, "Sprintf": fmt.Sprintf, "Sprintln": fmt.Sprintln,
		"Fprint": fmt.Fprint, "Fprintf": fmt.Fprintf, "Fprintln": fmt.Fprintln,
		"Append": fmt.Append, "Appendf": fmt.Appendf, "Appendln": fmt.Appendln, "Errorf": fmt.Errorf,
		"Lock": lock, "RWLock": rwLock, "RLock": rLock, "WaitGroup": waitGroup,
	}
}

// run runs a glue cell and returns what it came to.
func (h *host) run(t testing.TB, u *check.Unit, p *glue.Program) string {
	h.out.Reset()
	reset()
	run, err := h.bridge.Load(program(p))
	if err != nil {
		return fmt.Sprintf("the interpreter does not take it: %v", err)
	}
	ended, failed := false, false
	func() {
		defer func() {
			if v := recover(); v != nil {
				fmt.Fprintf(&h.out, "panic: %s\n", panicText(dyn.Translate(v)))
			}
		}()
		run(func(line int) { h.line = line }, func(err error) {
			fmt.Fprintf(&h.out, "error: %v\n", err)
			failed = true
		})
		ended = !failed
	}()
	if ended {
		for _, v := range u.Vars {
			if p, ok := h.table.storage[v.Name]; ok && v.New {
				fmt.Fprintf(&h.out, "%s: %s\n", v.Key, shown(p.Elem().Interface()))
			}
		}
	}
	h.out.WriteString(dump())
	for _, v := range u.Vars {
		if v.New {
			delete(h.table.storage, v.Name)
		}
	}
	return h.out.String()
}

func panicText(v any) string {
	switch v := v.(type) {
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}

// program is p as it is sent to the process.
func program(p *glue.Program) *wire.Glue {
	g := &wire.Glue{Text: p.Text, Entry: p.Entry, File: p.File, Funcs: p.Funcs, Types: p.Types}
	for _, i := range p.Imports {
		g.Imports = append(g.Imports, wire.Import(i))
	}
	for _, v := range p.Vars {
		g.Vars = append(g.Vars, wire.GlueVar{Name: v.Name, Type: v.Type})
	}
	for _, z := range p.Zeros {
		g.Zeros = append(g.Zeros, wire.GlueZero(z))
	}
	return g
}

// compiled writes a cell as the body of a Go function that prints the same.
func compiled(u *check.Unit) string {
	var b strings.Builder
	text := func(n ast.Node) string {
		var b strings.Builder
		if err := printer.Fprint(&b, u.Fset, n); err != nil {
			panic(err)
		}
		return b.String()
	}
	for _, d := range u.Decls {
		fmt.Fprintf(&b, "const %s\n", text(d.Node))
	}
	for _, s := range u.Stmts {
		if x, ok := s.(*ast.ExprStmt); ok {
			if call, ok := x.X.(*ast.CallExpr); ok {
				if n := errorAt(u, call); n > 0 {
					fmt.Fprintf(&b, "if %serr۰ := %s; err۰ != nil { failed(err۰); return }\n", strings.Repeat("_, ", n-1), text(x.X))
					continue
				}
			}
		}
		if x, ok := s.(*ast.AssignStmt); ok && x.Lhs[0].Pos() == x.Rhs[0].Pos() { // what the parser makes of "x;"
			fmt.Fprintf(&b, "_ = %s\n", text(x.Rhs[0]))
			continue
		}
		b.WriteString(text(s) + "\n")
	}
	seen := map[string]bool{}
	for _, v := range u.Vars {
		if v.New && !seen[v.Key] {
			seen[v.Key] = true
			fmt.Fprintf(&b, "_ = %s\n", v.Key)
		}
	}
	if e := u.Result; e != nil {
		call, isCall := e.(*ast.CallExpr)
		n := 0
		if isCall {
			n = errorAt(u, call)
		}
		switch {
		case u.Info.Types[e].IsVoid() || isCall && strings.HasPrefix(text(e), "fmt.Print"):
			b.WriteString(text(e) + "\n")
		case n > 0:
			var vs []string
			for i := range n - 1 {
				vs = append(vs, fmt.Sprintf("v%d۰", i))
			}
			fmt.Fprintf(&b, "%s := %s\nif err۰ != nil { failed(err۰); return }\n", strings.Join(append(vs, "err۰"), ", "), text(e))
			if n > 1 {
				fmt.Fprintf(&b, "result(%s)\n", strings.Join(vs, ", "))
			}
		default:
			fmt.Fprintf(&b, "result(%s)\n", text(e))
		}
	}
	for _, v := range u.Vars {
		if v.New {
			fmt.Fprintf(&b, "show(%q, %s)\n", v.Key, v.Key)
		}
	}
	return b.String()
}

// errorAt is the number of results of a call that ends in an error which somebody looks at.
func errorAt(u *check.Unit, call *ast.CallExpr) int {
	tv := u.Info.Types[call]
	if tv.IsVoid() || u.Info.Types[call.Fun].IsType() {
		return 0
	}
	var ts []types.Type
	if tuple, ok := tv.Type.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			ts = append(ts, v.Type())
		}
	} else {
		ts = append(ts, tv.Type)
	}
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok && strings.Contains(sel.Sel.Name, "rint") {
		if id, ok := sel.X.(*ast.Ident); ok && id.Name == "fmt" {
			return 0
		}
	}
	if types.Identical(ts[len(ts)-1], types.Universe.Lookup("error").Type()) {
		return len(ts)
	}
	return 0
}
