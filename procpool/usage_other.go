//go:build !unix

package procpool

import "time"

// There are no other processes here yet.
func usage(int) (rss int64, cpu time.Duration) { return 0, 0 }
func residentOf(int) int64                     { return 0 }
