// Package watch makes seen what pools do: how far a call is, when its elements ran, what pools and processes there are.
//
//	o.Observe = append(o.Observe, watch.Progress(&node.Screen))
//
// A [Display] and a [Timeline] are observers of calls (see pool.Observer). A display lives as long as its calls, and shows a last
// state when they are over. A timeline lives as long as the user keeps it. A [Report] is a picture of one moment.
//
// It changes nothing of what it looks at, and holds no lock of a pool while it writes or calls code of the user.
package watch
