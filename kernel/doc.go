// Package kernel speaks the Jupyter messaging protocol, version 5.5. It turns on
// Kernel.
//
//	info, err := kernel.ReadConnectionFile(path)
//	…
//	k, err := kernel.New(info, kernel.Options{
//		NewEvaluator: func(out interp.Sink) (kernel.Evaluator, error) {
//			return interp.New(interp.Options{Sink: out})
//		},
//	})
//	…
//	return k.Serve(ctx) // until a front-end shuts the kernel down
//
// Front-ends reach a kernel on five sockets: shell takes requests in order, control
// those that cannot wait, stdin is where the kernel asks back, iopub is what all
// front-ends hear, and the heartbeat echoes.
//
// # Life of an execute_request
//
//   - channel.go reads its frames; wire.go checks size and signature before it
//     parses them, and drops what is wrong.
//   - handler.go finds its handler in a table and puts it onto the lane that the
//     table names. The lane's goroutine publishes busy.
//   - execute.go answers "aborted" if an earlier cell failed; else it counts,
//     publishes execute_input, and runs the parts of the cell: magics here, Go in
//     the Evaluator.
//   - What the cell writes, now or later, comes back through the Sink under the
//     cell's origin; origin.go knows the parent header, and iopub.go the order.
//   - An error is published once, and its fields stand in the reply; what is queued
//     behind is aborted. Else the value is published as execute_result.
//   - The reply goes out on shell, and idle on iopub, after all that the cell wrote.
//
// Meanwhile the query lane answers completion and inspection, and the urgent lane
// interrupt and shutdown. An interrupt ends the context of the running cell, then,
// if it comes again, uses the Evaluator's force; it drops what is queued.
//
// # What it never does
//
// It runs no user code, and knows no Go but where magics stand in it. It never lets a
// message that is malformed, unsigned, sent again, too large or unknown end the
// kernel. It never reorders what one cell publishes, but for stdout against stderr
// when a cell writes both faster than front-ends read; and it never publishes idle
// before the cell's output. It loses no output but what exceeds a cell's limit, and
// says so.
package kernel
