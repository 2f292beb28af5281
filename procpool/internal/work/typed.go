package work

import (
	"reflect"
	"unsafe"

	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/task"
)

// A typedLoop runs the elements of a chunk without reflection, which takes some fifty times as long
// as the call of a small function.
//
// There is one for each pair of shapes, not of types: Go passes numbers by their size and their kind of
// register, so a func(celsius) bool can be called as a func(float64) uint8 with the same bits. So functions of
// all programs and of all interpreters have one, if what they take and return has a shape.
type typedLoop func(r *chunkRun)

// A shape is how values are passed.
type shape int

const (
	noShape shape = iota
	nothing       // no result
	byte1         // bool, int8, uint8
	byte2
	byte4
	byte8
	float4
	float8
	text
	sliced // a slice, as an argument
)

var shapes = map[reflect.Kind]shape{
	reflect.Bool: byte1, reflect.Int8: byte1, reflect.Uint8: byte1, reflect.Int16: byte2, reflect.Uint16: byte2,
	reflect.Int32: byte4, reflect.Uint32: byte4, reflect.Int64: byte8, reflect.Uint64: byte8,
	reflect.Float32: float4, reflect.Float64: float8, reflect.String: text,
	reflect.Slice: sliced,
}

func shapeOf(t reflect.Type) shape {
	switch t.Kind() {
	case reflect.Int, reflect.Uint, reflect.Uintptr:
		if t.Size() == 8 {
			return byte8
		}
		return byte4
	}
	return shapes[t.Kind()]
}

// loopFor returns the loop for the function that a chunk is of, or nil.
func loopFor(fn callee.Body, k *task.Chunk) typedLoop {
	t := fn.Func.Type()
	if len(fn.Args) > 0 || k.Form != task.FormBlock || k.Flags&(task.WithContext|task.Timed) != 0 || t.IsVariadic() || t.NumIn() != 1 || t.NumOut() > 1 {
		return nil
	}
	out := nothing
	if t.NumOut() == 1 {
		out = shapeOf(t.Out(0))
	}
	switch shapeOf(t.In(0)) {
	case byte1:
		return loopsOf[uint8](out)
	case byte2:
		return loopsOf[uint16](out)
	case byte4:
		return loopsOf[uint32](out)
	case byte8:
		return loopsOf[uint64](out)
	case float4:
		return loopsOf[float32](out)
	case float8:
		return loopsOf[float64](out)
	case text:
		return loopsOf[string](out)
	case sliced:
		return loopsOf[[]byte](out)
	}
	return nil
}

func loopsOf[T any](out shape) typedLoop {
	switch out {
	case nothing:
		return loopNothing[T]
	case byte1:
		return loop[T, uint8]
	case byte2:
		return loop[T, uint16]
	case byte4:
		return loop[T, uint32]
	case byte8:
		return loop[T, uint64]
	case float4:
		return loop[T, float32]
	case float8:
		return loop[T, float64]
	case text:
		return loopText[T]
	}
	return nil
}

// typed returns the function, as a func of such shapes, and the elements.
func typed[F, T any](r *chunkRun) (F, []T) {
	code := callee.Closure(r.fn.Func.Interface())
	return *(*F)(unsafe.Pointer(&code)), unsafe.Slice((*T)(r.in.UnsafePointer()), r.of.N)
}

func loop[T, R any](r *chunkRun) {
	f, xs := typed[func(T) R, T](r)
	size := int(unsafe.Sizeof(*new(R)))
	for r.at < len(xs) && r.begin() {
		v := f(xs[r.at])
		*(*R)(unsafe.Pointer(unsafe.SliceData(r.room(size)))) = v
		r.results.Commit(size)
		r.at++
	}
}

func loopNothing[T any](r *chunkRun) {
	f, xs := typed[func(T), T](r)
	for r.at < len(xs) && r.begin() {
		f(xs[r.at])
		r.room(1)[0] = 0
		r.results.Commit(1)
		r.at++
	}
}

func loopText[T any](r *chunkRun) {
	f, xs := typed[func(T) string, T](r)
	for r.at < len(xs) && r.begin() {
		v := f(xs[r.at])
		n := codec.TextSize(v)
		if room := r.results.Room(n); room != nil {
			codec.PutText(room, v)
			r.results.Commit(n)
			r.at++
			continue
		}
		result, _ := r.u.encodeResults([]reflect.Value{reflect.ValueOf(v)}) // it cannot fail, and fits any type of strings
		r.alone(result)
	}
}

// room is where the next value goes.
func (r *chunkRun) room(n int) []byte {
	room := r.results.Room(n)
	if room == nil {
		fault.Fatal(fault.Errorf("results cannot be sent"))
	}
	return room
}
