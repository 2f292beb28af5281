package interpreted

import (
	"fmt"
	"go/ast"
	"go/types"
)

// What waits for a channel calls compiled code, by way of a function for each type of channel: that ends a goroutine whose
// cell is to stop. The interpreter's own operations end a single function then, and lose values in conditions and
// returns.

// receive writes <-c.
func (f *writer) receive(e *ast.UnaryExpr) string {
	return f.ofChannel("recv۰", e.X, func(c, elem string) string {
		return fmt.Sprintf("(c %s) %s { var v %s; parago۰.Receive(c, &v); return v }", c, elem, elem)
	}) + "(" + f.expr(e.X) + ")"
}

// receive2 writes the right side of v, ok := <-c.
func (f *writer) receive2(c ast.Expr) string {
	return f.receiver2(c) + "(" + f.expr(c) + ")"
}

// receiver2 is the function that does.
func (f *writer) receiver2(c ast.Expr) string {
	return f.ofChannel("recvok۰", c, func(c, elem string) string {
		return fmt.Sprintf("(c %s) (%s, bool) { var v %s; ok := parago۰.Receive(c, &v); return v, ok }", c, elem, elem)
	})
}

// sendStmt writes c <- v.
func (f *writer) sendStmt(s *ast.SendStmt) {
	h := f.ofChannel("send۰", s.Chan, func(c, elem string) string {
		return fmt.Sprintf("(c %s, v %s) { parago۰.Send(c, &v) }", c, elem)
	})
	f.out("%s(%s, %s)", h, f.expr(s.Chan), f.conv(s.Value, f.elemOf(s.Chan)))
}

// ofChannel is a function for channels of a type; rest writes what follows its name, with that type and the elements'.
func (f *writer) ofChannel(prefix string, c ast.Expr, rest func(c, elem string) string) string {
	ct := f.typeOf(c)
	name := prefix + mangle(f.typ(ct))
	return f.helper(name, func(w *writer) string {
		return "func " + name + rest(w.typ(ct), w.typ(f.elemOf(c)))
	})
}

func (f *writer) elemOf(c ast.Expr) types.Type {
	return f.underlying(f.typeOf(c)).(*types.Chan).Elem()
}

// rangeChan receives until the channel is closed.
func (f *writer) rangeChan(s *ast.RangeStmt, label string) {
	t := &target{label: label, loop: true}
	c, v, ok := f.temp("x"), f.temp("e"), f.temp("ok")
	f.out("{ var %s %s = %s; for ; ; { %s, %s := %s(%s); if !%s { break }; _ = %s;", c, f.typ(f.typeOf(s.X)), f.expr(s.X), v, ok, f.receiver2(s.X), c, ok, v)
	if f.rangeName(s.Key) != "" {
		f.rangeVars(s, v, "", f.elemOf(s.X), nil)
	}
	f.loopBody(s.Body, t)
	f.out("\n}")
	f.after(t)
	f.out("\n}")
}
