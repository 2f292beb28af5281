package work

import (
	"context"
	"reflect"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// A chunkRun is a chunk whose elements a worker runs, one after the other. Each is marked as begun in
// memory that the parent maps, and its result is there before the next begins, so whatever ends the process
// costs one element. Where an element ends its goroutine, the next go on in another.
type chunkRun struct {
	u    *Link
	of   task.Chunk
	seq  uint32 // the number of its first element
	at   int    // elements that have an outcome
	fn   callee.Body
	bad  *task.Failure // why the function cannot be called
	loop typedLoop

	in    reflect.Value // the elements, as a slice, once they are decoded
	apart bool          // they do not cross in a block, or some do not fit: each is decoded by itself

	values  *codec.BlockType // of the results; nil: they have no type
	results *wire.Results    // where values go; nil: each result is a frame

	came   time.Time // before anything was decoded
	left   int       // elements until the clock is looked at
	looked time.Time
	lookAt int // at, when it was
}

func newChunkRun(u *Link, seq uint32, k task.Chunk) *chunkRun {
	r := &chunkRun{u: u, of: k, seq: seq, came: time.Now()}
	if r.fn, r.bad = u.function(k.Fn); r.bad == nil {
		r.expect(r.fn.Func.Type())
	}
	u.Running.Now.Store(&node.Running{First: int(k.First), Seq: seq, Outbox: u.outbox, Seed: k.Seed, Seeded: k.Has(task.Seeded)})
	return r
}

// expect sees what form results have, and whether there is a loop for such functions.
func (r *chunkRun) expect(typ reflect.Type) {
	n := typ.NumOut()
	if n > 0 && typ.Out(n-1) == callee.ErrorType {
		n--
	}
	header := codec.Nothing
	if n == 1 {
		r.values = r.u.Codec.BlockType(typ.Out(0))
	}
	if r.values != nil {
		header = r.values.Header
	}
	if n > 1 || n == 1 && r.values == nil {
		return
	}
	if results, err := r.u.Out.Results(task.FrameResults, r.seq, header); err == nil {
		r.results = results
		r.loop = loopFor(r.fn, &r.of)
	}
}

// goOn runs the elements that are left of a chunk, if there is one.
func (u *Link) goOn() {
	if u.chunk == nil {
		return
	}
	if u.chunk.of.N > 1 {
		u.Out.Steady(true)
	}
	for u.chunk != nil && u.chunk.at < u.chunk.of.N {
		u.chunk.some()
	}
	u.chunk.paced(time.Now())
	if u.chunk.of.N > 1 {
		u.Out.Steady(false)
	}
	u.chunk = nil
	u.Running.Now.Store(nil)
}

// some runs elements until one panics or ends its goroutine, or there are none.
func (r *chunkRun) some() {
	finished := false
	defer func() {
		if finished {
			return
		}
		if x := recover(); x != nil {
			r.failed(callee.Panicked(r.u.Host, x, callee.Stack()))
		} else {
			r.failed(callee.Exited(r.u.Host))
		}
	}()
	if r.loop != nil && r.decode() {
		r.loop(r)
	} else {
		for r.at < r.of.N && r.begin() {
			r.one()
		}
	}
	finished = true
}

// decode has all elements decoded together. If that fails, each is by itself.
func (r *chunkRun) decode() bool {
	if r.apart || r.in.IsValid() {
		return !r.apart
	}
	typ := r.fn.Func.Type()
	in, ok := callee.Parameter(typ, r.fn.First(&r.of))
	if ok && r.of.Form == task.FormBlock {
		r.in = reflect.MakeSlice(reflect.SliceOf(in), r.of.N, r.of.N)
		ok = r.of.Block.Decode(r.in) == nil
	}
	r.apart = !ok || r.of.Form != task.FormBlock
	return !r.apart
}

// arguments are those of the next element.
func (r *chunkRun) arguments() ([]reflect.Value, *task.Failure) {
	if !r.decode() {
		return r.fn.Arguments(&r.of)
	}
	args := append([]reflect.Value(nil), r.fn.Args...)
	if r.of.Has(task.WithContext) {
		args = append(args, reflect.Zero(callee.ContextType)) // invokeWithin makes it
	}
	return append(args, r.in.Index(r.at)), nil
}

// begin reports whether the next element may run, and notes that it does. If it was taken back, so were all
// that follow.
func (r *chunkRun) begin() bool {
	if !r.u.outbox.Begin(r.seq + uint32(r.at)) {
		r.skip()
		return false
	}
	if r.left--; r.left < 0 {
		r.look()
	}
	return true
}

// skip leaves out the elements that are left.
func (r *chunkRun) skip() {
	rest := r.of.N - r.at
	r.put(wire.Frame{Kind: task.FrameSkipped, ID: uint64(r.seq) + uint64(r.at), Data: broker.Number(uint64(rest))})
	r.at = r.of.N
}

// look notes when an element begins. If they take next to no time, it is for some of them.
func (r *chunkRun) look() {
	const often = 20 * time.Microsecond
	now := time.Now()
	if n := r.at - r.lookAt; n > 0 && !r.of.Has(task.Timed) {
		each := max(now.Sub(r.looked)/time.Duration(n), 1)
		r.left = int(min(often/each, 1000))
	}
	r.looked, r.lookAt = now, r.at
	r.u.outbox.BeganAt(now)
	r.paced(now)
}

// paced tells with the results that wait how long each has taken.
func (r *chunkRun) paced(now time.Time) {
	if r.results != nil && r.at > 0 {
		r.results.Paced(now.Sub(r.came) / time.Duration(r.at))
	}
}

// one runs the next element, which has begun.
func (r *chunkRun) one() {
	args, fail := []reflect.Value(nil), r.bad
	if fail == nil {
		args, fail = r.arguments()
	}
	var result task.Message
	if fail == nil {
		result, fail = callee.InvokeWithin(context.Background(), &r.of, r.fn, args, r.encode)
	}
	switch {
	case fail != nil:
		r.failed(fail)
	case r.results == nil || result.Seg != nil:
		r.alone(result)
	case !r.value(result.Buf):
		r.alone(task.Message{Buf: append(append([]byte{task.ResultValue}, r.values.Header...), result.Buf...)})
	}
}

// encode makes what a function returned the bytes of a block's value, or a result by itself.
func (r *chunkRun) encode(out []reflect.Value) (task.Message, *task.Failure) {
	switch {
	case r.results == nil:
		return r.u.encodeResults(out)
	case len(out) == 0:
		return task.Message{Buf: []byte{0}}, nil
	}
	r.u.reclaim()
	m := task.Message{From: &r.u.results, Buf: append(append(r.u.scratch[:0], task.ResultValue), r.values.Header...)}
	at := len(m.Buf)
	buf, err := r.values.Append(m.Buf, out[0], codec.Options{Grow: m.Grow})
	if err != nil {
		m.Drop()
		return m, &task.Failure{Encode: true, Path: "result", Type: out[0].Type().String(), Err: err}
	}
	m.Buf = buf
	if m.Finish(); m.Seg != nil {
		return m, nil
	}
	r.u.scratch = buf
	return task.Message{Buf: buf[at:]}, nil
}

// value puts a value into the block, unless it is too large.
func (r *chunkRun) value(data []byte) bool {
	r.times()
	room := r.results.Room(len(data))
	if room == nil {
		return false
	}
	copy(room, data)
	r.results.Commit(len(data))
	r.at++
	return true
}

// alone sends a result as a frame of its own.
func (r *chunkRun) alone(result task.Message) {
	r.passBy()
	r.times()
	if err := r.u.putResult(uint64(r.seq)+uint64(r.at), result); err != nil {
		fault.Fatal(err)
	}
	r.at++
}

// failed sends what an element failed with.
func (r *chunkRun) failed(fail *task.Failure) {
	r.passBy()
	r.times()
	r.put(wire.Frame{Kind: task.FrameResult, ID: uint64(r.seq) + uint64(r.at), Data: task.EncodeFailure(&r.u.Codec, fail)})
	if r.at++; r.of.Has(task.FailFast) && r.at < r.of.N {
		r.skip()
	}
}

// passBy tells the block that the next result is not in it.
func (r *chunkRun) passBy() {
	if r.results != nil && r.results.Skip() != nil {
		fault.Fatal(fault.Errorf("results cannot be sent"))
	}
}

// times tells when the element ran, if that is wanted. Its result follows.
func (r *chunkRun) times() {
	if r.of.Has(task.Timed) {
		r.put(wire.Frame{Kind: task.FrameTimes, ID: uint64(r.seq) + uint64(r.at), Data: task.EncodeTimes(r.u.outbox.BegunAt(), time.Now())})
	}
}

func (r *chunkRun) put(f wire.Frame) {
	if err := r.u.Out.Put(f); err != nil {
		fault.Fatal(err)
	}
}
