//go:build cgo && (amd64 || arm64)

package plug

import (
	"reflect"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Renew tells packages that know types by their names that a type of package main has been declared
// anew: what they were told of the old type holds for the new one. Both are nil for a generic
// type. Where it cannot be known what a registered type is now, it is forgotten,
// so that it can be registered again.
//
// There is one such package, encoding/gob. In a program, a name is registered for one type, and is
// the type's for ever: gob.Register panics otherwise.
func (o *Opener) Renew(name string, old, now reflect.Type) {
	types, names := (*sync.Map)(lookup("encoding/gob.nameToConcreteType")), (*sync.Map)(lookup("encoding/gob.concreteTypeToName"))
	if types == nil || names == nil {
		return
	}
	types.Range(func(registered, v any) bool {
		t, ok := v.(reflect.Type)
		if !ok {
			return true
		}
		switch one := again(t, old, now); {
		case one != t:
			types.Store(registered, one)
			names.Store(pointedTo(one), registered) // the old type keeps its name: there may be values of it
		case mentions(t.String(), "main."+name):
			types.Delete(registered)
		}
		return true
	})
}

// again is a type with a new one in the place of an old one.
func again(t, old, now reflect.Type) reflect.Type {
	if t == old {
		return now
	}
	if t.Name() != "" {
		return t
	}
	switch t.Kind() {
	case reflect.Pointer:
		if e := again(t.Elem(), old, now); e != t.Elem() {
			return reflect.PointerTo(e)
		}
	case reflect.Slice:
		if e := again(t.Elem(), old, now); e != t.Elem() {
			return reflect.SliceOf(e)
		}
	case reflect.Array:
		if e := again(t.Elem(), old, now); e != t.Elem() {
			return reflect.ArrayOf(t.Len(), e)
		}
	case reflect.Map:
		k, e := again(t.Key(), old, now), again(t.Elem(), old, now)
		if (k != t.Key() || e != t.Elem()) && k.Comparable() {
			return reflect.MapOf(k, e)
		}
	}
	return t
}

// pointedTo is what a type points to in the end.
func pointedTo(t reflect.Type) reflect.Type {
	for t.Name() == "" && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// mentions reports whether a name stands in the text of a type.
func mentions(text, name string) bool {
	for {
		i := strings.Index(text, name)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(name):])
		if !strings.ContainsRune("./-", before) && !inName(before) && !inName(after) {
			return true
		}
		text = text[i+len(name):]
	}
}

func inName(r rune) bool {
	return r == '_' || unicode.IsDigit(r) || unicode.IsLetter(r)
}
