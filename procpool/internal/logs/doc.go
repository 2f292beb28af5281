// Package logs is where records go that processes log: to the logger that was set in the nearest process above, or
// to their own standard error.
//
//	l := logs.New(node, tell)       // tell has the children send records from a level on
//	l.Set(slog.Default())
//	l.Logged(origin, frame)         // a child's record
//
// There is one [Logs] for a process, which lives as long as it. A child's records go up in frames, in order with its
// output and its results.
//
// It keeps no record, and a handler's panic ends nothing.
package logs
