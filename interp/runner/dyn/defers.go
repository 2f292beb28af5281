package dyn

import (
	"bytes"
	"runtime"
	"strconv"
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
	d.types.recovered()
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
			d.panicking, d.value = true, Translate(p)
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
	id := Goroutine()
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

// Recovered sets what is called in a goroutine that has recovered from a panic. It is
// set before anything is loaded.
func (r *Registry) Recovered(f func()) { r.recovered = f }

// Bound sets what ends a goroutine that prints a value which contains itself: deep is called for
// each part of a value of a cell's type, look before values are printed.
func (r *Registry) Bound(deep func(), look func(format string, values []any)) {
	r.deep, r.look = deep, look
}

// recover is recover() in a function that is not written where it is deferred.
func (r *Registry) recover() any {
	id := Goroutine()
	r.mu.RLock()
	s := r.active[id]
	r.mu.RUnlock()
	if len(s) == 0 {
		return nil
	}
	return s[len(s)-1].Recover()
}

// Goroutine is a number that no other living goroutine has.
func Goroutine() uint64 {
	var buf [40]byte
	f := bytes.Fields(buf[:runtime.Stack(buf[:], false)])
	id, _ := strconv.ParseUint(string(f[1]), 10, 64)
	return id
}
