package dyn

import (
	"fmt"
	"strconv"
	"strings"
)

// rewrite turns each %T of a format into text, since fmt cannot ask a Box for its type.
func (r *Registry) rewrite(format string, args []any) (string, []any) {
	if !strings.Contains(format, "T") || !r.anyBoxed(args) {
		return format, args
	}
	out, res, n := []byte{}, append([]any(nil), args...), 0
	for i := 0; i < len(format); i++ {
		out = append(out, format[i])
		if format[i] != '%' {
			continue
		}
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.*[]", format[i]) >= 0; i++ {
			switch {
			case format[i] == '*':
				n++
			case format[i] == '[':
				end := strings.IndexByte(format[i:], ']')
				if k, err := strconv.Atoi(format[i+1 : max(i+1, i+end)]); err == nil {
					n = k - 1
				}
			}
			out = append(out, format[i])
		}
		if i >= len(format) {
			break
		}
		c := format[i]
		switch {
		case c == '%':
		case c == 'T' && n >= 0 && n < len(res):
			res[n] = r.typeName(args[n])
			c = 's'
			n++
		default:
			n++
		}
		out = append(out, c)
	}
	return string(out), res
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
