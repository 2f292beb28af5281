package dyn

import (
	"reflect"
	"strconv"
	"strings"
)

// typeString is the type as %T shows it.
func (r *Registry) typeString(text string) string { return r.show(r.parse(text)) }

func (r *Registry) show(t *typ) string {
	if t.native != nil {
		if t.text == "any" {
			return "interface {}"
		}
		return t.native.String()
	}
	if t.named {
		return t.display
	}
	switch t.kind {
	case reflect.Pointer:
		return "*" + r.show(t.elem)
	case reflect.Slice:
		return "[]" + r.show(t.elem)
	case reflect.Array:
		return "[" + strconv.Itoa(t.len) + "]" + r.show(t.elem)
	case reflect.Map:
		return "map[" + r.show(t.key) + "]" + r.show(t.elem)
	case reflect.Chan:
		return map[reflect.ChanDir]string{reflect.BothDir: "chan ", reflect.SendDir: "chan<- ", reflect.RecvDir: "<-chan "}[t.dir] + r.show(t.elem)
	case reflect.Func:
		return "func" + r.showSig(t)
	case reflect.Struct:
		if len(t.fields) == 0 {
			return "struct {}"
		}
		var fs []string
		for _, f := range t.fields {
			s := f.name + " " + r.show(f.typ)
			if f.embedded {
				s = r.show(f.typ)
			}
			if f.tag != "" {
				s += " " + strconv.Quote(f.tag)
			}
			fs = append(fs, s)
		}
		return "struct { " + strings.Join(fs, "; ") + " }"
	case reflect.Interface:
		if len(t.methods) == 0 {
			return "interface {}"
		}
		var ms []string
		for _, m := range t.methods {
			ms = append(ms, m.name+r.showSig(r.parse("func"+m.sig)))
		}
		return "interface { " + strings.Join(ms, "; ") + " }"
	}
	return t.text
}

func (r *Registry) showSig(t *typ) string {
	var in, out []string
	for i, p := range t.in {
		s := r.show(p)
		if t.dots && i == len(t.in)-1 {
			s = "..." + strings.TrimPrefix(s, "[]")
		}
		in = append(in, s)
	}
	for _, p := range t.out {
		out = append(out, r.show(p))
	}
	s := "(" + strings.Join(in, ", ") + ")"
	switch len(out) {
	case 0:
		return s
	case 1:
		return s + " " + out[0]
	}
	return s + " (" + strings.Join(out, ", ") + ")"
}
