package dyn

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/parago/parago/interp/runner/verbs"
)

// rewrite gives a format and arguments by which fmt prints boxes as what is in them, where it does not ask
// a Box: %T is a text, and so is what fmt has to say of arguments. All verbs name their arguments
// then, so that none is taken for another's.
func (r *Registry) rewrite(format string, args []any) (string, []any) {
	if !r.anyBoxed(args) {
		return format, args
	}
	f := formatted{types: r, args: args}
	in := verbs.Reader{Format: format, Args: len(args)}
	for v, ok := in.Next(); ok; v, ok = in.Next() {
		f.verb(v)
	}
	f.out.WriteString(in.Format)
	f.extra(in.Unused())
	if !f.prints {
		return f.out.String(), nil // fmt would say that the text uses no argument
	}
	return f.out.String(), append(args[:len(args):len(args)], f.more...)
}

// A formatted is a format on its way to another.
type formatted struct {
	types *Registry
	out   strings.Builder
	args  []any
	more  []any // arguments behind args

	prints bool // a verb names an argument
}

// verb rewrites a verb and the text before it.
func (f *formatted) verb(v verbs.Verb) {
	f.out.WriteString(v.Before)
	head := "%" + v.Flags + f.size(v.Width, "WIDTH")
	if v.Point {
		head += "." + f.size(v.Precision, "PREC")
	}
	switch {
	case v.Verb == '%':
		f.out.WriteString("%%")
	case v.Verb == 0:
		f.out.WriteString("%%!(NOVERB)")
	case v.Bad:
		fmt.Fprintf(&f.out, "%%%%!%c(BADINDEX)", v.Verb)
	case v.Arg >= len(f.args):
		fmt.Fprintf(&f.out, "%%%%!%c(MISSING)", v.Verb)
	case v.Verb == 'T':
		f.prints = true
		f.out.WriteString(head + f.add(f.types.typeName(f.args[v.Arg])) + "s")
	default:
		f.prints = true
		fmt.Fprintf(&f.out, "%s[%d]%c", head, v.Arg+1, v.Verb)
	}
}

// size is a width or a precision, which names its argument if it is one.
func (f *formatted) size(s verbs.Size, what string) string {
	switch {
	case !s.Star:
		return s.Digits
	case s.Arg < len(f.args):
		x := f.types.open(f.args[s.Arg])
		if b, ok := x.(Box); ok {
			x = b.V
		}
		if v := reflect.ValueOf(x); v.CanInt() || v.CanUint() {
			return f.add(x) + "*"
		}
	}
	f.out.WriteString("%%!(BAD" + what + ")")
	return ""
}

// add gives fmt another argument, and returns its index.
func (f *formatted) add(x any) string {
	f.more = append(f.more, x)
	return fmt.Sprintf("[%d]", len(f.args)+len(f.more))
}

// extra says, as fmt does, which arguments no verb is for.
func (f *formatted) extra(first int) {
	if first >= len(f.args) {
		return
	}
	var all []string
	for _, a := range f.args[first:] {
		text := "<nil>"
		if a != nil {
			text = f.types.typeName(a) + "=" + fmt.Sprint(a)
		}
		all = append(all, text)
	}
	f.prints = true
	f.out.WriteString("%" + f.add("%!(EXTRA "+strings.Join(all, ", ")+")") + "s")
}

func (r *Registry) anyBoxed(args []any) bool {
	for _, a := range args {
		if _, ok := r.open(a).(Box); ok {
			return true
		}
	}
	return false
}

func (r *Registry) sprintf(format string, args ...any) string {
	format, args = r.rewrite(format, args)
	r.look(format, args)
	return fmt.Sprintf(format, args...)
}

func (r *Registry) errorf(format string, args ...any) error {
	format, args = r.rewrite(format, args)
	for i, a := range args {
		if b, ok := r.open(a).(Box); ok && strings.Contains(format, "w") && r.is(b, "error") {
			args = append([]any(nil), args...)
			var err error
			r.to(b, "error", &err)
			args[i] = err
		}
	}
	r.look(format, args)
	return fmt.Errorf(format, args...)
}
