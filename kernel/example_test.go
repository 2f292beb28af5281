package kernel_test

import (
	"context"
	"fmt"
	"os"

	"github.com/parago/parago/kernel"
	"github.com/parago/parago/kernel/client"
)

// A kernel and a client of it in one process.
func Example() {
	k, err := kernel.New(kernel.NewTCP(), kernel.Options{NewEvaluator: newFake})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	ctx := context.Background()
	ended := make(chan error, 1)
	go func() { ended <- k.Serve(ctx) }()

	c, err := client.Dial(ctx, k.Connection(), client.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer c.Close()
	reply, err := c.Execute(ctx, kernel.ExecuteRequest{Code: "print hello", StoreHistory: true}, func(m *kernel.Message) {
		var s kernel.StreamContent
		if m.Header.MsgType == "stream" && m.Decode(&s) == nil {
			fmt.Print(s.Text)
		}
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Println(reply.Status, reply.ExecutionCount)
	fmt.Println(c.Shutdown(ctx), <-ended)
	// Output:
	// hello
	// ok 1
	// <nil> <nil>
}
