//go:build cgo && (amd64 || arm64)

package plug

import (
	"reflect"
	"slices"
	"sync/atomic"
	"unsafe"
)

// older has, for types of plugins, those that reflect had made before.
type older map[unsafe.Pointer]unsafe.Pointer

// A binding finds the types that count for one module.
type binding struct {
	module *module
	made   *made
	older  older
	seen   map[unsafe.Pointer]unsafe.Pointer
	byPart map[part][]reflect.Type // nil until somebody looks
	hashed map[unsafe.Pointer]bool // types that reflect has made, and that have another hash now
}

// A part is what types are looked for by: their kind and the first type that they are made of.
type part struct {
	kind  reflect.Kind
	first unsafe.Pointer
}

func partOf(t reflect.Type) part {
	for _, p := range parts(t) {
		return part{t.Kind(), addressOf(p)}
	}
	return part{t.Kind(), nil}
}

// counts is the type that counts, of which the dynamic linker has found one.
func (b *binding) counts(found unsafe.Pointer) unsafe.Pointer {
	if one, ok := b.older[found]; ok {
		return one
	}
	if found == nil || !b.module.has(found) {
		return found // it has been here before
	}
	if one, ok := b.seen[found]; ok {
		return one
	}
	one := b.find(found)
	b.seen[found] = one
	return one
}

// find finds the type that reflect has made of the same parts as one that the module brings. If
// one of the parts is new, there is none.
func (b *binding) find(found unsafe.Pointer) unsafe.Pointer {
	t := typeAt(found)
	if t.Name() != "" || t.Kind() == reflect.Interface {
		return found
	}
	var of []unsafe.Pointer
	for _, p := range parts(t) {
		one := b.counts(addressOf(p))
		if b.module.has(one) {
			return found
		}
		of = append(of, one)
	}
	if b.byPart == nil {
		b.byPart = b.made.byPart()
	}
	wanted := part{t.Kind(), nil}
	if len(of) > 0 {
		wanted.first = of[0]
	}
	for _, candidate := range b.byPart[wanted] {
		if alike(t, candidate) && slices.EqualFunc(of, parts(candidate), func(p unsafe.Pointer, t reflect.Type) bool { return p == addressOf(t) }) {
			one := addressOf(candidate)
			b.older[found] = one
			b.adopt(one, found)
			return one
		}
	}
	return found
}

// parts are the types that a type without a name is made of.
func parts(t reflect.Type) (all []reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		return []reflect.Type{t.Elem()}
	case reflect.Map:
		return []reflect.Type{t.Key(), t.Elem()}
	case reflect.Func:
		return slices.AppendSeq(slices.Collect(t.Ins()), t.Outs())
	case reflect.Struct:
		for f := range t.Fields() {
			all = append(all, f.Type)
		}
	}
	return all
}

// alike reports whether types of the same kind and parts are the same but for their parts.
func alike(a, b reflect.Type) bool {
	switch a.Kind() {
	case reflect.Array:
		return a.Len() == b.Len()
	case reflect.Chan:
		return a.ChanDir() == b.ChanDir()
	case reflect.Func:
		return a.NumIn() == b.NumIn() && a.IsVariadic() == b.IsVariadic()
	case reflect.Struct:
		// With methods there may be itabs of it, which the runtime finds by the hash.
		return b.NumMethod() == 0 && slices.EqualFunc(fields(a), fields(b), func(f, g reflect.StructField) bool {
			return f.Name == g.Name && f.PkgPath == g.PkgPath && f.Tag == g.Tag && f.Anonymous == g.Anonymous
		})
	}
	return true
}

func fields(t reflect.Type) []reflect.StructField { return slices.Collect(t.Fields()) }

// hashAt is where a type's description has its hash, after two words.
const hashAt = 16

// adopt gives a type that reflect has made the hash that compiled code knows it by, in type
// switches. Reflect has another way to compute it.
func (b *binding) adopt(one, found unsafe.Pointer) {
	hash := *(*uint32)(unsafe.Add(found, hashAt))
	if old := atomic.SwapUint32((*uint32)(unsafe.Add(one, hashAt)), hash); old != hash {
		b.hashed[one] = true
	}
}
