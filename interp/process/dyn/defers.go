package dyn

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strconv"
	"strings"
)

// Defers is the deferred calls of one function call.
type Defers struct {
	types     *Registry
	calls     []func()
	panicking bool
	value     any
}

// Push defers f.
func (d *Defers) Push(f func()) { d.calls = append(d.calls, f) }

// Recover is recover() in a function that d has deferred.
func (d *Defers) Recover() any {
	if !d.panicking {
		return nil
	}
	d.panicking = false
	return d.value
}

// scope calls body, then what body has deferred, as Go does.
func (r *Registry) scope(body func(*Defers)) {
	d := &Defers{types: r}
	d.guard(func() { body(d) })
	for len(d.calls) > 0 {
		f := d.calls[len(d.calls)-1]
		d.calls = d.calls[:len(d.calls)-1]
		if d.panicking {
			leave := r.enter(d)
			d.guard(f)
			leave()
		} else {
			d.guard(f)
		}
	}
	if d.panicking {
		panic(d.value)
	}
}

// guard calls f and keeps the panic, if it ends in one.
func (d *Defers) guard(f func()) {
	normal := false
	defer func() {
		if normal {
			return
		}
		if p := recover(); p != nil {
			d.panicking, d.value = true, translate(p)
			return
		}
		// runtime.Goexit: what is deferred runs on the way out.
		for len(d.calls) > 0 {
			f := d.calls[len(d.calls)-1]
			d.calls = d.calls[:len(d.calls)-1]
			d.guard(f)
		}
	}()
	f()
	normal = true
}

// enter says that d's deferred functions run in this goroutine, for recover in functions of a name.
func (r *Registry) enter(d *Defers) (leave func()) {
	id := goroutine()
	r.mu.Lock()
	r.active[id] = append(r.active[id], d)
	r.mu.Unlock()
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if s := r.active[id]; len(s) > 1 {
			r.active[id] = s[:len(s)-1]
		} else {
			delete(r.active, id)
		}
	}
}

// recover is recover() in a function that is not written where it is deferred.
func (r *Registry) recover() any {
	id := goroutine()
	r.mu.RLock()
	s := r.active[id]
	r.mu.RUnlock()
	if len(s) == 0 {
		return nil
	}
	return s[len(s)-1].Recover()
}

// Goroutine is a number that no other living goroutine has.
func Goroutine() uint64 { return goroutine() }

func goroutine() uint64 {
	var buf [40]byte
	f := bytes.Fields(buf[:runtime.Stack(buf[:], false)])
	id, _ := strconv.ParseUint(string(f[1]), 10, 64)
	return id
}

// Translate gives a panic of the interpreter's own making the value that Go's would have.
func Translate(p any) any { return translate(p) }

// translate gives a panic of the interpreter's own making the value that Go's would have.
func translate(p any) any {
	if v, ok := p.(reflect.Value); ok && v.IsValid() && v.CanInterface() {
		p = v.Interface()
	}
	if e, ok := p.(*reflect.ValueError); ok {
		_ = e
		return runtimeError("invalid memory address or nil pointer dereference")
	}
	if e, ok := p.(error); ok {
		if rest, ok := strings.CutPrefix(e.Error(), "hash of unhashable type: "); ok {
			return runtimeError("hash of unhashable type " + rest)
		}
		var re runtime.Error
		if errors.As(e, &re) {
			return p
		}
	}
	s, ok := p.(string)
	if !ok {
		return p
	}
	for _, t := range interpreterPanics {
		if strings.HasPrefix(s, t.text) {
			return runtimeError(t.means)
		}
	}
	return p
}

// interpreterPanics are the texts of package reflect. The figures that Go's own
// texts have ("[5] with length 3") are not in them; package lower checks indices
// where a program can see the difference.
var interpreterPanics = []struct{ text, means string }{
	{"reflect: slice index out of range", "index out of range"},
	{"reflect: array index out of range", "index out of range"},
	{"reflect: string index out of range", "index out of range"},
	{"reflect.Value.Slice: slice index out of bounds", "slice bounds out of range"},
	{"reflect.Value.Slice: string slice index out of bounds", "slice bounds out of range"},
	{"reflect.Value.Slice3: slice index out of bounds", "slice bounds out of range"},
	{"reflect.MakeChan: negative buffer size", "makechan: size out of range"},
	{"reflect.MakeChan: invalid buffer size", "makechan: size out of range"},
	{"reflect.MakeSlice: negative len", "makeslice: len out of range"},
	{"reflect.MakeSlice: len > cap", "makeslice: cap out of range"},
	{"reflect.Value.Call: call of nil function", "invalid memory address or nil pointer dereference"},
	{"reflect: Method on nil interface value", "invalid memory address or nil pointer dereference"},
	{"reflect: call of reflect.Value", "invalid memory address or nil pointer dereference"},
	{"reflect.Value.SetMapIndex", "assignment to entry in nil map"},
}

// index panics as Go does if i is no index of something of length n.
func index(i, n int) int {
	if uint(i) >= uint(n) {
		if i < 0 {
			panic(runtimeError(fmt.Sprintf("index out of range [%d]", i)))
		}
		panic(runtimeError(fmt.Sprintf("index out of range [%d] with length %d", i, n)))
	}
	return i
}

// low returns i, the low index of x[i:j], or panics as Go does if i and j do not fit
// x, whose length or capacity is n.
func low(i, j, n int, what string) int {
	switch {
	case j < 0:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [:%d]", j)))
	case j > n:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [:%d] with %s %d", j, what, n)))
	case i < 0:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [%d:]", i)))
	case i > j:
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [%d:%d]", i, j)))
	}
	return i
}
