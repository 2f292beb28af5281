package client

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/zmtp"
)

// Channel is the socket that a message goes to or comes from.
type Channel string

// The channels that a kernel shares with one client: requests go to the first two.
const (
	Shell   Channel = "shell"
	Control Channel = "control"
	Stdin   Channel = "stdin"
)

// A Call is a request on its way: answered when the reply is there, over when the
// kernel is idle again.
type Call struct {
	Header kernel.Header

	client *Client
	on     func(*kernel.Message) // gets what iopub says about this request, before idle
	ctx    context.Context       // ends with idle, or when nobody waits any more
	over   context.CancelFunc
	idle   chan struct{}        // closed by the reader of iopub
	reply  chan *kernel.Message // 1-buffered
	parts  atomic.Int32         // reply, idle
}

// Send sends a request, and calls on, which may be nil, with each message of iopub
// that is about it, up to and with its idle, from one goroutine.
func (c *Client) Send(ctx context.Context, to Channel, msgType string, content any, on func(*kernel.Message)) (*Call, error) {
	h := kernel.NewHeader(c.session, c.options.Username, msgType)
	call := &Call{Header: h, client: c, on: on, reply: make(chan *kernel.Message, 1), idle: make(chan struct{})}
	call.ctx, call.over = context.WithCancel(c.ctx)
	c.mu.Lock()
	c.calls[h.MsgID] = call
	c.mu.Unlock()
	socket := c.shell
	if to == Control {
		socket = c.control
	}
	if err := c.send(ctx, socket, h, kernel.Header{}, content); err != nil {
		c.forget(call)
		return nil, err
	}
	return call, nil
}

// Reply waits for the reply.
func (c *Call) Reply(ctx context.Context) (*kernel.Message, error) {
	select {
	case m := <-c.reply:
		return m, nil
	default:
	}
	select {
	case m := <-c.reply:
		return m, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-c.client.ctx.Done():
		return nil, context.Cause(c.client.ctx)
	}
}

// Idle waits until the kernel is idle again. All output of the request has been
// handed over then.
func (c *Call) Idle(ctx context.Context) error {
	select {
	case <-c.idle:
		return nil
	case <-c.client.ctx.Done():
		return context.Cause(c.client.ctx)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Request sends a request and waits for its reply and for idle.
func (c *Client) Request(ctx context.Context, to Channel, msgType string, content any, on func(*kernel.Message)) (*kernel.Message, error) {
	call, err := c.Send(ctx, to, msgType, content, on)
	if err != nil {
		return nil, err
	}
	defer c.forget(call)
	reply, err := call.Reply(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", msgType, err)
	}
	if err := call.Idle(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", msgType, err)
	}
	return reply, nil
}

// Execute runs code and waits until it is over. A cell that fails is a reply with
// Status "error", not an error. The end of ctx ends the wait alone; see Interrupt.
func (c *Client) Execute(ctx context.Context, r kernel.ExecuteRequest, on func(*kernel.Message)) (*kernel.ExecuteReply, error) {
	m, err := c.Request(ctx, Shell, "execute_request", r, on)
	if err != nil {
		return nil, err
	}
	var reply kernel.ExecuteReply
	if err := m.Decode(&reply); err != nil {
		return nil, err
	}
	return &reply, nil
}

// Interrupt asks the kernel to stop the running cell. A second Interrupt, while the
// cell is still stopping, stops it by force.
func (c *Client) Interrupt(ctx context.Context) error {
	_, err := c.Request(ctx, Control, "interrupt_request", struct{}{}, nil)
	return err
}

// Shutdown asks the kernel to end, and waits until it has closed its sockets.
func (c *Client) Shutdown(ctx context.Context) error {
	call, err := c.Send(ctx, Control, "shutdown_request", kernel.ShutdownContent{}, nil)
	if err != nil {
		return err
	}
	defer c.forget(call)
	if _, err := call.Reply(ctx); err != nil {
		return fmt.Errorf("shutdown_request: %w", err)
	}
	select {
	case <-c.ctx.Done():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the kernel to end: %w", context.Cause(ctx))
	}
}

// SendRaw puts frames on a channel as they are: what a peer may do that knows no
// better, or means no good.
func (c *Client) SendRaw(ctx context.Context, to Channel, frames ...[]byte) error {
	if to == Control {
		return c.control.Send(ctx, frames...)
	}
	return c.shell.Send(ctx, frames...)
}

func (c *Client) send(ctx context.Context, to *zmtp.Client, h, parent kernel.Header, content any) error {
	m, err := kernel.NewMessage(h, parent, content)
	if err != nil {
		return err
	}
	frames, err := c.codec.Encode(m)
	if err != nil {
		return err
	}
	return to.Send(ctx, frames...)
}

func (c *Client) forget(call *Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.calls, call.Header.MsgID)
	call.over()
}

func (c *Client) find(id string) *Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[id]
}

// replied takes a reply from shell or control.
func (c *Client) replied(from Channel, m *kernel.Message) {
	if c.options.Direct != nil {
		c.options.Direct(from, m)
	}
	call := c.find(m.Parent.MsgID)
	if call == nil {
		return
	}
	select {
	case call.reply <- m:
	default: // a second reply, which Options.Direct has seen
	}
	call.part(c)
}

// part counts reply and idle. After both, the call is not looked for any more.
func (c *Call) part(client *Client) {
	if c.parts.Add(1) == 2 {
		client.forget(c)
	}
}

// published takes a message from iopub.
func (c *Client) published(m *kernel.Message) {
	if c.options.IOPub != nil {
		c.options.IOPub(m)
	}
	if m.Header.MsgType == "iopub_welcome" {
		c.welcomed()
		return
	}
	call := c.find(m.Parent.MsgID)
	if call == nil || call.ctx.Err() != nil {
		return
	}
	if call.on != nil {
		call.on(m)
	}
	if m.Header.MsgType == "status" {
		var s kernel.Status
		if m.Decode(&s) == nil && s.ExecutionState == "idle" {
			close(call.idle)
			call.over()
			call.part(c)
		}
	}
}

func (c *Client) welcomed() {
	select {
	case <-c.welcome:
	default:
		close(c.welcome)
	}
}

// asked takes a message from stdin. Its answer is fetched beside the other channels,
// which may have to end the cell meanwhile.
func (c *Client) asked(m *kernel.Message) {
	if c.options.Direct != nil {
		c.options.Direct(Stdin, m)
	}
	var q kernel.InputRequest
	if c.options.Input == nil || m.Header.MsgType != "input_request" || m.Decode(&q) != nil {
		return
	}
	ctx := c.ctx
	if call := c.find(m.Parent.MsgID); call != nil {
		ctx = call.ctx
	}
	c.readers.Go(func() { c.answer(ctx, m, q) })
}

func (c *Client) answer(ctx context.Context, m *kernel.Message, q kernel.InputRequest) {
	line, err := c.options.Input(ctx, q.Prompt, q.Password)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		c.Interrupt(ctx)
	default:
		h := kernel.NewHeader(c.session, c.options.Username, "input_reply")
		c.send(ctx, c.stdin, h, m.Header, kernel.InputReply{Value: line})
	}
}
