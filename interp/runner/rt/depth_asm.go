//go:build amd64 || arm64

package rt

// stackTop is the end of the calling goroutine's stack from which that grows down. The runtime
// tells it to nobody but assembly.
func stackTop() uintptr
