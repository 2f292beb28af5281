package work

import (
	"net"
	"os"
	"reflect"

	"github.com/parago/parago/procpool/internal/callee"
	"github.com/parago/parago/procpool/internal/fault"
	"github.com/parago/parago/procpool/internal/leave"
	"github.com/parago/parago/procpool/internal/logs"
	"github.com/parago/parago/procpool/internal/node"
	"github.com/parago/parago/procpool/internal/share"
	"github.com/parago/parago/procpool/internal/system"
	"github.com/parago/parago/procpool/internal/task"
	"github.com/parago/parago/procpool/shm"
	"github.com/parago/parago/procpool/spawn"
	"github.com/parago/parago/procpool/wire"
)

// A Link is a child's side of the connection to its parent.
type Link struct {
	*node.Node
	*node.Up
	callees *callee.Table
	space   *share.Space
	levels  *logs.Logs
	ending  *leave.Ending
	outbox  *wire.Outbox

	in      *receiver
	funcs   map[uint64]callee.Body // owned by serve, as is what follows
	content *wire.Frame            // of the next unit, or nil

	tasks   task.Borrowed   // large ones; owned by serve, as are the following
	results task.Segments   // for large results
	unread  []*task.Segment // those that the parent may still read
	lent    uint64          // the one it was sent last

	chunk   *chunkRun // whose elements are run; nil: none
	scratch []byte    // for results

	state  actorState // of an actor
	caller string     // who has called its method; owned by run
}

// Serve makes this process a child of the one that started it, with its rooms. It does not return unless there
// is none.
func Serve(n *node.Node, callees *callee.Table, space *share.Space, levels *logs.Logs, ending *leave.Ending) error {
	conn, err := spawn.Parent()
	if err != nil {
		return err
	}
	seg, err := shm.Map(os.NewFile(spawn.FirstFile, "outbox"), wire.OutboxSize)
	if err != nil {
		return err
	}
	seg.File.Close() // the mapping stays, and nobody inherits the file
	in, err := wire.Watched(os.NewFile(spawn.FirstFile+1, "way"))
	if err != nil {
		return err
	}
	out, err := wire.Unwatched(conn.(*net.UnixConn))
	if err != nil {
		return err
	}
	n.Ready()
	link := &Link{Node: n, callees: callees, space: space, levels: levels, ending: ending, outbox: wire.NewOutbox(seg), funcs: map[uint64]callee.Body{}, state: actorState{node: n}}
	link.Up = node.NewUp(wire.NewWriter(out, link.outbox))
	n.Rise(link.Up)
	system.DieOfSignals()
	link.Out.Send(wire.Frame{Kind: task.FrameHello})
	link.in = newReceiver(wire.NewReader(in, nil), link.meet)
	link.Up.Attend = link.in.attend
	link.serve()
	return nil
}

// serve does what the parent asks, one thing after the other. A task that ends its
// goroutine (runtime.Goexit) does not end the loop.
func (u *Link) serve() {
	for {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			u.loop()
		}()
		<-ended
	}
}

func (u *Link) loop() {
	u.goOn() // where an element has ended its goroutine
	for {
		f := u.in.take(func() { u.Out.Flush() })
		u.Out.FlushSoon() // it may be long until the next pause
		switch f.Kind {
		case task.FrameRole:
			u.become(f)
		case task.FrameContent:
			u.content = &f
		case task.FrameUnit:
			u.load(f)
		case task.FrameDefine:
			if len(f.Data) == 0 {
				delete(u.funcs, f.ID)
				continue
			}
			u.funcs[f.ID] = u.callees.Define(f)
		case task.FrameLesson:
			u.lesson(f)
		case task.FrameTask:
			u.task(f.ID, f.Data, nil)
		case task.FrameLarge:
			u.large(f)
		case task.FrameQuit:
			u.ending.Leave(0)
		}
	}
}

// become gives this process its name and place.
func (u *Link) become(f wire.Frame) {
	var r task.Role
	if err := u.Codec.Decode(f.Data, reflect.ValueOf(&r)); err != nil {
		fault.Fatal(err)
	}
	u.Become(r)
	u.levels.Inherit(r.Log)
	if !r.Limits.Any() {
		return
	}
	if err := applyLimits(&r.Limits, r.Slot); err != nil {
		fault.Fatal(fault.Errorf("%s: %w", r.Name, err))
	}
	u.Out.Send(wire.Frame{Kind: task.FrameLimited})
}
