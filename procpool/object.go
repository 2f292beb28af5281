package procpool

import (
	"context"
	"encoding/binary"
	"reflect"
	"runtime"
	"time"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/codec"
	"github.com/parago/parago/procpool/internal/fault"
)

// An object is something that the broker keeps, known by its number everywhere: a
// semaphore, an event, a condition, a barrier, a dict, a list.
type object struct {
	id  uint64
	err error // why it could not be made
	own *held // nil: it is an actor

	within []uint64 // the objects that are being printed and have it in them
}

// newObject has the broker make one.
func newObject(r broker.Request) *object {
	this.Ready()
	a, err := this.Ask(r)
	o := &object{id: a.Number(), err: err}
	if err == nil && r.Op != broker.OpNewActor { // which its process uses
		o.own = holdMade(o, &held{number: o.id})
	}
	return o
}

// errUnmadeHandle is what methods of a handle panic with that is zero: there is nothing in it that could be shared.
var errUnmadeHandle = fault.Errorf("use of a handle that was not made: call its New function, such as NewLock")

// ask puts a request to the broker that is about the object.
func (o *object) ask(r broker.Request) (broker.Answer, error) {
	return o.askContext(context.Background(), r)
}

func (o *object) askContext(ctx context.Context, r broker.Request) (broker.Answer, error) {
	if o == nil {
		panic(errUnmadeHandle)
	}
	if o.err != nil {
		return broker.Answer{}, o.err
	}
	r.ID = o.id
	defer runtime.KeepAlive(o)
	return this.AskContext(ctx, r)
}

// wait is ask for requests that wait: as long as it takes if limit is negative. ctx that
// is done already ends it before it begins.
func (o *object) wait(ctx context.Context, limit time.Duration, r broker.Request) (broker.Answer, error) {
	if ctx.Err() != nil {
		return broker.Answer{}, context.Cause(ctx)
	}
	r.Wait = limit
	return o.askContext(ctx, r)
}

func (o *object) Numbered(numbers []byte) []byte { return o.own.Numbered(numbers) }

func objectHandle() codec.Handle {
	return codec.Handle{
		Name: "Object",
		Type: reflect.TypeFor[*object](),
		Encode: func(v any) ([]byte, error) {
			o := v.(*object)
			return broker.Number(o.id), o.err
		},
		Decode: func(data []byte) (any, error) {
			if len(data) != 8 {
				return nil, fault.Errorf("an object that cannot be read")
			}
			o := &object{id: binary.LittleEndian.Uint64(data)}
			o.own = holdCame(o, &held{number: o.id})
			return o, nil
		},
		Lost: func(v any) { v.(*object).own.lost() },
	}
}

// registerShared lets what processes share cross, also inside interfaces.
func registerShared(r *codec.Registry) {
	r.RegisterHandle(objectHandle())
	r.RegisterHandle(actorHandle())
	for _, t := range []reflect.Type{
		reflect.TypeFor[Lock](), reflect.TypeFor[RLock](), reflect.TypeFor[Semaphore](), reflect.TypeFor[Event](),
		reflect.TypeFor[Cond](), reflect.TypeFor[Barrier](), reflect.TypeFor[Namespace](),
	} {
		r.RegisterType(t)
	}
}
