package interpreted

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/agree"
	"github.com/parago/parago/interp/write/typetext"
)

// A frame is a function in the emitted text. A function of the user's can need more
// than one: its body moves into a literal when it defers calls, and so does the body
// of a range over a function.
type frame struct {
	up      *frame // within the same function of the user's
	yield   bool   // the body of a range over a function
	state   string // of a yield: the variable that says why it ended
	exits   []exit
	results []string // the result variables, if they have names
	returns bool     // a return in the yield was seen
	scoped  bool     // the body of a function that defers
	defers  string   // the Defers variable in reach, "" if none
	sig     *types.Signature
	label   string // of a yield: the loop's own label
	targets []*target
}

type exit struct {
	tok   string
	label string
}

// function writes a function or method declaration under the given name.
func (c *cell) function(name string, fn *types.Func, s *source, env map[*types.TypeParam]types.Type) {
	if c.has(name) {
		return
	}
	d := newDraft(name)
	c.add(d)
	write := func() {
		f := c.writer(d, s.info, s.fset, env)
		decl := s.node.(*ast.FuncDecl)
		if agree.InProcpool(fn.Pkg()) {
			f.bareParams(fn)
		}
		f.directive(decl.Pos())
		d.Lines = [2]int{f.markOf(decl.Pos()), f.markOf(decl.End() - 1)}
		sig := f.subst(fn.Type()).(*types.Signature)
		recv := ""
		if decl.Recv != nil {
			recv = f.paramNames(decl.Recv)[0] + " " + f.typ(fn.Signature().Recv().Type())
		}
		if decl.Body == nil {
			f.no(decl, "func "+decl.Name.Name, "it has no body")
		}
		f.out("func %s%s\n", ident(name), f.funcRest(decl.Type, sig, []string{recv}, decl.Body))
		if decl.Recv != nil && fn.Signature().TypeParams().Len() == 0 { // generic methods are in no interface
			f.register(name, fn, sig)
		}
		d.Text = f.b.String()
	}
	c.queue = append(c.queue, write)
}

// bareParams finds the parameters of a generic function of procpool that are functions
// for another process.
func (f *writer) bareParams(fn *types.Func) {
	f.bareAny, f.bareVars, f.bareNames = true, map[types.Object]bool{}, map[string]bool{}
	at, ok := agree.Argument(fn)
	if !ok || receiver(fn) != nil {
		return
	}
	v := fn.Signature().Params().At(at)
	f.bareVars[v] = true
	f.bareNames[f.local(v)] = true
}

// register makes a method known to the types of the process.
func (f *writer) register(name string, fn *types.Func, sig *types.Signature) {
	rt := f.subst(fn.Signature().Recv().Type())
	ptr := "false"
	if p, ok := types.Unalias(rt).(*types.Pointer); ok {
		rt, ptr = p.Elem(), "true"
	}
	t := f.defineType(types.Unalias(rt).(*types.Named))
	f.d.needs[t] = true
	f.d.deps[t] = true
	plain := types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
	f.out("func init() { parago۰.Method(%q, %q, %q, %s, %s) }\n", t, fn.Name(), f.sigKey(plain), ptr, ident(name))
}

// funcRest writes what follows func or a function's name: parameters, results and body.
func (f *writer) funcRest(ft *ast.FuncType, sig *types.Signature, recv []string, body *ast.BlockStmt) string {
	outer, outerLabels := f.fn, f.labels
	f.depth++
	defer func() { f.fn, f.labels = outer, outerLabels; f.depth-- }()
	f.labels = map[string]string{}
	var params []string
	for _, r := range recv {
		if r != "" {
			params = append(params, r)
		}
	}
	names := f.paramNames(ft.Params)
	for i := range sig.Params().Len() {
		t := f.typ(sig.Params().At(i).Type())
		if sig.Variadic() && i == sig.Params().Len()-1 {
			t = "..." + strings.TrimPrefix(t, "[]")
		}
		if f.bareAny && f.depth == 1 && f.bareNames[names[i]] {
			t = "interface{}"
		}
		params = append(params, names[i]+" "+t)
	}
	fr := &frame{sig: sig}
	if outer != nil {
		fr.defers = ""
	}
	defers := hasDefer(body)
	named := defers || f.rangesFunc(body) || ft.Results != nil && len(ft.Results.List) > 0 && len(ft.Results.List[0].Names) > 0
	var results []string
	if named && ft.Results != nil {
		fr.results = f.paramNames(ft.Results)
		if len(ft.Results.List[0].Names) == 0 {
			for i := range fr.results {
				fr.results[i] = f.temp("r")
			}
		}
	}
	// The results of a function are variables of its own: the interpreter lets named
	// results be the caller's variables, with what they hold.
	vars := ""
	for i := range sig.Results().Len() {
		t := f.typ(sig.Results().At(i).Type())
		results = append(results, t)
		if fr.results != nil {
			vars += "var " + fr.results[i] + " " + t + "; "
		}
	}
	head := "(" + strings.Join(params, ", ") + ")" + typetext.Results(results)
	f.fn = fr
	text := f.capture(func() {
		if (f.tail == nil || f.depth > 1) && f.mayRecur(body) {
			f.out("%[1]s++; if %[1]s&%d == 0 { parago۰.Deep() }; ", CallsVar, checkEvery)
		}
		f.out("%s", vars)
		if !defers {
			f.bodyList(body)
			return
		}
		inner := &frame{up: fr, sig: sig, results: fr.results, scoped: true, defers: f.temp("d")}
		f.fn = inner
		f.out("parago۰.Scope(func(%s *parago۰.Defers) {", inner.defers)
		f.bodyList(body)
		f.out("\n})")
		if fr.results != nil {
			f.out("\nreturn %s", strings.Join(fr.results, ", "))
		}
	})
	return head + " {" + text + "\n}"
}

// bodyList writes a function's statements; those of a cell have a head and a tail.
func (f *writer) bodyList(body *ast.BlockStmt) {
	tail := f.tail
	if tail == nil || f.depth > 1 {
		f.block(body.List)
		return
	}
	vars := 0 // a package's variables have their values before its init functions run
	for vars < len(body.List) && isVar(body.List[vars]) {
		f.topStmt(body.List[vars])
		vars++
	}
	for _, h := range f.head {
		f.out("%s", h)
	}
	for _, s := range body.List[vars:] {
		f.topStmt(s)
	}
	tail()
}

func isVar(s ast.Stmt) bool {
	_, ok := s.(*ast.DeclStmt)
	return ok
}

// hasDefer says whether the function itself defers.
func hasDefer(body *ast.BlockStmt) (found bool) {
	inspectOwn(body, func(n ast.Node) {
		if _, ok := n.(*ast.DeferStmt); ok {
			found = true
		}
	})
	return found
}

// rangesFunc says whether the function itself ranges over a function.
func (f *writer) rangesFunc(body *ast.BlockStmt) (found bool) {
	inspectOwn(body, func(n ast.Node) {
		if r, ok := n.(*ast.RangeStmt); ok {
			if _, ok := f.underlying(f.typeOf(r.X)).(*types.Signature); ok {
				found = true
			}
		}
	})
	return found
}

// inspectOwn visits a function's nodes but not those of literals in it.
func inspectOwn(body ast.Node, visit func(ast.Node)) {
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if n != nil {
			visit(n)
		}
		return true
	})
}
