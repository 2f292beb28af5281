package share

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

// An Object is something that the broker keeps, known by its number everywhere: a
// semaphore, an event, a condition, a barrier, a dict, a list.
type Object struct {
	space *Space
	ID    uint64
	Err   error // why it could not be made
	own   *held // nil: it is an actor

	within []uint64 // the objects that are being printed and have it in them
}

// NewObject has the broker make one.
func NewObject(sp *Space, r broker.Request) *Object {
	sp.Ready()
	a, err := sp.Ask(r)
	o := &Object{space: sp, ID: a.Number(), Err: err}
	if err == nil && r.Op != broker.OpNewActor { // which its process uses
		o.own = holdMade(sp, o, &held{number: o.ID})
	}
	return o
}

// ErrUnmadeHandle is what methods of a handle panic with that is zero: there is nothing in it that could be shared.
var ErrUnmadeHandle = fault.Errorf("use of a handle that was not made: call its New function, such as NewLock")

// Ask puts a request to the broker that is about the object.
func (o *Object) Ask(r broker.Request) (broker.Answer, error) {
	return o.askContext(context.Background(), r)
}

func (o *Object) askContext(ctx context.Context, r broker.Request) (broker.Answer, error) {
	if o == nil {
		panic(ErrUnmadeHandle)
	}
	if o.Err != nil {
		return broker.Answer{}, o.Err
	}
	r.ID = o.ID
	defer runtime.KeepAlive(o)
	return o.space.AskContext(ctx, r)
}

// Wait is ask for requests that wait: as long as it takes if limit is negative. ctx that
// is done already ends it before it begins.
func (o *Object) Wait(ctx context.Context, limit time.Duration, r broker.Request) (broker.Answer, error) {
	if ctx.Err() != nil {
		return broker.Answer{}, context.Cause(ctx)
	}
	r.Wait = limit
	return o.askContext(ctx, r)
}

// Numbered adds the number under which processes say that they hold the object.
func (o *Object) Numbered(numbers []byte) []byte { return o.own.Numbered(numbers) }

func (s *Space) objectHandle() codec.Handle {
	return codec.Handle{
		Name: "Object",
		Type: reflect.TypeFor[*Object](),
		Encode: func(v any) ([]byte, error) {
			o := v.(*Object)
			return broker.Number(o.ID), o.Err
		},
		Decode: func(data []byte) (any, error) {
			if len(data) != 8 {
				return nil, fault.Errorf("an object that cannot be read")
			}
			o := &Object{space: s, ID: binary.LittleEndian.Uint64(data)}
			o.own = holdCame(s, o, &held{number: o.ID})
			return o, nil
		},
		Lost: func(v any) { v.(*Object).own.lost() },
	}
}

// codec encodes what goes to the object. That of an object that was not made knows no handles; asking tells why.
func (o *Object) codec() *codec.Registry {
	if o == nil || o.space == nil {
		return &codec.Registry{}
	}
	return &o.space.Codec
}
