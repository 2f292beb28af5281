package typetext

import (
	"fmt"
	"go/types"
	"strings"
)

// Composite writes a pointer, slice, array, map, channel or function type; part writes the types
// that it is made of. It is not ok if the type is none of these.
func Composite(t types.Type, part func(types.Type) string) (text string, ok bool) {
	switch t := t.(type) {
	case *types.Pointer:
		return "*" + part(t.Elem()), true
	case *types.Slice:
		return "[]" + part(t.Elem()), true
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), part(t.Elem())), true
	case *types.Map:
		return "map[" + part(t.Key()) + "]" + part(t.Elem()), true
	case *types.Chan:
		return Channel(t.Dir(), part(t.Elem())), true
	case *types.Signature:
		return "func" + Signature(t, nil, part), true
	}
	return "", false
}

// Channel writes a channel type.
func Channel(dir types.ChanDir, elem string) string {
	switch dir {
	case types.SendOnly:
		return "chan<- " + elem
	case types.RecvOnly:
		return "<-chan " + elem
	}
	if strings.HasPrefix(elem, "<-") { // which would be read as chan<-
		elem = "(" + elem + ")"
	}
	return "chan " + elem
}

// Signature writes parameters, with names if there are any, and results.
func Signature(t *types.Signature, names []string, part func(types.Type) string) string {
	var in, out []string
	for i := range t.Params().Len() {
		p := t.Params().At(i).Type()
		text := ""
		if s, ok := p.(*types.Slice); ok && t.Variadic() && i == t.Params().Len()-1 {
			text = "..." + part(s.Elem())
		} else {
			text = part(p)
		}
		if names != nil {
			text = names[i] + " " + text
		}
		in = append(in, text)
	}
	for v := range t.Results().Variables() {
		out = append(out, part(v.Type()))
	}
	return "(" + strings.Join(in, ", ") + ")" + Results(out)
}

// Results writes results, as they follow parameters.
func Results(out []string) string {
	switch len(out) {
	case 0:
		return ""
	case 1:
		return " " + out[0]
	}
	return " (" + strings.Join(out, ", ") + ")"
}
