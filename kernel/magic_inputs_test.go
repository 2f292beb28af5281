package kernel_test

import (
	"context"
	"testing"

	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/client"
	"github.com/parago/parago/kernel/kerneltest"
)

// The next shell command of a cell reads what the user is asked for, and a password is hidden.
func TestInputsOfCommands(t *testing.T) {
	t.Parallel()
	s := kerneltest.Start(t, newFake, kernel.Options{})
	c := s.Connect(client.Options{Input: func(_ context.Context, _ string, password bool) (string, error) {
		if password {
			return "secret", nil
		}
		return "Ann", nil
	}})
	defer c.Close()
	const cell = "%with_inputs\n!read name; read again; echo \"hello $name, $again\"\n%with_password\n!read word; echo \"$word\" | tr a-z x\n!echo next"
	got := ""
	reply, err := c.Execute(s.Ctx, kernel.ExecuteRequest{Code: cell, AllowStdin: true}, func(m *kernel.Message) {
		var stream kernel.StreamContent
		if m.Header.MsgType == "stream" && m.Decode(&stream) == nil {
			got += stream.Text
		}
	})
	if err != nil || reply.Status != "ok" {
		t.Fatalf("%+v, %v", reply, err)
	}
	if want := "hello Ann, Ann\nxxxxxx\nnext\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if reply, err := c.Execute(s.Ctx, kernel.ExecuteRequest{Code: cell}, nil); err != nil || reply.Status != "error" {
		t.Errorf("from a front-end that asks for nothing: %+v, %v", reply, err)
	}
}
