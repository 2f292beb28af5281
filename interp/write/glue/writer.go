package glue

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/parago/parago/interp/check"
)

// A writer writes one cell.
type writer struct {
	unit  *check.Unit
	info  *types.Info
	known Known

	b     *strings.Builder // of the statements that are being written
	temps int
	line  int // that the process was told last; 0 if it depends

	imports   map[string]bool // by path
	funcs     map[string]bool
	types     map[string]bool
	vars      map[string]Var
	zeros     map[string]string // names, by type
	zeroTypes []string          // in order
	locals    map[types.Object]string

	sound   map[types.Type]bool   // types all of which is compiled
	learned map[*types.Named]bool // types whose components are among natives
	natives []types.Type          // composite types that compiled code has
}

func newWriter(u *check.Unit, known Known) *writer {
	return &writer{
		unit: u, info: u.Info, known: known, b: &strings.Builder{},
		imports: map[string]bool{}, funcs: map[string]bool{}, types: map[string]bool{}, vars: map[string]Var{},
		zeros: map[string]string{}, locals: map[types.Object]string{}, sound: map[types.Type]bool{},
		learned: map[*types.Named]bool{},
	}
}

func (w *writer) out(format string, args ...any) { fmt.Fprintf(w.b, format, args...) }

// aside writes into a text of its own, and returns that too.
func (w *writer) aside(write func() string) (before, text string) {
	outer := w.b
	w.b = &strings.Builder{}
	text = write()
	if before = w.b.String(); before != "" {
		w.line = 0
	}
	w.b = outer
	return before, text
}

// temp is a name that nothing else has.
func (w *writer) temp() string {
	w.temps++
	return fmt.Sprintf("t۰%d", w.temps)
}

// keep evaluates a text at this point of the program.
func (w *writer) keep(text string) string {
	t := w.temp()
	w.out("%s := %s\n", t, text)
	return t
}

// at tells the process where the program is, and lets it end the cell.
func (w *writer) at(n ast.Node) {
	w.line = w.lineOf(n.Pos())
	w.out("at۰(%d)\n", w.line)
}

// move tells the process that the program is now where p is.
func (w *writer) move(p token.Pos) {
	if line := w.lineOf(p); line != w.line {
		w.line = line
		w.out("at۰(%d)\n", line)
	}
}

func (w *writer) lineOf(p token.Pos) int { return w.unit.Fset.Position(p).Line }

// native calls a helper of the process.
func (w *writer) native(name string, args ...string) string {
	return w.pkg(Runtime) + "." + name + "(" + strings.Join(args, ", ") + ")"
}

// pkg imports a package and returns its alias.
func (w *writer) pkg(path string) string {
	w.imports[path] = true
	return alias(path)
}

// alias is a name for an import path that no name of the user's can hide.
func alias(path string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '/', '.', '-':
			return '۰'
		}
		return r
	}, path) + "۰"
}

// session is a name of the session's. That of a method has a dot.
func (w *writer) session(name string) string {
	return w.pkg(Session) + "." + Prefix + strings.ReplaceAll(name, ".", "۰")
}

// pointer is the pointer to a session variable.
func (w *writer) pointer(v *check.Var) string {
	if _, ok := w.vars[v.Name]; !ok {
		fresh := w.fresh(v)
		if !fresh && !w.known.Var(v.Name) {
			w.no("%s is not there", v.Key)
		}
		t := v.Obj.Type()
		w.soundType(t)
		text, reason := w.typeText(t)
		if fresh {
			if reason != "" {
				w.no("%s", reason)
			}
			w.compiledType(t)
		}
		w.vars[v.Name] = Var{Name: v.Name, Type: text, New: fresh}
	}
	return w.session(v.Name)
}

// fresh says whether the cell declares a variable.
func (w *writer) fresh(v *check.Var) bool {
	for _, own := range w.unit.Vars {
		if own.Name == v.Name {
			return own.New
		}
	}
	return false
}

// declared is a function of the session.
func (w *writer) declared(d *check.Decl) string {
	if !w.known.Func(d.Name) {
		w.no("%s is not compiled yet", d.Key)
	}
	w.funcs[d.Name] = true
	return w.session(d.Name)
}

// zero is a value of a type that has never been assigned to.
func (w *writer) zero(t types.Type) string {
	text := w.typ(t)
	name, ok := w.zeros[text]
	if !ok {
		name = fmt.Sprintf("۰zero%d", len(w.zeros)+1)
		w.zeros[text] = name
		w.zeroTypes = append(w.zeroTypes, text)
	}
	return "(*" + w.session(name) + ")"
}
