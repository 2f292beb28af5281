// Package client is the other end of a kernel: what a front-end does, for parago run
// and for tests. It turns on Client.
//
//	c, err := client.Dial(ctx, info, client.Options{})
//	…
//	defer c.Close()
//	reply, err := c.Execute(ctx, kernel.ExecuteRequest{Code: "1 + 1", StoreHistory: true},
//		func(m *kernel.Message) { … }) // stream, display_data, execute_result, error …
//
// Dial connects the five sockets and returns when the kernel has said that it
// publishes to this client (iopub_welcome), so nothing that happens afterwards is
// missed. Each socket has one goroutine; Close ends them. When the kernel goes away
// whoever waits gets ErrGone.
//
// It never starts kernels, and it needs a kernel of protocol 5.5.
package client
