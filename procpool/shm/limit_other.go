//go:build !unix

package shm

// MaxFiles is how many descriptors this process may have.
func MaxFiles() int { return 256 }

// NoDescriptor tells whether err is that there is no descriptor left.
func NoDescriptor(error) bool { return false }
