package procpool

import (
	"bytes"

	"github.com/parago/parago/procpool/broker"
	"github.com/parago/parago/procpool/internal/child"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/screen"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/wire"
)

// An actorOwner hands the calls of an actor to its process, in the process that has
// spawned it. So what a call prints is out before its result is, as with a task.
type actorOwner struct {
	processOwner
	actor   *Actor
	outcome chan []byte // of what the process was given last
	seq     uint32      // of that
}

func newActorOwner(a *Actor) *actorOwner {
	return &actorOwner{processOwner: processOwner{p: a.process}, actor: a, outcome: make(chan []byte, 1), seq: 1}
}

// Results gets what the process has come to. It is never more than one thing at a time.
func (o *actorOwner) Results(_ *child.Child, frames []wire.Frame) {
	for _, f := range frames {
		if f.Kind == task.FrameResult {
			o.outcome <- bytes.Clone(f.Data) // it may be in memory that the process uses again
		}
	}
}

func (o *actorOwner) Died(c *child.Child, code int) {
	o.end(task.EncodeFailure(&this.Codec, &task.Failure{Err: c.DiedError(code)}))
	o.processOwner.Died(c, code)
}

// end tells all who wait, and who call later, why the actor is no more. Only the first counts.
func (o *actorOwner) end(why []byte) {
	this.Tell(broker.Request{Op: broker.OpEndActor, ID: o.actor.o.ID, Data: why})
}

// drive goes on until the process has ended.
func (o *actorOwner) drive() {
	_, c := o.p.lookAt()
	made, ok := o.await()
	if _, err := task.Outcome(&this.Codec, made); ok && err != nil {
		o.end(task.EncodeFailure(&this.Codec, &task.Failure{Err: fault.Errorf("make actor %s: %w", o.actor.name, err)}))
		c.Spawned.Kill()
		return
	}
	for ok {
		got := make(chan broker.Answer, 1)
		this.Request(broker.Request{Op: broker.OpNextActor, ID: o.actor.o.ID, Wait: -1}, func(a broker.Answer) { got <- a })
		a := <-got // at the latest when it has ended
		if a.Status != broker.StatusOK || len(a.Data) < 8 {
			return
		}
		call, _ := broker.ParseItems(a.Data[8:])
		if len(call) < 2 { // a stop
			c.Out.Put(wire.Frame{Kind: task.FrameQuit})
			c.Out.Flush()
			return
		}
		o.give(c, string(call[0]), call[1])
		var result []byte
		if result, ok = o.await(); ok {
			this.Tell(broker.Request{Op: broker.OpReturnActor, ID: o.actor.o.ID, N: int64(a.Number()), Data: result})
		}
	}
}

// await waits for the outcome of what the process was given.
func (o *actorOwner) await() (data []byte, ok bool) {
	select {
	case data = <-o.outcome:
		return data, true
	case <-o.p.done:
		return nil, false
	}
}

// give hands a call to the process, which is idle.
func (o *actorOwner) give(c *child.Child, origin string, call []byte) {
	if origin != "" {
		c.Speak(screen.Voice{Origin: origin, Mode: o.p.Output})
	}
	o.seq++
	c.Outbox.Allow(o.seq)
	c.SendTask(uint64(o.seq), nil, task.Message{Buf: call})
	c.Out.Flush() // if it is dead, died tells
}
