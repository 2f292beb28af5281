//go:build !unix

package system

import "time"

// There are no other processes here yet.
func Usage(int) (rss int64, cpu time.Duration) { return 0, 0 }
func ResidentOf(int) int64                     { return 0 }
