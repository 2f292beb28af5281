package lower

import (
	"go/ast"
	"go/types"
	"strings"
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
		if isProcpool(fn.Pkg()) {
			f.bareParams(fn)
		}
		f.directive(decl.Pos())
		sig := f.subst(fn.Type()).(*types.Signature)
		recv := ""
		if decl.Recv != nil {
			recv = f.paramNames(decl.Recv)[0] + " " + f.typ(fn.Signature().Recv().Type())
		}
		if decl.Body == nil {
			f.no(decl, "func "+decl.Name.Name, "it has no body")
		}
		f.out("func %s%s\n", ident(name), f.funcRest(decl.Type, sig, []string{recv}, decl.Body))
		if decl.Recv != nil {
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
	at, ok := crossing[fn.Name()]
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
	head := "(" + strings.Join(params, ", ") + ")" + resultText(results)
	f.fn = fr
	text := f.capture(func() {
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

// deferStmt evaluates callee and arguments now and pushes the call.
func (f *writer) deferStmt(s *ast.DeferStmt) {
	d := f.fn.defers
	if lit, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit); ok && len(s.Call.Args) == 0 {
		f.recoverIn(lit, d, func() {
			f.out("%s.Push(%s)", d, f.discard(lit, f.funcLit(lit)))
		})
		return
	}
	f.out("{ ")
	call := f.frozen(s.Call, d)
	f.out("%s.Push(func() { %s }) }", d, call)
}

// discard makes a literal's value a func().
func (f *writer) discard(lit *ast.FuncLit, text string) string {
	if f.typeOf(lit).(*types.Signature).Results().Len() == 0 {
		return text
	}
	return "func() { " + text + "() }"
}

// recoverIn writes a literal that is deferred in place: its own recover() asks d.
func (f *writer) recoverIn(lit *ast.FuncLit, d string, write func()) {
	inspectOwn(lit.Body, func(n ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok && f.builtinName(call) == "recover" {
			f.recovers()[call] = d
		}
	})
	write()
}

// frozen writes statements that evaluate a call's operands into variables, and
// returns the call of those. It serves defer and go.
func (f *writer) frozen(call *ast.CallExpr, d string) string {
	if name := f.builtinName(call); name != "" {
		return f.frozenBuiltin(call, name)
	}
	if f.info.Types[call.Fun].IsType() {
		return f.expr(call)
	}
	sig := f.underlying(f.typeOf(call.Fun)).(*types.Signature)
	fun := ""
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		v := f.temp("f")
		f.recoverIn(lit, d, func() { f.out("%s := %s; ", v, f.funcLit(lit)) })
		fun = v
	} else if _, plain := f.callee(call).(*types.Func); plain && !f.isMethodCall(call) {
		fun = f.expr(call.Fun)
	} else {
		v := f.temp("f")
		f.out("%s := %s; ", v, f.expr(call.Fun))
		fun = v
	}
	if t := f.spreads(call); t != nil {
		return fun + "(" + strings.Join(f.packed(call, sig, f.spreadArgs(call, sig, t)), ", ") + ")"
	}
	var names []string
	for i, a := range f.args(call, sig) {
		if a == "nil" {
			names = append(names, a)
			continue
		}
		spread := strings.HasSuffix(a, "...")
		a = strings.TrimSuffix(a, "...")
		v := f.temp("a")
		f.out("var %s %s = %s; ", v, f.argType(sig, i, spread), a)
		if spread {
			v += "..."
		}
		names = append(names, v)
	}
	return fun + "(" + strings.Join(f.packed(call, sig, names), ", ") + ")"
}

// spreads is what g returns in f(g()), nil if g does not have several results.
func (f *writer) spreads(call *ast.CallExpr) *types.Tuple {
	if len(call.Args) != 1 {
		return nil
	}
	t, _ := f.typeOf(call.Args[0]).(*types.Tuple)
	return t
}

// spreadArgs evaluates g of f(g()) into variables, which it returns as arguments of f.
func (f *writer) spreadArgs(call *ast.CallExpr, sig *types.Signature, t *types.Tuple) []string {
	var vs, args []string
	for range t.Len() {
		vs = append(vs, f.temp("v"))
	}
	f.out("%s := %s; ", strings.Join(vs, ", "), f.expr(call.Args[0]))
	for i, v := range vs {
		a := f.temp("a")
		f.out("var %s %s = %s; ", a, f.argType(sig, i, false), f.convText(v, t.At(i).Type(), nil2(sig, i, sig.Params().Len(), f)))
		args = append(args, a)
	}
	return args
}

// argType is the emitted type of argument i.
func (f *writer) argType(sig *types.Signature, i int, spread bool) string {
	n := sig.Params().Len()
	if sig.Variadic() && i >= n-1 {
		t := sig.Params().At(n - 1).Type()
		if s, ok := t.Underlying().(*types.Slice); ok && !spread {
			return f.typ(s.Elem())
		}
		return f.typ(t)
	}
	return f.typ(sig.Params().At(i).Type())
}

func (f *writer) frozenBuiltin(call *ast.CallExpr, name string) string {
	if name == "recover" {
		return "parago۰.Recover()"
	}
	var vs []string
	for _, a := range call.Args {
		v := f.temp("a")
		text := f.expr(a)
		if name == "panic" {
			text = f.conv(a, types.NewInterfaceType(nil, nil))
		}
		if f.info.Types[a].IsNil() {
			vs = append(vs, "nil")
			continue
		}
		f.out("%s := %s; ", v, text)
		vs = append(vs, v)
	}
	switch name {
	case "panic":
		return "parago۰.Panic(" + vs[0] + ")"
	case "print", "println":
		return "parago۰." + strings.ToUpper(name[:1]) + name[1:] + "(" + strings.Join(vs, ", ") + ")"
	case "close", "delete":
		return name + "(" + strings.Join(vs, ", ") + ")"
	}
	f.no(call, "a deferred "+name, "write it in a function literal")
	return ""
}

// goStmt starts a guarded goroutine: a panic in it is the cell's error. It is started by
// compiled code, with values that nothing can change any more.
func (f *writer) goStmt(s *ast.GoStmt) {
	if f.builtinName(s.Call) != "" || f.info.Types[s.Call.Fun].IsType() {
		f.out("{ ")
		call := f.frozen(s.Call, "")
		f.out("parago۰.Go(parago۰.Panicked, func() { %s }) }", call)
		return
	}
	sig := f.underlying(f.typeOf(s.Call.Fun)).(*types.Signature)
	if len(s.Call.Args) == 0 && !f.isMethodCall(s.Call) && !sig.Variadic() {
		f.out("parago۰.Go(parago۰.Panicked, %s)", f.expr(s.Call.Fun))
		return
	}
	if t := f.spreads(s.Call); t != nil {
		f.out("{ ")
		start := f.starter(s.Call, sig, t.Len())
		args := f.spreadArgs(s.Call, sig, t)
		f.out("parago۰.Go(parago۰.Panicked, %s, %s) }", start, strings.Join(args, ", "))
		return
	}
	args := []string{"parago۰.Panicked", f.expr(s.Call.Fun)}
	if f.isMethodCall(s.Call) && f.nativeCallee(s.Call) || sig.Variadic() {
		args[1] = f.starter(s.Call, sig, len(s.Call.Args))
	}
	for _, a := range f.args(s.Call, sig) {
		args = append(args, strings.TrimSuffix(a, "..."))
	}
	f.out("parago۰.Go(%s)", strings.Join(args, ", "))
}

// starter is the function of a go statement, with one parameter for each of n arguments.
func (f *writer) starter(call *ast.CallExpr, sig *types.Signature, n int) string {
	var ps, as []string
	for i := range n {
		spread := call.Ellipsis.IsValid() && i == n-1
		n := f.temp("a")
		ps = append(ps, n+" "+f.argType(sig, i, spread))
		if spread {
			n += "..."
		}
		as = append(as, n)
	}
	t := f.typ(f.typeOf(call.Fun))
	packed := f.packed(call, sig, as)
	return "func(f " + t + ") func(" + strings.Join(ps, ", ") + ") { return func(" + strings.Join(ps, ", ") + ") { f(" + strings.Join(packed, ", ") + ") } }(" + f.expr(call.Fun) + ")"
}
