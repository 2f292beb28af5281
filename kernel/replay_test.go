package kernel_test

import (
	"testing"

	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/client"
	"github.com/parago/parago/kernel/kerneltest"
)

// A signed message is carried out once. Without
// a key there is nothing to tell a replay by.
func TestReplayedMessages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key  string
		want int // execution count of the cell behind three equal requests
	}{"signed": {"key", 2}, "unsigned": {"", 4}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			info := kernel.NewTCP()
			info.Key = c.key
			s := kerneltest.StartOn(t, info, newFake, kernel.Options{})
			m, err := kernel.NewMessage(kernel.NewHeader("s", "u", "execute_request"), kernel.Header{}, kernel.ExecuteRequest{Code: "print x", StoreHistory: true})
			if err != nil {
				t.Fatal(err)
			}
			frames, err := kernel.Codec{Key: []byte(c.key)}.Encode(m)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if err := s.Client.SendRaw(s.Ctx, client.Shell, frames...); err != nil {
					t.Fatal(err)
				}
			}
			if x := s.Execute("value 1"); x.Reply.ExecutionCount != c.want {
				t.Errorf("the cell behind is number %d, want %d", x.Reply.ExecutionCount, c.want)
			}
		})
	}
}
