// Package local has the workers that a pool has on this machine: child processes, and this process itself.
//
//	children := local.NewChildren(node, nursery)
//	serial := local.NewSerial(node)
//
// [Children] and [Serial] start what a pool.Scheduler hands elements to. A child ends with Quit, Kill or by itself, and the
// pool starts another in its place. A Serial worker is a goroutine; killing it leaves what it runs behind, since nothing in a
// process can be killed, and a new one takes its place.
//
// It hands out nothing by itself, and knows no calls: see package pool.
package local
