package share

import (
	"context"
	"math/rand/v2"
	"reflect"
	"runtime"
	"time"
	"unsafe"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/wait"
)

// Select waits until one of several things is ready and returns its index: see procpool.Select.
func Select(ctx context.Context, sp *Space, from []any) (int, error) {
	s := selection{space: sp, origin: sp.Context(sp.Origin()), ctx: ctx}
	for i, x := range from {
		if err := s.add(i, x); err != nil {
			return -1, err
		}
	}
	if ctx.Err() != nil {
		return -1, context.Cause(ctx)
	}
	defer sp.Screen.Flush() // what an ended process has written comes before what the caller writes next
	defer runtime.KeepAlive(from)
	return s.wait()
}

// A selection is what one Select waits for.
type selection struct {
	space       *Space
	ctx, origin context.Context
	data        []byte // what the broker waits for
	indices     []int  // of its parts
	local       []channel
}

// A channel is closed when something is ready, or may be.
type channel struct {
	index int
	done  <-chan struct{}
	conn  Link // whose news it is, or nil
}

func (s *selection) add(i int, x any) error {
	switch x := s.space.selectable(x).(type) {
	case *Queue:
		if x.err != nil {
			s.local = append(s.local, channel{i, wait.Closed, nil})
			break
		}
		s.data = broker.SelectItem(s.data, true, x.id, 0)
		s.indices = append(s.indices, i)
	case *Conn:
		switch err := x.usable(context.Background(), waySend, fault.ErrWriteOnly); {
		case err == fault.ErrWriteOnly:
			return err
		case err != nil:
			s.local = append(s.local, channel{i, wait.Closed, nil})
		case x.net != nil:
			s.local = append(s.local, channel{i, x.net.Readable(), x.net})
		default:
			s.data = broker.SelectItem(s.data, false, x.id, x.end)
			s.indices = append(s.indices, i)
		}
	case interface{ Done() <-chan struct{} }:
		s.local = append(s.local, channel{i, x.Done(), nil})
	default:
		return fault.Errorf("Select cannot wait for argument %d, %T", i+1, x)
	}
	return nil
}

// selectable finds what x stands for: types of cells have no methods that can be seen here, but
// they have the fields.
func (sp *Space) selectable(x any) any {
	v := reflect.ValueOf(x)
	for depth := 0; v.IsValid() && depth < 4; depth++ {
		switch raw := v.Interface().(type) {
		case *Queue, *Conn:
			if v.IsNil() {
				return x
			}
			return raw
		case interface{ Done() <-chan struct{} }:
			return raw
		case interface{ Selectable() any }: // an interpreter's box
			v = reflect.ValueOf(raw.Selectable())
			continue
		}
		for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct || v.NumField() == 0 {
			return x
		}
		if f := v.Type().Field(0); v.NumField() > 1 && !f.Anonymous && f.Type != sp.Process {
			return x
		}
		if !v.CanAddr() {
			at := reflect.New(v.Type()).Elem()
			at.Set(v)
			v = at
		}
		v = v.Field(0)
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem() // it may be unexported
	}
	return x
}

// wait returns the index of what is ready.
func (s *selection) wait() (int, error) {
	for {
		ready, err := s.ready()
		if len(ready) > 0 || err != nil {
			return pick(ready, err)
		}
		var answer chan broker.Answer
		token := s.space.Tokens.Add(1)
		if len(s.indices) > 0 {
			answer = make(chan broker.Answer, 1)
			s.space.Request(s.request(token, -1), func(a broker.Answer) { answer <- a })
		}
		cases := []reflect.SelectCase{recvCase(s.ctx.Done()), recvCase(s.origin.Done()), recvCase(answer)}
		for _, c := range s.local {
			cases = append(cases, recvCase(c.done))
		}
		chosen, got, _ := reflect.Select(cases)
		if chosen == 2 {
			return s.answered(got.Interface().(broker.Answer))
		}
		if answer != nil {
			s.space.Tell(broker.Request{Op: broker.OpForget, N: int64(token)})
			<-answer
		}
		switch {
		case chosen == 0:
			return -1, context.Cause(s.ctx)
		case chosen == 1:
			return -1, context.Cause(s.origin)
		}
		s.local[chosen-3].refresh()
	}
}

func recvCase[T any](c <-chan T) reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c)}
}

// refresh takes the next channel of a connection: its news may be old.
func (c *channel) refresh() {
	if c.conn != nil {
		c.done = c.conn.Readable()
	}
}

func pick(ready []int, err error) (int, error) {
	if err != nil {
		return -1, err
	}
	return ready[rand.IntN(len(ready))], nil
}

// ready returns what is ready now, if something is that this process knows of itself.
func (s *selection) ready() (ready []int, err error) {
	for _, c := range s.local {
		select {
		case <-c.done:
			ready = append(ready, c.index)
		default:
		}
	}
	if len(ready) == 0 || len(s.indices) == 0 {
		return ready, nil
	}
	a, err := s.space.Ask(s.request(0, 0))
	if err == fault.ErrEmpty {
		return ready, nil
	}
	i, err := s.answered(a)
	for range len(s.indices) { // as often as those which it stands for
		ready = append(ready, i)
	}
	return ready, err
}

// request asks the broker for one of its parts that is ready, from any on.
func (s *selection) request(token uint64, wait time.Duration) broker.Request {
	return broker.Request{Op: broker.OpSelect, N: rand.Int64N(int64(len(s.indices))), Wait: wait, Token: token, Data: s.data}
}

// answered returns the index of what the broker says is ready.
func (s *selection) answered(a broker.Answer) (int, error) {
	if err := node.StatusError(a); err != nil {
		return -1, err
	}
	i := a.Number()
	if i >= uint64(len(s.indices)) {
		return -1, fault.Errorf("an answer that cannot be read")
	}
	return s.indices[i], nil
}
