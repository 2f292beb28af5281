package interpreted

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A target is a statement that break and continue can mean.
type target struct {
	label    string
	loop     bool
	sel      bool   // select: the interpreter loses its way when a branch leaves it
	cont     string // label at the end of the loop's body
	brk      string // label after the statement
	mustCont bool   // continue must go to cont: something stands there
	usedCont bool
	usedBrk  bool
}

// returnStmt leaves the user's function, through all frames that it has become.
func (f *writer) returnStmt(s *ast.ReturnStmt) {
	fr := f.fn
	if len(s.Results) == 0 {
		f.leave(fr)
		return
	}
	if fr.results == nil && fr.up == nil {
		f.out("return %s", strings.Join(f.returned(s, fr.sig), ", "))
		return
	}
	root := fr
	for root.up != nil {
		root = root.up
	}
	vals := f.returned(s, root.sig)
	f.out("%s = %s; ", strings.Join(root.results, ", "), strings.Join(vals, ", "))
	f.leave(fr)
}

// leave returns from frame fr; the results are in their variables.
func (f *writer) leave(fr *frame) {
	switch {
	case fr.yield:
		fr.returns = true
		f.out("%s = %d; return false", fr.state, returned)
	case fr.scoped || len(fr.results) == 0:
		f.out("return")
	default:
		f.out("return %s", strings.Join(fr.results, ", "))
	}
}

// returned are the results of a return statement, converted.
func (f *writer) returned(s *ast.ReturnStmt, sig *types.Signature) []string {
	var vals []string
	n := sig.Results().Len()
	if len(s.Results) == 1 && n > 1 {
		text, ts := f.tuple(s.Results[0])
		for range ts {
			vals = append(vals, f.temp("v"))
		}
		f.out("%s := %s; ", strings.Join(vals, ", "), text)
		for i := range vals {
			vals[i] = f.convText(vals[i], ts[i], sig.Results().At(i).Type())
		}
		return vals
	}
	for i, r := range s.Results {
		v := f.conv(r, sig.Results().At(i).Type())
		if n > 1 { // in order, and free of the interpreter's own conversions
			t := f.temp("v")
			f.out("var %s %s = %s; ", t, f.typ(sig.Results().At(i).Type()), v)
			v = t
		}
		vals = append(vals, v)
	}
	return vals
}

func (f *writer) branch(s *ast.BranchStmt) {
	label := ""
	if s.Label != nil {
		label = s.Label.Name
	}
	switch s.Tok {
	case token.GOTO:
		for fr := f.fn; fr != nil; fr = fr.up {
			if fr.yield {
				f.no(s, "goto in a range over a function", "it may leave the body")
			}
		}
		f.checkStop()
		f.out("goto %s۰L", label)
	case token.FALLTHROUGH:
		f.out("fallthrough")
	default:
		f.jump(s, f.fn, s.Tok.String(), label)
	}
}

// jump writes break or continue from frame fr.
func (f *writer) jump(s ast.Node, fr *frame, tok, label string) {
	left := false // a select is left on the way
	for i := len(fr.targets) - 1; i >= 0; i-- {
		t := fr.targets[i]
		if label != "" && t.label != label || label == "" && tok == "continue" && !t.loop {
			left = left || t.sel
			continue
		}
		inner := i == len(fr.targets)-1
		switch {
		case tok == "continue" && (t.mustCont || left || !inner):
			t.usedCont = true
			f.out("goto %s", t.cont)
		case tok == "break" && (left || !inner || t.sel):
			t.usedBrk = true
			f.out("goto %s", t.brk)
		default:
			f.out("%s", tok)
		}
		return
	}
	if !fr.yield {
		f.no(s, tok+" "+label, "no statement to leave")
	}
	if label == "" || label == fr.ownLabel() {
		if tok == "break" {
			f.out("%s = %d; return false", fr.state, broken)
		} else {
			f.out("return true")
		}
		return
	}
	fr.exits = append(fr.exits, exit{tok, label})
	f.out("%s = %d; return false", fr.state, len(fr.exits))
}

func (fr *frame) ownLabel() string { return fr.label }

func (f *writer) push(t *target) *target {
	f.fn.targets = append(f.fn.targets, t)
	t.cont, t.brk = f.temp("cont"), f.temp("brk")
	return t
}

func (f *writer) pop() { f.fn.targets = f.fn.targets[:len(f.fn.targets)-1] }

// after writes the label behind a statement, if a branch goes there.
func (f *writer) after(t *target) {
	if t.usedBrk {
		f.out("\n%s: {}", t.brk)
	}
}
