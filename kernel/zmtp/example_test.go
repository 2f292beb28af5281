package zmtp_test

import (
	"context"
	"fmt"
	"time"

	"github.com/parago/parago/kernel/zmtp"
)

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	shell, err := zmtp.Listen(zmtp.Router, "tcp://127.0.0.1:0", zmtp.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer shell.Close(time.Second)

	c, err := zmtp.Dial(ctx, zmtp.Dealer, shell.Addr(), zmtp.Options{Identity: "session"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close(time.Second)
	c.Send(ctx, []byte("execute"), []byte("1+1"))

	request, _ := shell.Recv(ctx)
	fmt.Printf("%s: %s\n", request.From, request.Frames)
	shell.SendTo(request.From, []byte("2"))

	reply, _ := c.Recv(ctx)
	fmt.Printf("%s\n", reply)
	// Output:
	// session: [execute 1+1]
	// [2]
}
