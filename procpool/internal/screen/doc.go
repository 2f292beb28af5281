// Package screen is where the output of child processes goes, and what is shown of them.
//
//	s.Use(&host)                                  // or nothing: this process's own descriptors
//	p := s.NewPrinter(screen.Voice{Origin: cell, Mode: screen.Lines}, "PoolWorker-1")
//	p.Write(false, []byte("hel"))
//	p.Write(false, []byte("lo\n"))                // hands over "hello\n"
//	s.Flush()                                     // before the caller writes itself
//
// There is one [Screen] for a process, which lives as long as it. A [Printer] is for one child on one behalf;
// the room of children makes a new one when either changes.
//
// It never waits for a child, and never holds back what a task has written beyond the task's result.
package screen
