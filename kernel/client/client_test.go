package client_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/parago/parago/interp"
	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/client"
	"github.com/parago/parago/kernel/kerneltest"
)

// asker is an Evaluator whose every cell asks for a line.
type asker struct{ out interp.Sink }

func newAsker(out interp.Sink) (kernel.Evaluator, error) { return asker{out}, nil }

func (a asker) Eval(ctx context.Context, c interp.Cell) (*interp.Result, error) {
	line, err := a.out.Input(ctx, c.Origin, c.Source, false)
	if err != nil {
		return nil, &interp.Error{Kind: interp.Interrupted, Name: "Interrupted", Value: err.Error()}
	}
	return &interp.Result{Data: interp.Bundle{"text/plain": line}}, nil
}

func (a asker) Expr(ctx context.Context, c interp.Cell) (*interp.Result, error) {
	return a.Eval(ctx, c)
}
func (asker) Chdir(context.Context, string) error             { return nil }
func (asker) Setenv(context.Context, string, string) error    { return nil }
func (asker) Interrupt()                                      {}
func (asker) IsComplete(string) (interp.Completeness, string) { return interp.Complete, "" }
func (asker) Complete(string, int) interp.Completion          { return interp.Completion{} }
func (asker) Inspect(string, int, int) (interp.Bundle, bool)  { return nil, false }
func (asker) Close() error                                    { return nil }

func TestInputThatFailsInterruptsTheCell(t *testing.T) {
	t.Parallel()
	s := kerneltest.Start(t, newAsker, kernel.Options{})
	c := s.Connect(client.Options{Input: func(context.Context, string, bool) (string, error) {
		return "", errors.New("standard input is at its end")
	}})
	defer c.Close()
	reply, err := c.Execute(s.Ctx, kernel.ExecuteRequest{Code: "name", AllowStdin: true}, nil)
	if err != nil || reply.Status != "error" || reply.EName != "Interrupted" {
		t.Errorf("got %+v, %v", reply, err)
	}
}

// The context of Input ends with the cell, so that nobody goes on waiting for a line.
func TestInputEndsWithTheCell(t *testing.T) {
	t.Parallel()
	s := kerneltest.Start(t, newAsker, kernel.Options{})
	asked, ended := make(chan struct{}), make(chan struct{})
	c := s.Connect(client.Options{Input: func(ctx context.Context, _ string, _ bool) (string, error) {
		close(asked)
		<-ctx.Done()
		close(ended)
		return "", ctx.Err()
	}})
	defer c.Close()
	call, err := c.Send(s.Ctx, client.Shell, "execute_request", kernel.ExecuteRequest{Code: "name", AllowStdin: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := c.Interrupt(s.Ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := call.Reply(s.Ctx); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-s.Ctx.Done():
		t.Error("Input still waits")
	}
}

func TestDialWaitsForAKernelThatStarts(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), kerneltest.Limit)
	defer cancel()
	dir, err := os.MkdirTemp("", "k") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	info := kernel.NewIPC(dir)
	dialled := make(chan error, 1)
	go func() {
		c, err := client.Dial(ctx, info, client.Options{})
		if err == nil {
			err = c.Shutdown(ctx)
			c.Close()
		}
		dialled <- err
	}()
	k, err := kernel.New(info, kernel.Options{NewEvaluator: newAsker})
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Serve(ctx); err != nil {
		t.Error(err)
	}
	if err := <-dialled; err != nil {
		t.Error(err)
	}
}

func TestDialEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	info := kernel.NewIPC(t.TempDir())
	if c, err := client.Dial(ctx, info, client.Options{}); err == nil || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, %v", c, err)
	}
}

// Who has another key neither understands nor is understood.
func TestDialWithAnotherKey(t *testing.T) {
	t.Parallel()
	s := kerneltest.Start(t, newAsker, kernel.Options{})
	info := s.Kernel.Connection()
	info.Key = "another"
	if c, err := client.Dial(s.Ctx, info, client.Options{}); err == nil || !strings.Contains(err.Error(), "signature") {
		t.Errorf("got %v, %v", c, err)
	}
}
