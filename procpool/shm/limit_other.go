//go:build !unix

package shm

// MaxFiles is how many descriptors this process may have.
func MaxFiles() int { return 256 }
