package kernel

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/parago/parago/kernel/zmtp"
)

// stdin asks front-ends for input, one question at a time.
type stdin struct {
	k    *Kernel
	turn chan struct{} // holds a token while nobody asks

	mu      sync.Mutex
	pending *question
}

// A question is an input_request that waits for its reply.
type question struct {
	id, peer string
	answer   chan string // 1-buffered
}

func newStdin(k *Kernel) *stdin {
	s := &stdin{k: k, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// input asks the front-end that sent o's request for a line. It ends with an error
// when ctx ends or the cell is interrupted.
func (s *stdin) input(ctx context.Context, o *origin, prompt string, password bool) (string, error) {
	if o == nil || !o.allowStdin {
		return "", errors.New("input: this front-end does not allow it (allow_stdin is false)")
	}
	if strings.HasPrefix(o.peer, "\x00") {
		return "", errors.New("input: this front-end has no identity on the stdin channel")
	}
	ctx, cancel := s.k.running.until(ctx, o)
	defer cancel()
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return "", errInputStopped
	}
	q, err := s.ask(ctx, o, prompt, password)
	if err != nil {
		return "", err
	}
	defer s.forget()
	select {
	case line := <-q.answer:
		return line, nil
	case <-ctx.Done():
		return "", errInputStopped
	}
}

var errInputStopped = errors.New("input: the cell was interrupted")

// ask sends the question. What the cell wrote before is shown first.
func (s *stdin) ask(ctx context.Context, o *origin, prompt string, password bool) (*question, error) {
	s.k.iopub.seal(o)
	m, err := NewMessage(s.k.header("input_request"), o.parent, InputRequest{Prompt: prompt, Password: password})
	if err != nil {
		return nil, err
	}
	q := &question{id: m.Header.MsgID, peer: o.peer, answer: make(chan string, 1)}
	s.mu.Lock()
	s.pending = q
	s.mu.Unlock()
	if err := s.send(ctx, o.peer, m); err != nil {
		s.forget()
		return nil, err
	}
	return q, nil
}

// How long a front-end may take to connect to stdin after it has connected to shell:
// its sockets connect in any order, and the first cell may ask at once.
const (
	stdinPatience = 5 * time.Second
	stdinRetry    = 10 * time.Millisecond
)

// send sends the question once the front-end is there.
func (s *stdin) send(ctx context.Context, peer string, m *Message) error {
	late := time.After(stdinPatience)
	for {
		err := s.k.stdinChannel.trySend(peer, m)
		if !errors.Is(err, zmtp.ErrNoPeer) {
			return err
		}
		select {
		case <-time.After(stdinRetry):
		case <-late:
			return fmt.Errorf("input: this front-end is not connected to the stdin channel: %w", err)
		case <-ctx.Done():
			return errInputStopped
		}
	}
}

func (s *stdin) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = nil
}

// answer takes an input_reply. One that nobody waits for (any more) is dropped. Some
// clients name no parent; theirs can only be for the question that is open.
func (s *stdin) answer(r *request) {
	var reply InputReply
	if r.msg.Header.MsgType != "input_reply" || r.msg.Decode(&reply) != nil {
		s.k.bad.warn("message dropped", "channel", "stdin", "type", clip(r.msg.Header.MsgType))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.pending
	if q == nil || q.peer != r.peer || (r.msg.Parent.MsgID != "" && r.msg.Parent.MsgID != q.id) {
		return
	}
	s.pending = nil
	q.answer <- reply.Value
}
