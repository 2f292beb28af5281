package kernel

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/parago/parago/interp"
)

// A request is a message from a front-end, and the channel it came on, which is
// where its reply goes.
type request struct {
	msg      *Message
	peer     string // who sent it
	channel  *channel
	received time.Time
	aborted  bool // guarded by its lane's mu while it is queued
}

// A laneID says which goroutine serves a request.
type laneID int

const (
	// inOrder is served after all that came before: what runs code, or depends
	// on what code that was sent earlier does.
	inOrder laneID = iota
	// query is served in order among its kind, beside a running cell. Its
	// answers only read.
	query
	// urgent is served at once: what must reach a kernel that is busy.
	urgent
)

// A handler serves one type of message.
type handler struct {
	lane  laneID
	reply string // type of the reply; "" if the protocol has none
	serve func(k *Kernel, r *request) (content any, err error)
}

// handlers is the table of the messages that this kernel knows.
func handlers() map[string]handler {
	return map[string]handler{
		"execute_request":     {inOrder, "execute_reply", (*Kernel).execute},
		"inspect_request":     {query, "inspect_reply", (*Kernel).inspect},
		"complete_request":    {query, "complete_reply", (*Kernel).complete},
		"history_request":     {inOrder, "history_reply", (*Kernel).showHistory},
		"is_complete_request": {query, "is_complete_reply", (*Kernel).isComplete},
		"comm_info_request":   {query, "comm_info_reply", (*Kernel).commInfo},
		"comm_open":           {inOrder, "", (*Kernel).commOpen},
		"comm_msg":            {inOrder, "", (*Kernel).commIgnore},
		"comm_close":          {inOrder, "", (*Kernel).commIgnore},
		"kernel_info_request": {query, "kernel_info_reply", (*Kernel).kernelInfo},
		"shutdown_request":    {urgent, "shutdown_reply", (*Kernel).shutdown},
		"interrupt_request":   {urgent, "interrupt_reply", (*Kernel).interrupt},
	}
}

// dispatch puts a request onto the lane that serves it. Unknown messages keep their
// place in the order of their channel.
func (k *Kernel) dispatch(r *request) {
	at := k.handlers[r.msg.Header.MsgType].lane
	if r.channel == k.control {
		at = urgent
	}
	k.lanes[at].push(r)
}

// serveLane serves the requests of one lane until it is closed.
func (k *Kernel) serveLane(l *lane) {
	for r := l.pop(); r != nil; r = l.pop() {
		k.serve(r)
	}
}

// serve answers one request, between busy and idle, whatever comes of it.
func (k *Kernel) serve(r *request) {
	k.status(r.msg.Header, "busy")
	defer k.status(r.msg.Header, "idle")
	h, known := k.handlers[r.msg.Header.MsgType]
	if !known || (r.channel == k.control && h.lane == inOrder) {
		k.bad.warn("message that this channel does not serve", "type", clip(r.msg.Header.MsgType), "channel", r.channel.name)
		return
	}
	content, err := k.call(h, r)
	if err != nil {
		content = ErrorReply{Status: "error", ErrorContent: errorContent(err)}
		k.log.Warn("request failed", "type", r.msg.Header.MsgType, "error", err)
	}
	if h.reply != "" && content != nil {
		k.reply(r, h.reply, content)
	}
}

// call runs a handler.
func (k *Kernel) call(h handler, r *request) (content any, err error) {
	defer k.contain(r.msg.Header.MsgType, &err)
	return h.serve(k, r)
}

// contain, deferred, makes an error of a panic, which is a bug, but not one to lose a
// session for.
func (k *Kernel) contain(msgType string, err *error) {
	if p := recover(); p != nil {
		k.log.Error("panic", "type", msgType, "panic", p, "stack", string(debug.Stack()))
		*err = fmt.Errorf("internal error of the kernel in %s: %v", msgType, p)
	}
}

// reply sends the reply to r where r came from.
func (k *Kernel) reply(r *request, msgType string, content any) {
	m, err := NewMessage(k.header(msgType), r.msg.Header, content)
	if err != nil {
		k.log.Error("reply", "error", err)
		return
	}
	m.Identities = r.msg.Identities
	if msgType == "execute_reply" {
		m.Metadata, _ = marshal(map[string]string{"started": r.received.UTC().Format(time.RFC3339Nano)})
	}
	r.channel.send(r.peer, m)
}

func (k *Kernel) header(msgType string) Header {
	return NewHeader(k.id, "kernel", msgType)
}

// errorContent gives any error the three fields of the protocol.
func errorContent(err error) ErrorContent {
	var e *interp.Error
	if !errors.As(err, &e) {
		return ErrorContent{EName: "Error", EValue: err.Error(), Traceback: []string{"Error: " + err.Error()}}
	}
	c := ErrorContent{EName: e.Name, EValue: e.Value, Traceback: e.Traceback}
	if len(c.Traceback) == 0 {
		c.Traceback = []string{e.Error()}
	}
	return c
}

// clip shortens what a peer sent for the log.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}
