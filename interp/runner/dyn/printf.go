package dyn

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// rewrite turns each %T of a format into %s of a further argument, since fmt cannot ask a Box for its type.
// All verbs name their arguments then, so that none is taken for another's.
func (r *Registry) rewrite(format string, args []any) (string, []any) {
	if !strings.Contains(format, "T") || !r.anyBoxed(args) {
		return format, args
	}
	f := formatted{types: r, rest: format, args: args}
	for f.rest != "" {
		text, spec, found := strings.Cut(f.rest, "%")
		f.out.WriteString(text)
		if f.rest = spec; found && !f.verb() {
			return format, args // fmt says what is wrong with it
		}
	}
	f.extra()
	return f.out.String(), append(args[:len(args):len(args)], f.more...)
}

// A formatted is a format on its way to one without %T.
type formatted struct {
	types *Registry
	out   strings.Builder
	rest  string // of the format
	args  []any
	more  []any // arguments behind args
	next  int   // the argument that the next verb takes
	named bool  // a verb has named its argument
}

// verb rewrites what stands behind a %. It reports whether fmt would take it.
func (f *formatted) verb() bool {
	head := "%" + f.while("+-# 0")
	for _, before := range []string{"", "."} {
		if before != "" && !strings.HasPrefix(f.rest, before) {
			continue
		}
		f.rest = f.rest[len(before):]
		size, ok := f.size()
		if !ok {
			return false
		}
		head += before + size
	}
	if !f.index() || f.rest == "" {
		return false
	}
	c, n := utf8.DecodeRuneInString(f.rest)
	f.rest = f.rest[n:]
	switch {
	case c == '%':
		f.out.WriteString("%%")
		return true
	case f.next >= len(f.args):
		fmt.Fprintf(&f.out, "%%%%!%c(MISSING)", c)
	case c == 'T':
		f.out.WriteString(head + f.add(f.types.typeName(f.args[f.next])))
	default:
		fmt.Fprintf(&f.out, "%s[%d]%c", head, f.next+1, c)
	}
	f.next++
	return true
}

// size is a width or a precision, of which an argument may be the value.
func (f *formatted) size() (text string, ok bool) {
	if !f.index() {
		return "", false
	}
	if !strings.HasPrefix(f.rest, "*") {
		return f.while("0123456789"), true
	}
	f.rest, f.next = f.rest[1:], f.next+1
	return fmt.Sprintf("[%d]*", f.next), f.next <= len(f.args)
}

// index takes [n], if it is there.
func (f *formatted) index() bool {
	if !strings.HasPrefix(f.rest, "[") {
		return true
	}
	number, rest, _ := strings.Cut(f.rest[1:], "]")
	n, err := strconv.Atoi(number)
	f.rest, f.next, f.named = rest, n-1, true
	return err == nil && n > 0 && n <= len(f.args)
}

// while takes characters of a set.
func (f *formatted) while(set string) string {
	rest := strings.TrimLeft(f.rest, set)
	text := f.rest[:len(f.rest)-len(rest)]
	f.rest = rest
	return text
}

// add is the end of a verb that prints a text.
func (f *formatted) add(text string) string {
	f.more = append(f.more, text)
	return fmt.Sprintf("[%d]s", len(f.args)+len(f.more))
}

// extra says, as fmt does, which arguments no verb has taken.
func (f *formatted) extra() {
	if f.named || f.next >= len(f.args) {
		return
	}
	var all []string
	for _, a := range f.args[f.next:] {
		text := "<nil>"
		if a != nil {
			text = f.types.typeName(a) + "=" + fmt.Sprint(a)
		}
		all = append(all, text)
	}
	f.out.WriteString("%" + f.add("%!(EXTRA "+strings.Join(all, ", ")+")"))
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
		if b, ok := r.open(a).(Box); ok && strings.Contains(format, "%w") && r.is(b, "error") {
			args = append([]any(nil), args...)
			var err error
			r.to(b, "error", &err)
			args[i] = err
		}
	}
	r.look(format, args)
	return fmt.Errorf(format, args...)
}
