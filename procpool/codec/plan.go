package codec

import (
	"reflect"
	"sync"
	"unsafe"
)

// A planCache holds the plans made for one description, of which there is mostly one.
type planCache struct {
	mu    sync.RWMutex
	plans map[reflect.Type]decodeFunc
	raws  map[reflect.Type]rawCopy // of a block; nil: values are not the same in memory
	typ   reflect.Type             // what is described; nil until it was looked for
}

func (c *planCache) natural() reflect.Type {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.typ
}

func (c *planCache) setNatural(t reflect.Type) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.typ = t
}

func (c *planCache) get(t reflect.Type) decodeFunc {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.plans[t]
}

func (c *planCache) put(t reflect.Type, f decodeFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plans == nil {
		c.plans = map[reflect.Type]decodeFunc{}
	}
	c.plans[t] = f
}

func (c *planCache) getRaw(t reflect.Type) (raw rawCopy, known bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	raw, known = c.raws[t]
	return raw, known
}

func (c *planCache) putRaw(t reflect.Type, raw rawCopy) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.raws == nil {
		c.raws = map[reflect.Type]rawCopy{}
	}
	c.raws[t] = raw
}

// decodePlan returns the function that reads what w describes into a t.
func (r *Registry) decodePlan(w *wireType, t reflect.Type) (decodeFunc, error) {
	if f := w.plans.get(t); f != nil {
		return f, nil
	}
	c := planner{r: r, making: map[planKey]*decodeFunc{}}
	f, err := c.plan(w, t)
	if err != nil {
		return nil, err
	}
	w.plans.put(t, f)
	return f, nil
}

type planKey struct {
	w *wireType
	t reflect.Type
}

// A planner builds decoders; making holds those being built, for recursive types.
type planner struct {
	r      *Registry
	making map[planKey]*decodeFunc
}

func (c *planner) plan(w *wireType, t reflect.Type) (decodeFunc, error) {
	if f := c.making[planKey{w, t}]; f != nil {
		return func(d *decoder, p unsafe.Pointer) error { return (*f)(d, p) }, nil
	}
	f := new(decodeFunc)
	c.making[planKey{w, t}] = f
	made, err := c.planKind(w, t)
	*f = made
	return made, err
}

func mismatch(w *wireType, t reflect.Type) error {
	return decodeErrorf("%s does not fit %s", w, t)
}

func (c *planner) planKind(w *wireType, t reflect.Type) (decodeFunc, error) {
	switch w.kind {
	case wireBlock:
		return c.block(w, t)
	case wireWithin:
		return c.within(w, t)
	}
	if w.kind == wireNamed {
		if t.Kind() == reflect.Interface && w.elem.kind != wireIface {
			return c.boxed(w, t)
		}
		return c.plan(w.elem, t)
	}
	kind, how := c.r.classify(t)
	switch {
	case w.kind == wireIface, w.kind == wireAsks:
		return c.unboxed(t)
	case kind == wireIface:
		return c.boxed(w, t)
	case w.kind == wireNil || w.kind == wireZero: // nothing was written; the zero is there
		return func(*decoder, unsafe.Pointer) error { return nil }, nil
	case w.kind < 32 && kind < 32:
		return numberDecoder(reflect.Kind(w.kind), t)
	case w.kind != kind:
		return nil, mismatch(w, t)
	}
	switch kind {
	case wireFunc:
		return c.function(t)
	case wireHandle:
		return handleDecoder(w, c.r.handle(t))
	case wireTime:
		return decodeTime, nil
	case wireOwn:
		if w.how != how {
			return nil, mismatch(w, t)
		}
		return ownDecoder(t, ownEncodings[how]), nil
	case wirePtr:
		return c.pointer(w, t)
	case wireSlice:
		return c.slice(w, t)
	case wireArray:
		return c.array(w, t)
	case wireMap:
		return c.mapping(w, t)
	case wireStruct:
		return c.structure(w, t)
	}
	return nil, mismatch(w, t)
}
